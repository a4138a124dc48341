"""Many orders at once: what is planned is what happens, nothing twice, and how a batch goes on."""

import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gpu_workers import services as jobs
from gpu_workers.models import Job
from portal.audit.models import Event
from portal.errors import UserError
from restoration import services
from restoration.models import Mask, Restoration
from restoration.ordering import batches, selection
from restoration.ordering.models import Batch
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person, sealed_picture
from tests.pages.conftest import finish

pytestmark = pytest.mark.django_db
BOTH = batches.Recipe(engines=("patchmatch", "telea"), seed=3)


@pytest.fixture
def works(collection):
    """Five works: two with a confirmed mask, one with a proposal, one without a mask, one without a photograph."""
    found = [ArtworkFactory(collection=collection, title=f"Work {number}") for number in range(4)]
    for work in found[:2]:
        mask_for(work)
    proposed = mask_for(found[2])
    Mask.objects.filter(pk=proposed.pk).update(confirmed_at=None, confirmed_by=None)
    return [*found, ArtworkFactory(collection=collection, title="Work 4", master=None)]


def pairs(works):
    masks = batches.usable_masks(works)
    return [(work, masks.get(work.pk)) for work in works]


def told(rows) -> list[tuple]:
    """What a plan or a batch says of each order, in the same words."""
    return [(it.artwork, it.engine, bool(it.sentence), it.sentence) for it in rows]


def test_a_dry_run_writes_nothing_and_the_batch_is_what_it_said(curator, works):
    services.order_restoration(curator, works[0], mask=works[0].masks.get(), engine="telea", candidates=2, seed=3)
    planned = batches.plan(curator, pairs(works), BOTH)
    assert Restoration.objects.count() == Job.objects.count() == 1
    batch = batches.order(curator, pairs(works), BOTH, token=uuid.uuid4())
    items = list(batch.items.select_related("artwork", "restoration"))
    assert told(items) == told(planned)
    assert [it.fresh for it in items if it.restoration] == [it.placed for it in planned if not it.sentence]
    assert [it.restoration for it in items if not it.fresh] == [it.same for it in planned if it.same]
    assert Restoration.objects.count() == 4
    sentences = [it.sentence for it in planned]
    assert sentences[4] == sentences[6] == "No confirmed mask says yet where paint is lost."
    assert sentences[8] == "This artwork has no master yet; upload one first."


def test_each_engine_of_a_batch_is_given_what_it_can_use(curator, works, monkeypatch):
    recipe = batches.Recipe(engines=("patchmatch", "telea"), candidates=3, seed=5, steps=9, priority=-1)
    batch = batches.order(curator, pairs(works[:1]), recipe, token=uuid.uuid4())
    patch, telea = (item.restoration for item in batch.items.order_by("number"))
    assert (patch.candidates_wanted, patch.steps, patch.seed, patch.job.priority) == (3, 9, 5, -1)
    assert (telea.candidates_wanted, telea.steps) == (1, None)


def test_the_same_form_sent_twice_is_one_batch(curator, works):
    token = uuid.uuid4()
    first = batches.order(curator, pairs(works), BOTH, token=token)
    second = batches.order(curator, pairs(works), BOTH, token=token)
    assert first == second
    assert (Batch.objects.count(), Restoration.objects.count()) == (1, 4)


def test_what_an_interruption_left_is_placed_by_the_same_form(curator, works, monkeypatch):
    token, placed = uuid.uuid4(), []
    usual = services.order_restoration

    def breaks(*args, **kwargs):
        if len(placed) == 2:
            raise KeyboardInterrupt
        placed.append(usual(*args, **kwargs))
        return placed[-1]

    with monkeypatch.context() as patch:
        patch.setattr(services, "order_restoration", breaks)
        with pytest.raises(KeyboardInterrupt):
            batches.order(curator, pairs(works), BOTH, token=token)
    batch = Batch.objects.get()
    assert selection.progress_of(batch).pending == 2
    batches.order(curator, pairs(works), BOTH, token=token)
    assert selection.progress_of(batch).pending == 0
    assert Restoration.objects.count() == 4


def test_an_order_that_another_request_has_placed_is_left_as_it_is(curator, works):
    batch = batches.order(curator, pairs(works[:1]), BOTH, token=uuid.uuid4())
    before = list(batch.items.values())
    for item in batch.items.all():
        assert not batches._place(curator, item.pk, BOTH, None, None)
    assert list(batch.items.values()) == before


