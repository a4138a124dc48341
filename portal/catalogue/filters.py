"""Finding artworks in a list."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Artwork, Period

SEARCHED = ("title", "title_zh", "maker", "accession_number", "subjects", "school", "technique")


class ArtworkFilter(django_filters.FilterSet):
    """``q``: words in the title, maker, accession number, subjects, school or technique; ``period``."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    period = django_filters.ModelChoiceFilter(
        queryset=Period.objects.all(), label=_("Period"), empty_label=_("All periods")
    )

    class Meta:
        model = Artwork
        fields = ["q", "period"]

    def search(self, rows: QuerySet[Artwork], name: str, value: str) -> QuerySet[Artwork]:
        for word in value.split():
            rows = rows.filter(Q.create([(f"{field}__icontains", word) for field in SEARCHED], connector=Q.OR))
        return rows
