"""Reads of uploads and deliveries. They belong to one person: for everybody else they do not exist."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Collection
from portal.uploads.errors import Gone
from portal.uploads.models import Delivery, Manifest, Upload

ACTION = "catalogue.add_artwork"


def uploads_for(user: User, collection: Collection | None = None) -> QuerySet[Upload]:
    """The person's uploads that have not expired, by name, as long as the person may bring works in there."""
    rows = Upload.objects.filter(owner_id=user.pk, expires_at__gt=timezone.now())
    if collection is not None:
        rows = rows.filter(collection=collection)
    return policy.scope(user, ACTION, rows).order_by("name", "created_at", "pk")


def get_upload(user: User, pk: Any) -> Upload:
    """One of the person's uploads; `Http404` when there is none, `Gone` when it has expired."""
    rows = policy.scope(user, ACTION, Upload.objects.filter(owner_id=user.pk).select_related("collection"))
    upload = get_object_or_404(rows, pk=pk)
    if upload.expired:
        raise Gone
    return upload


def bytes_used(user: User) -> int:
    """How much of the person's quota is taken: whole sizes of what arrives or waits to be used."""
    live = Upload.objects.filter(owner=user, state__in=Upload.LIVE, expires_at__gt=timezone.now())
    return live.aggregate(total=Sum("size"))["total"] or 0


def deliveries_for(user: User) -> QuerySet[Delivery]:
    """The person's deliveries, the newest first."""
    rows = Delivery.objects.filter(owner_id=user.pk).select_related("collection", "job")
    return policy.scope(user, ACTION, rows).order_by("-created_at", "pk")


def get_delivery(user: User, pk: Any) -> Delivery:
    """One of the person's deliveries, else `Http404`."""
    delivery = deliveries_for(user).filter(pk=pk).first()
    if delivery is None:
        raise Http404
    return delivery


def manifests_for(user: User) -> QuerySet[Manifest]:
    """The manifests that the person looked at, the newest first."""
    rows = Manifest.objects.filter(owner_id=user.pk).select_related("collection", "job", "owner")
    return policy.scope(user, ACTION, rows).order_by("-created_at", "pk")


def get_manifest(user: User, pk: Any) -> Manifest:
    """One of the person's manifests, else `Http404`."""
    manifest = manifests_for(user).filter(pk=pk).first()
    if manifest is None:
        raise Http404
    return manifest
