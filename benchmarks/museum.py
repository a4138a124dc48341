"""A museum of some size for benchmarks: works, masks, orders, candidates, paintings, events, notices, webhooks."""

from __future__ import annotations

import itertools
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

PERIODS = ("tang", "song", "yuan", "ming", "qing")
SOURCES = 24  # pictures at most whose files other rows share
MARKS = itertools.count()  # in place of the SHA-256 of such a row


@dataclass(frozen=True)
class Size:
    """How much of everything. works and orders: in the first collection; versions: of the first work's mask."""

    works: int = 200
    orders: int = 50
    collections: int = 12
    versions: int = 30
    trees: int = 60
    rounds: int = 20
    events: int = 2000
    notices: int = 300
    webhooks: int = 20
    deliveries: int = 500
    others: int = 30
    painted: int = 24  # pictures that are painted and sealed; the others are rows that share their files


@dataclass
class Museum:
    """What a benchmark asks for, by name."""

    curator: Any
    collection: Any
    artwork: Any
    restoration: Any
    round: Any
    job: Any
    batch: Any
    webhook: Any


def build(size: Size = Size()) -> Museum:
    """Fill an empty database. Nearly everything is in the first collection; the others have eight works each."""
    from restoration.models import Restoration
    from tests.factories import CollectionFactory, person

    with transaction.atomic():
        curator = person("curator", username="curator")
        main = CollectionFactory(curator=curator, name="Landscapes of the southern school")
        pictures = _pictures(main, size.painted)
        artworks = _artworks(main, size.works, pictures)
        for _number in range(size.collections - 1):
            other = CollectionFactory(curator=curator)
            _artworks(other, 8, _shared(pictures, other))
        masks = _masks(artworks, per_work=1)
        _masks(artworks[:1], per_work=size.versions, first=2)
        _orders(curator, artworks, masks, size.orders, pictures)
        round_ = _paintings(main, pictures, size)
        webhook = _webhook(main, curator, size)
        _events(curator, main, artworks, size)
        _others(curator, main, size.others)
        shown = Restoration.objects.order_by("created_at").last()
        batch = _batch(curator, artworks)
    return Museum(curator, main, artworks[0], shown, round_, shown.job, batch, webhook)


def _pictures(collection: Any, painted: int) -> Any:
    """An endless supply of sealed pictures: some are painted, the rest are rows that share their files."""
    from tests.factories import sealed_picture

    made = [sealed_picture(collection, seed=number, width=640, height=440) for number in range(painted)]
    return itertools.chain(made, _shared(made, collection))


def _shared(pictures: Any, collection: Any) -> Any:
    from portal.catalogue.models import Picture

    sources = list(itertools.islice(pictures, SOURCES))
    for source, mark in zip(itertools.cycle(sources), MARKS, strict=False):
        fields = {f.attname: getattr(source, f.attname) for f in Picture._meta.concrete_fields if f.name != "id"}
        yield Picture.objects.create(**(fields | {"collection_id": collection.pk, "sha256": f"{mark:064x}"}))


def _artworks(collection: Any, count: int, pictures: Any) -> list:
    from portal.catalogue.models import Period
    from restoration.ordering.looks import note_looks
    from tests.factories import ArtworkFactory

    periods = list(Period.objects.all())
    made = [
        ArtworkFactory(
            collection=collection, master=next(pictures), title=f"Streams and mountains {number}",
            title_zh="溪山行旅图", maker=f"Follower {number % 17}", medium="Ink on silk",
            period=periods[number % len(periods)],
        )
        for number in range(count)
    ]  # fmt: skip
    note_looks(artwork.master for artwork in made)  # as the site does when a master is attached
    return made


def _masks(artworks: list, per_work: int, first: int = 1) -> list:
    """A confirmed mask of each work; all rows but the first share one file."""
    from restoration.models import Mask
    from tests.factories import mask_for

    if first == 1:
        pattern = mask_for(artworks[0])
        rest, made = artworks[1:], [pattern]
    else:
        pattern, rest, made = artworks[0].masks.first(), artworks, []
    for artwork in rest:
        for version in range(first, first + per_work):
            mask = copy(pattern)
            mask.pk, mask._state.adding, mask.version = None, True, version
            mask.id = Mask._meta.pk.get_default()
            mask.artwork, mask.master = artwork, artwork.master
            mask.save(force_insert=True)
            made.append(mask)
    return made


