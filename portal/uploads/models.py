"""Files on their way into the catalogue, the tables that say what they show, and manifests of other museums."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """One file that a person is sending, or has sent and not used yet. Nobody but its owner sees it.

    The first ``offset`` of ``size`` bytes are here. While it is received they lie in `parts.folder()`; then in storage
    as ``file``, until the upload is used. ``sha256`` is of the whole, ``problem`` why it is no acceptable picture,
    ``notice`` what to know about it, both one English sentence. ``artwork`` is what it became the photograph of.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("Arriving")
        COMPLETE = "complete", _("Here")
        USED = "used", _("Brought in")

    LIVE = (State.RECEIVING, State.COMPLETE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    declared_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="", max_length=300, blank=True)
    kind = models.CharField(max_length=40, blank=True)  # such as "TIFF, 8000 × 6000, 16 bit"
    problem = models.TextField(blank=True)
    notice = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)
    artwork = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "created_at"]
        indexes = [
            models.Index(fields=["owner", "collection", "state"], name="upload_at_hand"),
            models.Index(fields=["expires_at"], name="upload_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("size")), name="upload_within_size"),
            models.CheckConstraint(condition=Q(state__in=["receiving", "complete", "used"]), name="upload_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset}/{self.size})"

    @property
    def expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def share(self) -> float:
        """How much of it is here, 0 to 1."""
        return self.offset / self.size if self.size else 1.0

    @property
    def shown_state(self) -> str:
        """As the page calls it: what arrives stands still until its file is chosen again."""
        if self.state == self.State.RECEIVING:
            return "stopped"
        return "problem" if self.problem else "here"


class Delivery(models.Model):
    """What a person brings in at once: the files at hand, and the rows of the table that says what they show.

    ``columns`` and ``rows`` are the table's cells as text, the first row being ``first_line`` of the file; both are
    empty when there is no table, and then every file becomes a work of its own name. ``job`` brings it in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries")
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="deliveries")
    table_name = models.CharField(max_length=255, blank=True)
    columns = models.JSONField(default=list, blank=True)
    rows = models.JSONField(default=list, blank=True)
    job = models.OneToOneField(
        "gpu_workers.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="delivery"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.table_name or '—'} ({len(self.rows)})"


class Manifest(models.Model):
    """A IIIF manifest of another museum that a person looks at and brings works in from. Nobody else sees it.

    The light worker reads it: ``work`` is then what it says, with its canvases (`iiif.remembering`); ``problem`` why it
    could not be read, one English sentence. ``chosen`` are the numbers of the canvases to bring in, ``left_out`` why
    some were not (number → English sentence), ``job`` what brings them in.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("To be read")
        READ = "read", _("Read")
        REFUSED = "refused", _("Not readable")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manifests")
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="manifests")
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    taken_at = models.DateTimeField(null=True, blank=True)  # by the worker that reads it
    work = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True)
    chosen = models.JSONField(default=list, blank=True)
    left_out = models.JSONField(default=dict, blank=True)
    job = models.OneToOneField(
        "gpu_workers.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="manifest"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="manifest_to_read")]

    def __str__(self) -> str:
        return self.url


class Origin(models.Model):
    """Where a work was brought in from: a canvas of a manifest. ``key`` is the SHA-256 of the canvas's URI."""

    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="origins")
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="origins")
    key = models.CharField(max_length=64)
    canvas = models.CharField(max_length=2000)
    manifest = models.CharField(max_length=2000)
    picture = models.CharField(max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["collection", "key"], name="origin_once_per_collection")]

    def __str__(self) -> str:
        return self.canvas
