"""Forms of the review."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NominationForm(forms.Form):
    note = forms.CharField(label=_("Note for the coordinator"), max_length=500, required=False)
