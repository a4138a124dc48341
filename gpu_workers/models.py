"""Jobs. These rows are the truth about all work of the workers; the broker only wakes them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Job(models.Model):
    """One piece of work for a worker. Status moves only through services.py, by compare-and-swap.

    ``attempts`` counts every start; an attempt may write only while its number is still the count and its lease holds.
    ``sequence`` rises with every progress event; jobs that would compute the same thing have the same ``fingerprint``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Priority(models.IntegerChoices):
        LOW = -1, pgettext_lazy("priority", "Low")
        NORMAL = 0, pgettext_lazy("priority", "Normal")
        HIGH = 1, pgettext_lazy("priority", "High")

    ACTIVE = (Status.QUEUED, Status.RUNNING)
    TERMINAL = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30)  # a name in kinds.KINDS
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="jobs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    priority = models.SmallIntegerField(default=Priority.NORMAL)  # higher first
    pixels = models.PositiveBigIntegerField(null=True, blank=True)  # to work on, of all candidates; None: not counted
    parameters = models.JSONField(default=dict)
    recipe = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    message = models.TextField(blank=True)  # one sentence for a person when it failed
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)  # workers lost over it since a person last queued it
    quarantined = models.BooleanField(default=False)
    cancel_requested = models.BooleanField(default=False)
    worker = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    fraction = models.FloatField(default=0.0)  # 0 to 1
    stage = models.CharField(max_length=200, blank=True)
    preview = models.FileField(upload_to="", max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status", "-priority", "queued_at"], name="job_claim"),
            models.Index(fields=["status", "owner"], name="job_of_person"),
            models.Index(fields=["owner", "-started_at"], name="job_last_start"),
            models.Index(fields=["kind", "status", "-finished_at"], name="job_past"),
            models.Index(fields=["fingerprint"], name="job_fingerprint"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "queued", "running", "succeeded", "failed", "cancelled"]),
                name="job_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(lease_until__isnull=False), name="running_job_has_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.id)[:8]} ({self.status})"


class Attempt(models.Model):
    """One start of a job by one worker, and how it ended."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        LOST = "lost", _("Worker lost")
        CANCELLED = "cancelled", _("Cancelled")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="attempt_set")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=200)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.number}"
