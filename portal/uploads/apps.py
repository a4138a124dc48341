from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    name = "portal.uploads"
    label = "uploads"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from portal import post
        from portal.uploads import deliveries, kinds, services  # noqa: F401  kinds: registers what a worker does

        post.register(services.sweep_expired)
        post.register(deliveries.sweep_deliveries)
