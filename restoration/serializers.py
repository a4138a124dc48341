"""What the API says of masks, engines, restorations, candidates and jobs; each field is named, none leaks by itself."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gpu_workers import progress
from gpu_workers.engines.contract import MAX_FEATHER, MAX_REFERENCES
from gpu_workers.models import Job
from portal.catalogue.models import Artwork
from portal.catalogue.serializers import Address, PictureSerializer
from restoration.checks import MAX_CANDIDATES, MAX_PROMPT, MAX_SEED, MAX_STEPS
from restoration.masks import DAMAGE_CLASSES
from restoration.models import Candidate, Judgement, Mask, Reference, Restoration
from restoration.serializers_measures import MeasuresSerializer


class JobSerializer(serializers.ModelSerializer):
    """One piece of work. `message` says in one sentence why it failed."""

    class Meta:
        model = Job
        fields = [
            "id", "kind", "collection", "status", "priority", "fraction", "stage", "message", "attempts", "quarantined",
            "cancel_requested", "created_at", "queued_at", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class JobStateSerializer(serializers.Serializer):
    """What a page hears while it watches a job. `sequence` only rises; `place` 1 is next; `estimate` in seconds.

    `held`: it waits because as many jobs of this person or collection run as may run at once.
    """

    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Job.Status.choices)
    fraction = serializers.FloatField()
    stage = serializers.CharField()
    preview = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    place = serializers.IntegerField(allow_null=True)
    estimate = serializers.IntegerField(allow_null=True)
    held = serializers.ChoiceField(choices=["person", "collection"], allow_null=True)


class JobDetailSerializer(JobSerializer):
    state = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = [*JobSerializer.Meta.fields, "state"]
        read_only_fields = fields

    @extend_schema_field(JobStateSerializer)
    def get_state(self, job: Job) -> dict[str, Any]:
        return progress.snapshot(job, self.context["request"].user)


class ChangesSerializer(serializers.Serializer):
    """What a version changed: pixels by damage class, beside version `since`."""

    since = serializers.IntegerField()
    added = serializers.DictField(child=serializers.IntegerField())
    removed = serializers.DictField(child=serializers.IntegerField())


class MaskSerializer(serializers.ModelSerializer):
    """A version of a damage map. `coverage`: the share of the picture, 0 to 1, by damage class.

    `feather`: how many pixels inside the border new paint fades in. `changes`: pixels since an earlier version.
    """

    coverage = serializers.DictField(child=serializers.FloatField(), read_only=True)
    changes = serializers.SerializerMethodField()
    file = Address("api:mask-file")
    overlay = Address("restoration:mask-overlay")

    class Meta:
        model = Mask
        fields = [
            "id", "artwork", "master", "version", "source", "note", "sha256", "coverage", "changes", "feather",
            "created_at", "confirmed_at", "job", "file", "overlay",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ChangesSerializer(allow_null=True))
    def get_changes(self, mask: Mask) -> dict[str, Any] | None:
        return mask.changes or None


class ArtworkChoice(serializers.PrimaryKeyRelatedField):
    """An artwork that the person may see."""

    def get_queryset(self) -> Any:
        from portal.catalogue.selectors import artworks_for

        request = self.context.get("request")
        return artworks_for(request.user) if request else Artwork.objects.none()


class MaskChoice(serializers.PrimaryKeyRelatedField):
    """A mask that the person may see."""

    def get_queryset(self) -> Any:
        from restoration.selectors import masks_for

        request = self.context.get("request")
        return masks_for(request.user) if request else Mask.objects.none()


class NewMaskSerializer(serializers.Serializer):
    """A mask as multipart/form-data, of the master's size; `damage_class` is what white means in a two-valued mask."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    file = serializers.FileField(max_length=255)
    damage_class = serializers.ChoiceField(choices=list(DAMAGE_CLASSES), default="loss")
    note = serializers.CharField(max_length=500, default="", allow_blank=True)
    feather = serializers.IntegerField(min_value=0, max_value=MAX_FEATHER, default=0)


class ProposalSerializer(serializers.Serializer):
    artwork = ArtworkChoice(queryset=Artwork.objects.none())


class DifferenceSerializer(ProposalSerializer):
    """A photograph of the intact work as multipart/form-data."""

    file = serializers.FileField(max_length=255)


class EngineSerializer(serializers.Serializer):
    """`ready`: its weights are on this site. `stochastic`: another seed gives another candidate."""

    name = serializers.CharField()
    task = serializers.ChoiceField(choices=Restoration.Task.choices)
    title = serializers.CharField()
    description = serializers.CharField()
    suits = serializers.CharField()
    limits = serializers.CharField()
    stochastic = serializers.BooleanField()
    accepts_style = serializers.BooleanField()
    accepts_prompt = serializers.BooleanField()
    ready = serializers.BooleanField()


