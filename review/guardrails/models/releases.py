"""What may be published of an artwork: a restoration, a generated painting, or the original itself."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Release(models.Model):
    """One picture of an artwork on its way to the public. State moves only through `services`: draft → published →
    withdrawn, or draft → discarded; both ends are final, and another release may follow. The database refuses every
    other way (migrations/…_gate). What is discarded stays as a record: a consultant's refusal is not lost with it.

    `content` is the canonical JSON of everything a visitor is told, and `content_hash` its SHA-256: what evidence and
    signatures are bound to. A draft's is renewed whenever it is judged; a published release shows its own for ever.
    `number` counts the releases of a work, for citations. `picture` is what is shown, `master` and `mask` what it was
    made from.
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("Original")
        RESTORATION = "restoration", _("Restoration")
        PAINTING = "painting", _("Generated painting")

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=11, choices=Kind)
    candidate = models.ForeignKey(
        "restoration.Candidate", on_delete=models.PROTECT, null=True, blank=True, related_name="releases"
    )
    painting = models.ForeignKey(
        "generation.Painting", on_delete=models.PROTECT, null=True, blank=True, related_name="releases"
    )
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="releases")
    master = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mask = models.ForeignKey("restoration.Mask", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-prepared_at"]
        constraints = [
            models.UniqueConstraint(fields=["artwork", "number"], name="release_number_once"),
            models.UniqueConstraint(
                fields=["artwork", "kind"], condition=Q(state="published"), name="one_published_release_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="original", candidate=None, painting=None, master=None, mask=None)
                | Q(kind="restoration", candidate__isnull=False, painting=None, master__isnull=False)
                | Q(kind="painting", candidate=None, painting__isnull=False, master=None, mask=None),
                name="release_is_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "published", "withdrawn", "discarded")), name="release_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "discarded"), published_by=None, published_at=None)
                | Q(state__in=("published", "withdrawn"), published_by__isnull=False, published_at__isnull=False),
                name="release_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(~Q(state="withdrawn"), withdrawn_by=None, withdrawn_at=None, withdrawn_because="")
                | Q(
                    Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                    ~Q(withdrawn_because=""),
                ),
                name="release_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} · {self.number}"

    @property
    def collection(self):
        return self.artwork.collection

    @property
    def shown(self) -> dict[str, Any]:
        """What a visitor is told, as `content.content_of` gave it when it was approved."""
        return json.loads(self.content)
