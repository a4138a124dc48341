"""Finding candidates of one work: by engine, by order, by what was said of them; the order of the sheet."""

import django_filters
from django import forms
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Abs
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.templatetags.lacuna import day, engine_title
from restoration.models import Candidate, Restoration

NEWEST, SEAM, CHANGED, JUDGED = "newest", "seam", "changed", "judged"
SORTS = [
    (NEWEST, _("Latest order first")),
    (JUDGED, _("Picked first")),
    (SEAM, _("Least visible seam first")),
    (CHANGED, _("Fewest changed pixels first")),
]


class CandidateFilter(django_filters.FilterSet):
    """``engine``, ``order`` (a restoration), ``judgement`` (picked, rejected, none), ``sort``; junk is passed over."""

    engine = django_filters.ChoiceFilter(
        field_name="restoration__engine", label=_("Engine"), empty_label=_("All engines")
    )
    order = django_filters.ChoiceFilter(
        field_name="restoration", label=pgettext_lazy("of a restoration", "Order"), empty_label=_("All orders")
    )
    judgement = django_filters.ChoiceFilter(
        label=_("Judgement"), empty_label=_("All"), method="judged",
        choices=[("picked", _("Picked")), ("rejected", _("Rejected")), ("none", _("Not judged"))],
    )  # fmt: skip
    sort = django_filters.ChoiceFilter(
        label=_("In this order"), choices=SORTS, method="sorted", empty_label=None, widget=forms.Select
    )

    class Meta:
        model = Candidate
        fields = ["engine", "order", "judgement", "sort"]

    def __init__(self, data, *, orders, **rest) -> None:
        super().__init__(data, **rest)
        engines = dict.fromkeys(order.engine for order in orders)
        self.filters["engine"].extra["choices"] = [(name, engine_title(name)) for name in engines]
        self.filters["order"].extra["choices"] = [(str(it.pk), named(it)) for it in orders]

    def judged(self, rows: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        return rows.filter(judgement="" if value == "none" else value)

    def sorted(self, rows: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        rank = Case(When(judgement="picked", then=0), When(judgement="rejected", then=2), default=1)
        first = {
            SEAM: [Abs(F("seam") - Value(1.0)).asc(nulls_last=True)],
            CHANGED: ["changed_pixels"],
            JUDGED: [rank],
        }.get(value, [])
        return rows.order_by(*first, *rows.query.order_by)


def named(order: Restoration) -> str:
    """An order in a list: PatchMatch, 3 May 2026."""
    return f"{engine_title(order.engine)}, {strip_tags(day(order.created_at))}"
