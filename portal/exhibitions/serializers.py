"""What the API says of exhibitions, what hangs in them, and what visitors report."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.catalogue.models import Collection
from portal.exhibitions.models import Concern, Exhibition, Hanging, Section
from portal.exhibitions.selectors.editing import collections_to_edit, sections_of
from review.guardrails.selectors import published

STAGES = (("draft", "draft"), ("coming", "coming"), ("open", "open"), ("closed", "closed"))


class HangingSerializer(serializers.ModelSerializer):
    """A release in its place. `seen`: whether visitors see it where the exhibition is open: it is published, and no
    consultant is asked anew."""

    seen = serializers.SerializerMethodField()

    class Meta:
        model = Hanging
        fields = ["id", "exhibition", "section", "release", "text", "text_zh", "alt", "alt_zh", "seen"]
        read_only_fields = ["id", "exhibition", "section", "release"]

    def get_seen(self, hanging: Hanging) -> bool:
        seen = getattr(hanging, "seen", None)
        return published().filter(pk=hanging.release_id).exists() if seen is None else seen


class SectionSerializer(serializers.ModelSerializer):
    """A heading and a text, in two languages."""

    class Meta:
        model = Section
        fields = ["id", "exhibition", "title", "title_zh", "text", "text_zh"]
        read_only_fields = ["id", "exhibition"]


class RoomSerializer(SectionSerializer):
    """A section with what hangs in it, in order."""

    hangings = HangingSerializer(many=True, read_only=True)

    class Meta(SectionSerializer.Meta):
        fields = [*SectionSerializer.Meta.fields, "hangings"]


class ExhibitionSerializer(serializers.ModelSerializer):
    """An exhibition. `stage` is its state today: one that is open may be yet to come. `version` counts changes."""

    stage = serializers.ChoiceField(choices=STAGES, read_only=True)

    class Meta:
        model = Exhibition
        fields = [
            "id", "collection", "slug", "title", "title_zh", "introduction", "introduction_zh", "cover", "stage",
            "opens_at", "closes_at", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class WholeExhibitionSerializer(ExhibitionSerializer):
    """An exhibition with all its sections and works, in order."""

    sections = serializers.SerializerMethodField()

    class Meta(ExhibitionSerializer.Meta):
        fields = [*ExhibitionSerializer.Meta.fields, "sections"]
        read_only_fields = fields

    @extend_schema_field(RoomSerializer(many=True))
    def get_sections(self, exhibition: Exhibition) -> list[dict[str, Any]]:
        rooms = []
        for section, works in sections_of(exhibition):
            hangings = HangingSerializer(works, many=True).data
            rooms.append({**SectionSerializer(section).data, "hangings": hangings})
        return rooms


class WordsSerializer(serializers.Serializer):
    """Words of an exhibition; what is left out stays. `cover`: the work that stands for it, null for the first."""

    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    title_zh = serializers.CharField(max_length=200, required=False, allow_blank=True)
    introduction = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    introduction_zh = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class ChangedExhibitionSerializer(WordsSerializer):
    cover = serializers.UUIDField(required=False, allow_null=True)


class NewExhibitionSerializer(WordsSerializer):
    """`slug` is its address for ever; without one the title makes it."""

    collection = serializers.PrimaryKeyRelatedField(queryset=Collection.objects.none())
    slug = serializers.SlugField(max_length=60, required=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if request := self.context.get("request"):
            fields["collection"].queryset = collections_to_edit(request.user)
        return fields


class SectionOrderSerializer(serializers.Serializer):
    """A section and its works in order."""

    section = serializers.UUIDField()
    hangings = serializers.ListField(child=serializers.UUIDField(), max_length=500)


class OrderSerializer(serializers.Serializer):
    """The whole order, and the `version` of the exhibition that it was made from."""

    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)
    order = serializers.ListField(child=SectionOrderSerializer(), max_length=50)


class DaysSerializer(serializers.Serializer):
    """When it opens and closes; without `opens_at` now, without `closes_at` for good."""

    opens_at = serializers.DateTimeField(required=False, allow_null=True)
    closes_at = serializers.DateTimeField(required=False, allow_null=True)


class ToHangSerializer(serializers.Serializer):
    """A release to hang, and the section it goes to; without one the last."""

    release = serializers.UUIDField()
    section = serializers.UUIDField(required=False)


class ConcernSerializer(serializers.ModelSerializer):
    """What a visitor reported. Their e-mail address is not told, only whether a letter is wanted."""

    wants_letter = serializers.SerializerMethodField()

    class Meta:
        model = Concern
        fields = ["id", "release", "kind", "text", "created_at", "answer", "answered_at", "wants_letter"]
        read_only_fields = fields

    def get_wants_letter(self, concern: Concern) -> bool:
        return bool(concern.email)


class ConcernAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=4000)
