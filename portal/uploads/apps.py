from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    name = "portal.uploads"
    label = "uploads"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from portal import post
        from portal.uploads import deliveries, kinds, services  # noqa: F401  kinds: registers what a worker does
        from portal.uploads.iiif import importing, reading
        from portal.uploads.iiif import kinds as _  # noqa: F401

        post.register(services.sweep_expired)
        post.register(deliveries.sweep_deliveries)
        post.register(reading.read_due)
        post.register(importing.sweep_manifests)
