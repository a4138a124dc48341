from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GpuWorkersConfig(AppConfig):
    name = "gpu_workers"
    verbose_name = _("Jobs and workers")
