"""Forms of the catalogue."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Artwork, Collection
from portal.catalogue.services import ARTWORK_FIELDS

ACCEPTED = "image/tiff,image/jpeg,image/png,image/webp,.tif,.tiff,.psd,.psb"
FIELDSETS = (
    (_("The work"), ("title", "title_zh", "maker", "period", "date_text")),
    (_("Kind"), ("category", "school", "technique", "subjects")),
    (_("The object"), ("medium", "height_mm", "width_mm")),
    (_("Where it is kept"), ("holder", "accession_number", "credit_line")),
    (_("Rights and care"), ("rights", "sacred")),
)
SUGGESTIONS = {  # not a closed list: words a cataloguer is likely to want
    "category": (
        _("Hanging scroll"), _("Handscroll"), _("Album leaf"), _("Fan"), _("Screen"), _("Mural"), _("Thangka"),
    ),
    "school": (_("Northern Song"), _("Southern Song Academy"), _("Zhe school"), _("Wu school"), _("Orthodox school")),
    "technique": (
        _("Ink on paper"), _("Ink and colour on paper"), _("Ink on silk"), _("Ink and colour on silk"),
        _("Blue and green"),
    ),
}  # fmt: skip


class CollectionForm(forms.ModelForm):
    class Meta:
        model = Collection
        fields = ["name", "description"]
        help_texts = {
            "name": _("For instance the name of a bequest, a gallery or a project."),
            "description": _("What belongs to it and why. Everybody who works in the collection reads this."),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}


class ArtworkForm(forms.ModelForm):
    """What the museum says of a work; grouped by ``groups``."""

    class Meta:
        model = Artwork
        fields = ARTWORK_FIELDS
        help_texts = {
            "title": _("The title under which the museum shows it."),
            "title_zh": _("Shown instead of the title to readers of Chinese."),
            "maker": _("Name, attribution or workshop; leave it empty when unknown."),
            "date_text": _("As you would write it on a label: “c. 1080”, “dated 1523”."),
            "holder": _("The institution or person who keeps the work."),
            "accession_number": _("Unique within the collection."),
            "credit_line": _("As the holder wishes to be named."),
            "rights": _("Of the photograph you will upload."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].empty_label = _("Unknown")
        for name in SUGGESTIONS:
            self.fields[name].widget.attrs["list"] = f"{name}-words"

    @property
    def groups(self) -> list[dict]:
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in FIELDSETS]

    @property
    def suggestions(self) -> dict:
        return {f"{name}-words": words for name, words in SUGGESTIONS.items()}


class MasterForm(forms.Form):
    """A photograph of the work; its content is judged by the catalogue's own service, never by its name."""

    file = forms.FileField(
        label=_("Photograph"),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
