"""Presets of orders, orders placed at once, and how pictures look in numbers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Preset(models.Model):
    """Settings of an order under a name: of one person, or, in a collection, of all its curators."""

    class SeedPolicy(models.TextChoices):
        FRESH = "fresh", _("Another seed each time")
        FIXED = "fixed", _("Always this seed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets")
    collection = models.ForeignKey(
        "catalogue.Collection", on_delete=models.CASCADE, null=True, blank=True, related_name="presets"
    )
    engine = models.CharField(_("engine"), max_length=30)
    candidates = models.PositiveSmallIntegerField(_("candidates"), default=2)
    seed_policy = models.CharField(_("seed"), max_length=5, choices=SeedPolicy, default=SeedPolicy.FRESH)
    seed = models.PositiveBigIntegerField(_("seed"), default=0)
    steps = models.PositiveSmallIntegerField(_("steps"), null=True, blank=True)
    prompt = models.CharField(_("text hint"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "name"], name="preset_name_once"),
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(collection=None), name="own_preset_name_once"
            ),
            models.CheckConstraint(condition=Q(candidates__range=(1, 8)), name="preset_one_to_eight"),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Orders that a person placed at once: one work with several engines (`artwork`), or many works with one recipe.

    Sending the same form twice has the same `token` and gives the same batch. `recipe` is what all orders share.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.UUIDField(default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches")
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.CASCADE, related_name="batches")
    artwork = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.CASCADE, null=True, blank=True, related_name="batches"
    )
    recipe = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["owner", "token"], name="batch_once")]

    def __str__(self) -> str:
        return f"{self.artwork or self.collection} · {self.created_at:%Y-%m-%d}"


class BatchItem(models.Model):
    """One order of a batch: placed (`restoration`), refused with a `sentence`, or, with neither, still to be placed.

    `fresh` is False where exactly this had been ordered before; then the restoration is that one.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="+")
    mask = models.ForeignKey("restoration.Mask", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    engine = models.CharField(max_length=30)
    restoration = models.ForeignKey(
        "restoration.Restoration", on_delete=models.CASCADE, null=True, blank=True, related_name="batch_items"
    )
    fresh = models.BooleanField(default=True)
    sentence = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_item_once"),
            models.CheckConstraint(condition=Q(restoration=None) | Q(sentence=""), name="batch_item_placed_or_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.number}"


class Look(models.Model):
    """How a sealed picture looks: `restoration.nearness.describe` of its thumbnail. May be made anew at any time."""

    picture = models.OneToOneField("catalogue.Picture", on_delete=models.CASCADE, primary_key=True, related_name="look")
    version = models.PositiveSmallIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.picture_id)
