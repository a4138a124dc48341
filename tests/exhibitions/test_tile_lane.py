"""Tiles of what is on show are answered before the site's middleware, as the site would; all else is left to it."""

import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.catalogue import lane, tiles
from portal.catalogue.models import Picture
from portal.catalogue.showing import public_picture
from portal.catalogue.standing import Standing
from portal.exhibitions.models import Exhibition
from portal.exhibitions.selectors import public
from tests.factories import ArtworkFactory

TILE = "0,0,64,64/64,64/0/default.jpg"
SAME = ("Content-Type", "ETag", "Link", "Cache-Control", "Access-Control-Allow-Origin", "Content-Length",
        "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")  # fmt: skip


def path_of(picture, tail=TILE):
    return reverse("catalogue:iiif-base", args=[picture.pk]) + f"/{tail}"


def asked(path, host=b"testserver", scheme="http", **headers):
    more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", host), *more], "scheme": scheme, "http_version": "1.1",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def test_the_lane_answers_as_the_site_does(on_show):
    for picture in (on_show("restoration").picture, on_show("restoration").master):
        path = path_of(picture)
        site, quick = Client().get(path), lane.answer(asked(path))
        assert (quick.status_code, quick.content) == (200, site.content)
        assert {name: quick[name] for name in SAME} == {name: site[name] for name in SAME}
        again = lane.answer(asked(path, if_none_match=site["ETag"]))
        assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", site["Cache-Control"])


def test_all_else_is_left_to_the_site(on_show, settings, monkeypatch):
    shown, closed = on_show().picture, ArtworkFactory().master
    for path in (
        path_of(closed), path_of(Picture(pk="00000000-0000-0000-0000-000000000000")), "/iiif/3/x/" + TILE,
        path_of(shown, "info.json"), path_of(shown, "0,0,64,64/64,64/45/default.jpg"), path_of(shown, ""),
    ):  # fmt: skip
        assert lane.answer(asked(path)) is None, path
    assert lane.answer(asked(path_of(shown), host=b"elsewhere.example")) is None
    shown.pyramid.storage.delete(shown.pyramid.name)
    monkeypatch.setattr(tiles, "KEPT", tiles.Kept(0))
    tiles._reader.cache_clear()
    assert lane.answer(asked(path_of(shown))) is None
    settings.SECURE_SSL_REDIRECT = True
    assert lane.answer(asked(path_of(on_show().picture))) is None
    assert lane.answer(asked(path_of(on_show().picture), scheme="https")).status_code == 200


def test_what_goes_is_gone_with_the_next_tile(on_show):
    from review.guardrails.services import withdraw

    first, second = on_show(), on_show()
    paths = [path_of(release.picture) for release in (first, second)]
    assert all(lane.answer(asked(path)) for path in paths)
    withdraw(first.prepared_by, first, reason="asked for")
    assert [bool(lane.answer(asked(path))) for path in paths] == [False, True]
    Exhibition.objects.filter(hangings__release=second).update(closes_at=timezone.now())
    assert lane.answer(asked(paths[1])) is None


def test_the_standing_question_is_the_one_that_is_asked_anew(on_show):
    release, now = on_show(), timezone.now()
    Exhibition.objects.update(opens_at=now, closes_at=now + timedelta(hours=1))
    standing = Standing(public.pictures)
    for moment in (now - timedelta(seconds=1), now, now + timedelta(minutes=59), now + timedelta(hours=1)):
        anew = public.pictures(moment).filter(pk=release.picture_id).first()
        assert standing.ask(release.picture_id, moment) == anew
    assert standing.ask(release.picture_id, now).sha256 == release.picture.sha256
    with CaptureQueriesContext(connection) as captured:
        assert public_picture(release.picture_id)
    assert len(captured) == 1


@pytest.mark.django_db
def test_a_question_that_looks_at_the_clock_itself_is_refused():
    with pytest.raises(TypeError, match="asks the clock"):
        Standing(lambda now: public.pictures()).ask(Picture().pk, timezone.now())


def test_the_last_answers_are_kept_within_bounds():
    kept = tiles.Kept(100)
    for number in range(5):
        kept.keep((number,), b"x" * 30)
        assert kept.get((0,)) or number > 2
    assert (kept.size, kept.get((1,)), kept.get((4,))) == (90, None, b"x" * 30)
    kept.keep((9,), b"x" * (tiles.LARGEST_KEPT + 1))
    assert kept.get((9,)) is None


def test_the_server_asks_the_lane_first_and_only_for_tiles(monkeypatch):
    from django.http import HttpResponse

    sent, left = [], []
    monkeypatch.setattr(lane, "answer", lambda scope: HttpResponse(b"tile") if "0,0" in scope["path"] else None)

    async def site(scope, receive, send):
        left.append((scope["method"], scope["path"]))

    async def send(message):
        sent.append(message)

    async def run():
        server = lane.TileLane(site)
        for method, path in (
            ("GET", "/iiif/3/x/0,0"),
            ("HEAD", "/iiif/3/x/0,0"),
            ("GET", "/iiif/3/x"),
            ("GET", "/0,0"),
        ):
            await server({"method": method, "path": path}, None, send)

    asyncio.run(run())
    assert [message.get("body", message.get("status")) for message in sent] == [200, b"tile"]
    assert left == [("HEAD", "/iiif/3/x/0,0"), ("GET", "/iiif/3/x"), ("GET", "/0,0")]
