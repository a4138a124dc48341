"""Forms of the checks. Limits are the services' own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Artwork, Period
from review.guardrails.models import AnchorTerm, Protocol, SacredTerm
from review.guardrails.services.exceptions import LEAST, MOST


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AnchorTermForm(forms.ModelForm):
    """A dated term. words: separated by commas."""

    words = forms.CharField(
        label=_("further words"), required=False, widget=_area(2),
        help_text=_("In English or Chinese, separated by commas. It is always found by its names."),
    )  # fmt: skip

    class Meta:
        model = AnchorTerm
        fields = ["kind", "name_en", "name_zh", "from_year", "to_year", "source", "words"]
        help_texts = {
            "from_year": _("Empty: it has always been there. Before the common era: negative."),
            "to_year": _("Empty: it goes on to this day."),
            "source": _("Where the dates come from: a book with its year, a museum's record."),
        }


class SacredTermForm(forms.ModelForm):
    """Something sacred. words: separated by commas."""

    words = forms.CharField(
        label=_("further words"), required=False, widget=_area(2),
        help_text=_("Other names, spellings and transliterations, separated by commas."),
    )  # fmt: skip

    class Meta:
        model = SacredTerm
        fields = ["category", "name_en", "name_zh", "source", "words"]
        help_texts = {"category": _("Mantras and scripture are refused in prompts.")}


class ExceptionForm(forms.Form):
    """For one thing: a reference, a term or a period; the value says which: “term:5”."""

    subject = forms.ChoiceField(label=_("What is let pass"), error_messages={"required": _("Choose one thing.")})
    reason = forms.CharField(
        label=_("Reason"), max_length=MOST, min_length=LEAST, widget=_area(5),
        help_text=_("At least 40 letters: why it suits this work although it is of another time, and by what source."),
    )  # fmt: skip

    def __init__(self, *args: Any, references: list[Artwork], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works = [(f"reference:{it.pk}", f"{it} ({it.period})") for it in references]
        periods = [(f"period:{it.pk}", str(it)) for it in Period.objects.all()]
        terms = [(f"term:{it.pk}", str(it)) for it in AnchorTerm.objects.filter(retired=False)]
        groups = [(_("Works"), works), (_("Periods"), periods), (_("Dated terms"), terms)]
        self.fields["subject"].choices = [("", ""), *((name, rows) for name, rows in groups if rows)]
        self._works = {str(it.pk): it for it in references}

    def about(self) -> dict[str, Any]:
        """The argument of `make_exception` that names the thing."""
        kind, _colon, key = self.cleaned_data["subject"].partition(":")
        if kind == "reference":
            return {"reference": self._works[key]}
        return {kind: {"term": AnchorTerm, "period": Period}[kind].objects.get(pk=key)}


class SeenForm(forms.Form):
    """`seen`: the hash of the content that was on the page."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ClearanceForm(SeenForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=_area(4),
        help_text=_("What the likeness is, whose consent there is, or why none is needed. It stays with the work."),
    )  # fmt: skip
    cleared = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")


class ValidationForm(SeenForm):
    conditions = forms.CharField(
        label=_("Conditions"), max_length=2000, required=False, widget=_area(3),
        help_text=_("How it may be shown: with which words, beside what, to whom. Signers confirm that they are met."),
    )  # fmt: skip
    told = forms.BooleanField(label=_("Visitors read these conditions"), required=False)
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: for as long as the work stays as it is now."),
    )  # fmt: skip


class RefusalForm(forms.Form):
    reason = forms.CharField(label=_("Why it may not be shown"), max_length=2000, widget=_area(4))
    whole_work = forms.BooleanField(label=_("Nothing made of this work may be shown"), required=False)


class ProtocolForm(forms.ModelForm):
    """A community's label or an institution's notice."""

    class Meta:
        model = Protocol
        fields = [
            "kind", "name", "community", "hub_id", "text_en", "text_zh", "text_own", "own_language", "audience",
        ]  # fmt: skip
        widgets = {"text_en": _area(3), "text_zh": _area(3), "text_own": _area(3)}
        help_texts = {
            "kind": _("A label is a community's own, with its number at the Local Contexts Hub. A notice is ours."),
            "audience": _("Whatever is public and may not be any more is withdrawn at once."),
        }

    def validate_constraints(self) -> None:
        """Left to the service, which says it in words."""


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("On whose word"), max_length=500)
