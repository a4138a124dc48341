"""Forms: what a visitor reports, and what curators write."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.exhibitions.models import Concern, Exhibition, Hanging, Section


class ConcernForm(forms.Form):
    """A report. `website` is a field that no person sees; what fills it in is a program."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=Concern.Kind.choices)
    text = forms.CharField(
        label=_("Your words"), max_length=2000, min_length=5, widget=forms.Textarea(attrs={"rows": 6})
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Only to send you the answer. You can also just keep the link.")
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))


def _areas(*names: str, rows: int = 5) -> dict[str, forms.Textarea]:
    chinese = {"lang": "zh-Hans"}
    return {name: forms.Textarea(attrs={"rows": rows, **(chinese if name.endswith("_zh") else {})}) for name in names}


class ExhibitionForm(forms.ModelForm):
    class Meta:
        model = Exhibition
        fields = ["title", "title_zh", "introduction", "introduction_zh"]
        widgets = _areas("introduction", "introduction_zh") | {"title_zh": forms.TextInput(attrs={"lang": "zh-Hans"})}


class SectionForm(forms.ModelForm):
    class Meta:
        model = Section
        fields = ["title", "title_zh", "text", "text_zh"]
        widgets = _areas("text", "text_zh") | {"title_zh": forms.TextInput(attrs={"lang": "zh-Hans"})}


class HangingForm(forms.ModelForm):
    class Meta:
        model = Hanging
        fields = ["alt", "alt_zh", "text", "text_zh"]
        widgets = _areas("text", "text_zh") | _areas("alt", "alt_zh", rows=2)
        help_texts = {
            "alt": _("What the picture shows, for who does not see it: the motif first, in one or two sentences."),
            "text": _("What a visitor reads beside the picture. An empty line begins another paragraph."),
        }


class ScheduleForm(forms.Form):
    """When it opens and closes, in universal time; both empty: now, and for good."""

    _picker = {"type": "datetime-local"}
    _form = "%Y-%m-%dT%H:%M"
    opens_at = forms.DateTimeField(label=_("Opens"), required=False, widget=forms.DateTimeInput(_picker, _form))
    closes_at = forms.DateTimeField(label=_("Closes"), required=False, widget=forms.DateTimeInput(_picker, _form))


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 7}))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Visitors who come to its address read this."),
    )  # fmt: skip
