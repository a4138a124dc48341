import os

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# libvips reads this once, when it loads: a tile asks for few threads, and many requests come at once.
os.environ.setdefault("VIPS_CONCURRENCY", "2")


class CatalogueConfig(AppConfig):
    name = "portal.catalogue"
    label = "catalogue"
    verbose_name = _("Catalogue")
