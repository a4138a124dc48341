"""The desk of jobs and the order page: what they say, what they offer, what they ask of the database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gpu_workers import services
from gpu_workers.models import Job
from restoration.models import Restoration
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person
from tests.pages.conftest import gallery, hang

__all__ = ["gallery"]
pytestmark = pytest.mark.django_db
LIST = reverse("jobs:list")


@pytest.fixture
def open_as(client):
    def open_as(user, path, **query):
        client.force_login(user)
        answer = client.get(path, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return open_as


def shown(html: str) -> set[str]:
    return set(re.findall(r'id="job-([0-9a-f-]{36})"', html))


def test_the_desk_is_narrowed_by_state_kind_owner_and_collection(open_as, curator, collection, make_job, people):
    other = people(1)[0]
    elsewhere = CollectionFactory(curator=curator)
    jobs = {
        "waiting": make_job(kind="restore"),
        "running": make_job("running", kind="propose_mask", owner=other),
        "failed": make_job("failed", kind="restore", message="No."),
        "done": make_job("succeeded", kind="generate_ink", collection=elsewhere),
    }
    keys = {name: str(job.pk) for name, job in jobs.items()}
    assert shown(open_as(curator, LIST)) == set(keys.values())
    for state, key in keys.items():
        assert shown(open_as(curator, LIST, state=state)) == {key}
    assert shown(open_as(curator, LIST, kind="restore")) == {keys["waiting"], keys["failed"]}
    assert shown(open_as(curator, LIST, mine="on")) == set(keys.values()) - {keys["running"]}
    assert shown(open_as(curator, LIST, collection=str(elsewhere.pk))) == {keys["done"]}
    assert "No job is like this." in open_as(curator, LIST, state="cancelled")


def test_the_tabs_count_what_the_other_filters_leave(open_as, curator, make_job, people):
    make_job(owner=people(1)[0])
    for _ in range(2):
        make_job("failed")
    html = open_as(curator, LIST, mine="on", state="failed")
    counts = dict(re.findall(r'>(\w+) <span class="count">(\d+)</span>', html))
    assert counts == {"All": "2", "Waiting": "0", "Running": "0", "Failed": "2", "Done": "0", "Cancelled": "0"}


def test_an_empty_desk_teaches(open_as, curator):
    html = open_as(curator, LIST)
    assert "Nothing has been ordered yet" in html
    assert reverse("catalogue:collections") in html


def test_a_waiting_row_says_its_place_and_why_it_waits(open_as, curator, wait, settings, people):
    settings.JOBS_RUNNING_PER_PERSON = 1
    wait(curator, 2)
    services.claim("w")
    html = open_as(curator, LIST, state="waiting")
    assert "Waits because 1 of your jobs is running" in html
    assert "Waits because 1 job of the same person is running" in open_as(people(1)[0], LIST, state="waiting")


@pytest.mark.parametrize(
    ("status", "offered"), [("queued", {"cancel", "priority"}), ("running", {"cancel"}), ("failed", {"retry"})]
)
def test_a_row_offers_what_its_owner_may_do(open_as, curator, make_job, status, offered):
    job = make_job(status)
    html = open_as(curator, LIST)
    assert {name for name in ("cancel", "retry", "priority") if f"/jobs/{job.pk}/{name}/" in html} == offered


def test_who_may_only_look_is_offered_nothing(open_as, make_job, collection):
    for status in ("queued", "running", "failed"):
        make_job(status)
    assert 'method="post"' not in open_as(person("consultant", collection), LIST).split("<main")[1]


def test_an_operator_sees_the_queue_and_raises_but_no_picture_and_no_title(open_as, operator, gallery):
    Job.objects.filter(pk=gallery.restoration.job_id).update(status="queued", queued_at="2026-01-01T00:00Z")
    html = open_as(operator, LIST)
    assert str(gallery.restoration.job_id) in html
    assert gallery.artwork.title not in html
    assert "/pictures/" not in html
    assert 'name="priority" value="1"' in html


def test_a_row_is_sent_anew_with_a_version_that_changes(client, curator, make_job):
    client.force_login(curator)
    job, hidden = make_job("running"), make_job("running", collection=CollectionFactory())
    url = reverse("jobs:rows")

    def version() -> str:
        html = client.get(url, {"job": [str(job.pk), str(hidden.pk), "nonsense"]}).content.decode()
        assert shown(html) == {str(job.pk)}
        return re.search(r'data-version="([^"]*)"', html)[1]

    before = version()
    assert version() == before
    services.progress(job, 1, 0.5, "Painting")
    assert version() != before


def test_buttons_of_the_desk_lead_back_to_it(client, curator, make_job):
    client.force_login(curator)
    job = make_job()
    lowered = client.post(reverse("jobs:priority", args=[job.pk]), {"priority": "-1", "next": "list"})
    assert lowered.url == LIST
    job.refresh_from_db()
    assert job.priority == -1
    assert client.post(reverse("jobs:cancel", args=[job.pk]), {"next": "list"}).url == LIST
    assert client.post(reverse("jobs:priority", args=[job.pk]), {"priority": "9"}).status_code == 400


def test_the_desk_asks_as_much_for_fifty_jobs_as_for_two(open_as, curator, wait, people, make_job):
    def asked() -> int:
        open_as(curator, LIST)
        with CaptureQueriesContext(connection) as captured:
            open_as(curator, LIST)
        return len(captured)

    other = people(1)[0]
    wait(curator)
    make_job("running", owner=other)
    before = asked()
    wait(curator, 24)
    wait(other, 24)
    assert asked() == before


def order_page(work) -> str:
    return reverse("restoration:order", args=[work.pk])


def test_an_engine_card_says_for_what_and_how_long_or_that_nobody_knows(open_as, curator, gallery):
    html = open_as(curator, order_page(gallery.artwork))
    assert "Hair cracks, scratches and small flakes." in html
    assert "How long it takes here is not known yet." in html
    Job.objects.filter(pk=gallery.restoration.job_id).update(
        started_at="2026-01-01T00:00Z", finished_at="2026-01-01T00:02Z"
    )
    assert "About 2 min here, by 1 order like it." in open_as(curator, order_page(gallery.artwork))


def test_what_an_order_would_take_is_said_before_it_is_placed(client, curator, gallery, wait, people):
    client.force_login(curator)
    url = reverse("restoration:expected", args=[gallery.artwork.pk])
    asked = {"mask": str(gallery.mask.pk), "engine": ["patchmatch", "telea"], "candidates": 2}
    Job.objects.all().update(started_at="2026-01-01T00:00Z", finished_at="2026-01-01T00:01Z")
    assert client.get(url, asked | {"engine": "patchmatch"}).json()["outlook"] == (
        "Next in the queue; done in about 1 min."
    )
    assert client.get(url, asked).json()["outlook"].endswith("how long it takes is not known yet.")
    wait(people(1)[0], 2)
    answer = client.get(url, asked)
    assert answer.json()["outlook"].startswith("Number 2 in the queue")
    assert set(answer.json()["engines"]) == {"imagest", "patchmatch", "telea", "navier-stokes"}
    assert answer["Cache-Control"] == "no-store"
    assert client.get(url, {"mask": "x", "candidates": "many", "priority": "?", "engine": "magic"}).status_code == 200


def test_the_place_that_was_told_is_the_place_that_the_order_gets(client, curator, gallery, wait, people):
    client.force_login(curator)
    wait(people(1)[0], 3)
    wait(curator, 2)
    url = reverse("restoration:expected", args=[gallery.artwork.pk])
    told = client.get(url, {"mask": str(gallery.mask.pk), "engine": "telea", "candidates": 1}).json()["outlook"]
    made = order_restoration(curator, gallery.artwork, mask=gallery.mask, engine="telea", seed=77)
    state = client.get(reverse("jobs:status", args=[made.job_id])).json()
    assert told.startswith(f"Number {state['place']} in the queue")


def test_a_recipe_is_used_on_another_work(client, curator, gallery):
    client.force_login(curator)
    other = ArtworkFactory(collection=gallery.artwork.collection)
    mask = mask_for(other)
    choice = client.get(reverse("restoration:use", args=[gallery.restoration.pk])).content.decode()
    link = f"{order_page(other)}?like={gallery.restoration.pk}"
    assert link in choice
    html = client.get(link).content.decode()
    assert re.search(r'value="patchmatch"[^>]*checked', html)
    assert re.search(rf'value="{mask.pk}"[^>]*checked', html)
    data = {"mask": str(mask.pk), "engine": "patchmatch", "candidates": 2, "seed": 4, "style_reference": ""}
    client.post(link, data)
    made = Restoration.objects.get(artwork=other)
    assert (made.engine, made.repeats) == ("patchmatch", None)


def test_a_colour_recipe_is_used_on_another_work(client, curator, gallery):
    client.force_login(curator)
    other = ArtworkFactory(collection=gallery.artwork.collection)
    choice = client.get(reverse("restoration:use", args=[gallery.reconstruction.pk])).content.decode()
    link = f"{reverse('restoration:reconstruct', args=[other.pk])}?like={gallery.reconstruction.pk}"
    assert link in choice
    html = client.get(link).content.decode()
    assert re.search(r'value="80"', html)
    wrong = client.get(f"{order_page(other)}?like={gallery.reconstruction.pk}")
    assert wrong.status_code == 404
    assert client.get(f"{order_page(other)}?like=nonsense").status_code == 404


def test_a_recipe_of_a_hidden_work_cannot_be_used(client, gallery):
    outsider = CollectionFactory().created_by
    work = ArtworkFactory(collection=CollectionFactory(curator=outsider))
    client.force_login(outsider)
    assert client.get(reverse("restoration:use", args=[gallery.restoration.pk])).status_code == 404
    assert client.get(f"{order_page(work)}?like={gallery.restoration.pk}").status_code == 404


def test_what_differs_from_the_earlier_recipe_can_be_marked(open_as, curator, gallery):
    import json

    path = order_page(gallery.artwork)
    html = open_as(curator, path, repeat=str(gallery.restoration.pk))
    original = json.loads(re.search(r'<script id="original" type="application/json">(.*?)</script>', html)[1])
    assert original["engine"] == ["patchmatch"]
    assert original["mask"] == str(gallery.restoration.mask_id)
    for name in original:
        assert f'data-part="{name}"' in html, name
    assert 'id="original"' not in open_as(curator, path)


def test_two_hundred_works_to_choose_from_take_as_many_questions_as_two(open_as, curator, collection, gallery):
    path = reverse("restoration:batch-new", args=[collection.pk])

    def asked() -> int:
        open_as(curator, path)
        with CaptureQueriesContext(connection) as captured:
            open_as(curator, path)
        return len(captured)

    before = asked()
    master = gallery.artwork.master
    for _ in range(200):
        ArtworkFactory(collection=collection, master=master)
    assert asked() == before
    hang(collection, 7)
    assert asked() == before
