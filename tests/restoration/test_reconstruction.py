"""Colour reconstructions: what may be ordered, what a worker makes of it, and what the rows may say."""

import json

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from PIL import Image

from gpu_workers import runner, services
from gpu_workers.engines import reconstruction
from gpu_workers.engines.contract import Cancelled, Progress
from gpu_workers.engines.reconstruction import ReconstructedFile, ReconstructionResult
from gpu_workers.models import Job
from gpu_workers.pictures import sha256_file
from portal.catalogue.models import Picture
from portal.errors import UserError
from restoration import checks, selectors
from restoration.models import Candidate, Mask, Reference, Restoration
from restoration.report import report_of
from restoration.services import SameJobExists, order_reconstruction, repeat_restoration
from tests.factories import ArtworkFactory, mask_for, mask_pixels, person, sealed_picture
from tests.restoration.conftest import MEASURES, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_calls(calls):
    """No wake-up call leaves the test."""


@pytest.fixture
def order(artwork, curator, reference):
    """Order a colour reconstruction of `artwork` by an engine without weights."""

    def make(**fields) -> Restoration:
        return order_reconstruction(curator, artwork, **({"references": [reference], "engine": "reinhard"} | fields))

    return make


class Quick:
    """`reconstruct`, at once: every pixel a little lighter; `before` is called first, and may raise."""

    def __init__(self) -> None:
        self.calls: list[dict] = []
        self.before = lambda: None

    def __call__(self, picture, engine, references, *, out_dir, progress, cancelled, limits, **how):
        self.calls.append({"engine": engine, "references": references, **how})
        progress(Progress(0.5, "Bringing the colours over"))
        self.before()
        pixels = np.asarray(Image.open(picture))
        paths = [out_dir / name for name in ("candidate-01.png", "difference.png", "structure.png")]
        for path, content in zip(paths, (np.minimum(pixels, 250) + 5, pixels[..., 0], pixels[..., 1]), strict=True):
            Image.fromarray(content.astype(np.uint8)).save(path)
        made = ReconstructedFile(paths[0], sha256_file(paths[0]), pixels[..., 0].size, MEASURES, *paths[1:])
        return ReconstructionResult([made], {"engine": {"name": engine}}, [])


@pytest.fixture
def quick(monkeypatch) -> Quick:
    quick = Quick()
    monkeypatch.setattr(reconstruction, "reconstruct", quick)
    return quick


def test_an_order_is_a_waiting_job_with_all_that_decides_its_result(order, artwork, reference, curator):
    made = order(strength=0.5)
    assert (made.job.kind, made.job.status, made.job.owner) == ("reconstruct_colour", "queued", curator)
    inputs = {"master": artwork.master.sha256, "mask": None, "references": [reference.master.sha256]}
    about = {"engine": "reinhard", "strength": 0.5, "area": "whole", "candidates": 1}
    assert made.job.parameters == about | {"inputs": inputs}
    assert (made.task, made.mask, made.candidates_wanted) == ("colour", None, 1)
    assert [(row.artwork, row.sha256) for row in made.references.all()] == [(reference, reference.master.sha256)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"references": []}, "1 to 8 references"),
        ({"references": "nine"}, "1 to 8 references"),
        ({"references": "hidden"}, "no such reference"),
        ({"references": "bare"}, "has no master yet"),
        ({"references": "itself"}, "its own reference"),
        ({"strength": 1.01}, "between 0 and 1"),
        ({"strength": float("nan")}, "between 0 and 1"),
        ({"area": "frame"}, "The area is the whole"),
        ({"area": "mask"}, "A mask is needed"),
        ({"mask": "mask"}, "A mask is needed"),
        ({"area": "mask", "mask": "foreign"}, "another artwork"),
        ({"area": "mask", "mask": "unconfirmed"}, "confirm it first"),
        ({"engine": "telea"}, "no engine called"),
        ({"engine": "flow"}, "not on this site"),
    ],
)
def test_a_mistake_gets_one_sentence_and_orders_nothing(order, artwork, collection, changes, words, monkeypatch):
    def unconfirmed():
        mask = mask_for(artwork)
        Mask.objects.update(confirmed_at=None, confirmed_by=None)
        return Mask.objects.get(pk=mask.pk)

    things = {
        "nine": lambda: [ArtworkFactory(collection=collection, master=artwork.master) for _ in range(9)],
        "hidden": lambda: [ArtworkFactory()],
        "bare": lambda: [ArtworkFactory(collection=collection, master=None)],
        "itself": lambda: [artwork],
        "mask": lambda: mask_for(artwork),
        "foreign": lambda: mask_for(ArtworkFactory(collection=collection)),
        "unconfirmed": unconfirmed,
    }
    made = {
        key: things[value]() if key != "area" and value in list(things) else value for key, value in changes.items()
    }
    monkeypatch.setattr(checks, "installed", lambda name: False)
    with pytest.raises(UserError, match=words):
        order(**made)
    assert not Job.objects.exists()


def test_a_reference_named_twice_counts_once(order, reference):
    assert order(references=[reference, reference]).references.count() == 1


def test_the_same_order_leads_to_the_first_one_however_its_number_is_written(order):
    first = order(strength=1)
    with pytest.raises(SameJobExists) as same:
        order(strength=1.0)
    assert same.value.restoration == first
    assert order(strength=1.0, anyway=True) != first


