"""What the API says of drafts and their tiles, and what it takes."""

import base64
import binascii
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gpu_workers.engines.contract import MAX_FEATHER
from portal.catalogue.models import Artwork
from restoration.drafts.models import MaskDraft
from restoration.drafts.services import MAX_TILES, SentTile
from restoration.drafts.tiles import MAX_PNG, TILE
from restoration.models import Mask
from restoration.serializers import ArtworkChoice, MaskChoice

LAST = 32_767  # column or row


@extend_schema_field({"type": "string", "format": "byte", "maxLength": MAX_PNG * 4 // 3 + 4})
class Bytes(serializers.Field):
    """Bytes as base64."""

    default_error_messages = {
        "invalid": _("Send bytes as base64."),
        "large": _("A tile is not a PNG, or far larger than it need be."),
    }

    def to_internal_value(self, data: Any) -> bytes:
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > MAX_PNG * 4 // 3 + 4:
            self.fail("large")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        return base64.b64encode(bytes(value)).decode()


class MaskDraftSerializer(serializers.ModelSerializer):
    """A mask that is being drawn. `width` and `height` in pixels, of the upright master; `tile`: the side of a tile.

    `feather`: how many pixels inside the border the new paint is going to fade in.
    """

    width = serializers.IntegerField(source="master.width", read_only=True)
    height = serializers.IntegerField(source="master.height", read_only=True)
    tile = serializers.SerializerMethodField()

    class Meta:
        model = MaskDraft
        fields = [
            "id", "artwork", "width", "height", "tile", "revision", "based_on", "feather", "note", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_tile(self, draft: MaskDraft) -> int:
        return TILE


class NewMaskDraftSerializer(serializers.Serializer):
    """`based_on`: a mask of the present master to draw on from. `restart`: discard the draft that is there."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    based_on = MaskChoice(queryset=Mask.objects.none(), required=False, allow_null=True)
    restart = serializers.BooleanField(default=False)


class MaskDraftNotesSerializer(serializers.Serializer):
    """What a draft is going to be saved with; what is left out stays."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    feather = serializers.IntegerField(min_value=0, max_value=MAX_FEATHER, required=False)


class MaskPatchTileSerializer(serializers.Serializer):
    """One tile of a patch. `png`: 8-bit gray of exactly the tile's size; 0 to 4 is the new label, 255 untouched."""

    x = serializers.IntegerField(min_value=0, max_value=LAST)
    y = serializers.IntegerField(min_value=0, max_value=LAST)
    png = Bytes()


class MaskPatchSerializer(serializers.Serializer):
    """`patch`: a name of your own choice; the same one again changes nothing."""

    patch = serializers.UUIDField()
    tiles = serializers.ListField(child=MaskPatchTileSerializer(), min_length=1, max_length=MAX_TILES)

    def validate_tiles(self, value: list[dict[str, Any]]) -> list[SentTile]:
        return [SentTile(**tile) for tile in value]


class MaskRevisionSerializer(serializers.Serializer):
    revision = serializers.IntegerField(min_value=0)


class SinceSerializer(serializers.Serializer):
    since = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class MaskTileSerializer(serializers.Serializer):
    """One tile: labels 0 intact, 1 loss, 2 crack, 3 stain, 4 fading, as an 8-bit gray PNG."""

    x = serializers.IntegerField(min_value=0)
    y = serializers.IntegerField(min_value=0)
    revision = serializers.IntegerField(min_value=0)
    png = Bytes()


class MaskTilesSerializer(MaskRevisionSerializer):
    """Tiles of 512 x 512 pixels, cut at the right and lower edge; what is missing is intact."""

    tiles = MaskTileSerializer(many=True)


class SavedMaskSerializer(serializers.Serializer):
    """The mask that a draft has become. `url`: its page."""

    mask = serializers.UUIDField(source="pk")
    version = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, mask: Mask) -> str:
        return reverse("restoration:mask", args=[mask.pk])