def _orders(curator: Any, artworks: list, masks: list, count: int, pictures: Any) -> None:
    """Orders in every state; those that are done have eight candidates, and all of one work's are done."""
    from gpu_workers.models import Job
    from restoration.models import Candidate
    from restoration.services import order_restoration

    states = ["succeeded", "succeeded", "succeeded", "failed", "cancelled", "queued", "succeeded"]
    for number in range(count):
        which = 0 if number % 5 == 0 else number % len(artworks)
        mask = masks[which]
        order = order_restoration(
            curator, artworks[which], mask=mask, engine="telea", candidates=8, seed=number, anyway=True
        )
        state, now = states[number % len(states)], timezone.now()
        if which == 0 or state == "succeeded":
            for index in range(1, 9):
                Candidate.objects.create(
                    restoration=order, number=index, picture=next(pictures), seed=index, changed_pixels=900, seam=1.1
                )
            state = "succeeded"
        ended = {"started_at": now, "finished_at": now + timedelta(seconds=40)} if state != "queued" else {}
        Job.objects.filter(pk=order.job_id).update(status=state, recipe={"seed": number}, **ended)


def _paintings(collection: Any, pictures: Any, size: Size) -> Any:
    """Trees of one round, and one of many; returns a round of that one."""
    from generation.models import Painting
    from tests.factories import painting_for

    first = None
    for _number in range(size.trees):
        painting = painting_for(collection, next(pictures))
        first = first or painting
    shown = first
    for _number in range(size.rounds):
        shown = painting_for(collection, next(pictures), parent=first)
        for index in (2, 3, 4):
            more = Painting(round=shown.round, number=index, picture=next(pictures), seed=index, agreement=0.2)
            more.tokens_sha256 = "0" * 64
            more.tokens.name = shown.tokens.name
            more.save()
    return shown.round


def _events(curator: Any, collection: Any, artworks: list, size: Size) -> None:
    """Events, of which the last are notices for the curator."""
    from portal.audit.chain import sealed
    from portal.audit.models import Event
    from portal.notices.models import Kind, Notice

    actions = ["artwork.changed", "mask.confirmed", "restoration.done", "candidate.picked"]
    rows = [
        Event(
            action=actions[number % 4], actor=curator, collection=collection, artwork=artworks[number % len(artworks)],
            subject="artwork", subject_id=str(artworks[number % len(artworks)].pk),
            data={"version": 1, "number": 1, "engine": "telea", "fields": ["title"]},
        )
        for number in range(size.events)
    ]  # fmt: skip
    for row in rows:
        row.sealed = sealed(row)
    made = Event.objects.bulk_create(rows)
    Notice.objects.bulk_create([Notice(person=curator, event=event, kind=Kind.DONE) for event in made[-size.notices :]])


def _webhook(collection: Any, curator: Any, size: Size) -> Any:
    """Webhooks, one of them with deliveries."""
    from portal.hooks.models import Delivery, Webhook

    hooks = [
        Webhook.objects.create(collection=collection, created_by=curator, seed="0", url=f"https://a.example/{number}")
        for number in range(size.webhooks)
    ]
    now, body = timezone.now(), '{"type":"artwork.changed","data":{"artwork":{"title":"Streams and mountains"}}}'
    about = {"action": "artwork.changed", "body": body, "state": "delivered", "next_try_at": now, "queued_at": now}
    Delivery.objects.bulk_create([Delivery(webhook=hooks[0], tries=1, **about) for _ in range(size.deliveries)])
    return hooks[0]


def _others(curator: Any, collection: Any, count: int) -> None:
    """Tokens, and uploads that wait."""
    from portal.accounts.services import create_token
    from portal.uploads.models import Upload

    for number in range(count // 3):
        create_token(curator, name=f"program {number}", scopes=["read"])
    late = timezone.now() + timedelta(days=7)
    for number in range(count):
        upload = Upload(owner=curator, collection=collection, name=f"{number}.tif", size=1000, expires_at=late)
        upload.offset, upload.state = 1000, Upload.State.RECEIVING
        upload.file.save(f"{number}.part", ContentFile(b"x" * 1000), save=True)


def _batch(curator: Any, artworks: list) -> Any:
    """An order of forty works at once."""
    from restoration.models import Restoration
    from restoration.ordering.models import Batch, BatchItem

    batch = Batch.objects.create(owner=curator, collection=artworks[0].collection, recipe={"engine": "telea"})
    orders = list(Restoration.objects.order_by("created_at")[:40])
    rows = [
        BatchItem(batch=batch, number=number, artwork=order.artwork, mask=order.mask, engine="telea", restoration=order)
        for number, order in enumerate(orders, 1)
    ]
    BatchItem.objects.bulk_create(rows)
    return batch
