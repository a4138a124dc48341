"""What the API tells coordinators of studies, and takes from them. Pictures have a title or a code, never both."""

from typing import Any

from rest_framework import serializers

from portal.catalogue.models import Collection
from review.models import CalibrationRound, Item, Seat, Study
from review.services.studies import MAX_DIMENSIONS, RULES

MOST_AT_ONCE = 200  # pictures of one kind that one request takes in
LANGUAGES = ["en", "zh-hans"]


class CollectionChoice(serializers.PrimaryKeyRelatedField):
    """A collection that the person may see."""

    def get_queryset(self) -> Any:
        from portal.catalogue.selectors import collections_for

        request = self.context.get("request")
        return collections_for(request.user) if request else Collection.objects.none()


class StudySerializer(serializers.ModelSerializer):
    """A study. `pictures`: how many it has, the benchmark set included; `accepted`: how many experts sit on its panel.
    `frozen_at`: since when nothing that it asks or shows can change.
    """

    pictures = serializers.IntegerField(read_only=True)
    accepted = serializers.IntegerField(read_only=True)

    class Meta:
        model = Study
        fields = [
            "id", "collection", "state", "copied_from", *RULES, "pictures", "accepted", "created_at", "frozen_at",
            "ended_at", "ended_because",
        ]  # fmt: skip
        read_only_fields = fields


class RulesSerializer(serializers.ModelSerializer):
    """Words and rules. `template`: it is there to be copied, and never starts. `calibration_bar`: Kendall's W that the
    panel has to reach. `delphi_change`: mean change in points below which discussion ends. `least_reason`: letters.
    """

    class Meta:
        model = Study
        fields = list(RULES)


class NewStudySerializer(RulesSerializer):
    collection = CollectionChoice(queryset=Collection.objects.none())

    class Meta(RulesSerializer.Meta):
        fields = ["collection", *RULES]


class CopySerializer(serializers.Serializer):
    title = serializers.CharField(max_length=200)


class RubricLevelSerializer(serializers.Serializer):
    text_en = serializers.CharField(max_length=300)
    text_zh = serializers.CharField(max_length=300, allow_blank=True, default="")


class RubricDimensionSerializer(serializers.Serializer):
    """One thing that is scored. `levels`: what 1, 2, 3, 4 and 5 mean, in this order."""

    key = serializers.SlugField(max_length=40)
    weight = serializers.DecimalField(max_digits=4, decimal_places=3, min_value=0, max_value=1)
    name_en = serializers.CharField(max_length=120)
    name_zh = serializers.CharField(max_length=120, allow_blank=True, default="")
    question_en = serializers.CharField(max_length=400)
    question_zh = serializers.CharField(max_length=400, allow_blank=True, default="")
    levels = RubricLevelSerializer(many=True, min_length=5, max_length=5)


class RubricSerializer(serializers.Serializer):
    """The dimensions in the order in which they are asked; their weights add up to exactly 1."""

    dimensions = RubricDimensionSerializer(many=True, min_length=1, max_length=MAX_DIMENSIONS)


class BlockerSerializer(serializers.Serializer):
    """What still blocks the start: a `key` for programs, a `sentence`, `who` can lift it, in which `part`."""

    key = serializers.CharField()
    sentence = serializers.CharField()
    who = serializers.CharField()
    part = serializers.CharField()


class StudyPictureSerializer(serializers.Serializer):
    """A picture of a study: what it is of (`origin`; `source`: the key of the candidate, painting or artwork), never
    under which code the panel knows it. `calibration`: it belongs to the benchmark set.
    """

    id = serializers.UUIDField(source="pk")
    origin = serializers.ChoiceField(choices=Item.Origin.choices)
    source = serializers.UUIDField()
    title = serializers.CharField()
    calibration = serializers.BooleanField()


class Keys(serializers.ListField):
    child = serializers.UUIDField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_AT_ONCE, default=list, **kwargs)


class NewPicturesSerializer(serializers.Serializer):
    """Keys of what is taken in: restorations, generated paintings, authentic works (their photographs)."""

    candidates = Keys()
    paintings = Keys()
    artworks = Keys()
    calibration = serializers.BooleanField(default=False)


class AddedSerializer(serializers.Serializer):
    """What was taken in; a picture that was there already is not among it."""

    added = StudyPictureSerializer(many=True)


class SeatSerializer(serializers.ModelSerializer):
    """A place on the panel, without the number under which its scores stand. `letter`: a letter that has still to
    leave; `reason`: why the expert declined or left.
    """

    class Meta:
        model = Seat
        fields = [
            "id", "email", "name", "language", "expertise", "state", "reason", "letter", "replaces", "invited_at",
            "answered_at", "display_checked_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewSeatSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=150, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")
    expertise = serializers.CharField(max_length=200, allow_blank=True, default="")


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class CloseSerializer(serializers.Serializer):
    even_if_unfinished = serializers.BooleanField(default=False)


class CloseCalibrationSerializer(CloseSerializer):
    """`note`: what the panel is told of its differences, should another round follow."""

    note = serializers.CharField(max_length=5000, allow_blank=True, default="")


class AbandonSerializer(serializers.Serializer):
    because = serializers.CharField(max_length=500)


class CalibrationSerializer(serializers.ModelSerializer):
    """A round over the benchmark set. `w`: Kendall's W of the dimension where it is least, null while the round is open
    or where it cannot be estimated. `statistics`: by dimension W, its p, α, and each expert's severity by number.
    """

    class Meta:
        model = CalibrationRound
        fields = ["number", "opened_at", "closed_at", "w", "passed", "note", "statistics"]
        read_only_fields = fields


class SeatProgressSerializer(serializers.Serializer):
    """How far one expert is: `label` is the number, `done` of `shown` pictures are submitted, `last`: the day on which
    something was saved last.
    """

    label = serializers.IntegerField()
    shown = serializers.IntegerField()
    done = serializers.IntegerField()
    last = serializers.DateField(allow_null=True)


class BoardSerializer(serializers.Serializer):
    """Who has done how much in the open round: no scores, no pictures, no names. `round`: 0 is scoring, 1, 2 … are
    rounds of calibration, null where nothing is scored. `discussion`: its open round, with the scores that lie apart
    (`flagged`), and how many of them were `answered`.
    """

    state = serializers.ChoiceField(choices=Study.State.choices)
    round = serializers.IntegerField(allow_null=True)
    deadline = serializers.DateTimeField(allow_null=True)
    seats = SeatProgressSerializer(many=True)
    discussion = serializers.IntegerField(allow_null=True)
    flagged = serializers.IntegerField()
    answered = serializers.IntegerField()
