from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GenerationConfig(AppConfig):
    name = "generation"
    verbose_name = _("Ink generation")

    def ready(self) -> None:
        from generation import kinds  # noqa: F401  registers what a worker does for each kind of job
