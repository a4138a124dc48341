"""Forms of bringing in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TableForm(forms.Form):
    """A table of catalogue data; its content is judged, not its name."""

    table = forms.FileField(
        label=_("Table"),
        required=False,
        help_text=_("CSV or XLSX: one row a work, one column with the file names. It may be left out."),
        error_messages={"empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
