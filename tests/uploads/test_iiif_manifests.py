"""A manifest is read by the light worker, looked at on a page, and a job brings in what was chosen, once."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from gpu_workers import runner
from gpu_workers.kinds import AttemptOver
from gpu_workers.models import Job
from portal.audit.models import Event
from portal.catalogue.models import Artwork, Picture
from portal.errors import UserError
from portal.uploads.iiif import importing, kinds, reading
from portal.uploads.iiif.judging import outlook
from portal.uploads.models import Manifest, Origin
from tests.factories import ArtworkFactory, CollectionFactory, person
from tests.uploads.museum import PICTURE, album, hang, third

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def read(curator, collection):
    """A function: an address → its manifest, as the light worker leaves it."""

    def read(url, into=collection) -> Manifest:
        manifest = importing.ask(curator, into, url)
        reading.read_due(timezone.now())
        manifest.refresh_from_db()
        return manifest

    return read


def bring(manifest, numbers) -> Job:
    job = importing.start(manifest.owner, manifest, numbers)
    runner.run_next("test")
    job.refresh_from_db()
    manifest.refresh_from_db()
    return job


def states(manifest) -> list[str]:
    return ["new" if row.ready else "there" for row in outlook(manifest).rows]


def page_of(client, manifest, language="en", user=None) -> str:
    client.force_login(user or manifest.owner)
    client.cookies["django_language"] = language
    answer = client.get(reverse("uploads:manifest", args=[manifest.pk]))
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def test_no_request_fetches_and_the_light_worker_reads(client, museum, curator, collection, calls):
    url = album(museum)
    client.force_login(curator)
    answer = client.post(
        reverse("uploads:iiif", args=[collection.pk]), {"url": f"  https://viewer.example/?manifest={url} "}
    )
    manifest = Manifest.objects.get()
    assert (answer.url, manifest.url) == (reverse("uploads:manifest", args=[manifest.pk]), url)
    assert "data-waiting" in page_of(client, manifest)
    assert museum.asked == []
    reading.read_due(timezone.now())
    assert museum.asked[0] == "/manifest"
    asked = len(museum.asked)
    reading.read_due(timezone.now())
    assert len(museum.asked) == asked
    assert "data-waiting" not in page_of(client, manifest)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_it_shows_is_seen_before_anything_is_catalogued(client, museum, read, language):
    html = page_of(client, read(album(museum)), language)
    assert html.count('name="canvas"') == html.count("data:image/webp;base64,") == html.count("4000 × 3000") == 3
    assert "creativecommons.org/publicdomain/zero" in html
    assert ("<h1>Pines in mist</h1>" if language == "en" else "<h1>雾松</h1>") in html
    assert "<strong>Leaf 2</strong>" in html
    assert (Artwork.objects.count(), Picture.objects.count()) == (0, 0)


def test_what_is_chosen_comes_in_and_the_rest_stays_new(client, museum, read, collection):
    manifest = read(album(museum))
    job = bring(manifest, [1, 3])
    assert (job.status, job.recipe) == ("succeeded", {"brought_in": 2, "left_out": 0})
    works = Artwork.objects.order_by("accession_number").values_list("title", "accession_number", "title_zh")
    assert list(works) == [
        ("Pines in mist · Leaf 1", "1923.14", "雾松 · Leaf 1"),
        ("Pines in mist · Leaf 3", "1923.14 (3)", "雾松 · Leaf 3"),
    ]
    assert states(manifest) == ["there", "new", "there"]
    assert Event.objects.get(action="upload.imported").data == {"count": 2}
    html = page_of(client, manifest)
    assert html.count("In the collection</span>") == 2
    assert Origin.objects.first().manifest == manifest.url
    with pytest.raises(UserError, match="Choose at least one"):
        importing.start(manifest.owner, manifest, [1, 3, 9])
    assert bring(manifest, [1, 2, 3]).recipe == {"brought_in": 1, "left_out": 0}
    assert states(read(album(museum))) == ["there"] * 3  # another look at the same address
    assert states(read(album(museum), CollectionFactory(curator=manifest.owner))) == ["new"] * 3


def test_pressing_twice_gives_the_same_job(museum, read):
    manifest = read(album(museum))
    first = importing.start(manifest.owner, manifest, [1])
    assert importing.start(manifest.owner, manifest, [2]) == first


def test_a_number_that_is_taken_and_a_picture_that_is_there_make_no_second_work(client, museum, read, collection):
    url = hang(museum, third(museum.at("/image"), id="https://museum.example/m"))
    taken = ArtworkFactory(collection=collection, accession_number="1923.14", title="Older")
    manifest = read(url)
    assert states(manifest) == ["there"]
    assert "Older" in page_of(client, manifest)
    taken.delete()
    bring(manifest, [1])
    made = Artwork.objects.get()
    Origin.objects.all().delete()
    Artwork.objects.update(accession_number="")
    assert bring(manifest, [1]).recipe == {"brought_in": 0, "left_out": 1}
    assert (Artwork.objects.get(), Origin.objects.get().artwork) == (made, made)


def test_a_picture_that_does_not_come_says_why_and_keeps_nobody(client, museum, read):
    manifest = read(album(museum))
    whole = museum.table.pop("/leaf2/full/max/0/default.jpg")
    museum.table["/leaf3/full/max/0/default.jpg"] = (200, {"Content-Type": "image/jpeg"}, b"no picture")
    assert bring(manifest, [1, 2, 3]).recipe == {"brought_in": 1, "left_out": 2}
    assert Picture.objects.count() == 1
    assert "127.0.0.1 answers 404." in page_of(client, manifest)
    assert "127.0.0.1 返回 404。" in page_of(client, manifest, "zh-hans")
    museum.table["/leaf2/full/max/0/default.jpg"] = whole
    assert bring(manifest, [2]).recipe == {"brought_in": 1, "left_out": 0}


def test_a_job_that_takes_long_is_followed_by_another_and_one_that_is_cancelled_stops(museum, read, monkeypatch):
    manifest = read(album(museum))
    monkeypatch.setattr("portal.uploads.kinds.PORTION_SECONDS", -1)
    importing.start(manifest.owner, manifest, [1, 2, 3])
    while runner.run_next("test"):
        pass
    assert list(Job.objects.values_list("status", flat=True)) == ["succeeded"] * 3
    assert states(Manifest.objects.get()) == ["there"] * 3

    class Stopped:
        def cancelled(self):
            return True

    watched = kinds.Watched(BytesIO(), Stopped(), kinds.Place(1, 1))
    watched.write(b"x")
    with pytest.raises(AttemptOver):
        watched.write(b"x" * 2**20)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {}, b""), "answers 404"),
        ((200, {"Content-Type": "text/html"}, b"<p>"), "not what is needed"),
        ((200, {"Content-Type": "application/json"}, b"{"), "no JSON"),
        ((200, {"Content-Type": "application/json"}, b"[]"), "no IIIF manifest"),
        ((200, {"Content-Type": "application/json"}, b'{"type": "Collection", "items": []}'), "is a IIIF collection"),
        ((200, {"Content-Type": "application/json"}, b'{"type": "Manifest", "items": []}'), "shows no picture"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(client, museum, read, answer, words):
    museum.table["/manifest"] = answer
    manifest = read(museum.at("/manifest"))
    assert manifest.state == Manifest.State.REFUSED
    assert words in page_of(client, manifest)
    with pytest.raises(UserError, match="not read yet"):
        importing.start(manifest.owner, manifest, [1])
    chinese = page_of(client, manifest, "zh-hans")
    assert words not in chinese
    assert HAN.search(chinese.split("notice error")[1].split("</p>")[0])


def test_an_address_that_leads_inside_is_refused_in_the_form(client, curator, collection):
    client.force_login(curator)
    for url in (
        "http://museum.example/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "https://x/?manifest=http://[::1",
    ):
        answer = client.post(reverse("uploads:iiif", args=[collection.pk]), {"url": url})
        assert (answer.status_code, "cannot be fetched" in answer.content.decode()) == (400, True), url
    assert not Manifest.objects.exists()


def test_hostile_words_do_no_harm(client, museum, read):
    odd = {"en": ["A\x00B\ud800 <script>alert(1)</script>"], "\x00": ["C"], "fr": [None, 3]}
    canvas = third(museum.at("/image"))["items"][0] | {"id": "a\x00b", "width": "wide", "height": 1e99, "label": odd}
    canvas["thumbnail"] = [{"id": "https://169.254.169.254/latest"}, 3]
    museum.table["/image/full/max/0/default.jpg"] = (200, {"Content-Type": "image/jpeg"}, PICTURE)
    body = json.dumps(third("x", label=odd, items=[canvas, {"items": [3]}, 7, None])).encode()
    museum.table["/manifest"] = (200, {"Content-Type": "application/json"}, body)
    manifest = read(museum.at("/manifest"))
    html = page_of(client, manifest)
    assert (manifest.state, "<script>" in html, html.count('name="canvas"')) == ("read", False, 1)
    assert bring(manifest, [1]).recipe["brought_in"] == 1


def test_a_reader_that_is_lost_is_followed_by_another(museum, curator, collection, monkeypatch):
    importing.ask(curator, collection, album(museum))
    monkeypatch.setattr(reading, "look", lambda url: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        reading.read_due(timezone.now())
    monkeypatch.undo()
    reading.read_due(timezone.now())
    assert Manifest.objects.get().state == "waiting"
    reading.read_due(timezone.now() + timedelta(seconds=reading.LOST_SECONDS + 1))
    assert Manifest.objects.get().state == "read"


def test_one_person_has_only_so_many_read_at_once(museum, curator, collection):
    for _number in range(importing.MOST_WAITING):
        importing.ask(curator, collection, museum.at("/manifest"))
    with pytest.raises(UserError, match="Wait until"):
        importing.ask(curator, collection, museum.at("/manifest"))


def test_the_page_asks_as_much_for_many_pictures_as_for_one(client, museum, read):
    counts = []
    for leaves in (1, 8):
        manifest = read(album(museum, leaves))
        bring(manifest, list(range(1, leaves + 1)))
        page_of(client, manifest)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, manifest)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_who_may_not_add_works_sees_and_starts_nothing(client, museum, read, collection):
    manifest = read(album(museum))
    place, page = reverse("uploads:iiif", args=[collection.pk]), reverse("uploads:manifest", args=[manifest.pk])
    start = reverse("uploads:manifest-start", args=[manifest.pk])
    for user, ask, rest in (
        (person("consultant", collection), 403, 404),
        (person("curator", collection), 200, 404),  # a colleague's own manifests are another's
        (CollectionFactory().created_by, 404, 404),
    ):
        client.force_login(user)
        answers = client.get(place), client.get(page), client.post(start, {"canvas": "1"})
        assert [answer.status_code for answer in answers] == [ask, rest, rest]
        with pytest.raises(PermissionDenied) if ask != 200 else pytest.raises(UserError):
            importing.ask(user, collection, "ftp://x")
    assert not Job.objects.exists()


def test_all_of_it_by_the_api(museum, curator, collection):
    api = APIClient()
    api.force_authenticate(curator)
    asked = {"collection": str(collection.pk), "url": album(museum)}
    answer = api.post("/api/v1/iiif-manifests/", asked, format="json")
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    reading.read_due(timezone.now())
    path = f"/api/v1/iiif-manifests/{answer.json()['id']}/"
    found = api.get(path).json()
    assert [(row["number"], row["new"], row["width"]) for row in found["canvases"]] == [
        (n, True, 4000) for n in (1, 2, 3)
    ]
    assert api.post(f"{path}start/", {"canvases": [2]}, format="json").status_code == 202
    runner.run_next("test")
    assert [row["new"] for row in api.get(path).json()["canvases"]] == [True, False, True]
    assert api.post(f"{path}start/", {"canvases": [2]}, format="json").status_code == 400
    api.force_authenticate(person("curator", collection))
    assert api.get(path).status_code == 404
