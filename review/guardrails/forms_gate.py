"""Forms of the gate."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from review.guardrails.models import Bars, Consultation


class PrepareForm(forms.Form):
    """choices: key → what it stands for, of `selectors.publishable`."""

    what = forms.ChoiceField(label=_("What is to be shown"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = {it.key: it.what for it in choices}
        self.fields["what"].choices = [(it.key, it.title) for it in choices]

    def clean_what(self) -> Any:
        return self.found[self.cleaned_data["what"]]


class SignForm(forms.Form):
    """conditions: the consultations whose conditions are confirmed, each by a tick; the service wants them all."""

    content_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    looked = forms.BooleanField(label=_("I have looked at the picture and read what visitors are told."))
    met = forms.TypedMultipleChoiceField(
        label=_("I have seen to it that these conditions of a cultural consultant are met:"), coerce=int,
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, conditions: Sequence[Consultation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["met"].choices = [(it.pk, it.conditions) for it in conditions]
        if not conditions:
            del self.fields["met"]

    @property
    def confirmed(self) -> list[int]:
        """The consultations whose conditions were ticked."""
        return self.cleaned_data.get("met", [])


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=500, help_text=_("Visitors who come to its address read this.")
    )


class BarsForm(forms.ModelForm):
    class Meta:
        model = Bars
        fields = ("alpha", "total")
