"""How lists of the API are narrowed and ordered."""

import django_filters

from gpu_workers.models import Job
from restoration.models import Candidate, Mask, Restoration


class MaskApiFilter(django_filters.FilterSet):
    artwork = django_filters.UUIDFilter(field_name="artwork")
    confirmed = django_filters.BooleanFilter(field_name="confirmed_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Mask
        fields = ["artwork", "source"]


class RestorationApiFilter(django_filters.FilterSet):
    artwork = django_filters.UUIDFilter(field_name="artwork")
    collection = django_filters.UUIDFilter(field_name="artwork__collection")
    status = django_filters.ChoiceFilter(field_name="job__status", choices=Job.Status.choices)

    class Meta:
        model = Restoration
        fields = ["task", "artwork", "engine"]


class CandidateApiFilter(django_filters.FilterSet):
    """`judgement`: picked, rejected, or none for those that nobody has judged."""

    artwork = django_filters.UUIDFilter(field_name="restoration__artwork")
    collection = django_filters.UUIDFilter(field_name="restoration__artwork__collection")
    restoration = django_filters.UUIDFilter(field_name="restoration")
    engine = django_filters.CharFilter(field_name="restoration__engine")
    task = django_filters.ChoiceFilter(field_name="restoration__task", choices=Restoration.Task.choices)
    judgement = django_filters.ChoiceFilter(
        choices=[("picked", "picked"), ("rejected", "rejected"), ("none", "none")], method="judged"
    )
    ordering = django_filters.OrderingFilter(
        fields={"restoration__created_at": "created_at", "seam": "seam", "changed_pixels": "changed_pixels"}
    )

    class Meta:
        model = Candidate
        fields = ["artwork", "collection", "restoration", "engine", "task", "judgement"]

    def judged(self, rows, name, value):
        return rows.filter(judgement="" if value == "none" else value)


class JobApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")

    class Meta:
        model = Job
        fields = ["collection", "status", "kind"]
