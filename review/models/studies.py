"""A study: what a panel is asked, about which pictures, by which rules. All of it freezes at the start."""

import secrets
import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def random_code() -> str:
    """128 random bits as hexadecimal digits: a name that says nothing."""
    return secrets.token_hex(16)


def _here(en: str, zh: str) -> str:
    return zh if zh and (get_language() or "").startswith("zh") else en


class Study(models.Model):
    """One question to one panel. State moves only through `services.studies` and `services.rounds`.

    draft: it is put together, and experts are invited. calibration: everybody scores the benchmark set, round by round,
    until W reaches the bar. scoring: everybody scores every item. delphi: outlying scores are discussed. closed: the
    result stands. abandoned: it ended without one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        CALIBRATION = "calibration", _("Calibration")
        SCORING = "scoring", _("Scoring")
        DELPHI = "delphi", _("Discussion")
        CLOSED = "closed", _("Closed")
        ABANDONED = "abandoned", _("Abandoned")

    OPEN = (State.CALIBRATION, State.SCORING, State.DELPHI)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey("catalogue.Collection", on_delete=models.PROTECT, related_name="studies")
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("Chinese title"), max_length=200, blank=True)
    brief = models.TextField(_("what the experts are told"), max_length=5000, blank=True)
    brief_zh = models.TextField(_("what the experts are told, in Chinese"), max_length=5000, blank=True)
    state = models.CharField(max_length=11, choices=State, default=State.DRAFT)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies")
    template = models.BooleanField(_("a template"), default=False)
    seed = models.PositiveBigIntegerField(default=0)  # of the orders and of the bootstrap
    calibration_bar = models.DecimalField(
        _("Kendall's W that calibration must reach"), max_digits=3, decimal_places=2, default=Decimal("0.85"),
        validators=[MinValueValidator(Decimal("0.50")), MaxValueValidator(Decimal("1.00"))],
    )  # fmt: skip
    calibration_rounds = models.PositiveSmallIntegerField(
        _("calibration rounds at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    delphi_rounds = models.PositiveSmallIntegerField(
        _("rounds of discussion at most"), default=3, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    delphi_change = models.DecimalField(
        _("mean change, in points, below which discussion ends"), max_digits=3, decimal_places=2,
        default=Decimal("0.10"), validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(4))],
    )  # fmt: skip
    least_reason = models.PositiveSmallIntegerField(
        _("least letters of a reason"), default=10, validators=[MaxValueValidator(500)]
    )
    ask_origin = models.BooleanField(_("ask whether a picture is authentic or generated"), default=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    rendition_side = models.PositiveSmallIntegerField(default=0)  # pixels a side of every blind picture; 0 = not made
    frozen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "abandoned")) | Q(frozen_at__isnull=False), name="open_study_is_frozen"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("closed", "abandoned")) | Q(ended_at__isnull=False), name="study_ended_when"
            ),
            models.CheckConstraint(condition=Q(template=False) | Q(state="draft"), name="template_never_runs"),
        ]

    def __str__(self) -> str:
        return _here(self.title, self.title_zh)

    @property
    def told(self) -> str:
        """What the experts are told, in the language of the page."""
        return _here(self.brief, self.brief_zh)


class Dimension(models.Model):
    """One thing that is scored from 1 to 5. The weights of a study add up to exactly 1."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="dimensions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    question_en = models.CharField(max_length=400)
    question_zh = models.CharField(max_length=400, blank=True)
    weight = models.DecimalField(max_digits=4, decimal_places=3)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="dimension_key_once"),
            models.UniqueConstraint(fields=["study", "position"], name="dimension_position_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=1), name="weight_is_a_share"),
        ]

    def __str__(self) -> str:
        return _here(self.name_en, self.name_zh)

    @property
    def question(self) -> str:
        return _here(self.question_en, self.question_zh)

    @property
    def collection(self):
        return self.study.collection


class Level(models.Model):
    """The anchor text of one level of a dimension: what a 1, a 2 … a 5 means."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField()
    text_en = models.CharField(max_length=300)
    text_zh = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "value"], name="level_once"),
            models.CheckConstraint(condition=Q(value__range=(1, 5)), name="level_is_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.value}: {_here(self.text_en, self.text_zh)}"

    @property
    def text(self) -> str:
        return _here(self.text_en, self.text_zh)


class Example(models.Model):
    """A picture that shows what a level means; made as blind pictures are, and frozen with the rubric.

    The file never changes; copies of a study refer to the same one.
    """

    level = models.OneToOneField(Level, on_delete=models.CASCADE, related_name="example")
    file = models.FileField(upload_to="", max_length=300)
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.level)

    @property
    def collection(self):
        return self.level.dimension.study.collection


class Item(models.Model):
    """One picture that is scored. `code` is all that anybody sees of it until the study is unblinded.

    Its origin, one of candidate, painting and artwork (an authentic work), is read by `services.unblinding` and
    `services.renditions` alone. `rendition` is the blind picture: made as those of all other items are.
    """

    class Origin(models.TextChoices):
        CANDIDATE = "candidate", _("Restoration")
        PAINTING = "painting", _("Generated")
        ARTWORK = "artwork", _("Authentic")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=32, default=random_code, unique=True, editable=False)
    calibration = models.BooleanField(default=False)  # belongs to the benchmark set
    origin = models.CharField(max_length=9, choices=Origin)
    candidate = models.ForeignKey(
        "restoration.Candidate", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    painting = models.ForeignKey(
        "generation.Painting", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    artwork = models.ForeignKey(
        "catalogue.Artwork", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    nomination = models.OneToOneField(
        "review.Nomination", on_delete=models.SET_NULL, null=True, blank=True, related_name="item"
    )
    rendition = models.FileField(upload_to="", max_length=300, blank=True)
    rendition_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["code"]  # random, so that the order says nothing
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="candidate", candidate__isnull=False, painting=None, artwork=None)
                | Q(origin="painting", candidate=None, painting__isnull=False, artwork=None)
                | Q(origin="artwork", candidate=None, painting=None, artwork__isnull=False),
                name="item_has_one_origin",
            ),
            models.UniqueConstraint(
                fields=["study", "candidate"], condition=Q(candidate__isnull=False), name="candidate_once_a_study"
            ),
            models.UniqueConstraint(
                fields=["study", "painting"], condition=Q(painting__isnull=False), name="painting_once_a_study"
            ),
            models.UniqueConstraint(
                fields=["study", "artwork"], condition=Q(artwork__isnull=False), name="authentic_work_once_a_study"
            ),
        ]

    def __str__(self) -> str:
        return self.code[:8]

    @property
    def collection(self):
        return self.study.collection


class DeductionTerm(models.Model):
    """A reason for a deduction that experts pick, such as an anachronistic costume; data that operators extend."""

    key = models.SlugField(max_length=60, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    dimension_key = models.SlugField(max_length=40, blank=True)  # offered with this dimension; empty: with all
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["dimension_key", "name_en"]

    def __str__(self) -> str:
        return _here(self.name_en, self.name_zh)
