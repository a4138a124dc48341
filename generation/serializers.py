"""What the API says of rounds and paintings, and takes as orders; each field is named, none leaks by itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.checks import DIRECTIONS, FORMATS, MAX_CELLS, MAX_SEED
from generation.lexicon import LONGEST_PROMPT
from generation.models import Painting, Round
from generation.serializers_lexicon import Ids
from gpu_workers.engines.contract import MAX_PAINTINGS
from portal.catalogue.models import Collection
from portal.catalogue.serializers import Address, PictureSerializer
from restoration.serializers import JobSerializer

MAX_VALUES = 12  # of one retuning


class DescriptionSerializer(serializers.Serializer):
    """What a picture shows: ids of terms and adjectives, and words that the lexicon lacks."""

    terms = Ids()
    adjectives = Ids()
    extra = Ids()


class ChangeSerializer(serializers.Serializer):
    """What was ordered; null is what does not belong to the kind of round. paint: `height` and `width` in pixels.
    replace: `element`, a word, and `region`, left, top, width and height as shares of the picture. retune: `values`,
    ids of the lexicon, and `strength`, the share that is painted anew. extend: `direction` and `cells` of 32 pixels.
    """

    height = serializers.IntegerField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    element = serializers.CharField(allow_null=True)
    region = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    values = serializers.ListField(child=serializers.CharField(), allow_null=True)
    strength = serializers.FloatField(allow_null=True)
    direction = serializers.ChoiceField(choices=DIRECTIONS, allow_null=True)
    cells = serializers.IntegerField(allow_null=True)


class PaintingSerializer(serializers.ModelSerializer):
    """One variant of a round. `agreement`: cosine of picture and caption, -1 to 1. Of a change also `likeness`: how
    similar its style is to the painting before, up to 1 (0.70 counts as kept), and `accuracy`: the share of rival
    captions it agrees less with, 0 to 1 (0.80 counts as followed). `region`: what a replacement concerned.
    """

    picture = PictureSerializer(read_only=True)
    region = serializers.ListField(child=serializers.FloatField(), read_only=True, allow_null=True)
    tokens = Address("api:ink-painting-tokens")

    class Meta:
        model = Painting
        fields = [
            "id", "round", "number", "picture", "seed", "agreement", "likeness", "accuracy", "region", "tokens",
            "tokens_sha256",
        ]  # fmt: skip
        read_only_fields = fields


class RoundSerializer(serializers.ModelSerializer):
    """One order, its job and what was painted. `caption` is what the networks were told of the picture as it shall be;
    `parent` the painting that was changed and `root` the first round of the tree, null for paintings from words.
    """

    description = DescriptionSerializer(read_only=True)
    change = ChangeSerializer(read_only=True)
    job = JobSerializer(read_only=True)
    paintings = PaintingSerializer(many=True, read_only=True)

    class Meta:
        model = Round
        fields = [
            "id", "kind", "collection", "root", "parent", "prompt", "language", "description", "caption", "change",
            "count", "seed", "created_at", "job", "paintings",
        ]  # fmt: skip
        read_only_fields = fields


class RoundDetailSerializer(RoundSerializer):
    """With the recipe that repeats it."""

    recipe = serializers.JSONField(source="job.recipe", read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = [*RoundSerializer.Meta.fields, "recipe"]
        read_only_fields = fields


class CollectionChoice(serializers.PrimaryKeyRelatedField):
    """A collection that the person may see."""

    def get_queryset(self) -> Any:
        from portal.catalogue.selectors import collections_for

        request = self.context.get("request")
        return collections_for(request.user) if request else Collection.objects.none()


@extend_schema_field({"type": "string", "maxLength": LONGEST_PROMPT})
class Words(serializers.CharField):
    """Text in English or Chinese. How long it may be and what it may hold is judged by the one check of prompts."""

    default_error_messages = {"blank": _("The prompt is empty; describe the painting in a few words.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": LONGEST_PROMPT})
class Prompt(Words):
    """Such text, of at least one word."""


class PromptSerializer(serializers.Serializer):
    prompt = Prompt()


class SamplingSerializer(serializers.Serializer):
    """How many variants are wanted, and the seed of the first; each further one takes the next."""

    count = serializers.IntegerField(min_value=1, max_value=MAX_PAINTINGS, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False)


class NewRoundSerializer(SamplingSerializer):
    """An order of paintings. What is left out takes the default: four, square, seed 0."""

    collection = CollectionChoice(queryset=Collection.objects.none())
    prompt = Prompt()
    format = serializers.ChoiceField(choices=list(FORMATS), required=False)


class RepeatRoundSerializer(SamplingSerializer):
    """Left out: as many as before, from the first seed that the round did not use."""


class ReplaceSerializer(SamplingSerializer):
    """`by`: what shall be there. `element`: a word of the caption that gives way. `region`: left, top, width and height
    as shares of the picture, inside it; null or left out, `element` is looked for. Two variants, seed 0.
    """

    by = Prompt()
    element = Words(required=False, allow_blank=True)
    region = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1), min_length=4, max_length=4, required=False,
        allow_null=True,
    )  # fmt: skip


class RetuneSerializer(SamplingSerializer):
    """`values`: ids of the lexicon. `strength`: the share of the painting that is painted anew (default: 0.5)."""

    values = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=MAX_VALUES)
    strength = serializers.FloatField(min_value=0.01, max_value=1, required=False)


class ExtendSerializer(SamplingSerializer):
    """`cells` of 32 pixels (default: 4). `words`: what comes to the scene, nothing new when left out."""

    direction = serializers.ChoiceField(choices=DIRECTIONS)
    cells = serializers.IntegerField(min_value=1, max_value=MAX_CELLS, required=False)
    words = Words(required=False, allow_blank=True)
