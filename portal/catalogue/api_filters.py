"""How lists of the API are narrowed and ordered."""

import django_filters

from portal.catalogue.filters import ArtworkFilter
from portal.catalogue.models import Artwork, Collection, Period, Picture


class CollectionApiFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains")
    ordering = django_filters.OrderingFilter(fields=["name", "created_at"])

    class Meta:
        model = Collection
        fields = ["name"]


class ArtworkApiFilter(ArtworkFilter):
    """The page's own search, and exact values of the fields that group works."""

    collection = django_filters.UUIDFilter(field_name="collection")
    period = django_filters.ModelChoiceFilter(queryset=Period.objects.all(), to_field_name="key")
    has_master = django_filters.BooleanFilter(field_name="master", lookup_expr="isnull", exclude=True)
    ordering = django_filters.OrderingFilter(fields=["title", "maker", "created_at", "updated_at"])

    class Meta:
        model = Artwork
        fields = ["q", "collection", "period", "school", "category", "technique", "holder", "rights", "sacred"]


class PictureApiFilter(django_filters.FilterSet):
    collection = django_filters.UUIDFilter(field_name="collection")
    ordering = django_filters.OrderingFilter(fields=["created_at", "size_bytes"])

    class Meta:
        model = Picture
        fields = ["collection", "sha256", "format"]
