"""What the API says of the desk, of readiness, of what was found and of what happened."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gpu_workers.models import Job
from portal.audit.wording import ACTIONS, PERSONAL
from portal.desk.readiness import CLEAR, STAGES, STATES, Readiness, Step
from portal.desk.search import KINDS, Hit
from portal.desk.selectors import Running

PAGES = {  # kind of what was found → the page about it
    "works": "catalogue:artwork",
    "collections": "catalogue:collection",
    "restorations": "restoration:detail",
    "paintings": "generation:round",
    "jobs": "jobs:detail",
}


FOUND_KINDS = list(KINDS)
TASK_KINDS = ["candidate", "mask", "nomination", "caption", "dispute", "rights", "consultation"]
STEP_KEYS, STEP_STATES = [stage.key for stage in STAGES], list(STATES)
EVENT_ACTIONS = [*ACTIONS, *PERSONAL]


class Url(serializers.CharField):
    """A path of this site as an absolute address."""

    def to_representation(self, value: str) -> str:
        request = self.context.get("request")
        return request.build_absolute_uri(value) if request and value else value


extend_schema_field({"type": "string", "format": "uri"})(Url)


class TaskSerializer(serializers.Serializer):
    """One thing that waits: what it is about, one sentence, and the page where it is done. `image`: its picture."""

    title = serializers.CharField()
    sentence = serializers.CharField()
    url = Url()
    at = serializers.DateTimeField(allow_null=True)
    image = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_image(self, task: Any) -> str | None:
        return self.context["request"].build_absolute_uri(task.image[0]) if task.image else None


class PileSerializer(serializers.Serializer):
    """Tasks of one kind: the latest sixty, and how many there are."""

    kind = serializers.ChoiceField(choices=TASK_KINDS)
    count = serializers.IntegerField()
    tasks = TaskSerializer(many=True)


class DeskJobSerializer(serializers.Serializer):
    """A job of yours. `place` 1 is next; `estimate` in seconds until it will have ended; `message`: why it failed."""

    id = serializers.UUIDField(source="job.id")
    kind = serializers.CharField(source="job.kind")
    status = serializers.ChoiceField(choices=Job.Status.choices, source="job.status")
    fraction = serializers.FloatField(source="job.fraction")
    message = serializers.CharField(source="job.message")
    artwork = serializers.SerializerMethodField()
    place = serializers.IntegerField(source="outlook.place", allow_null=True)
    estimate = serializers.IntegerField(source="outlook.seconds", allow_null=True)

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_artwork(self, running: Running) -> str | None:
        return str(running.artwork.pk) if running.artwork else None


class DeskSerializer(serializers.Serializer):
    """What waits for you, kind by kind; your jobs that run, and those that failed within two weeks, six of each."""

    waiting = PileSerializer(many=True)
    running = DeskJobSerializer(many=True)
    failed = DeskJobSerializer(many=True)


class StepSerializer(serializers.Serializer):
    """One step on the way to a study. `sentence`: what is missing; `who`: the role that can take it."""

    key = serializers.ChoiceField(choices=STEP_KEYS, source="stage.key")
    state = serializers.ChoiceField(choices=STEP_STATES)
    sentence = serializers.CharField()
    who = serializers.CharField(source="stage.role")
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_url(self, step: Step) -> str | None:
        return self.context["request"].build_absolute_uri(step.url) if step.url else None


class ReadinessSerializer(serializers.Serializer):
    """What still blocks a work: its steps in order, and `next_step`, the first that is not done ("clear": none)."""

    artwork = serializers.UUIDField(source="artwork.pk")
    title = serializers.CharField(source="artwork.title")
    next_step = serializers.SerializerMethodField()
    steps = StepSerializer(many=True)

    @extend_schema_field({"type": "string", "enum": [*STEP_KEYS, CLEAR]})
    def get_next_step(self, readiness: Readiness) -> str:
        return readiness.next.stage.key if readiness.next else CLEAR


class HitSerializer(serializers.Serializer):
    """One thing that was found; `url` is the page about it."""

    kind = serializers.ChoiceField(choices=FOUND_KINDS)
    id = serializers.UUIDField(source="row.pk")
    title = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    def get_title(self, hit: Hit) -> str:
        row = hit.row
        names = {"works": "title", "collections": "name", "jobs": "kind", "paintings": "caption"}
        return str(getattr(row, names[hit.kind]) if hit.kind in names else row.artwork.title)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, hit: Hit) -> str:
        return self.context["request"].build_absolute_uri(reverse(PAGES[hit.kind], args=[hit.row.pk]))


class EventSerializer(serializers.Serializer):
    """Something that happened. `sentence` is in the language of the request; `actor` null: the portal itself."""

    id = serializers.IntegerField(source="event.pk")
    action = serializers.ChoiceField(choices=EVENT_ACTIONS, source="event.action")
    at = serializers.DateTimeField(source="event.at")
    actor = serializers.SerializerMethodField()
    collection = serializers.UUIDField(source="event.collection_id", allow_null=True)
    artwork = serializers.UUIDField(source="event.artwork_id", allow_null=True)
    sentence = serializers.CharField()
    url = Url()

    @extend_schema_field({"type": "string", "nullable": True})
    def get_actor(self, told: Any) -> str | None:
        return str(told.event.actor) if told.event.actor else None


class ActivitySerializer(serializers.Serializer):
    """Events, the latest first. `before`: ask for this next; null where nothing is older."""

    results = EventSerializer(many=True)
    before = serializers.IntegerField(allow_null=True)
