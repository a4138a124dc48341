"""What a worker makes of an order: sealed once, proven, or nothing at all."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from PIL import Image

from gpu_workers import runner, services
from gpu_workers.engines.contract import EngineError
from gpu_workers.models import Job
from portal.catalogue import files
from portal.catalogue.models import Picture
from portal.errors import UserError
from restoration import selectors
from restoration.judging import judge_candidate
from restoration.models import Candidate, Mask
from tests.factories import ArtworkFactory, CollectionFactory, mask_pixels, painted, person
from tests.restoration.conftest import stored

pytestmark = pytest.mark.django_db(transaction=True)


def pixels_of(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(picture.file.path))


def test_candidates_differ_from_the_master_inside_the_mask_alone(order, engine, work, artwork):
    restoration = order(candidates=3, seed=40)
    job = work()
    assert job.status == "succeeded", job.message
    master, damaged = pixels_of(artwork.master), mask_pixels() > 0
    candidates = list(restoration.candidates.all())
    assert [(it.number, it.seed, it.outside_max) for it in candidates] == [(1, 40, 0), (2, 41, 0), (3, 42, 0)]
    for candidate in candidates:
        pixels = pixels_of(candidate.picture)
        assert np.array_equal(pixels[~damaged], master[~damaged])
        assert candidate.changed_pixels == np.any(pixels != master, axis=2).sum() > 0
        assert candidate.picture.collection == artwork.collection
        assert files.sha256_stored(candidate.picture.file.name) == candidate.picture.sha256


def test_the_recipe_names_the_inputs_and_the_outputs_by_hash(order, engine, work, artwork, mask):
    restoration = order(candidates=2)
    recipe = work().recipe
    assert recipe["inputs"]["picture"]["sha256"] == artwork.master.sha256
    assert [output["sha256"] for output in recipe["outputs"]] == [
        it.picture.sha256 for it in restoration.candidates.all()
    ]
    assert recipe["seeds"] == [0, 1]
    assert "/" not in json.dumps(recipe["outputs"])


def test_two_candidates_bring_an_uncertainty_map_and_one_does_not(order, engine, work):
    two, one = order(candidates=2), order(candidates=1)
    work()
    work()
    two.refresh_from_db()
    one.refresh_from_db()
    levels = np.asarray(Image.open(two.uncertainty.path))
    assert levels[mask_pixels() == 0].max() == 0
    assert levels[mask_pixels() > 0].max() > 0
    assert not one.uncertainty


def test_a_real_engine_restores_through_the_same_queue(order, work):
    restoration = order(engine="telea")
    job = work()
    assert job.status == "succeeded", job.message
    assert restoration.candidates.count() == 1
    assert job.recipe["engine"]["name"] == "telea"


def test_nothing_of_the_work_stays_outside_the_archive(order, engine, work, home):
    order()
    work()
    assert list((home / "scratch").iterdir()) == []


def test_the_same_attempt_delivered_twice_writes_once(order, engine, settings):
    restoration = order()
    job = services.claim("worker")
    runner.run(job)
    rows, kept = list(Candidate.objects.values()), stored(settings)
    runner.run(job)
    job.refresh_from_db()
    assert job.status == "succeeded"
    assert list(Candidate.objects.values()) == rows
    assert stored(settings) == kept
    assert restoration.candidates.count() == 2


def test_an_attempt_that_was_overtaken_leaves_the_result_of_the_other(order, engine, settings):
    restoration = order()
    slow = services.claim("slow")
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    services.sweep()
    runner.run(services.claim("quick"))
    kept = stored(settings)
    runner.run(slow)
    restoration.job.refresh_from_db()
    assert (restoration.job.status, restoration.job.attempts) == ("succeeded", 2)
    assert stored(settings) == kept
    assert restoration.candidates.count() == 2
    assert all(default_storage.exists(it.picture.file.name) for it in restoration.candidates.all())


def nothing_was_kept(restoration, settings, before) -> None:
    assert not restoration.candidates.exists()
    assert stored(settings) == before
    assert Picture.objects.count() == 1  # the master


def test_a_master_that_was_tampered_with_is_not_restored(order, engine, work, artwork, settings, caplog):
    restoration, before = order(), stored(settings)
    path = Path(artwork.master.file.path)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    job = work()
    assert (job.status, job.message) == ("failed", "The file of the master is no longer the one that was sealed.")
    assert engine.fills == []
    assert artwork.master.sha256 in caplog.text
    nothing_was_kept(restoration, settings, before)


def test_a_mask_that_was_exchanged_is_not_used(order, engine, work, mask):
    order()
    Image.fromarray(np.ones((64, 96), np.uint8)).save(mask.file.path)
    assert work().message == "The file of the mask is no longer the one that was sealed."


def test_a_missing_file_is_named(order, engine, work, mask):
    order()
    default_storage.delete(mask.file.name)
    assert work().message == "The file of the mask is missing from the archive."


def test_a_style_reference_that_changed_since_the_order_is_not_used(order, engine, work, collection, monkeypatch):
    from restoration import checks

    monkeypatch.setattr(checks, "installed", lambda name: True)
    style = ArtworkFactory(collection=collection)
    order(engine="imagest", style_reference=style)
    style.master = ArtworkFactory(collection=collection).master
    style.save()
    assert "style reference is gone or has another master" in work().message


def test_weights_that_are_damaged_fail_the_job_with_a_sentence(order, work, monkeypatch):
    from restoration import checks

    monkeypatch.setattr(checks, "installed", lambda name: True)
    monkeypatch.setattr("gpu_workers.engines.imagest.resolve", damaged_weights)
    order(engine="imagest")
    job = work()
    assert (job.status, job.message) == ("failed", "The file unet.safetensors is damaged.")


def damaged_weights(name):
    from gpu_workers.weights import WeightsError

    raise WeightsError("The file unet.safetensors is damaged.")


def test_a_full_disk_while_sealing_leaves_neither_rows_nor_files(order, engine, work, settings, monkeypatch):
    restoration, before, real, count = order(candidates=3), stored(settings), files.store, [0]

    def store(path, name):
        count[0] += 1
        if count[0] > 4:  # in the middle of the second candidate
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, name)

    monkeypatch.setattr(files, "store", store)
    job = work()
    assert (job.status, job.message) == ("failed", "The disk is full: nothing was stored.")
    nothing_was_kept(restoration, settings, before)


def test_rows_that_cannot_be_written_leave_neither_rows_nor_files(order, engine, work, settings, monkeypatch):
    restoration, before = order(), stored(settings)
    real = Candidate.objects.create
    monkeypatch.setattr(Candidate.objects, "create", lambda **row: real(**row) if row["number"] == 1 else 1 / 0)
    assert work().status == "failed"
    nothing_was_kept(restoration, settings, before)


def test_a_restoration_cancelled_while_it_is_sealed_leaves_nothing(order, engine, work, settings, monkeypatch, curator):
    restoration, before, real = order(), stored(settings), files.store

    def store(path, name):
        services.request_cancel(curator, restoration.job)
        return real(path, name)

    monkeypatch.setattr(files, "store", store)
    assert work().status == "cancelled"
    nothing_was_kept(restoration, settings, before)


def test_a_restoration_cancelled_while_it_is_painted_leaves_nothing(order, engine, work, settings, curator):
    restoration, before = order(), stored(settings)

    def cancel():
        from gpu_workers.engines.contract import Cancelled

        services.request_cancel(curator, restoration.job)
        raise Cancelled

    engine.before = cancel
    assert work().status == "cancelled"
    nothing_was_kept(restoration, settings, before)


def test_what_an_engine_refuses_is_told(order, engine, work):
    def refuse():
        raise EngineError("The loss is larger than this engine can fill.")

    engine.before = refuse
    order()
    assert work().message == "The loss is larger than this engine can fill."


def test_after_memory_ran_out_windows_come_one_at_a_time_and_the_engine_keeps_its_habit(order, engine, work):
    def once():
        if len(engine.fills) == 1:
            raise MemoryError

    engine.before = once
    restoration = order(candidates=3)
    assert work().status == "succeeded"
    assert engine.fills == [3, 1, 1, 1]
    assert engine.batch == 4
    assert restoration.candidates.count() == 3


def test_a_failed_restoration_can_be_retried_and_then_succeeds(order, engine, work, curator):
    def refuse():
        raise EngineError("Not today.")

    engine.before = refuse
    restoration = order()
    job = work()
    engine.before = lambda: None
    assert services.retry(curator, job)
    assert work().status == "succeeded"
    assert restoration.candidates.count() == 2
    assert list(job.attempt_set.values_list("outcome", flat=True)) == ["failed", "succeeded"]


def test_a_mask_job_delivered_twice_makes_one_mask(artwork, curator, calls, monkeypatch):
    from restoration.services import request_proposal

    found = np.where(mask_pixels() > 0, 1, 0).astype(np.uint8)
    monkeypatch.setattr("restoration.masks.propose_mask", lambda picture, progress: found)
    request_proposal(curator, artwork)
    job = services.claim("worker")
    runner.run(job)
    runner.run(job)
    assert Mask.objects.get().job == job


@pytest.fixture
def candidate(order, engine, work):
    restoration = order()
    work()
    return restoration.candidates.first()


def test_a_judgement_has_a_judge_until_it_is_taken_back(candidate, curator):
    judge_candidate(curator, candidate, "picked", "The line goes on.")
    candidate.refresh_from_db()
    assert (candidate.judgement, candidate.judgement_note, candidate.judged_by) == (
        "picked",
        "The line goes on.",
        curator,
    )
    judge_candidate(curator, candidate, "")
    candidate.refresh_from_db()
    assert (candidate.judgement, candidate.judged_by) == ("", None)


def test_no_other_judgement_exists(candidate, curator):
    with pytest.raises(UserError):
        judge_candidate(curator, candidate, "published")


def test_only_curators_of_the_collection_judge(candidate, collection):
    for someone in (person("consultant", collection), CollectionFactory().created_by):
        with pytest.raises(PermissionDenied):
            judge_candidate(someone, candidate, "picked")
    assert selectors.get_candidate(person("consultant", collection), candidate.pk) == candidate


def test_the_painting_of_these_tests_is_not_flat():
    assert painted().std() > 10
