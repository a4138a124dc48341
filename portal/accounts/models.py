"""People, the roles granted to them, and the tokens they make for programs."""

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CURATOR = "curator", _("Curator")
    EXPERT = "expert", _("Expert")
    COORDINATOR = "coordinator", _("Coordinator")
    CONSULTANT = "consultant", _("Cultural consultant")
    RIGHTS_OFFICER = "rights_officer", _("Rights officer")
    OPERATOR = "operator", _("Operator")


class PersonManager(UserManager):
    use_in_migrations = False

    @transaction.atomic
    def create_superuser(self, username: str, email: str | None = None, password: str | None = None, **extra: Any):
        """Make an operator: `manage.py createsuperuser` is how an installation gets its first."""
        user = self.create_user(username, email, password, **{**extra, "is_staff": True, "is_superuser": False})
        Grant.objects.create(user=user, role=Role.OPERATOR)
        return user


class User(AbstractUser):
    """A person. What a person may do follows from grants alone (see policy.py); a new user may do nothing.

    `is_staff` lets operators into the admin and follows their grant; `is_superuser` and Django's permission rows open
    nothing. `token_scopes` is set for the length of one request when a program comes with a token.
    """

    token_scopes: list[str] | None = None
    objects = PersonManager()

    display_name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")

    def __str__(self) -> str:
        return self.display_name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the table of policy.py, and nothing else."""
        from portal.accounts import policy

        return policy.allowed(self, perm, obj)

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin lists an app: when the person may do something site-wide in it."""
        from portal.accounts import policy

        return any(self.has_perm(action) for action in policy.ON_SITE if action.startswith(f"{app_label}."))


class Grant(models.Model):
    """One role of one person, in one collection or, where collection is empty, for the whole site."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    collection = models.ForeignKey(
        "catalogue.Collection", on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "collection"], name="grant_once"),
            models.UniqueConstraint(fields=["user", "role"], condition=Q(collection=None), name="site_grant_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} / {self.collection or '*'}"


class ApiToken(models.Model):
    """A program's key: hashed, scoped, expiring. It can never do more than its owner."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the key
    scopes = models.JSONField(default=list)  # of policy.SCOPES
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
