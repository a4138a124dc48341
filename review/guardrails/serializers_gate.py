"""Shapes of the gate in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.catalogue.models import Artwork
from portal.catalogue.selectors import artworks_for
from review.guardrails.models import Bars, Consultation, Evidence, Release, Signature
from review.guardrails.seal import seal_words
from review.guardrails.selectors import publishable
from review.guardrails.serializers import VerdictSerializer


class ConditionSerializer(serializers.ModelSerializer):
    """A condition on showing a release as it is: confirm it with its `id`. `told`: visitors read it."""

    class Meta:
        model = Consultation
        fields = ["id", "conditions", "told", "at"]
        read_only_fields = fields


class SignatureSerializer(serializers.ModelSerializer):
    """Of whom, of which content; `confirmed`: the conditions that the person confirmed."""

    confirmed = serializers.SerializerMethodField()
    signer = serializers.StringRelatedField(read_only=True)

    class Meta:
        model = Signature
        fields = ["signer", "content_hash", "signed_at", "confirmed"]

    def get_confirmed(self, row: Signature) -> list[int]:
        return [it.consultation_id for it in row.confirmations.all()]


class EvidenceSerializer(serializers.ModelSerializer):
    """What a check said, the reason in the language asked for."""

    check_name = serializers.CharField(source="name", read_only=True)
    reason = serializers.CharField(source="sentence", read_only=True)

    class Meta:
        model = Evidence
        fields = ["check_name", "outcome", "reason", "content_hash", "evidence", "judged_at"]


class ReleaseRowSerializer(serializers.ModelSerializer):
    """A release in a list."""

    class Meta:
        model = Release
        fields = ["id", "artwork", "number", "kind", "state", "candidate", "painting", "picture", "content_hash",
                  "prepared_at", "published_at", "withdrawn_at", "withdrawn_because"]  # fmt: skip
        read_only_fields = fields


class ReleaseSerializer(ReleaseRowSerializer):
    """With what a visitor would be told as it was last judged, the evidence, the signatures and what still blocks it.
    Sign with `content_hash` and the ids of all `conditions`; `seal` is the hash in words.
    """

    content = serializers.JSONField(source="shown", read_only=True)
    seal = serializers.SerializerMethodField()
    evidence = EvidenceSerializer(many=True, read_only=True)
    signatures = SignatureSerializer(many=True, read_only=True)
    blocking = VerdictSerializer(many=True, read_only=True)
    conditions = ConditionSerializer(many=True, read_only=True)

    class Meta(ReleaseRowSerializer.Meta):
        fields = [*ReleaseRowSerializer.Meta.fields, "seal", "content", "evidence", "signatures", "blocking",
                  "conditions"]  # fmt: skip
        read_only_fields = fields

    def get_seal(self, row: Release) -> list[str]:
        return seal_words(row.content_hash)


class WorkChoice(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> Any:
        return artworks_for(self.context["request"].user)


class NewReleaseSerializer(serializers.Serializer):
    """What of a work: "original", or "candidate-" or "painting-" with its id."""

    artwork = WorkChoice(queryset=Artwork.objects.none())
    what = serializers.CharField(max_length=60, default="original")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = {it.key: it for it in publishable(self.context["request"].user, attrs["artwork"])}
        if attrs["what"] not in found:
            raise serializers.ValidationError({"what": _("This work has nothing like that to publish.")})
        return {"artwork": attrs["artwork"], "what": found[attrs["what"]].what}


class SignSerializer(serializers.Serializer):
    """The hash of exactly what was looked at; `met`: the ids of the conditions that you confirm."""

    content_hash = serializers.RegexField(r"^[0-9a-f]{64}$")
    met = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=100, default=list)


class WithdrawSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class BarsSerializer(serializers.ModelSerializer):
    """Krippendorff's α (0 to 1) and the weighted total (1 to 5) that a work of the study must reach."""

    class Meta:
        model = Bars
        fields = ["alpha", "total"]
