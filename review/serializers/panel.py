"""What the API tells experts of their seats: allow-lists, field by field. A new field of a row is not told by itself.

Pictures have the codes of one expert alone; no key, title, origin or order of anything else. A test keeps the list.
"""

from rest_framework import serializers

from review.models import Seat, Study
from review.services.people import GRAY_STEPS

SHEET_STATES = ["open", "begun", "submitted"]


class OwnSeatSerializer(serializers.Serializer):
    """Your place on a panel, or an invitation that you have not answered (`state`)."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Seat.State.choices)
    title = serializers.CharField(source="study.__str__")
    study_state = serializers.ChoiceField(choices=Study.State.choices, source="study.state")
    deadline = serializers.DateTimeField(source="study.deadline", allow_null=True)


class OwnTasksSerializer(OwnSeatSerializer):
    """With what there is to do. `conflicts`: pictures about which you have not said whether there is a conflict of
    interest; `display`: the display has still to be checked. `round`: 0 is scoring, 1, 2 … are rounds of calibration,
    null where nothing can be scored; `done` of its `shown` pictures are submitted. `waits`: the study waits for you.
    """

    brief = serializers.CharField(source="study.told")
    conflicts = serializers.IntegerField()
    display = serializers.BooleanField()
    round = serializers.IntegerField(allow_null=True)
    shown = serializers.IntegerField()
    done = serializers.IntegerField()
    waits = serializers.BooleanField()


class OwnReasonSerializer(serializers.Serializer):
    """`reason`: for the coordinator alone."""

    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class AskedSerializer(serializers.Serializer):
    """A picture, by a name that serves for this question alone, and your answer: null is not asked yet. `known`: the
    portal knows of your part in it, so nothing is asked.
    """

    code = serializers.CharField()
    conflict = serializers.BooleanField(allow_null=True)
    known = serializers.BooleanField()


class ConflictsSerializer(serializers.Serializer):
    """`answers`: code → whether there is a conflict; `note`: what it is, for the coordinator alone."""

    answers = serializers.DictField(child=serializers.BooleanField())
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class DisplaySerializer(serializers.Serializer):
    """How many of ten steps of gray you can tell apart at the dark and at the light end; the screen in pixels."""

    dark = serializers.IntegerField(min_value=0, max_value=GRAY_STEPS)
    light = serializers.IntegerField(min_value=0, max_value=GRAY_STEPS)
    width = serializers.IntegerField(min_value=1, max_value=99_999, allow_null=True, default=None)
    height = serializers.IntegerField(min_value=1, max_value=99_999, allow_null=True, default=None)
    ratio = serializers.CharField(max_length=10, allow_blank=True, default="")
    neutral = serializers.BooleanField(default=False)


class PlaceSerializer(serializers.Serializer):
    """A picture of the open round, in your own order, under your own name for it."""

    code = serializers.CharField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SHEET_STATES)