def test_what_changed_since_the_dry_run_is_refused_with_a_sentence(curator, works, monkeypatch):
    masks = pairs(works[:2])
    batch = batches._written(curator, masks, BOTH, uuid.uuid4(), batches.plan(curator, masks, BOTH))
    works[0].masks.update(confirmed_at=None, confirmed_by=None)
    batches.place_pending(curator, batch)
    assert [bool(it.sentence) for it in batch.items.all()] == [True, True, False, False]
    assert "confirm it first" in batch.items.first().sentence


def test_a_batch_says_when_too_many_jobs_would_wait(curator, works, settings):
    settings.JOBS_WAITING_PER_PERSON = 3
    planned = batches.plan(curator, pairs(works[:2]), BOTH)
    assert [it.placed for it in planned] == [True, True, True, False]
    batch = batches.order(curator, pairs(works[:2]), BOTH, token=uuid.uuid4())
    assert told(batch.items.all()) == told(planned)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"engines": ()}, "Choose an engine"),
        ({"engines": ("magic",)}, "no engine called"),
        ({"candidates": 9}, "1 to 8 candidates"),
        ({"seed": -1}, "A seed lies between"),
        ({"priority": 1}, "Only an operator"),
        ({"priority": 7}, "low, normal or high"),
    ],
)
def test_what_concerns_all_orders_is_refused_at_once(curator, works, change, words):
    recipe = batches.Recipe(**({"engines": ("telea",)} | change))
    with pytest.raises(UserError, match=words):
        batches.order(curator, pairs(works), recipe, token=uuid.uuid4())
    assert not Batch.objects.exists()


def test_works_of_two_collections_and_none_and_too_many_are_refused(curator, works, monkeypatch):
    other = ArtworkFactory(collection=CollectionFactory(curator=curator))
    for wrong, words in (([], "at least one work"), ([works[0], other], "one collection")):
        with pytest.raises(UserError, match=words):
            batches.plan(curator, [(work, None) for work in wrong], BOTH)
    monkeypatch.setattr(batches, "MOST_WORKS", 4)
    with pytest.raises(UserError, match="up to 4 works"):
        batches.plan(curator, pairs(works), BOTH)


def test_who_may_not_order_may_not_order_many(works, collection, curator):
    for someone in (person("consultant", collection), person("curator"), person("operator")):
        with pytest.raises(PermissionDenied):
            batches.order(someone, pairs(works), BOTH, token=uuid.uuid4())
    batch = batches.order(curator, pairs(works), BOTH, token=uuid.uuid4())
    reader, stranger = person("consultant", collection), CollectionFactory().created_by
    assert selection.get_batch(reader, batch.pk) == batch
    for service in (batches.cancel_all, batches.retry_failed, batches.place_pending):
        with pytest.raises(PermissionDenied):
            service(reader, batch)
    with pytest.raises(Http404):
        selection.get_batch(stranger, batch.pk)


def test_all_of_a_batch_is_cancelled_and_its_failed_jobs_are_tried_again(curator, works):
    batch = batches.order(curator, pairs(works[:2]), BOTH, token=uuid.uuid4())
    first = jobs.claim("w")
    jobs.fail(first, 1, "No.")
    jobs.claim("w")
    assert selection.progress_of(batch).counts == {"failed": 1, "running": 1, "queued": 2}
    assert batches.retry_failed(curator, batch) == 1
    assert batches.retry_failed(curator, batch) == 0
    assert batches.cancel_all(curator, batch) == 4
    progress = selection.progress_of(batch)
    assert progress.counts == {"cancelled": 3, "running": 1}  # the running one was asked to stop


def test_a_restoration_that_was_there_before_is_not_cancelled_with_the_batch(curator, works):
    before = services.order_restoration(curator, works[0], mask=works[0].masks.get(), engine="telea", seed=3)
    batch = batches.order(curator, pairs(works[:1]), BOTH, token=uuid.uuid4())
    assert batches.cancel_all(curator, batch) == 1
    before.job.refresh_from_db()
    assert before.job.status == "queued"


def test_many_works_at_once_are_one_line_in_the_log_beside_each_order(curator, works):
    batches.order(curator, pairs(works), BOTH, token=uuid.uuid4())
    assert Event.objects.get(action="batch.ordered").data == {"count": 4}
    assert Event.objects.filter(action="restoration.ordered").count() == 4


