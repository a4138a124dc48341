"""What scholars let pass although it is of another period, in writing."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class AnchorException(models.Model):
    """A scholar's reason why a reference or a word of another period suits this work all the same.

    Bound to the work and to exactly one of a reference, a term, and a period that a text names. It can be taken back,
    and stays as a record.
    """

    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="anchor_exceptions")
    reference = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.CASCADE, null=True, blank=True, related_name="excepted_for"
    )
    term = models.ForeignKey("guardrails.AnchorTerm", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    period = models.ForeignKey("catalogue.Period", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reference__isnull=False, term=None, period=None)
                | Q(reference=None, term__isnull=False, period=None)
                | Q(reference=None, term=None, period__isnull=False),
                name="exception_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="exception_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artwork}: {self.subject}"

    @property
    def subject(self):
        """What is let pass: a work, a term or a period."""
        return self.reference or self.term or self.period

    @property
    def collection(self):
        return self.artwork.collection
