"""Reads of the catalogue, scoped to who asks: unseen is `Http404`, seen but not allowed is `PermissionDenied`."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Artwork, Collection, Period, Picture

VIEW_COLLECTION = "catalogue.view_collection"
VIEW_ARTWORK = "catalogue.view_artwork"
VIEW_PICTURE = "catalogue.view_picture"


def collections_for(user: User) -> QuerySet[Collection]:
    """The collections a person may open, each with `artwork_count`."""
    rows = policy.scope(user, VIEW_COLLECTION, Collection.objects.all(), "self")
    return rows.annotate(artwork_count=Count("artworks")).order_by("name", "created_at", "pk")


def get_collection(user: User, pk: Any, action: str = VIEW_COLLECTION) -> Collection:
    return policy.find(user, Collection.objects.all(), pk, view=VIEW_COLLECTION, action=action, path="self")


def covers_for(user: User, collections: Iterable[Collection]) -> dict[Any, Picture]:
    """The master of the first artwork of each collection that has one, by the collection's key; one query."""
    first = artworks_for(user).filter(collection=OuterRef("collection")).exclude(master=None).values("pk")[:1]
    rows = artworks_for(user).filter(collection__in=list(collections), pk=Subquery(first))
    return {artwork.collection_id: artwork.master for artwork in rows if artwork.master}


def artworks_for(user: User, collection: Collection | None = None) -> QuerySet[Artwork]:
    """The artworks a person may see, with period, master and collection at hand."""
    rows = Artwork.objects.select_related("period", "master", "collection")
    if collection is not None:
        rows = rows.filter(collection=collection)
    return policy.scope(user, VIEW_ARTWORK, rows).order_by("title", "created_at", "pk")


def get_artwork(user: User, pk: Any, action: str = VIEW_ARTWORK) -> Artwork:
    rows = Artwork.objects.select_related("period", "master", "collection")
    return policy.find(user, rows, pk, view=VIEW_ARTWORK, action=action)


def pictures_for(user: User) -> QuerySet[Picture]:
    """The sealed pictures a person may see, the newest first."""
    return policy.scope(user, VIEW_PICTURE, Picture.objects.all()).order_by("-created_at", "pk")


def get_picture(user: User, pk: Any, action: str = VIEW_PICTURE) -> Picture:
    return policy.find(user, Picture.objects.select_related("collection"), pk, view=VIEW_PICTURE, action=action)


def periods() -> QuerySet[Period]:
    """Every period in order; open to everybody."""
    return Period.objects.all()