def test_a_plan_of_many_works_asks_as_much_as_one_of_few(curator, collection):
    def asked(works) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(batches.plan(curator, pairs(works), BOTH)) == 2 * len(works)
        return len(captured)

    some = [ArtworkFactory(collection=collection) for _ in range(2)]
    for work in some:
        mask_for(work)
    before = asked(some)
    master, mask = some[0].master, some[0].masks.get()
    many = [ArtworkFactory(collection=collection, master=master) for _ in range(60)]
    Mask.objects.bulk_create(
        Mask(
            artwork=work, master=master, version=1, source="uploaded", file=mask.file, overlay=mask.overlay,
            sha256=mask.sha256, coverage=mask.coverage, created_by=curator, confirmed_by=curator,
            confirmed_at=mask.confirmed_at,
        )
        for work in many
    )  # fmt: skip
    assert asked([*some, *many]) == before


@pytest.fixture
def chosen(client, curator, collection, works):
    """Open, plan and order a batch on its pages as a person does."""
    client.force_login(curator)
    url = reverse("restoration:batch-new", args=[collection.pk])

    def chosen(**fields):
        data = {"works": [str(work.pk) for work in works], "engine": ["telea"], "candidates": 1, "seed": 3}
        return client.post(url, data | {"token": str(uuid.UUID(int=9))} | fields)

    return chosen


def test_the_page_shows_what_would_be_ordered_and_why_not(chosen):
    html = chosen().content.decode()
    assert "2 restorations will be ordered" in html
    assert "3 will not" in html
    assert html.count("No confirmed mask says yet where paint is lost.") == 2
    assert not Restoration.objects.exists()


def test_the_page_orders_exactly_that_once(chosen, works):
    first, second = chosen(order="on"), chosen(order="on")
    batch = Batch.objects.get()
    assert first.url == second.url == reverse("restoration:batch", args=[batch.pk])
    assert {it.artwork for it in Restoration.objects.all()} == set(works[:2])


def test_everything_ready_is_chosen_with_one_box(chosen, works):
    services.order_restoration(works[0].created_by, works[0], mask=works[0].masks.get(), engine="patchmatch")
    html = chosen(works=[], everything="on").content.decode()
    assert "1 restoration will be ordered" in html
    assert works[1].title in html
    assert works[0].title not in html


def test_nothing_chosen_gets_one_sentence(chosen):
    answer = chosen(works=[])
    assert answer.status_code == 400
    assert "Choose at least one work." in answer.content.decode()


def test_several_engines_for_one_work_stand_side_by_side(client, curator, works):
    client.force_login(curator)
    mask = works[0].masks.get()
    data = {"mask": str(mask.pk), "engine": ["patchmatch", "telea"], "candidates": 2, "seed": 4, "style_reference": ""}
    data["token"] = str(uuid.UUID(int=5))
    url = reverse("restoration:order", args=[works[0].pk])
    first, second = client.post(url, data), client.post(url, data)
    batch = Batch.objects.get()
    assert first.url == second.url == reverse("restoration:batch", args=[batch.pk])
    assert batch.artwork == works[0]
    assert {it.restoration.engine for it in batch.items.all()} == {"patchmatch", "telea"}
    assert "Engines side by side" in client.get(first.url).content.decode()


def test_what_came_back_of_several_engines_is_compared_at_once(client, curator, works):
    client.force_login(curator)
    batch = batches.order(curator, pairs(works[:1]), BOTH, token=uuid.uuid4())
    made = []
    for number, item in enumerate(batch.items.all()):
        picture = sealed_picture(works[0].collection, seed=500 + number)
        made.append(finish(item.restoration, [picture]).candidates.get())
    html = client.get(reverse("restoration:batch", args=[batch.pk])).content.decode()
    link = re.search(rf'{reverse("restoration:compare", args=[works[0].pk])}\?show=([^"]+)"', html)[1]
    assert set(link.split(",")) == {"original", *(str(candidate.pk) for candidate in made)}
    fresh = client.get(reverse("restoration:batch-rows", args=[batch.pk])).content.decode()
    assert link in fresh  # who waits on the page is led on, too
    assert client.get(reverse("restoration:compare", args=[works[0].pk]), {"show": link}).status_code == 200


def test_a_batch_page_asks_as_much_for_many_orders_as_for_few(client, curator, collection):
    client.force_login(curator)

    def asked(count) -> int:
        works = [ArtworkFactory(collection=collection) for _ in range(count)]
        for work in works:
            mask_for(work)
        batch = batches.order(curator, pairs(works), BOTH, token=uuid.uuid4())
        url = reverse("restoration:batch", args=[batch.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    assert asked(2) == asked(6)