class CandidateSerializer(serializers.ModelSerializer):
    """One restored picture. `outside_max` is the largest change outside the area: 0. `seam` 1 means unseen.

    A colour reconstruction has `measures` and two maps, gray PNGs of at most 2000 pixels a side: `difference` (level =
    5 times ΔE) and `structure` (255 = kept); they are null for a restoration.
    """

    picture = PictureSerializer(read_only=True)
    measures = serializers.SerializerMethodField()
    difference = serializers.SerializerMethodField()
    structure = serializers.SerializerMethodField()

    class Meta:
        model = Candidate
        fields = [
            "id", "restoration", "number", "picture", "seed", "changed_pixels", "outside_max", "seam", "measures",
            "difference", "structure", "judgement", "judgement_reason", "judgement_note", "judged_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(MeasuresSerializer(allow_null=True))
    def get_measures(self, candidate: Candidate) -> dict[str, Any] | None:
        return candidate.measures or None

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_difference(self, candidate: Candidate) -> str | None:
        return self._map(candidate, "difference")

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_structure(self, candidate: Candidate) -> str | None:
        return self._map(candidate, "structure")

    def _map(self, candidate: Candidate, name: str) -> str | None:
        if not getattr(candidate, name):
            return None
        path = reverse(f"api:candidate-{name}", args=[candidate.pk])
        return self.context["request"].build_absolute_uri(path) if "request" in self.context else path


class ReferenceSerializer(serializers.ModelSerializer):
    """A work that a colour reconstruction leans on, null once it was deleted; `sha256` is that of its master then."""

    class Meta:
        model = Reference
        fields = ["artwork", "sha256"]
        read_only_fields = fields


class JudgementSerializer(serializers.Serializer):
    """A rejection needs a `reason`, and the reason "other" a `note`. `seen`: the `id` of the last judgement that you
    know of, 0 for none; when there is a later one by then, nothing is changed and the answer is 409.
    """

    judgement = serializers.ChoiceField(choices=Candidate.Judgement.choices, allow_blank=True)
    reason = serializers.ChoiceField(choices=Candidate.Reason.choices, default="", allow_blank=True)
    note = serializers.CharField(max_length=500, default="", allow_blank=True)
    seen = serializers.IntegerField(min_value=0, default=None, allow_null=True)


class PastJudgementSerializer(serializers.ModelSerializer):
    """One entry of the history of a candidate. An empty `judgement` took the one before it back."""

    by = serializers.CharField(source="by.username", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Judgement
        fields = ["id", "judgement", "reason", "note", "by", "at"]
        read_only_fields = fields


class RestorationSerializer(serializers.ModelSerializer):
    """An order, its job and what came back. `references`, `area` and `strength` belong to colour reconstructions, which
    have no `mask` unless it is the area.
    """

    job = JobSerializer(read_only=True)
    references = ReferenceSerializer(many=True, read_only=True)
    candidates = CandidateSerializer(many=True, read_only=True)

    class Meta:
        model = Restoration
        fields = [
            "id", "task", "artwork", "master", "mask", "style_reference", "engine", "prompt", "candidates_wanted",
            "seed", "steps", "references", "area", "strength", "repeats", "created_at", "job", "candidates",
        ]  # fmt: skip
        read_only_fields = fields


class RestorationDetailSerializer(RestorationSerializer):
    """With the recipe that repeats it."""

    recipe = serializers.JSONField(source="job.recipe", read_only=True)

    class Meta(RestorationSerializer.Meta):
        fields = [*RestorationSerializer.Meta.fields, "recipe"]
        read_only_fields = fields


class FillSerializer(serializers.Serializer):
    """What steers a restoration."""

    candidates = serializers.IntegerField(min_value=1, max_value=MAX_CANDIDATES, required=False)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False)
    prompt = serializers.CharField(max_length=MAX_PROMPT, required=False, allow_blank=True)
    style_reference = ArtworkChoice(queryset=Artwork.objects.none(), required=False, allow_null=True)
    steps = serializers.IntegerField(min_value=1, max_value=MAX_STEPS, required=False, allow_null=True)


class ColourSerializer(serializers.Serializer):
    """What steers a colour reconstruction."""

    references = serializers.ListField(
        child=ArtworkChoice(queryset=Artwork.objects.none()), min_length=1, max_length=MAX_REFERENCES, required=False
    )
    area = serializers.ChoiceField(choices=Restoration.Area.choices, required=False)
    strength = serializers.FloatField(min_value=0, max_value=1, required=False)


class OrderSerializer(serializers.Serializer):
    """What every order has. `anyway`: although the same was ordered before."""

    mask = MaskChoice(queryset=Mask.objects.none(), required=False)
    engine = serializers.CharField(max_length=30, required=False)
    priority = serializers.ChoiceField(choices=Job.Priority.choices, required=False)
    anyway = serializers.BooleanField(required=False)


class RepeatSerializer(OrderSerializer, FillSerializer, ColourSerializer):
    """What to change; everything else stays as it was ordered. An order of one task takes nothing of the other's."""


class NewRestorationSerializer(OrderSerializer, FillSerializer):
    """An order. What is left out takes the default: Imagest, two candidates, seed 0."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    mask = MaskChoice(queryset=Mask.objects.none())


class NewReconstructionSerializer(OrderSerializer, ColourSerializer):
    """An order. What is left out takes the default: the reversible flow, the whole picture, full strength."""

    artwork = ArtworkChoice(queryset=Artwork.objects.none())
    references = serializers.ListField(
        child=ArtworkChoice(queryset=Artwork.objects.none()), min_length=1, max_length=MAX_REFERENCES
    )
