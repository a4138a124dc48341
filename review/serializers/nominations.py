"""What the API says of nominations."""

from typing import Any

from rest_framework import serializers

from restoration.models import Candidate
from review.models import Nomination


class CandidateChoice(serializers.PrimaryKeyRelatedField):
    """A candidate that the person may see."""

    def get_queryset(self) -> Any:
        from restoration.selectors import candidates_for

        request = self.context.get("request")
        return candidates_for(request.user) if request else Candidate.objects.none()


class NominationSerializer(serializers.ModelSerializer):
    """A picked candidate that waits for a study. `artwork`: the work it is a candidate of. `ended_at`: when it was
    withdrawn, or taken into a study.
    """

    artwork = serializers.UUIDField(source="candidate.restoration.artwork_id", read_only=True)

    class Meta:
        model = Nomination
        fields = ["id", "candidate", "artwork", "state", "note", "at", "ended_at"]
        read_only_fields = fields


class NewNominationSerializer(serializers.Serializer):
    candidate = CandidateChoice(queryset=Candidate.objects.none())
    note = serializers.CharField(max_length=500, default="", allow_blank=True)
