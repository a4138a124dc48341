"""What the API tells of results, on codes, and of the lifting of the blindness."""

from rest_framework import serializers

from review.models import Disclosure, Item, Result, Unblinding


class UnblindingSerializer(serializers.ModelSerializer):
    """Who asked that the blindness be lifted, and who agreed; null until a second person did."""

    asked_by = serializers.CharField(source="asked_by.__str__")
    agreed_by = serializers.SerializerMethodField()

    class Meta:
        model = Unblinding
        fields = ["asked_by", "asked_at", "reason", "agreed_by", "agreed_at"]
        read_only_fields = fields

    def get_agreed_by(self, row: Unblinding) -> str | None:
        return str(row.agreed_by) if row.agreed_by else None


class ResultSerializer(serializers.ModelSerializer):
    """What a study came to, on codes. `statistics`: by dimension, in total and by picture; `seed`, `draws` and
    `code_version`: what is needed to compute it again; `data_sha256`: of the scores that it rests on.
    """

    unblinding = serializers.SerializerMethodField()

    class Meta:
        model = Result
        fields = [
            "study", "frozen_at", "data_sha256", "code_version", "seed", "draws", "statistics", "unblinding",
        ]  # fmt: skip
        read_only_fields = fields

    def get_unblinding(self, row: Result) -> UnblindingSerializer(allow_null=True):
        asked = getattr(row.study, "unblinding", None)
        return UnblindingSerializer(asked).data if asked else None


class DisclosureSerializer(serializers.ModelSerializer):
    """The second part of a result. `statistics`: what experts took pictures for, scores by kind, engines compared."""

    class Meta:
        model = Disclosure
        fields = ["study", "frozen_at", "data_sha256", "code_version", "seed", "draws", "statistics"]
        read_only_fields = fields


class WhySerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class OriginSerializer(serializers.Serializer):
    """What a code stands for: `source` is the key of the candidate, painting or artwork."""

    code = serializers.CharField()
    origin = serializers.ChoiceField(choices=Item.Origin.choices)
    source = serializers.SerializerMethodField()
    calibration = serializers.BooleanField()

    def get_source(self, item: Item) -> str:
        return str(item.candidate_id or item.painting_id or item.artwork_id)
