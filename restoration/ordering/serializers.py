"""What the API says of presets, batches, references and estimates."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Collection
from restoration.checks import MAX_CANDIDATES, MAX_PROMPT, MAX_SEED, MAX_STEPS
from restoration.models import Mask
from restoration.ordering.batches import MOST_WORKS
from restoration.ordering.models import Batch, BatchItem, Preset
from restoration.ordering.selection import progress_of
from restoration.serializers import ArtworkChoice, MaskChoice

MOST_ENGINES = 8


class CollectionChoice(serializers.PrimaryKeyRelatedField):
    """A collection that the person may open."""

    def get_queryset(self) -> Any:
        from portal.catalogue.selectors import collections_for

        request = self.context.get("request")
        return collections_for(request.user) if request else Collection.objects.none()


class PresetSerializer(serializers.ModelSerializer):
    """Settings of an order under a name. Without a `collection` it is its owner's alone, else its curators'."""

    class Meta:
        model = Preset
        fields = [
            "id", "name", "collection", "engine", "candidates", "seed_policy", "seed", "steps", "prompt", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ChangedPresetSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=80, required=False)
    engine = serializers.CharField(max_length=30, required=False)
    candidates = serializers.IntegerField(min_value=1, max_value=MAX_CANDIDATES, required=False)
    seed_policy = serializers.ChoiceField(choices=Preset.SeedPolicy.choices, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False)
    steps = serializers.IntegerField(min_value=1, max_value=MAX_STEPS, required=False, allow_null=True)
    prompt = serializers.CharField(max_length=MAX_PROMPT, required=False, allow_blank=True)


class NewPresetSerializer(ChangedPresetSerializer):
    """`seed_policy` fresh: another seed each time; fixed: always `seed`."""

    name = serializers.CharField(max_length=80)
    engine = serializers.CharField(max_length=30)
    collection = CollectionChoice(queryset=Collection.objects.none(), required=False, allow_null=True)


class RecipeSerializer(serializers.Serializer):
    """What all orders of a batch share; what one of the engines cannot use is left out of its order."""

    engines = serializers.ListField(child=serializers.CharField(max_length=30), min_length=1, max_length=MOST_ENGINES)
    candidates = serializers.IntegerField(min_value=1, max_value=MAX_CANDIDATES, default=2)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, default=0)
    prompt = serializers.CharField(max_length=MAX_PROMPT, default="", allow_blank=True)
    steps = serializers.IntegerField(min_value=1, max_value=MAX_STEPS, default=None, allow_null=True)
    priority = serializers.ChoiceField(choices=Job.Priority.choices, default=Job.Priority.NORMAL.value)


class NewBatchSerializer(RecipeSerializer):
    """Works of one collection, each with its newest confirmed mask; or one work, for which a `mask` may be named.

    The same `token` again gives the same batch.
    """

    artworks = serializers.ListField(
        child=ArtworkChoice(queryset=Artwork.objects.none()), min_length=1, max_length=MOST_WORKS
    )
    mask = MaskChoice(queryset=Mask.objects.none(), required=False, allow_null=True)
    style_reference = ArtworkChoice(queryset=Artwork.objects.none(), required=False, allow_null=True)
    token = serializers.UUIDField(required=False)


class PlannedSerializer(serializers.Serializer):
    """One order as it would be. `restoration`: exactly this is there already; `sentence`: why it would be refused."""

    artwork = serializers.UUIDField(source="artwork.pk")
    engine = serializers.CharField()
    mask = serializers.UUIDField(source="mask.pk", allow_null=True, default=None)
    placed = serializers.BooleanField()
    sentence = serializers.CharField()
    restoration = serializers.UUIDField(source="same.pk", allow_null=True, default=None)


class BatchItemSerializer(serializers.ModelSerializer):
    """One order of a batch. `fresh` is false where exactly this had been ordered before; `status`: of its job."""

    status = serializers.CharField(source="restoration.job.status", allow_null=True, default=None)

    class Meta:
        model = BatchItem
        fields = ["artwork", "engine", "mask", "restoration", "fresh", "sentence", "status"]
        read_only_fields = fields


class ProgressSerializer(serializers.Serializer):
    """`counts`: jobs by status. `pending`: orders not placed yet. `fraction`: 0 to 1 of all that were placed."""

    counts = serializers.DictField(child=serializers.IntegerField())
    refused = serializers.IntegerField()
    pending = serializers.IntegerField()
    fraction = serializers.FloatField()


class BatchSerializer(serializers.ModelSerializer):
    """Orders placed at once."""

    class Meta:
        model = Batch
        fields = ["id", "collection", "artwork", "recipe", "created_at"]
        read_only_fields = fields


class BatchDetailSerializer(BatchSerializer):
    """With its orders and how far they are."""

    items = BatchItemSerializer(many=True, read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta(BatchSerializer.Meta):
        fields = [*BatchSerializer.Meta.fields, "items", "progress"]
        read_only_fields = fields

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, batch: Batch) -> dict[str, Any]:
        return ProgressSerializer(progress_of(batch)).data


class NearWorkSerializer(serializers.Serializer):
    """A work to take manner or colours from. `verdict` and `look` say in words how near it is, `look` may be empty."""

    artwork = serializers.UUIDField()
    title = serializers.CharField()
    verdict = serializers.CharField()
    look = serializers.CharField()


class EstimateRequestSerializer(serializers.Serializer):
    """An order that is not placed. Without a `mask`: the newest confirmed one."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    mask = MaskChoice(queryset=Mask.objects.none(), required=False, allow_null=True)
    engines = serializers.ListField(child=serializers.CharField(max_length=30), min_length=1, max_length=MOST_ENGINES)
    candidates = serializers.IntegerField(min_value=1, max_value=MAX_CANDIDATES, default=2)
    priority = serializers.ChoiceField(choices=Job.Priority.choices, default=Job.Priority.NORMAL.value)


class UsualSerializer(serializers.Serializer):
    """`seconds`: the median of `count` past orders of about this size; null where there was none."""

    engine = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class EstimateSerializer(serializers.Serializer):
    """`place` of the first of them in the queue, 1 = next; `seconds` until all have ended, null = not known yet."""

    place = serializers.IntegerField()
    seconds = serializers.IntegerField(allow_null=True)
    engines = UsualSerializer(many=True)


class PrioritySerializer(serializers.Serializer):
    """-1 low, 0 normal, 1 high."""

    priority = serializers.ChoiceField(choices=Job.Priority.choices)
