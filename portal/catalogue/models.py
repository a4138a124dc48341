"""What a museum keeps: collections, artworks, and the sealed picture files that show them."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

MAX_MM = 1_000_000  # a kilometre of scroll


class Period(models.Model):
    """A dynasty or period with its years, as data that operators extend. Years before the common era are negative."""

    OPEN_END = 9999  # end_year of a period that has not ended

    key = models.SlugField(unique=True)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)
    start_year = models.IntegerField()
    end_year = models.IntegerField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["start_year", "end_year"]
        constraints = [models.CheckConstraint(condition=Q(end_year__gte=F("start_year")), name="period_years_ordered")]

    def __str__(self) -> str:
        name = self.name_zh if (get_language() or "").startswith("zh") else self.name_en
        return f"{name} ({self.start_year}–{'' if self.end_year == self.OPEN_END else self.end_year})"


class Collection(models.Model):
    """A body of works under one set of grants."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=5000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "created_at"]

    def __str__(self) -> str:
        return self.name


class SealedError(Exception):
    """A program tried to alter a sealed picture. No mistake of a person: nothing on the site offers it."""


class Picture(models.Model):
    """A sealed image file: a master or a candidate. Its bytes never change; the row says what they are.

    Width and height are those of the upright picture, in pixels. ``pyramid`` and ``thumbnail`` are derivatives for
    viewing and may be made anew; the rest of a row may not change: `save` refuses it, and so does the database (0002).
    """

    class Format(models.TextChoices):
        TIFF = "tiff", "TIFF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        WEBP = "webp", "WebP"
        PSD = "psd", "PSD"

    notices: tuple[str, ...] = ()  # of whoever just sealed it: what to know of how the file was taken

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="pictures")
    file = models.FileField(upload_to="", max_length=300)
    original_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    format = models.CharField(max_length=8, choices=Format)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bands = models.PositiveSmallIntegerField()  # 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA
    bit_depth = models.PositiveSmallIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)  # as stored in the file, EXIF 1 to 8
    icc_name = models.CharField(max_length=200, blank=True)
    dpi_x = models.FloatField(null=True, blank=True)
    dpi_y = models.FloatField(null=True, blank=True)
    pyramid = models.FileField(upload_to="", max_length=300)
    thumbnail = models.FileField(upload_to="", max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "sha256"], name="picture_once_per_collection"),
            models.CheckConstraint(condition=Q(bands__range=(1, 4)), name="picture_bands_known"),
            models.CheckConstraint(condition=Q(bit_depth__in=(8, 16)), name="picture_depth_known"),
        ]

    def __str__(self) -> str:
        return f"{self.original_name or self.sha256[:12]} ({self.width}×{self.height})"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding and (changed := self._altered()):
            raise SealedError(f"The picture {self.pk} is sealed; {', '.join(changed)} cannot change.")
        super().save(*args, **kwargs)

    def _altered(self) -> list[str]:
        names = [f.attname for f in self._meta.concrete_fields if f.name not in ("id", "pyramid", "thumbnail")]
        stored = type(self).objects.filter(pk=self.pk).values(*names).first() or {}
        return [name for name in names if name in stored and str(stored[name]) != str(getattr(self, name))]


class Rights(models.TextChoices):
    """Rights statements by URI: RightsStatements.org and Creative Commons, with http as their vocabularies write it."""

    PDM = "http://creativecommons.org/publicdomain/mark/1.0/", _("Public domain mark")
    CC0 = "http://creativecommons.org/publicdomain/zero/1.0/", _("CC0")
    CC_BY = "http://creativecommons.org/licenses/by/4.0/", _("CC BY 4.0")
    CC_BY_SA = "http://creativecommons.org/licenses/by-sa/4.0/", _("CC BY-SA 4.0")
    CC_BY_NC = "http://creativecommons.org/licenses/by-nc/4.0/", _("CC BY-NC 4.0")
    IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/", _("In copyright")
    NO_COPYRIGHT_OTHER = "http://rightsstatements.org/vocab/NoC-OKLR/1.0/", _("No copyright, other legal restrictions")
    UNDETERMINED = "http://rightsstatements.org/vocab/UND/1.0/", _("Copyright undetermined")
    NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/", _("Copyright not evaluated")


class Artwork(models.Model):
    """One work of a collection as the museum catalogues it. ``master`` is its best photograph, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="artworks")
    title = models.CharField(_("title"), max_length=300)
    title_zh = models.CharField(_("Chinese title"), max_length=300, blank=True)
    maker = models.CharField(_("maker"), max_length=200, blank=True)
    period = models.ForeignKey(
        Period, verbose_name=_("period"), on_delete=models.PROTECT, null=True, blank=True, related_name="artworks"
    )
    date_text = models.CharField(_("date"), max_length=100, blank=True)
    school = models.CharField(_("school"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    technique = models.CharField(_("technique"), max_length=200, blank=True)
    subjects = models.CharField(_("subjects"), max_length=500, blank=True, help_text=_("Separate terms with commas."))
    medium = models.CharField(_("medium"), max_length=200, blank=True)
    height_mm = models.PositiveIntegerField(
        _("height (mm)"), null=True, blank=True, validators=[MaxValueValidator(MAX_MM)]
    )
    width_mm = models.PositiveIntegerField(
        _("width (mm)"), null=True, blank=True, validators=[MaxValueValidator(MAX_MM)]
    )
    holder = models.CharField(_("holder"), max_length=200, blank=True)
    accession_number = models.CharField(_("accession number"), max_length=100, blank=True)
    credit_line = models.CharField(_("credit line"), max_length=300, blank=True)
    rights = models.URLField(_("rights statement"), choices=Rights, default=Rights.NOT_EVALUATED, max_length=200)
    sacred = models.BooleanField(
        _("sacred imagery"), default=False, help_text=_("A cultural consultant must validate any publication.")
    )
    master = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="artworks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "accession_number"],
                condition=~Q(accession_number=""),
                name="accession_once",
                violation_error_message=_("Another artwork of this collection has this accession number."),
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh if self.title_zh and (get_language() or "").startswith("zh") else self.title
