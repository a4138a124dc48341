"""Forms of the caption review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.models import HIGHEST, LOWEST


class ScoreForm(forms.Form):
    """A score from 1 to 5, sent by the button that was pressed."""

    score = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST, error_messages={
        "required": _("Choose a score from 1 to 5."), "invalid": _("Choose a score from 1 to 5."),
    })  # fmt: skip


class DecisionForm(ScoreForm):
    """An arbiter's score and the reason for it."""

    note = forms.CharField(label=_("Reason"), max_length=500, required=False)
