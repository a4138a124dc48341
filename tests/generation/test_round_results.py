"""What a worker makes of an order of paintings: sealed once with its tokens, measured, or nothing at all."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generation import checks
from generation.models import Painting, Round
from generation.services import rounds
from gpu_workers import runner, services
from gpu_workers.engines import tokens_file
from gpu_workers.models import Job
from portal.catalogue import files
from portal.catalogue.models import Picture
from tests.factories import painting_for
from tests.restoration.conftest import stored
from tests.restoration.test_same_moment import together

from .conftest import CHANGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def painting(order, work) -> Painting:
    """A painting that a worker made."""
    made = order()
    job = work()
    assert job.status == "succeeded", job.message
    return made.paintings.get()


def test_a_round_becomes_sealed_pictures_and_sealed_tokens(order, work, collection, settings):
    made = order(count=2, seed=40)
    job = work()
    assert job.status == "succeeded", job.message
    paintings = list(made.paintings.select_related("picture"))
    assert [(it.number, it.seed, it.likeness, it.accuracy is None) for it in paintings] == [
        (1, 40, None, False),
        (2, 41, None, False),
    ]
    for painting, output in zip(paintings, job.recipe["outputs"], strict=True):
        assert painting.picture.collection == collection
        assert np.asarray(Image.open(painting.picture.file.path)).shape == (256, 256, 3)
        assert files.sha256_stored(painting.picture.file.name) == painting.picture.sha256 == output["sha256"]
        assert files.sha256_stored(painting.tokens.name) == painting.tokens_sha256 == output["tokens_sha256"]
        assert painting.tokens_sha256 in painting.tokens.name
        assert -1 <= painting.agreement <= 1
    assert tokens_file.read(Path(paintings[0].tokens.path)).caption == made.caption
    assert job.recipe["parameters"]["caption"] == made.caption
    assert str(settings.HOME) not in json.dumps(job.recipe)
    assert list((settings.HOME / "scratch").iterdir()) == []


def test_a_chinese_order_is_painted_in_its_format(order, work):
    made = order("雄浑的山水，浓墨", format="hand")
    assert work().status == "succeeded"
    picture = made.paintings.get().picture
    assert (picture.height, picture.width) == (256, 768)
    assert picture.original_name.startswith(made.caption)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_made_measured_and_can_be_changed_again(painting, curator, work, kind):
    made = CHANGES[kind](curator, painting)
    job = work()
    assert job.status == "succeeded", job.message
    assert made.paintings.count() == 2
    changed = made.paintings.first()
    assert -1 <= changed.likeness <= 1
    assert (changed.region is None) == (kind != "replace")
    assert changed.picture.width == painting.picture.width + (4 * checks.CELL if kind == "extend" else 0)
    assert job.recipe["inputs"]["tokens"]["sha256"] == painting.tokens_sha256
    later = rounds.extend_scene(curator, changed, direction="up", cells=1, count=1)
    job = work()
    assert job.status == "succeeded", job.message
    assert later.paintings.get().picture.height == 256 + checks.CELL


def test_a_marked_region_is_what_is_painted_anew(painting, curator, work):
    made = rounds.replace_element(curator, painting, by="boat", region=(0.5, 0.5, 0.25, 0.25), count=1)
    work()
    changed = made.paintings.get()
    assert changed.region == [0.5, 0.5, 0.25, 0.25]
    before, after = (tokens_file.read(Path(it.tokens.path)).codes for it in (painting, changed))
    different = np.argwhere((before != after).any(-1))
    assert len(different) > 0
    assert different.min() >= before.shape[0] // 2
    assert different.max() < before.shape[0] * 3 // 4


def test_the_same_attempt_delivered_twice_writes_once(order, settings):
    order()
    job = services.claim("worker")
    runner.run(job)
    rows, kept = list(Painting.objects.values()), stored(settings)
    assert len(rows) == 1
    runner.run(job)
    job.refresh_from_db()
    assert job.status == "succeeded"
    assert list(Painting.objects.values()) == rows
    assert stored(settings) == kept


def test_an_attempt_that_was_overtaken_leaves_the_result_of_the_other(order, settings):
    made = order()
    slow = services.claim("slow")
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    services.sweep()
    runner.run(services.claim("quick"))
    kept = stored(settings)
    runner.run(slow)
    made.job.refresh_from_db()
    assert (made.job.status, made.job.attempts) == ("succeeded", 2)
    assert stored(settings) == kept
    assert made.paintings.count() == 1


def nothing_was_kept(made, settings, before, pictures=0):
    assert not made.paintings.exists()
    assert stored(settings) == before
    assert Picture.objects.count() == pictures
    assert list((settings.HOME / "scratch").iterdir()) == []


def test_a_cancelled_order_leaves_no_file_and_no_row(order, curator, settings, monkeypatch):
    from generation import kinds

    made, before = order(), stored(settings)
    keep = kinds._keep

    def cancelled_before(*rest):
        services.request_cancel(curator, made.job)
        return keep(*rest)

    monkeypatch.setattr(kinds, "_keep", cancelled_before)
    job = services.claim("worker")
    runner.run(job)
    job.refresh_from_db()
    assert job.status == "cancelled"
    nothing_was_kept(made, settings, before)


def test_an_order_that_is_cancelled_while_it_waits_is_never_painted(order, curator, settings):
    made, before = order(), stored(settings)
    services.request_cancel(curator, made.job)
    assert services.claim("worker") is None
    assert stored(settings) == before


@pytest.mark.parametrize(
    ("harm", "words"),
    [(lambda path: path.write_bytes(path.read_bytes() + b"x"), "no longer the one"), (Path.unlink, "is missing")],
)
def test_tokens_that_were_tampered_with_are_not_edited(painting, curator, work, settings, harm, words):
    path = Path(painting.tokens.path)
    path.chmod(0o644)
    harm(path)
    made, before = rounds.retune(curator, painting, values=["winter"]), stored(settings)
    job = work()
    assert job.status == "failed"
    assert words in job.message
    nothing_was_kept(made, settings, before, pictures=1)


def test_a_painting_of_other_weights_is_not_edited(painting, curator, work, settings, tmp_path):
    kept = tokens_file.read(Path(painting.tokens.path))
    other = tmp_path / "other.safetensors"
    tokens_file.write(tokens_file.Tokens(kept.codes, "0" * 64, kept.caption, kept.manner), other)
    with other.open("rb") as file:
        painting.tokens.save("tokens/other.safetensors", file, save=False)
    Painting.objects.update(tokens=painting.tokens.name, tokens_sha256=files.sha256_stored(painting.tokens.name))
    painting.refresh_from_db()
    made, before = rounds.retune(curator, painting, values=["winter"]), stored(settings)
    job = work()
    assert (job.status, job.message) == (
        "failed",
        "This painting was made with other weights, so it cannot be edited with these.",
    )
    nothing_was_kept(made, settings, before, pictures=1)


def test_a_picture_that_changes_on_its_way_is_not_kept(order, work, settings, monkeypatch):
    from gpu_workers.engines import painting

    written = painting._written

    def altered(*rest, **more):
        result = written(*rest, **more)
        Image.new("RGB", (256, 256)).save(result.candidates[0].path)
        return result

    made, before = order(), stored(settings)
    monkeypatch.setattr(painting, "_written", altered)
    job = work()
    assert job.status == "failed"
    assert "altered between the engine and the archive" in job.message
    nothing_was_kept(made, settings, before)


def test_a_worker_whose_memory_runs_out_tries_once_more_with_less(order, work, monkeypatch):
    from gpu_workers.engines import painting

    asked, generate = [], painting.generate

    def hungry(caption, sampling, **rest):
        asked.append((sampling.tries, rest["device"]))
        if len(asked) == 1:
            raise MemoryError
        return generate(caption, sampling, **rest)

    monkeypatch.setattr(painting, "generate", hungry)
    order()
    assert work().status == "succeeded"
    assert asked == [(painting.TRIES, None), (1, "cpu")]


@pytest.mark.parametrize("kind", ["paint", *CHANGES])
def test_the_same_order_from_several_clicks_is_placed_once(order, curator, collection, kind):
    shown = painting_for(collection)
    click = order if kind == "paint" else lambda: CHANGES[kind](curator, shown)
    results = together(click)
    placed = Round.objects.exclude(pk=shown.round.pk).get()
    assert results == [placed] * 4
    assert sum(result.fresh for result in results) == 1
