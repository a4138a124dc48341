"""How lists of the API are narrowed."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField

from generation.models import Round
from gpu_workers.models import Job


class MomentField(IsoDateTimeField):
    """A time in UTC: databases know fewer offsets than ISO 8601 can write."""

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField


class RoundApiFilter(django_filters.FilterSet):
    """`root`: the first round of a tree, whose edits are wanted; `parent`: a painting; `since`: made at or after it."""

    collection = django_filters.UUIDFilter(field_name="collection")
    root = django_filters.UUIDFilter(field_name="root")
    parent = django_filters.UUIDFilter(field_name="parent")
    status = django_filters.ChoiceFilter(field_name="job__status", choices=Job.Status.choices)
    since = MomentFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = Round
        fields = ["kind"]