def test_a_repeat_keeps_what_is_not_changed(order, artwork, curator, reference):
    mask = mask_for(artwork)
    first = order(area="mask", mask=mask, strength=0.4)
    second = repeat_restoration(curator, first, strength=0.6)
    assert (second.mask, second.strength, second.engine, second.repeats) == (mask, 0.6, "reinhard", first)
    assert [row.artwork for row in second.references.all()] == [reference]
    third = repeat_restoration(curator, first, area="ground")
    assert (third.area, third.mask) == ("ground", None)
    with pytest.raises(UserError, match="knows no seed"):
        repeat_restoration(curator, first, seed=3)


def test_members_who_are_not_curators_do_not_order(order, artwork, collection, reference):
    with pytest.raises(PermissionDenied):
        order_reconstruction(person("consultant", collection), artwork, references=[reference], engine="reinhard")


def test_a_real_engine_brings_a_sealed_candidate_with_its_evidence(order, work, artwork):
    made = order()
    job = work()
    assert job.status == "succeeded", job.message
    candidate = made.candidates.get()
    assert candidate.picture.sha256 != artwork.master.sha256
    assert candidate.measures["delta_e"]["mean"] > 0
    assert len(candidate.measures["histograms"]["a"]["after"]) == 32
    for file in (candidate.difference, candidate.structure):
        with Image.open(file.path) as picture:
            assert (picture.mode, picture.size) == ("L", (96, 64))
    assert job.recipe["parameters"]["working_profile"].startswith("sRGB")


def test_a_mask_and_a_strength_reach_the_engine(order, work, artwork, quick, reference):
    order(area="mask", mask=mask_for(artwork), strength=0.3)
    assert work().status == "succeeded"
    call = quick.calls[0]
    assert np.array_equal(call["labels"] > 0, mask_pixels() > 0)
    assert (call["area"], call["strength"], call["device"]) == ("mask", 0.3, None)
    assert [sha256_file(path) for path in call["references"]] == [reference.master.sha256]


def test_the_report_tells_the_order_its_measures_and_its_recipe(order, work, quick, reference):
    made = order()
    work()
    report = json.loads(json.dumps(report_of(Restoration.objects.get(pk=made.pk))))
    assert report["references"] == [reference.master.sha256]
    assert report["candidates"][0]["measures"] == MEASURES
    assert report["recipe"] == {"engine": {"name": "reinhard"}}


def test_a_reference_that_changed_since_the_order_is_not_used(order, work, quick, reference, collection):
    order()
    reference.master = sealed_picture(collection, seed=77)
    reference.save()
    assert "A reference is gone or has another master now" in work().message
    assert quick.calls == []


def test_a_reference_whose_file_was_tampered_with_is_not_used(order, work, quick, reference):
    order()
    with open(reference.master.file.path, "ab") as file:
        file.write(b"!")
    assert work().message == "The file of a reference is no longer the one that was sealed."


def test_where_memory_ran_out_it_is_done_once_more_on_the_processor(order, work, quick):
    def once():
        if len(quick.calls) == 1:
            raise MemoryError

    quick.before = once
    order()
    assert work().status == "succeeded"
    assert [call["device"] for call in quick.calls] == [None, "cpu"]


def test_an_order_cancelled_while_it_is_computed_leaves_nothing(order, work, quick, settings, curator):
    made, before = order(), stored(settings)

    def cancel():
        services.request_cancel(curator, made.job)
        raise Cancelled

    quick.before = cancel
    assert work().status == "cancelled"
    assert (stored(settings), made.candidates.exists()) == (before, False)


def test_rows_that_cannot_be_written_leave_neither_maps_nor_candidates(order, work, quick, settings, monkeypatch):
    order()
    before, pictures = stored(settings), Picture.objects.count()
    monkeypatch.setattr(Candidate.objects, "create", lambda **row: 1 / 0)
    assert work().status == "failed"
    assert (stored(settings), Picture.objects.count()) == (before, pictures)


def test_the_same_attempt_delivered_twice_writes_once(order, quick, settings):
    order()
    job = services.claim("worker")
    runner.run(job)
    kept = stored(settings)
    runner.run(job)
    assert (Candidate.objects.count(), stored(settings)) == (1, kept)


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "fill"},
        {"strength": None},
        {"strength": 1.5},
        {"area": ""},
        {"area": "mask"},
        {"prompt": "pine"},
        {"steps": 4},
        {"candidates_wanted": 2},
    ],
)
def test_the_database_knows_what_belongs_to_which_task(order, wrong):
    made = order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Restoration.objects.filter(pk=made.pk).update(**wrong)


def test_a_candidate_has_both_maps_or_none(order, work, quick):
    order()
    work()
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.update(structure="")


def test_a_deleted_reference_leaves_its_hash(order, reference, curator, collection):
    made, digest = order(), reference.master.sha256
    reference.delete()
    row = Reference.objects.get(restoration=made)
    assert (row.artwork, row.sha256) == (None, digest)


def test_whoever_may_not_see_a_reference_is_not_shown_it(order, reference, curator, collection, artwork):
    hidden = ArtworkFactory()
    made = order()
    Reference.objects.create(restoration=made, number=2, artwork=hidden, sha256=hidden.master.sha256)
    seen = selectors.references_seen(curator, selectors.get_restoration(curator, made.pk))
    assert [(row.artwork, may) for row, may in seen] == [(reference, True), (hidden, False)]


def test_going_back_forgets_the_orders_that_older_tables_cannot_hold(order):
    order()
    filled = Restoration.objects.count()
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("restoration", "0001_initial")])
        old = executor.loader.project_state([("restoration", "0001_initial")]).apps
        assert (filled, old.get_model("restoration", "Restoration").objects.count()) == (1, 0)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
