"""What weights were trained on, what others own, and what a rights officer has cleared."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

HASH = 64  # hexadecimal digits of a SHA-256
PERCEPTUAL = 16  # of a perceptual hash


class Register(models.Model):
    """The training samples of one set of weights, known by the SHA-256 over its files. Importing again replaces it."""

    name = models.CharField(max_length=60)
    weights_sha256 = models.CharField(max_length=HASH, unique=True)
    file_sha256 = models.CharField(max_length=HASH)  # of the table it came from
    count = models.PositiveIntegerField()
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RegisterSample(models.Model):
    """One picture that weights were trained on. No picture is kept, only what tells it again (`likeness.py`).

    perceptual: 16 hexadecimal digits, or "" where the picture was not at hand. description: `likeness.SIZE` bytes or
    none.
    """

    class Standing(models.TextChoices):
        OPEN = "open", _("Free to use")
        UNSTATED = "unstated", _("Not stated for the photograph")
        RESERVED = "reserved", _("Rights reserved")

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="samples")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=HASH)
    perceptual = models.CharField(max_length=PERCEPTUAL, blank=True)
    description = models.BinaryField(default=bytes)
    file = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    rights = models.CharField(max_length=300, blank=True)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.UNSTATED)
    opted_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="sample_number_once")]
        indexes = [models.Index(fields=["sha256"], name="sample_sha256")]

    def __str__(self) -> str:
        return self.title

    @property
    def reserved(self) -> bool:
        """Whether somebody keeps the rights, or has said that it may not be used for training."""
        return self.opted_out or self.standing == self.Standing.RESERVED


class CopyrightList(models.Model):
    """A list of somebody else's works, read from a file. Importing one of the same name again replaces it."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    source = models.CharField(_("source"), max_length=300)
    count = models.PositiveIntegerField(default=0)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CopyrightEntry(models.Model):
    """One work of such a list, told by the hash of a file, by a perceptual hash, or by both."""

    listed_in = models.ForeignKey(CopyrightList, on_delete=models.CASCADE, related_name="entries")
    title = models.CharField(max_length=300)
    owner = models.CharField(max_length=300, blank=True)
    statement = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=HASH, blank=True)
    perceptual = models.CharField(max_length=PERCEPTUAL, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(sha256="", perceptual=""), name="listed_work_can_be_told")]
        indexes = [models.Index(fields=["sha256"], name="listed_sha256")]

    def __str__(self) -> str:
        return self.title


class Likeness(models.Model):
    """How a sealed picture of this site is told again; made when it is first asked for."""

    picture = models.OneToOneField("catalogue.Picture", on_delete=models.CASCADE, related_name="likeness")
    version = models.PositiveSmallIntegerField()
    perceptual = models.CharField(max_length=PERCEPTUAL)
    mirrored = models.CharField(max_length=PERCEPTUAL)
    description = models.BinaryField()
    description_mirrored = models.BinaryField()

    def __str__(self) -> str:
        return str(self.picture_id)


class Clearance(models.Model):
    """What a rights officer decided of a release with this content. Rows are only ever added; the newest counts."""

    release = models.ForeignKey("guardrails.Release", on_delete=models.PROTECT, related_name="clearances")
    content_hash = models.CharField(max_length=HASH)
    cleared = models.BooleanField()
    reason = models.TextField(max_length=2000)
    near = models.JSONField(default=list)  # what the officer was shown
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="clearance_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.release}: {self.cleared}"

    @property
    def collection(self):
        return self.release.artwork.collection
