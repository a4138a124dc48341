"""Webhooks: addresses of other programs, and what was sent to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MAX_URL = 500


class Webhook(models.Model):
    """An address that is told what happens in one collection: `events`, or everything when it names none.

    The secret that signs is derived from `seed` and the site's own key (signing.py), so no row holds it. `old_seed`
    signs beside it until `old_until`. `failures` counts tries in a row that failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="webhooks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(_("address"), max_length=MAX_URL)
    events = models.JSONField(default=list, blank=True)  # keys of audit.wording.ACTIONS
    active = models.BooleanField(default=True)  # False: a person paused it
    seed = models.CharField(max_length=64, editable=False)
    old_seed = models.CharField(max_length=64, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)  # the site switched it off
    disabled_reason = models.CharField(max_length=20, blank=True)  # a `Reason`
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """The part of the address that gives nothing away."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def sends(self) -> bool:
        return self.active and self.disabled_at is None


class Reason(models.TextChoices):
    """Why a try failed."""

    NAME = "name", _("Its host name is not known.")
    ADDRESS = "address", _("Its host lies in a private network, to which this site does not send.")
    CONNECTION = "connection", _("No connection could be made.")
    ENCRYPTION = "encryption", _("The connection could not be encrypted, or its certificate is not trusted.")
    TIME = "time", _("No answer came in time.")
    ANSWER = "answer", _("The answer was not HTTP.")
    STATUS = "status", _("The answer was an error.")
    REDIRECT = "redirect", _("The answer led to another address; redirects are not followed.")
    GONE = "gone", _("The answer was that nobody listens there any more (410).")


class Delivery(models.Model):
    """One message for one webhook. Its key is the `webhook-id` of every try, so that a receiver knows a repetition."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    action = models.CharField(max_length=60)
    body = models.TextField()  # JSON, the same bytes at every try
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    queued_at = models.DateTimeField()  # when it was made, or when a person last sent it again
    tried_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.CharField(max_length=1000, blank=True)  # how the answer began
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["webhook", "-created_at"], name="delivery_of_webhook"),
            models.Index(fields=["next_try_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "failed"]), name="delivery_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {str(self.id)[:8]} ({self.state})"
