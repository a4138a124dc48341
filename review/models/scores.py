"""What experts say of items: answers that save themselves, their revisions, and the discussion of outlying ones."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import Presentation, Seat
from .studies import DeductionTerm, Dimension, Item, Study


class Sheet(models.Model):
    """The answers of one expert to one item: a draft until it is submitted, and then final.

    `version` rises with every save; who saves must know the present one, so that two tabs lose nothing. The unit of
    submission: all dimensions at once. recognised: the expert knows the work, so the scores do not count as blind.
    """

    class Guess(models.TextChoices):
        NONE = "", _("Not answered")
        AUTHENTIC = "authentic", _("Authentic")
        GENERATED = "generated", _("Generated or restored by a program")
        UNSURE = "unsure", _("Cannot tell")

    presentation = models.OneToOneField(Presentation, on_delete=models.CASCADE, related_name="sheet")
    version = models.PositiveIntegerField(default=0)
    recognised = models.BooleanField(default=False)
    guess = models.CharField(max_length=9, choices=Guess, default=Guess.NONE, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    seconds = models.PositiveIntegerField(default=0)  # that the page was in front of the expert
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.presentation)

    @property
    def collection(self):
        return self.presentation.seat.study.collection

    @property
    def holder_id(self):
        return self.presentation.holder_id


class Score(models.Model):
    """One number, or that the expert cannot judge: then `value` is None. No row: not answered."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "dimension"], name="score_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__range=(1, 5)), name="score_is_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.value}"


class Deduction(models.Model):
    """Why a score lies below 5: a term, words, and where in the picture (left, top, width, height, as shares)."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="deductions")
    term = models.ForeignKey(DeductionTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=1000, blank=True)
    region = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(term__isnull=False) | ~Q(text=""), name="deduction_says_something")
        ]

    def __str__(self) -> str:
        return str(self.term or self.text[:60])


class Revision(models.Model):
    """What a sheet said at one time, as JSON; rows are only ever added (a trigger of the database sees to it)."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    submitted = models.BooleanField(default=False)
    delphi_round = models.PositiveSmallIntegerField(default=0)  # in which it was made; 0 = scoring or calibration
    request = models.UUIDField(null=True, blank=True)  # of the save, so that one sent twice is one
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "version"], name="revision_once"),
            models.UniqueConstraint(
                fields=["sheet", "request"], condition=Q(request__isnull=False), name="request_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.version}"


class CalibrationRound(models.Model):
    """One round over the benchmark set: W decides, α and each expert's bias stand beside it."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="calibrations")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    w = models.FloatField(null=True, blank=True)  # the least over the dimensions; None while open or not estimable
    passed = models.BooleanField(default=False)
    statistics = models.JSONField(default=dict, blank=True)
    note = models.TextField(max_length=5000, blank=True)  # what the panel is told of the differences

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="calibration_round_once")]

    def __str__(self) -> str:
        return f"{self.study} {self.number}"

    @property
    def collection(self):
        return self.study.collection


class Discussion(models.Model):
    """One item and dimension on which scores lie apart: who is flagged, and what was argued, round by round."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="discussions")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="discussions")
    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="discussions")
    round = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "dimension", "round"], name="discussion_once")]

    def __str__(self) -> str:
        return f"{self.item} · {self.dimension} · {self.round}"

    @property
    def collection(self):
        return self.study.collection


class Argument(models.Model):
    """What one expert said in a discussion. A flagged one must keep or change the own score; others may answer.

    before, after: the score, equal when it is kept; None for those who are not flagged. Others read it without a name.
    """

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="arguments")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="arguments")
    flagged = models.BooleanField(default=False)
    z = models.FloatField(null=True, blank=True)
    before = models.PositiveSmallIntegerField(null=True, blank=True)
    after = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["discussion", "seat"], name="argument_once")]

    def __str__(self) -> str:
        return f"{self.discussion} · {self.seat}"

    @property
    def collection(self):
        return self.discussion.study.collection

    @property
    def holder_id(self):
        return self.seat.holder_id
