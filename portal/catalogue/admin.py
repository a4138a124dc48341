"""What the admin shows of the catalogue: periods to operators; works only to who may see them anyway, and read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.accounts import policy
from portal.accounts.admin import BySiteAction
from portal.catalogue.models import Artwork, Collection, Period, Picture


@admin.register(Period)
class PeriodAdmin(BySiteAction, admin.ModelAdmin):
    view_action = add_action = change_action = delete_action = "catalogue.change_period"
    list_display = ["key", "name_en", "name_zh", "start_year", "end_year", "source"]
    search_fields = ["key", "name_en", "name_zh"]


class Looking(admin.ModelAdmin):
    """Rows of the person's own collections, to look at: changes go through the services, sealed files never change."""

    action = ""
    path = "collection"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return policy.scope(request.user, self.action, super().get_queryset(request), self.path)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.get_queryset(request).exists()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request) if obj is None else request.user.has_perm(self.action, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Collection)
class CollectionAdmin(Looking):
    action = "catalogue.view_collection"
    path = "self"
    list_display = ["name", "created_by", "created_at"]
    list_select_related = ["created_by"]


@admin.register(Artwork)
class ArtworkAdmin(Looking):
    action = "catalogue.view_artwork"
    list_display = ["title", "title_zh", "maker", "period", "collection"]
    list_select_related = ["period", "collection"]
    search_fields = ["title", "title_zh", "maker", "accession_number"]


@admin.register(Picture)
class PictureAdmin(Looking):
    action = "catalogue.view_picture"
    list_display = ["original_name", "format", "width", "height", "bit_depth", "sha256", "collection"]
    list_select_related = ["collection"]
    search_fields = ["original_name", "sha256"]
