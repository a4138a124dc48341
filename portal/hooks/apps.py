from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HooksConfig(AppConfig):
    name = "portal.hooks"
    label = "hooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from portal import post
        from portal.audit.services import listen
        from portal.hooks.delivering import deliver_due
        from portal.hooks.services import on_event

        listen(on_event)
        post.register(deliver_due)
