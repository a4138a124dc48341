"""What operators see of people in the admin. Grants and tokens are written by the services."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import services
from portal.accounts.models import ApiToken, Grant, User
from portal.errors import UserError


class BySiteAction:
    """A mixin for `ModelAdmin`: each verb needs a site-wide action of the policy; None means nobody may."""

    view_action: str | None = "accounts.manage_grants"
    add_action: str | None = None
    change_action: str | None = None
    delete_action: str | None = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.view_action is not None and request.user.has_perm(self.view_action)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.add_action is not None and request.user.has_perm(self.add_action)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.change_action is not None and request.user.has_perm(self.change_action)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.delete_action is not None and request.user.has_perm(self.delete_action)


@admin.register(User)
class PersonAdmin(BySiteAction, UserAdmin):
    """People are made and switched off, never deleted: what they did stays theirs."""

    add_action = change_action = "accounts.manage_grants"
    list_display = ["username", "display_name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "grants__role"]
    readonly_fields = ["is_staff", "last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active", "is_staff"]}),
        (_("Person"), {"fields": ["display_name", "email", "language"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "display_name", "usable_password", "password1", "password2"]}),
    ]


@admin.register(Grant)
class GrantAdmin(BySiteAction, admin.ModelAdmin):
    add_action = delete_action = "accounts.manage_grants"
    list_display = ["user", "role", "collection", "granted_by", "granted_at"]
    list_filter = ["role"]
    list_select_related = ["user", "collection", "granted_by"]
    fields = ["user", "role", "collection"]

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        grant = services.grant_role(request.user, obj.user, obj.role, obj.collection)
        obj.pk, obj.granted_by, obj.granted_at = grant.pk, grant.granted_by, grant.granted_at

    def delete_model(self, request: HttpRequest, obj: Grant) -> None:
        try:
            services.revoke_role(request.user, obj)
        except UserError as error:
            messages.error(request, str(error))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        for grant in queryset:
            self.delete_model(request, grant)


@admin.register(ApiToken)
class TokenAdmin(BySiteAction, admin.ModelAdmin):
    list_display = ["name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    fields = list_display
    actions = ["revoke"]

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        revoked = sum(services.revoke_token(request.user, token) for token in queryset)
        self.message_user(request, _("Revoked: %(count)d") % {"count": revoked})
