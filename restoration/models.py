"""Masks of damage, restorations ordered, and the candidates that came back."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gpu_workers.engines.contract import MAX_FEATHER
from restoration.drafts.models import DraftPatch, DraftTile, MaskDraft  # noqa: F401  Django looks for them here
from restoration.ordering.models import Batch, BatchItem, Look, Preset  # noqa: F401  and for these


class Mask(models.Model):
    """One version of the damage map of an artwork's master. The file never changes; a correction is a new version.

    File: 8-bit gray PNG of the upright master's size; 0 intact, 1 loss, 2 crack, 3 stain, 4 fading. A proposal or a
    difference must be confirmed by a person before a restoration may use it. A restoration fades new paint in over
    `feather` pixels inside the border of what is marked.
    """

    class Source(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        DIFFERENCE = "difference", _("Difference from an intact photograph")
        PROPOSED = "proposed", _("Proposed by image analysis")
        DRAWN = "drawn", _("Drawn here")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="masks")
    master = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="masks")
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=12, choices=Source)
    note = models.CharField(_("note"), max_length=500, blank=True)
    file = models.FileField(upload_to="", max_length=300)
    overlay = models.FileField(upload_to="", max_length=300)  # preview: damage in colours over the picture, WebP or PNG
    sha256 = models.CharField(max_length=64)
    coverage = models.JSONField(default=dict)  # damage class → share of the picture, 0 to 1
    changes = models.JSONField(default=dict, blank=True)  # pixels by class since an earlier version: see changes.py
    feather = models.PositiveSmallIntegerField(_("feather"), default=0, validators=[MaxValueValidator(MAX_FEATHER)])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    job = models.OneToOneField(
        "gpu_workers.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="mask"
    )  # that made it, when a worker did

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["artwork", "version"], name="mask_version_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="mask_confirmed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(feather__lte=MAX_FEATHER), name="mask_feather_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} · {self.version}"

    @property
    def collection(self):
        return self.artwork.collection

    @property
    def damaged_pixels(self) -> int:
        """How many pixels of the master are marked, of whatever class."""
        return round(sum(self.coverage.values()) * self.master.width * self.master.height)


class Restoration(models.Model):
    """One order: this artwork, this engine, these parameters. The work itself is the job's.

    Task "fill" fills what the mask marks. Task "colour" brings the colours of an area towards the references and has
    no mask, unless that is the area; `strength` says how far, 0 to 1.
    """

    class Task(models.TextChoices):
        FILL = "fill", _("Restoration")
        COLOUR = "colour", _("Colour reconstruction")

    class Area(models.TextChoices):
        WHOLE = "whole", _("The whole picture")
        PIGMENT = "pigment", _("The painted areas")
        GROUND = "ground", _("The ground")
        MASK = "mask", _("What a mask marks")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=6, choices=Task, default=Task.FILL)
    job = models.OneToOneField("gpu_workers.Job", on_delete=models.CASCADE, related_name="restoration")
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.CASCADE, related_name="restorations")
    master = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="restorations")
    mask = models.ForeignKey(Mask, on_delete=models.PROTECT, null=True, blank=True, related_name="restorations")
    area = models.CharField(_("area"), max_length=7, choices=Area, blank=True)
    strength = models.FloatField(_("strength"), null=True, blank=True)
    style_reference = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.SET_NULL, null=True, blank=True, related_name="referenced_by"
    )
    engine = models.CharField(_("engine"), max_length=30)
    prompt = models.CharField(_("text hint"), max_length=300, blank=True)
    candidates_wanted = models.PositiveSmallIntegerField(_("candidates"), default=2)
    seed = models.PositiveBigIntegerField(_("seed"), default=0)
    steps = models.PositiveSmallIntegerField(_("steps"), null=True, blank=True)
    repeats = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="repeated_by")
    uncertainty = models.FileField(upload_to="", max_length=300, blank=True)  # gray PNG: white where conjecture
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(candidates_wanted__range=(1, 8)), name="one_to_eight_candidates"),
            models.CheckConstraint(
                condition=Q(task="fill", mask__isnull=False, area="", strength__isnull=True)
                | Q(
                    Q(area="mask", mask__isnull=False) | Q(area__in=("whole", "pigment", "ground"), mask__isnull=True),
                    task="colour",
                    strength__isnull=False,
                    strength__range=(0, 1),
                    prompt="",
                    style_reference__isnull=True,
                    steps__isnull=True,
                    candidates_wanted=1,
                ),
                name="each_task_has_its_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} · {self.engine}"

    @property
    def collection(self):
        return self.artwork.collection


class Reference(models.Model):
    """A well-kept work that a colour reconstruction leans on, and the SHA-256 of its master when it was ordered."""

    restoration = models.ForeignKey(Restoration, on_delete=models.CASCADE, related_name="references")
    number = models.PositiveSmallIntegerField()
    artwork = models.ForeignKey("catalogue.Artwork", on_delete=models.SET_NULL, null=True, related_name="recoloured")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["restoration", "number"], name="reference_number_once"),
            models.UniqueConstraint(fields=["restoration", "artwork"], name="reference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork or self.sha256[:12]}"

    @property
    def collection(self):
        return self.restoration.artwork.collection


class Candidate(models.Model):
    """One restored picture. ``outside_max`` is the largest difference outside the area: 0, proven before saving.

    A colour reconstruction brings evidence: `measures` (see `gpu_workers.engines.reconstruction`), and two gray PNGs of
    at most 2000 pixels a side: `difference` (level = 5 times ΔE, CIEDE2000) and `structure` (255 = kept, SSIM 1).
    """

    class Judgement(models.TextChoices):
        NONE = "", _("Not judged")
        PICKED = "picked", _("Picked")
        REJECTED = "rejected", _("Rejected")

    class Reason(models.TextChoices):
        """Why a candidate was rejected, in the words of those who look."""

        MOTIF = "motif", _("Invented motif")
        COLOUR = "colour", _("Colour cast")
        SEAM = "seam", _("Visible seam")
        BRUSHWORK = "brushwork", _("Wrong brushwork")
        BLURRED = "blurred", _("Blurred")
        GROUND = "ground", _("Silk or paper does not match")
        DAMAGE = "damage", _("Damage still shows")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restoration = models.ForeignKey(Restoration, on_delete=models.CASCADE, related_name="candidates")
    number = models.PositiveSmallIntegerField()
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.PROTECT, related_name="candidates")
    seed = models.PositiveBigIntegerField()
    changed_pixels = models.PositiveBigIntegerField()
    outside_max = models.PositiveIntegerField(default=0)
    seam = models.FloatField(null=True, blank=True)  # gradient at the mask's border over that around it; 1 = unseen
    measures = models.JSONField(default=dict, blank=True)
    difference = models.FileField(upload_to="", max_length=300, blank=True)
    structure = models.FileField(upload_to="", max_length=300, blank=True)
    judgement = models.CharField(max_length=10, choices=Judgement, default=Judgement.NONE, blank=True)
    judgement_reason = models.CharField(max_length=10, choices=Reason, blank=True)  # of a rejection
    judgement_note = models.CharField(max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["restoration", "number"], name="candidate_number_once"),
            models.CheckConstraint(condition=Q(outside_max=0), name="nothing_changed_outside_the_mask"),
            models.CheckConstraint(
                condition=Q(difference="", structure="") | (~Q(difference="") & ~Q(structure="")),
                name="both_maps_or_none",
            ),
            models.CheckConstraint(
                condition=Q(Q(judgement="rejected"), ~Q(judgement_reason=""))
                | Q(~Q(judgement="rejected"), judgement_reason=""),
                name="a_rejection_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.restoration} · {self.number}"

    @property
    def collection(self):
        return self.restoration.artwork.collection


class Judgement(models.Model):
    """One judgement of a candidate by a person, the latest first; rows are only ever added. The candidate itself holds
    the present one. An empty `judgement` took the earlier one back. `at` is empty where nobody wrote it down.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="judgements")
    judgement = models.CharField(max_length=10, choices=Candidate.Judgement, blank=True)
    reason = models.CharField(max_length=10, choices=Candidate.Reason, blank=True)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.get_judgement_display()}"

    @property
    def collection(self):
        return self.candidate.restoration.artwork.collection
