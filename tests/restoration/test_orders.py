"""Orders: everything is checked before anything waits in the queue."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from gpu_workers.models import Job
from portal.catalogue.services import attach_master
from portal.errors import UserError
from restoration import checks, selectors, services
from restoration.models import Mask, Restoration
from tests.factories import ArtworkFactory, CollectionFactory, GrantFactory, mask_for, person, picture_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def imagest_ready(monkeypatch):
    monkeypatch.setattr(checks, "installed", lambda name: True)


def test_an_order_is_a_waiting_job_with_all_that_decides_its_result(order, mask, curator):
    restoration = order(candidates=3, seed=11)
    job = restoration.job
    assert (job.status, job.kind, job.owner, job.attempts) == ("queued", "restore", curator, 0)
    assert job.parameters == {
        "engine": "patchmatch",
        "prompt": "",
        "seed": 11,
        "steps": None,
        "candidates": 3,
        "inputs": {"master": mask.master.sha256, "mask": mask.sha256, "style": None},
    }
    assert (restoration.candidates_wanted, restoration.seed, restoration.master) == (3, 11, mask.master)


def test_a_worker_is_called_once_the_order_has_committed(order, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order()
        assert calls == []
    assert calls == ["gpu_workers.work"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"candidates": 0}, "1 to 8 candidates"),
        ({"candidates": 9}, "1 to 8 candidates"),
        ({"seed": -1}, "between 0 and"),
        ({"seed": 4_000_000_001}, "between 0 and"),
        ({"steps": 0}, "1 to 200 steps"),
        ({"steps": 201}, "1 to 200 steps"),
        ({"engine": "dall-e"}, "no engine called"),
        ({"engine": "telea", "prompt": "pine"}, "takes no text hint"),
        ({"engine": "imagest", "prompt": "x" * 301}, "up to 300 characters"),
        ({"engine": "imagest", "prompt": "pine\nbranch"}, "no control characters"),
        ({"engine": "imagest", "prompt": "pine\u202ebranch"}, "no control characters"),
    ],
)
def test_what_no_engine_could_do_is_refused_in_one_sentence(order, imagest_ready, changes, words):
    with pytest.raises(UserError, match=words):
        order(**changes)
    assert not Job.objects.exists()


def test_a_text_hint_is_trimmed_and_may_be_chinese(order, imagest_ready):
    assert order(engine="imagest", prompt="  松枝 ").prompt == "松枝"


def test_an_engine_without_its_weights_is_refused(order, monkeypatch):
    monkeypatch.setattr(checks, "installed", lambda name: False)
    with pytest.raises(UserError, match="weights of Imagest are not on this site"):
        order(engine="imagest")


def test_an_engine_that_knows_no_chance_makes_one_candidate(order):
    assert order(engine="telea", candidates=4).candidates_wanted == 1


def test_a_mask_of_another_artwork_is_refused(order, other_artwork):
    with pytest.raises(UserError, match="belongs to another artwork"):
        order(mask=mask_for(other_artwork))


def test_a_mask_of_an_earlier_master_is_refused(order, artwork, curator):
    attach_master(curator, artwork, picture_upload(seed=99))
    with pytest.raises(UserError, match="earlier master"):
        order()


def test_a_mask_that_nobody_confirmed_is_refused(order, mask):
    Mask.objects.filter(pk=mask.pk).update(confirmed_at=None, confirmed_by=None)
    mask.refresh_from_db()
    with pytest.raises(UserError, match="confirm it first"):
        order()


@pytest.mark.parametrize(("share", "words"), [(0.0, "empty"), (1.0, "whole picture")])
def test_a_mask_of_nothing_or_everything_is_refused(order, mask, share, words):
    mask.coverage = {"loss": share, "crack": 0.0, "stain": 0.0, "fading": 0.0}
    with pytest.raises(UserError, match=words):
        order()


def test_a_full_mask_in_thirds_is_still_full(order, mask):
    mask.coverage = {"loss": 2048 / 6144, "crack": 2048 / 6144, "stain": 2047 / 6144, "fading": 1 / 6144}
    with pytest.raises(UserError, match="whole picture"):
        order()


def test_a_style_reference_must_be_visible_to_whoever_orders(order, curator, imagest_ready):
    hidden = ArtworkFactory()
    with pytest.raises(UserError, match="no such style reference"):
        order(engine="imagest", style_reference=hidden)
    GrantFactory(user=curator, role="consultant", collection=hidden.collection)
    assert order(engine="imagest", style_reference=hidden).job.parameters["inputs"]["style"] == hidden.master.sha256


def test_a_style_reference_needs_a_master_and_an_engine_that_takes_it(order, collection, imagest_ready):
    with pytest.raises(UserError, match="has no master"):
        order(engine="imagest", style_reference=ArtworkFactory(collection=collection, master=None))
    with pytest.raises(UserError, match="takes no style reference"):
        order(style_reference=ArtworkFactory(collection=collection))


def test_the_same_order_again_leads_to_the_first_one(order):
    first = order()
    with pytest.raises(services.SameJobExists) as same:
        order()
    assert same.value.restoration == first
    assert Restoration.objects.count() == 1


def test_the_same_order_may_be_placed_anyway_or_after_a_failure(order):
    first = order()
    second = order(anyway=True)
    Job.objects.update(status="failed")
    third = order()
    assert len({first.pk, second.pk, third.pk}) == 3
    assert len({it.job.fingerprint for it in (first, second, third)}) == 1


@pytest.mark.parametrize("changes", [{"seed": 1}, {"candidates": 3}, {"engine": "telea"}, {"steps": 7}])
def test_another_order_is_another_job(order, changes):
    order()
    order(**changes)
    assert Restoration.objects.count() == 2


def test_a_repeat_keeps_what_is_not_changed_and_remembers_what_it_repeats(order, curator, imagest_ready, collection):
    style = ArtworkFactory(collection=collection)
    first = order(engine="imagest", seed=5, candidates=3, prompt="mist", style_reference=style, steps=9)
    second = services.repeat_restoration(curator, first, seed=6)
    assert (second.engine, second.prompt, second.candidates_wanted, second.steps) == ("imagest", "mist", 3, 9)
    assert (second.seed, second.style_reference, second.repeats) == (6, style, first)
    classical = services.repeat_restoration(curator, first, engine="patchmatch")
    assert (classical.prompt, classical.style_reference) == ("", None)


def test_a_repeat_without_a_change_is_the_same_order(order, curator):
    first = order()
    with pytest.raises(services.SameJobExists):
        services.repeat_restoration(curator, first)
    assert services.repeat_restoration(curator, first, anyway=True).repeats == first


@pytest.mark.parametrize("role", ["consultant", "coordinator", "rights_officer"])
def test_members_who_are_not_curators_look_and_do_not_order(order, artwork, mask, collection, role):
    member, restoration = person(role, collection), order()
    assert selectors.get_restoration(member, restoration.pk) == restoration
    for forbidden in (
        lambda: services.order_restoration(member, artwork, mask=mask, engine="telea"),
        lambda: services.repeat_restoration(member, restoration, seed=9),
        lambda: selectors.get_restoration(member, restoration.pk, "restoration.add_restoration"),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_the_orders_of_somebody_elses_collection_do_not_exist(order, operator):
    restoration = order()
    for outsider in (CollectionFactory().created_by, operator):
        assert not selectors.restorations_for(outsider).exists()
        with pytest.raises(Http404):
            selectors.get_restoration(outsider, restoration.pk)


def test_style_references_are_ranked_by_period_school_and_technique(collection, curator):
    from portal.catalogue.models import Period

    song, ming = Period.objects.order_by("start_year")[:2]
    ours = {"collection": collection, "period": song, "school": "Zhe", "technique": "Ink on silk"}
    artwork = ArtworkFactory(**ours)
    all_same = ArtworkFactory(**ours)
    same_period = ArtworkFactory(**(ours | {"school": "Wu", "technique": ""}))
    same_school = ArtworkFactory(**(ours | {"period": ming, "school": "zhe", "technique": "Colour"}))
    foreign = ArtworkFactory(**(ours | {"period": ming, "school": "", "technique": "Colour"}))
    ArtworkFactory(**ours, master=None)
    ArtworkFactory()  # of a collection that this person cannot see
    found = selectors.references_for(curator, artwork)
    assert [work for work, _verdict in found] == [all_same, same_period, same_school, foreign]
    verdicts = [verdict for _work, verdict in found]
    assert verdicts[0] == "Same period, school and technique"
    assert verdicts[2] == "Same school; period, technique differs or is not known"
    assert verdicts[3].startswith("Period, school and technique differ")
