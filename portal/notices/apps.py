from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from portal import post
        from portal.audit.services import listen
        from portal.notices.sending import send_due
        from portal.notices.services import notice

        listen(notice)
        post.register(send_due)
