from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RestorationConfig(AppConfig):
    name = "restoration"
    verbose_name = _("Restoration")

    def ready(self) -> None:
        from portal.audit.services import listen
        from restoration import kinds  # noqa: F401  registers what a worker does for each kind of job
        from restoration.ordering.looks import look_at_new_masters

        listen(look_at_new_masters)
