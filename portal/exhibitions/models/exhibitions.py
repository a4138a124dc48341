"""One exhibition: its words in two languages, and when it may be seen."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RESERVED = frozenset({"works", "concerns", "verify", "collection", "new", "search", "manage"})  # addresses of our own


class Exhibition(models.Model):
    """Works of one collection in an order, with words. An open one is seen from `opens_at` until `closes_at`.

    `version` counts every change of what hangs where, so that two editors cannot undo each other unseen. `slug` is part
    of its address and never changes. State moves through `services` alone: draft → open → closed, and back to open.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being made")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="exhibitions")
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    title_zh = models.CharField(_("Chinese title"), max_length=200, blank=True)
    introduction = models.TextField(_("introduction"), max_length=5000, blank=True)
    introduction_zh = models.TextField(_("Chinese introduction"), max_length=5000, blank=True)
    cover = models.ForeignKey("Hanging", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-opens_at", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") | ~Q(title_zh=""), name="exhibition_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=("draft", "open", "closed")), name="exhibition_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opens_at__isnull=False), name="exhibition_opened_some_day"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gte=F("opens_at")),
                name="exhibition_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        from portal.exhibitions.languages import spoken

        return spoken(self, "title")[0]

    @property
    def stage(self) -> str:
        """draft, coming (open from a later day on), open, or closed."""
        now = timezone.now()
        if self.state != self.State.OPEN:
            return self.state
        if self.opens_at > now:
            return "coming"
        return "closed" if self.closes_at and self.closes_at <= now else "open"
