"""What the API says of the catalogue."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.catalogue.models import Artwork, Collection, Period, Picture
from portal.catalogue.services import ARTWORK_FIELDS


class Address(serializers.ReadOnlyField):
    """The absolute address of something about a row, by the name of a route that takes its key."""

    def __init__(self, route: str, **kwargs: Any) -> None:
        self.route = route
        super().__init__(source="pk", **kwargs)

    def to_representation(self, value: Any) -> str:
        path = reverse(self.route, args=[value])
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


extend_schema_field({"type": "string", "format": "uri"})(Address)


class PeriodSerializer(serializers.ModelSerializer):
    """A period; `end_year` 9999 means that it goes on, years before the common era are negative."""

    class Meta:
        model = Period
        fields = ["key", "name_en", "name_zh", "start_year", "end_year", "source"]
        read_only_fields = fields


class CollectionSerializer(serializers.ModelSerializer):
    artwork_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Collection
        fields = ["id", "name", "description", "artwork_count", "created_at"]
        read_only_fields = ["id", "created_at"]


class PictureSerializer(serializers.ModelSerializer):
    """A sealed image file. `iiif` describes it for deep zoom (with a session), `download` gives its bytes."""

    iiif = Address("catalogue:iiif-info")
    thumbnail = Address("catalogue:thumbnail")
    download = Address("api:picture-file")

    class Meta:
        model = Picture
        fields = [
            "id", "collection", "original_name", "sha256", "size_bytes", "format", "width", "height", "bands",
            "bit_depth", "orientation", "icc_name", "dpi_x", "dpi_y", "created_at", "iiif", "thumbnail", "download",
        ]  # fmt: skip
        read_only_fields = fields


class ArtworkSerializer(serializers.ModelSerializer):
    """A work. `period` is the key of a period, `rights` the URI of a statement; `master` is uploaded on its own."""

    period = serializers.SlugRelatedField("key", queryset=Period.objects.all(), allow_null=True, required=False)
    master = PictureSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Artwork
        fields = ["id", "collection", *ARTWORK_FIELDS, "master", "created_at", "updated_at"]
        read_only_fields = ["id", "collection", "created_at", "updated_at"]
        validators: list = []  # the service judges what concerns several fields


class NewArtworkSerializer(ArtworkSerializer):
    collection = serializers.PrimaryKeyRelatedField(queryset=Collection.objects.none())

    class Meta(ArtworkSerializer.Meta):
        read_only_fields = ["id", "created_at", "updated_at"]


class UploadSerializer(serializers.Serializer):
    """A master as multipart/form-data: TIFF, JPEG, PNG, WebP or PSD, judged by content."""

    file = serializers.FileField(max_length=255, allow_empty_file=True)


class FinishedUploadSerializer(serializers.Serializer):
    """A resumable upload of yours that is complete; it is used up."""

    upload = serializers.UUIDField()
