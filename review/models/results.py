"""What a study came to, frozen in two parts; and that two people lifted its blindness between them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .studies import Study


class Result(models.Model):
    """The statistics of a closed study, on codes. It never changes: `data_sha256` is of the scores that it rests on."""

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="result")
    statistics = models.JSONField()
    seed = models.PositiveBigIntegerField()
    draws = models.PositiveIntegerField()
    code_version = models.CharField(max_length=100)
    data_sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.study)

    @property
    def collection(self):
        return self.study.collection


class Unblinding(models.Model):
    """One person asks, another one agrees; only then may anybody see what the codes stand for."""

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="unblinding")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=500)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(agreed_by=F("asked_by")), name="unblinded_by_two_people"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="unblinding_agreed_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.study)

    @property
    def collection(self):
        return self.study.collection


class Disclosure(models.Model):
    """The second part of a result, added once two people have lifted the blindness; it never changes either.

    `data_sha256` is of the scores, of what the items are, and of what the experts took them for.
    """

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="disclosure")
    statistics = models.JSONField()
    seed = models.PositiveBigIntegerField()
    draws = models.PositiveIntegerField()
    code_version = models.CharField(max_length=100)
    data_sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.study)

    @property
    def collection(self):
        return self.study.collection
