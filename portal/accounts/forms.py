"""Forms about the person's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

SCOPE_NAMES = {
    "read": _("Read: collections, works, pictures, masks, restorations, paintings from words"),
    "catalogue": _("Catalogue: make and change collections and works, upload masters"),
    "restoration": _("Restoration: masks, orders, judgements, jobs"),
    "generation": _("Text-to-ink: order paintings from words and change them"),
    "review": _("Panel: nominate candidates, run studies, score what you are asked to"),
    "notices": _("Notices: mark them as read, choose what comes by letter"),
    "publication": _("Publication: prepare, sign, publish and withdraw works, hang exhibitions"),
    "webhooks": _("Webhooks: say which programs are told what happens, test and delete them"),
}
LIFETIMES = [(7, _("A week")), (30, _("A month")), (90, _("Three months")), (365, _("A year"))]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program will use it: “scanner station”, “nightly export”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPE_NAMES.items(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it may do.")},
        help_text=_("Never more than you may do yourself."),
    )
    days = forms.TypedChoiceField(label=_("Expires after"), choices=LIFETIMES, coerce=int, initial=90)
