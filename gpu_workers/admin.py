"""The queue as an operator may look at it: read only, since every move of a job goes through services.py."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from gpu_workers.models import Attempt, Job
from portal.accounts.policy import allowed


class ReadOnly:
    """Nobody adds, changes or deletes; operators look."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allowed(request.user, "gpu_workers.view_queue")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, "gpu_workers.view_queue")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(ReadOnly, admin.TabularInline):
    model = Attempt
    extra = 0
    fields = readonly_fields = ("number", "worker", "outcome", "message", "started_at", "finished_at")


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "kind", "status", "owner", "priority", "attempts", "losses", "worker", "queued_at")
    list_filter = ("status", "kind", "quarantined")
    list_select_related = ("owner",)
    date_hierarchy = "created_at"
    search_fields = ("id", "owner__username", "message")
    inlines = (AttemptInline,)
    fields = (
        *("kind", "status", "owner", "priority", "message", "fraction", "stage", "attempts", "losses", "quarantined"),
        *("cancel_requested", "worker", "lease_until", "created_at", "queued_at", "started_at", "finished_at"),
        *("fingerprint", "sequence"),
    )
