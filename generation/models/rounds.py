"""Paintings made from words, and the rounds in which they are edited."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Round(models.Model):
    """One order: a description painted in some variants, or one painting changed by an instruction.

    The first round of a tree has neither `parent` nor `root`; every other names the painting it changes and the first.
    description: terms, adjectives and extra words of the picture as it shall be (`generation.lexicon.Description`).
    caption: the same as the networks were told it. prompt: what the person wrote. change: of an edit, what
    `generation.services.rounds` was asked for. The work itself is the job's. fresh: on the row a service gives back,
    whether it was made just now; False where the same had been ordered before.
    """

    fresh = False

    class Kind(models.TextChoices):
        PAINT = "paint", _("Painted from words")
        REPLACE = "replace", _("Element replaced")
        RETUNE = "retune", _("Attribute tuned")
        EXTEND = "extend", _("Scene extended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PAINT)
    job = models.OneToOneField("gpu_workers.Job", on_delete=models.CASCADE, related_name="ink_round")
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="ink_rounds")
    root = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="later")
    parent = models.ForeignKey(
        "generation.Painting", on_delete=models.CASCADE, null=True, blank=True, related_name="rounds"
    )
    prompt = models.CharField(_("description"), max_length=500, blank=True)
    language = models.CharField(max_length=2, default="en")
    description = models.JSONField(default=dict)
    caption = models.CharField(max_length=1000)
    change = models.JSONField(default=dict, blank=True)
    count = models.PositiveSmallIntegerField(_("variants"), default=4)
    seed = models.PositiveBigIntegerField(_("seed"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(count__range=(1, 8)), name="one_to_eight_paintings"),
            models.CheckConstraint(
                condition=Q(kind="paint", root__isnull=True, parent__isnull=True)
                | (~Q(kind="paint") & Q(root__isnull=False, parent__isnull=False)),
                name="edits_have_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.caption

    @property
    def first(self) -> "Round":
        """The round its tree began with."""
        return self.root or self


class Painting(models.Model):
    """One variant of a round: the sealed picture, and the tokens it is edited by.

    agreement: cosine of picture and caption by the engine's CLIP. likeness: style similarity to the painting that was
    changed; accuracy: the share of rival captions it agrees less with. region: left, top, width and height of what a
    replacement concerned, as shares of the picture.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="paintings")
    number = models.PositiveSmallIntegerField()
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="ink_paintings")
    tokens = models.FileField(upload_to="", max_length=300)
    tokens_sha256 = models.CharField(max_length=64)
    seed = models.PositiveBigIntegerField()
    agreement = models.FloatField()
    likeness = models.FloatField(null=True, blank=True)
    accuracy = models.FloatField(null=True, blank=True)
    region = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="painting_number_once")]

    def __str__(self) -> str:
        return f"{self.round} · {self.number}"

    @property
    def collection(self):
        return self.round.collection
