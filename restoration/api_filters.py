"""How lists of the API are narrowed and ordered."""

import django_filters

from gpu_workers.models import Job
from restoration.models import Mask, Restoration


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


class JobApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")

    class Meta:
        model = Job
        fields = ["collection", "status", "kind"]
