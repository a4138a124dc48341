"""Captions of a training corpus that people validate: samples, their scores, an arbiter's decisions."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LOWEST, HIGHEST = 1, 5


class ScoreField(models.PositiveSmallIntegerField):
    """A Likert score from 1 to 5."""

    def __init__(self, *args, **options) -> None:
        options["validators"] = [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
        super().__init__(*args, **options)


class CaptionSample(models.Model):
    """A prepared picture and the caption that was composed for it. It never changes; a new corpus has new samples.

    terms, adjectives: ids of the lexicon; captions are composed from them when they are shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="caption_samples")
    picture = models.FileField(upload_to="", max_length=300)  # WebP of the size the corpus was prepared for
    sha256 = models.CharField(max_length=64)  # of the painting's file
    size = models.PositiveSmallIntegerField()  # pixels along a side of the picture
    title = models.CharField(_("title"), max_length=300, blank=True)
    terms = models.JSONField(default=list)
    adjectives = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sha256"]
        constraints = [models.UniqueConstraint(fields=["collection", "sha256"], name="caption_sample_once")]

    def __str__(self) -> str:
        return self.title or self.sha256[:12]


class CaptionScore(models.Model):
    """How well a caption describes its picture, by one validator."""

    sample = models.ForeignKey(CaptionSample, on_delete=models.CASCADE, related_name="scores")
    validator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = ScoreField(_("score"))
    scored_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "validator"], name="caption_score_once"),
            models.CheckConstraint(condition=Q(score__range=(LOWEST, HIGHEST)), name="caption_score_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.sample}: {self.score}"

    @property
    def collection(self):
        return self.sample.collection


class Arbitration(models.Model):
    """An arbiter's score of a caption on which the validators differ; it stands in place of theirs."""

    sample = models.OneToOneField(CaptionSample, on_delete=models.CASCADE, related_name="arbitration")
    arbiter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = ScoreField(_("score"))
    note = models.CharField(_("reason"), max_length=500, blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__range=(LOWEST, HIGHEST)), name="arbitration_1_to_5")]

    def __str__(self) -> str:
        return f"{self.sample}: {self.score}"

    @property
    def collection(self):
        return self.sample.collection
