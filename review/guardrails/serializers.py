"""What the API says of the checks."""

from typing import Any

from rest_framework import serializers

from portal.catalogue.models import Artwork, Period
from restoration.serializers import ArtworkChoice
from review.guardrails.models import (
    AnchorException,
    AnchorTerm,
    Clearance,
    Consultation,
    Protocol,
    Register,
    Release,
    SacredTerm,
)
from review.guardrails.services import exceptions


class ReleaseChoice(serializers.PrimaryKeyRelatedField):
    """A release that the person may see."""

    def get_queryset(self) -> Any:
        from review.guardrails.selectors import releases_for

        request = self.context.get("request")
        return releases_for(request.user) if request else Release.objects.none()


class AnchoredChoice(serializers.PrimaryKeyRelatedField):
    """A work whose anchor the person may see."""

    def get_queryset(self) -> Any:
        from review.guardrails.selectors.checks import anchored_works

        request = self.context.get("request")
        return anchored_works(request.user) if request else Artwork.objects.none()


class AnchorTermSerializer(serializers.ModelSerializer):
    """A school, technique, costume, object or motif. `from_year` null: always; `to_year` null: it goes on."""

    class Meta:
        model = AnchorTerm
        fields = ["id", "key", "kind", "name_en", "name_zh", "words", "from_year", "to_year", "source", "retired"]
        read_only_fields = fields


class WordsField(serializers.ListField):
    """Further words by which an entry is found."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"child": serializers.CharField(max_length=120), "max_length": 40, "default": list} | options
        )


class NewAnchorTermSerializer(serializers.Serializer):
    """`words`: further ones by which it is found, in any language; its names always are."""

    kind = serializers.ChoiceField(choices=AnchorTerm.Kind.choices)
    name_en = serializers.CharField(max_length=120)
    name_zh = serializers.CharField(max_length=120)
    from_year = serializers.IntegerField(min_value=-100_000, max_value=9999, allow_null=True, default=None)
    to_year = serializers.IntegerField(min_value=-100_000, max_value=9999, allow_null=True, default=None)
    source = serializers.CharField(max_length=300)
    words = WordsField()


class SacredTermSerializer(serializers.ModelSerializer):
    """`refused`: it may not stand in a prompt."""

    refused = serializers.BooleanField(read_only=True)

    class Meta:
        model = SacredTerm
        fields = ["id", "key", "category", "name_en", "name_zh", "words", "source", "refused", "retired"]
        read_only_fields = fields


class NewSacredTermSerializer(serializers.Serializer):
    category = serializers.ChoiceField(choices=SacredTerm.Category.choices)
    name_en = serializers.CharField(max_length=120)
    name_zh = serializers.CharField(max_length=120)
    source = serializers.CharField(max_length=300)
    words = WordsField()


class AnchorExceptionSerializer(serializers.ModelSerializer):
    """Exactly one of `reference`, `term` and `period` is let pass for `artwork`."""

    class Meta:
        model = AnchorException
        fields = ["id", "artwork", "reference", "term", "period", "reason", "at", "withdrawn_at"]
        read_only_fields = fields


class NewAnchorExceptionSerializer(serializers.Serializer):
    artwork = AnchoredChoice(queryset=Artwork.objects.none())
    reference = AnchoredChoice(queryset=Artwork.objects.none(), required=False, allow_null=True)
    term = serializers.PrimaryKeyRelatedField(queryset=AnchorTerm.objects.all(), required=False, allow_null=True)
    period = serializers.SlugRelatedField("key", queryset=Period.objects.all(), required=False, allow_null=True)
    reason = serializers.CharField(max_length=exceptions.MOST)


class ProtocolSerializer(serializers.ModelSerializer):
    """A community's label or an institution's notice; visitors read it before the picture."""

    class Meta:
        model = Protocol
        fields = [
            "id", "artwork", "kind", "name", "community", "hub_id", "text_en", "text_zh", "text_own", "own_language",
            "audience", "placed_at", "lifted_at", "lifted_because",
        ]  # fmt: skip
        read_only_fields = fields


class NewProtocolSerializer(serializers.Serializer):
    """A label needs `community` and `hub_id`: it is the community's own."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    kind = serializers.ChoiceField(choices=Protocol.Kind.choices, default=Protocol.Kind.NOTICE.value)
    name = serializers.CharField(max_length=120)
    community = serializers.CharField(max_length=200, default="", allow_blank=True)
    hub_id = serializers.CharField(max_length=100, default="", allow_blank=True)
    text_en = serializers.CharField(max_length=2000)
    text_zh = serializers.CharField(max_length=2000, default="", allow_blank=True)
    text_own = serializers.CharField(max_length=2000, default="", allow_blank=True)
    own_language = serializers.CharField(max_length=35, default="", allow_blank=True)
    audience = serializers.ChoiceField(choices=Protocol.Audience.choices, default=Protocol.Audience.PUBLIC.value)


class LiftSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class ClearanceSerializer(serializers.ModelSerializer):
    """`near`: what the rights officer was shown."""

    class Meta:
        model = Clearance
        fields = ["id", "release", "content_hash", "cleared", "reason", "near", "at"]
        read_only_fields = fields


class NewClearanceSerializer(serializers.Serializer):
    """`content_hash`: of the release as it was looked at."""

    release = ReleaseChoice(queryset=Release.objects.none())
    content_hash = serializers.CharField(max_length=64)
    cleared = serializers.BooleanField()
    reason = serializers.CharField(max_length=2000)


class ConsultationSerializer(serializers.ModelSerializer):
    """What a cultural consultant said. A refusal holds for the picture, with `whole_work` for all of the work."""

    class Meta:
        model = Consultation
        fields = [
            "id", "release", "content_hash", "validated", "conditions", "told", "reason", "expires_on", "whole_work",
            "at",
        ]  # fmt: skip
        read_only_fields = fields


class NewConsultationSerializer(serializers.Serializer):
    """A validation of the release as it was looked at (`content_hash`); null `expires_on`: while it stays so. `told`:
    visitors read the conditions, which signers confirm."""

    release = ReleaseChoice(queryset=Release.objects.none())
    content_hash = serializers.CharField(max_length=64)
    conditions = serializers.CharField(max_length=2000, default="", allow_blank=True)
    told = serializers.BooleanField(default=False)
    expires_on = serializers.DateField(allow_null=True, default=None)


class RefusalSerializer(serializers.Serializer):
    release = ReleaseChoice(queryset=Release.objects.none())
    reason = serializers.CharField(max_length=2000)
    whole_work = serializers.BooleanField(default=False)


class RegisterSerializer(serializers.ModelSerializer):
    """`count` samples that the weights with this SHA-256 were trained on."""

    class Meta:
        model = Register
        fields = ["id", "name", "weights_sha256", "file_sha256", "count", "imported_at"]
        read_only_fields = fields


class NearSerializer(serializers.Serializer):
    """One sample and how near the picture comes to it: `bits` of 64 differ, `alike` is 0 to 1, `copy`: a near copy."""

    sample = serializers.IntegerField()
    title = serializers.CharField()
    sha256 = serializers.CharField()
    source = serializers.CharField(allow_blank=True)
    rights = serializers.CharField(allow_blank=True)
    standing = serializers.CharField()
    opted_out = serializers.BooleanField()
    bits = serializers.IntegerField()
    alike = serializers.FloatField()
    mirrored = serializers.BooleanField()
    copy = serializers.BooleanField()


class PromptCheckSerializer(serializers.Serializer):
    """A text, and the work that it would be for; without one it is held to the period that it names."""

    text = serializers.CharField(max_length=500)
    artwork = ArtworkChoice(queryset=Artwork.objects.none(), required=False, allow_null=True)


class VerdictSerializer(serializers.Serializer):
    """`outcome`: passed, blocked or not_needed. `who`: whose step lifts it, in words; empty where nobody's."""

    check_name = serializers.CharField(source="check")
    outcome = serializers.ChoiceField(choices=["passed", "blocked", "not_needed"])
    reason = serializers.CharField()
    who = serializers.CharField(source="whose", allow_blank=True)
    evidence = serializers.JSONField()
