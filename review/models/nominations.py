"""What leads to an expert review: candidates that somebody wants a panel to look at."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Nomination(models.Model):
    """A picked candidate that waits for a coordinator to take it into a study. A candidate has one live nomination at
    most; one that was withdrawn stays as a record, and the candidate can be nominated again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a study")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        TAKEN = "taken", _("Taken into a study")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey("restoration.Candidate", on_delete=models.CASCADE, related_name="nominations")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # who withdrew it or took it
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=~Q(state="withdrawn"), name="one_live_nomination_a_candidate"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_by=None, ended_at=None)
                | Q(Q(state__in=("withdrawn", "taken")), ended_by__isnull=False, ended_at__isnull=False),
                name="nomination_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.get_state_display()}"

    @property
    def collection(self):
        return self.candidate.restoration.artwork.collection
