"""How the desk of jobs is narrowed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from gpu_workers.models import Job
from gpu_workers.wording import KIND_NAMES
from portal.accounts.models import User
from portal.catalogue.selectors import collections_for

STATES = {
    "waiting": (_("Waiting"), (Job.Status.QUEUED,)),
    "running": (_("Running"), (Job.Status.RUNNING,)),
    "failed": (_("Failed"), (Job.Status.FAILED,)),
    "done": (_("Done"), (Job.Status.SUCCEEDED,)),
    "cancelled": (_("Cancelled"), (Job.Status.CANCELLED,)),
}


class JobFilter(django_filters.FilterSet):
    """``?mine=on&state=waiting&kind=restore&collection=…``"""

    mine = django_filters.BooleanFilter(
        label=_("Only mine"), method="of_the_reader", widget=forms.CheckboxInput(), initial=False
    )
    state = django_filters.ChoiceFilter(
        choices=[(name, title) for name, (title, _statuses) in STATES.items()], method="in_state"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Every kind"), choices=list(KIND_NAMES.items()))
    collection = django_filters.ModelChoiceFilter(
        label=_("Collection"), empty_label=_("Every collection"), queryset=lambda request: collections_for(request.user)
    )

    class Meta:
        model = Job
        fields = ["mine", "state", "kind", "collection"]

    def of_the_reader(self, jobs: QuerySet[Job], name: str, value: bool | None) -> QuerySet[Job]:
        return jobs.filter(owner=self.request.user) if value else jobs

    def in_state(self, jobs: QuerySet[Job], name: str, value: str) -> QuerySet[Job]:
        return jobs.filter(status__in=STATES[value][1])

    @property
    def searching(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


def tabs(user: User, found: JobFilter, jobs: QuerySet[Job]) -> list[dict[str, Any]]:
    """All states, each with how many of the jobs that the other filters leave are in it. One query."""
    others = found.data.copy()
    others.pop("state", None)
    others.pop("page", None)
    narrowed = JobFilter(others, queryset=jobs, request=found.request).qs
    counts = dict(narrowed.order_by().values_list("status").annotate(Count("pk")))
    chosen = found.data.get("state", "")

    def tab(name: str, title: Any, count: int) -> dict[str, Any]:
        query = others.copy()
        if name:
            query["state"] = name
        return {"title": title, "count": count, "query": query.urlencode(), "on": chosen == name}

    states = [tab(name, title, sum(counts.get(it, 0) for it in statuses)) for name, (title, statuses) in STATES.items()]
    return [tab("", _("All"), sum(counts.values())), *states]
