"""What a visitor objects to, and what the museum answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Concern(models.Model):
    """One report about a work on show. Nothing of the visitor is kept but what they wrote.

    The answer is read under a private address (`services.concerns.link`); `email`, when given, gets one letter with it.
    """

    class Kind(models.TextChoices):
        FACT = "fact", _("Something said here is wrong")
        CONJECTURE = "conjecture", _("The reconstruction misleads")
        CULTURE = "culture", _("It hurts a culture or a faith")
        RIGHTS = "rights", _("It infringes rights")
        ACCESS = "access", _("I cannot read or use the page")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey("guardrails.Release", on_delete=models.CASCADE, related_name="concerns")
    kind = models.CharField(_("what it is about"), max_length=10, choices=Kind)
    text = models.TextField(_("your words"), max_length=2000)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    letter_due_at = models.DateTimeField(null=True, blank=True)  # next try to send the answer to `email`
    letter_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | Q(~Q(answer=""), answered_by__isnull=False, answered_at__isnull=False),
                name="concern_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release.artwork}: {self.get_kind_display()}"

    @property
    def collection(self):
        return self.release.artwork.collection
