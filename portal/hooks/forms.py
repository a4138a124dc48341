"""The one form of webhooks: where to send, and what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.hooks.models import MAX_URL, Webhook
from portal.hooks.wording import kinds

EVERY, SOME = "every", "some"
SCOPES = [(EVERY, _("Everything that happens in this collection")), (SOME, _("Only some of it"))]


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The site sends a POST with JSON there. It has to be reached by https:// from the open internet."),
    )
    scope = forms.ChoiceField(label=_("What it is told"), choices=SCOPES, initial=EVERY, widget=forms.RadioSelect)
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=kinds, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        if webhook is not None:
            scope = SOME if webhook.events else EVERY
            kwargs["initial"] = {"url": webhook.url, "scope": scope, "events": webhook.events}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """`url` and `events`, as the services take them."""
        data = super().clean() or self.cleaned_data
        if data.get("scope") == EVERY:
            data["events"] = []
        elif not data.get("events") and "events" not in self.errors:
            self.add_error("events", _("Choose at least one event, or everything."))
        data.pop("scope", None)
        return data

    @property
    def groups(self) -> list[dict[str, Any]]:
        """What the template shows: a name and the rows of checkboxes of each group."""
        picked = set(self["events"].value() or [])
        return [
            {"name": name, "rows": [{"key": key, "said": said, "picked": key in picked} for key, said in rows]}
            for name, rows in kinds()
        ]
