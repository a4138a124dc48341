"""What the API tells experts of sheets and discussions, and takes from them: allow-lists like those of `panel`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from review.models import Sheet
from review.services.delphi import LEAST_ARGUMENT, MAX_ARGUMENT
from review.services.sheets import MAX_COMMENT, MAX_DEDUCTIONS, MAX_SECONDS, MAX_TEXT


class AnchorSerializer(serializers.Serializer):
    value = serializers.IntegerField()
    text = serializers.CharField()


class DeductionTermSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()


class QuestionSerializer(serializers.Serializer):
    """One dimension in your language: its levels, and the terms that explain a deduction."""

    key = serializers.CharField()
    name = serializers.CharField()
    question = serializers.CharField()
    levels = AnchorSerializer(many=True)
    terms = DeductionTermSerializer(many=True)


class DeductionSerializer(serializers.Serializer):
    """A term of the lexicon, words, or both; `region`: left, top, width and height as shares of the picture."""

    term = serializers.CharField(allow_null=True, required=False)
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, required=False)
    region = serializers.ListField(child=serializers.FloatField(), allow_null=True, required=False)


class ContentSerializer(serializers.Serializer):
    """Answers to one picture; the form in which they are described, while the service judges them. `scores`: dimension
    → 1 to 5, null for “cannot judge”; a dimension that is missing is not answered. `deductions`: dimension → reasons.
    `recognised`: you know the work, so the scores do not count as blind. `seconds`: how long you looked.
    """

    scores = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=5, allow_null=True), required=False
    )
    deductions = serializers.DictField(
        child=serializers.ListField(child=DeductionSerializer(), max_length=MAX_DEDUCTIONS), required=False
    )
    recognised = serializers.BooleanField(required=False)
    guess = serializers.ChoiceField(choices=Sheet.Guess.choices, allow_blank=True, required=False)
    comment = serializers.CharField(max_length=MAX_COMMENT, allow_blank=True, required=False)
    seconds = serializers.IntegerField(min_value=0, max_value=MAX_SECONDS, required=False)


@extend_schema_field(ContentSerializer)
class Content(serializers.JSONField):
    """Answers as they came: the service says what is wrong with them."""


class SheetSerializer(serializers.Serializer):
    """Your answers to one picture. `open`: whether they can still be changed, unless they are `submitted`."""

    code = serializers.CharField()
    position = serializers.IntegerField()
    round = serializers.IntegerField()
    open = serializers.BooleanField()
    version = serializers.IntegerField()
    submitted = serializers.BooleanField()
    saved_at = serializers.DateTimeField(allow_null=True)
    content = Content()


class SaveSerializer(serializers.Serializer):
    """`version`: the one that you have seen, 0 at first; `request`: a UUID of your choice, so that a request which is
    sent twice counts once.
    """

    content = Content()
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    request = serializers.UUIDField()


class DiscussionSerializer(serializers.Serializer):
    """A dimension of one picture on which the scores lie apart. `flagged`: yours lies far from the others, so that it
    waits for you until it is `answered`; where it is not, you may answer.
    """

    id = serializers.IntegerField()
    code = serializers.CharField(allow_null=True)
    round = serializers.IntegerField()
    dimension = serializers.CharField()
    flagged = serializers.BooleanField()
    answered = serializers.BooleanField()


class DiscussionDetailSerializer(DiscussionSerializer):
    """With what you may know of the others. `own`: your score; `counts`: how many gave 1, 2, 3, 4 and 5, yours among
    them; `said`: reasons and arguments of the others, sorted by what they say; `text`: what you have said.
    """

    question = serializers.CharField()
    own = serializers.IntegerField(allow_null=True)
    counts = serializers.ListField(child=serializers.IntegerField())
    said = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField(allow_blank=True)


class AnswerSerializer(serializers.Serializer):
    text = serializers.CharField(min_length=LEAST_ARGUMENT, max_length=MAX_ARGUMENT)


class ArgueSerializer(AnswerSerializer):
    """`after`: your score from now on; the same as before keeps it."""

    after = serializers.IntegerField(min_value=1, max_value=5)


def discussion(argument: Any, code: str | None) -> dict[str, Any]:
    """One's own place in a discussion, field by field."""
    about = argument.discussion
    return {
        "id": argument.pk,
        "code": code,
        "round": about.round,
        "dimension": str(about.dimension),
        "question": about.dimension.question,
        "flagged": argument.flagged,
        "answered": argument.answered_at is not None,
        "text": argument.text,
    }
