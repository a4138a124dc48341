"""What is asked of the search, of the activity and of the list of works: every parameter checked, none required."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gpu_workers.engines.registry import ENGINES
from gpu_workers.models import Job
from portal.accounts.models import User
from portal.audit.selectors import people_in
from portal.catalogue.models import Artwork, Collection, Period
from portal.catalogue.selectors import artworks_for, collections_for
from portal.desk.readiness import CLEAR, STAGES
from portal.desk.search import MAX_QUERY, Query
from portal.phrases import said

ANY = [("", _("Any"))]
WHETHER = [*ANY, ("yes", _("Yes")), ("no", _("No"))]
STATES = [(value, label) for value, label in Job.Status.choices if value != Job.Status.DRAFT]
KIND_NAMES = {
    "works": _("Works"),
    "collections": _("Collections"),
    "restorations": _("Restorations"),
    "paintings": _("Ink paintings"),
    "jobs": _("Jobs"),
}
ACTIONS = {  # the beginnings of actions that belong together, and what people call them
    "artwork": _("Catalogue"),
    "mask": _("Masks"),
    "restoration": _("Restorations"),
    "reconstruction": _("Colour reconstructions"),
    "candidate": _("Judgements"),
    "job": _("Other jobs"),
    "upload": _("Imports"),
}


class Asked(forms.Form):
    """A form of GET parameters about things that `user` may see."""

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        scoped = {"collection": collections_for, "artwork": artworks_for}
        for name, rows_for in scoped.items():
            if name in self.fields:
                self.fields[name].queryset = rows_for(user)

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked well; a parameter that makes no sense is left out."""
        self.is_valid()
        return self.cleaned_data


def _whether(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=WHETHER, coerce=lambda value: value == "yes", empty_value=None, required=False
    )


class SearchForm(Asked):
    q = forms.CharField(
        label=_("Search"), max_length=MAX_QUERY, required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=[*ANY, *KIND_NAMES.items()], required=False, widget=forms.HiddenInput)
    collection = forms.ModelChoiceField(
        Collection.objects.none(), label=_("Collection"), empty_label=_("All collections"), required=False
    )
    period = forms.ModelChoiceField(
        Period.objects.all(), label=_("Period"), empty_label=_("All periods"), to_field_name="key", required=False
    )
    sacred = _whether(_("Sacred imagery"))
    mask = _whether(_("Has a mask"))
    restored = _whether(_("Has a restoration"))
    engine = forms.ChoiceField(label=_("Engine"), required=False)
    state = forms.ChoiceField(label=_("State of the job"), choices=[*ANY, *STATES], required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["engine"].choices = [*ANY, *((key, said(spec.title)) for key, spec in ENGINES.items())]

    @property
    def query(self) -> Query:
        asked = {name: value for name, value in self.asked.items() if name != "kind"}
        return Query(**asked)

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """The fields beside the words."""
        return [field for field in self if field.name not in ("q", "kind")]


class ActivityForm(Asked):
    collection = forms.ModelChoiceField(
        Collection.objects.none(), label=_("Collection"), empty_label=_("All collections"), required=False
    )
    who = forms.ModelChoiceField(User.objects.none(), label=_("Person"), empty_label=_("Everybody"), required=False)
    action = forms.ChoiceField(label=_("What"), choices=[("", _("Everything")), *ACTIONS.items()], required=False)
    artwork = forms.ModelChoiceField(Artwork.objects.none(), required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["who"].queryset = people_in(user)


class WorksForm(Asked):
    step = forms.ChoiceField(
        label=_("Next step"), required=False,
        choices=[("", _("All works")), *((it.key, it.title) for it in STAGES), (CLEAR, _("Nothing blocks it"))],
    )  # fmt: skip
    collection = forms.ModelChoiceField(
        Collection.objects.none(), label=_("Collection"), empty_label=_("All collections"), required=False
    )
