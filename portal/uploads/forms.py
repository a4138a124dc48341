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


class ManifestForm(forms.Form):
    """The address of a IIIF manifest, or of a viewer's page that names one."""

    url = forms.CharField(
        label=_("Address of the manifest"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Ends in manifest.json as a rule. A link of a viewer that names a manifest does as well."),
    )
