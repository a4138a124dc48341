"""Choosing when each kind of notice comes by letter."""

from django import forms

from portal.notices.models import Kind, Mail


class PreferenceForm(forms.Form):
    """One choice a kind; `initial`: kind → when."""

    def __init__(self, *data, **options) -> None:
        super().__init__(*data, **options)
        for kind, name in Kind.choices:
            self.fields[kind] = forms.ChoiceField(
                label=name, choices=Mail.choices, widget=forms.RadioSelect, required=False
            )
