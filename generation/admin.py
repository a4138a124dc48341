"""What the admin shows of the caption review, to who may see it anyway, and read only."""

from django.contrib import admin

from generation.models import Arbitration, CaptionSample
from portal.catalogue.admin import Looking


@admin.register(CaptionSample)
class CaptionSampleAdmin(Looking):
    action = "generation.view_captions"
    list_display = ["__str__", "collection", "terms", "adjectives", "created_at"]
    list_select_related = ["collection"]


@admin.register(Arbitration)
class ArbitrationAdmin(Looking):
    action = "generation.view_agreement"
    path = "sample__collection"
    list_display = ["sample", "score", "note", "decided_at"]
    list_select_related = ["sample__collection"]
