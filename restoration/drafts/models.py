"""Masks that somebody is drawing: a draft, its tiles, and the patches that it has taken in."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from gpu_workers.engines.contract import MAX_FEATHER


class MaskDraft(models.Model):
    """What one person draws on one master, until it is saved as a mask or discarded. Nobody else sees it.

    `revision` rises with every patch. While `saved_as` is empty the draft is active; a saved one has no tiles any more
    and stays so that saving again, or drawing on in another window, can be told what became of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="mask_drafts")
    master = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="mask_drafts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mask_drafts")
    based_on = models.ForeignKey(
        "restoration.Mask", on_delete=models.SET_NULL, null=True, blank=True, related_name="drawn_on"
    )
    revision = models.PositiveIntegerField(default=0)
    feather = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MAX_FEATHER)])
    note = models.CharField(max_length=500, blank=True)
    saved_as = models.OneToOneField(
        "restoration.Mask", on_delete=models.CASCADE, null=True, blank=True, related_name="draft"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "artwork"], condition=Q(saved_as=None), name="one_active_draft_each"
            ),
            models.CheckConstraint(condition=Q(feather__lte=MAX_FEATHER), name="draft_feather_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} · {self.revision}"

    @property
    def collection(self):
        return self.artwork.collection


class DraftTile(models.Model):
    """One square of a draft that was ever marked, as it was at its latest `revision`.

    png: 8-bit gray, labels 0 to 4, 512 pixels a side but at the right and lower edge. marked: how many are damaged; a
    tile that was wiped clean stays with 0, so that other windows hear of it.
    """

    draft = models.ForeignKey(MaskDraft, on_delete=models.CASCADE, related_name="tiles")
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    marked = models.PositiveIntegerField()
    png = models.BinaryField()

    class Meta:
        ordering = ["y", "x"]
        constraints = [models.UniqueConstraint(fields=["draft", "y", "x"], name="draft_tile_once")]

    def __str__(self) -> str:
        return f"{self.x}, {self.y}"

    @property
    def collection(self):
        return self.draft.collection


class DraftPatch(models.Model):
    """A patch that a draft has taken in, by the name its sender gave it: sent again, it changes nothing."""

    draft = models.ForeignKey(MaskDraft, on_delete=models.CASCADE, related_name="patches")
    patch = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "patch"], name="draft_patch_once")]

    def __str__(self) -> str:
        return str(self.patch)

    @property
    def collection(self):
        return self.draft.collection
