"""What a release rests on. Rows are bound to one content hash and only ever added: the database refuses the rest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from .releases import Release

CHECKS = ("panel", "provenance", "anchor", "rights", "sacred")
OUTCOMES = ("passed", "blocked", "not_needed")


class Evidence(models.Model):
    """What one check said of a release with this content; the newest of each check counts.

    `reason` is the sentence as the code has it, `words` fill its places: so it is said in the language of who reads.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=10)  # of the check
    content_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=1000)
    words = models.JSONField(default=dict, blank=True)
    who = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(name__in=CHECKS), name="evidence_of_a_check"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="evidence_outcome_known"),
        ]
        indexes = [models.Index(fields=["release", "name", "-id"], name="evidence_newest")]

    def __str__(self) -> str:
        return f"{self.release} {self.name}: {self.outcome}"

    @property
    def collection(self):
        return self.release.collection

    @property
    def sentence(self) -> str:
        """The reason in the language of the page."""
        return gettext(self.reason) % self.words if self.words else gettext(self.reason)


class Signature(models.Model):
    """That a person looked at exactly this content and stands for it. Two different people are needed."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="signatures")
    content_hash = models.CharField(max_length=64)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "content_hash", "signer"], name="signed_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.signer}"

    @property
    def collection(self):
        return self.release.collection


class Confirmation(models.Model):
    """That who signed saw to it that a consultant's conditions are met. Both rows are of the same content and never
    change, so it says which words were confirmed."""

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="confirmations")
    consultation = models.ForeignKey("guardrails.Consultation", on_delete=models.PROTECT, related_name="confirmations")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["signature", "consultation"], name="condition_confirmed_once_a_signature")
        ]

    def __str__(self) -> str:
        return f"{self.signature}: {self.consultation_id}"

    @property
    def collection(self):
        return self.signature.collection
