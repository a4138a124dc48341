"""From a master file to proven candidates."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpu_workers import pictures
from gpu_workers.engines import pipeline
from gpu_workers.engines.contract import Cancelled, EngineError
from gpu_workers.engines.pipeline import restore

from .material import crash, flat, losses, noisy, painting, refuse, save

BOXES = ((40, 30, 75, 60), (0, 90, 12, 120), (118, 0, 150, 9), (140, 110, 150, 120))
SHAPES = [("tiff", bands, depth) for bands in (1, 2, 3, 4) for depth in (8, 16)]
SHAPES += [("png", bands, depth) for bands in (1, 2, 3, 4) for depth in (8, 16)] + [("webp", 3, 8), ("webp", 4, 8)]


def work(tmp_path, pixels=None, boxes=BOXES, **header):
    pixels = painting(120, 150) if pixels is None else pixels
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    return save(tmp_path, pixels, **header), losses(*pixels.shape[:2], *boxes), out


@pytest.mark.parametrize("rule", [noisy, flat])
@pytest.mark.parametrize(("kind", "bands", "depth"), SHAPES)
def test_undamaged_pixels_are_identical_in_every_format(tmp_path, engine, kind, bands, depth, rule):
    engine(rule)
    pixels = painting(120, 150, bands, depth)
    master, labels, out = work(tmp_path, pixels, kind=kind)
    (file,) = restore(master, labels, "fake", out_dir=out).candidates
    after = pictures.read(file.path)
    assert after.info == pictures.probe(master)
    np.testing.assert_array_equal(after.pixels[labels == 0], pixels[labels == 0])
    different = (after.pixels != pixels).any(axis=2)
    assert file.changed_pixels == different.sum() > 0.8 * (labels > 0).sum()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 130), st.integers(2, 130), st.integers(1, 8), st.integers(0, 10**6))
def test_any_size_orientation_and_mask_keeps_undamaged_pixels(tmp_path, engine, height, width, orientation, seed):
    engine()
    rng = np.random.default_rng(seed)
    labels = (rng.random((height, width)) < rng.choice([0.01, 0.3, 0.9])).astype(np.uint8)
    labels.flat[0], labels.flat[-1] = 1, 0
    pixels = painting(height, width, int(rng.integers(1, 5)), int(rng.choice([8, 16])), seed)
    master = save(tmp_path, pixels, kind="tiff", orientation=orientation, dpi=(300.0, 300.0))
    (file,) = restore(master, labels, "fake", out_dir=tmp_path).candidates
    after = pictures.read(file.path)
    assert after.info == pictures.probe(master)
    np.testing.assert_array_equal(after.pixels[labels == 0], pixels[labels == 0])


def test_a_jpeg_master_comes_back_as_a_png_with_the_same_undamaged_pixels(tmp_path, engine):
    from PIL import Image

    engine()
    Image.fromarray(painting(120, 150)).save(tmp_path / "master.jpg", quality=80, dpi=(240, 240))
    _, labels, out = work(tmp_path)
    (file,) = restore(tmp_path / "master.jpg", labels, "fake", out_dir=out).candidates
    before, after = pictures.read(tmp_path / "master.jpg"), pictures.read(file.path)
    assert file.path.name == "candidate-01.png"
    np.testing.assert_array_equal(before.pixels[labels == 0], after.pixels[labels == 0])
    np.testing.assert_allclose(after.info.dpi, before.info.dpi, atol=0.02)


def test_damaged_pixels_become_opaque_and_alpha_elsewhere_stays(tmp_path, engine):
    engine()
    pixels = painting(120, 150, 4)
    pixels[labels_of(BOXES) > 0, 3] = 0
    master, labels, out = work(tmp_path, pixels)
    (file,) = restore(master, labels, "fake", out_dir=out).candidates
    alpha = pictures.read(file.path).pixels[..., 3]
    assert (alpha[labels > 0] == 255).all()
    assert (alpha[labels == 0] == pixels[labels == 0, 3]).all()


def labels_of(boxes):
    return losses(120, 150, *boxes)


def test_colour_under_full_transparency_is_not_taken_for_paint(tmp_path, engine):
    fake = engine()
    pixels = painting(120, 150, 4)
    pixels[:60, :, 3] = 0
    master, labels, out = work(tmp_path, pixels, boxes=[(60, 50, 80, 70)])
    restore(master, labels, "fake", out_dir=out)
    assert fake.seen[0][1].sum() > 64 * 20


def test_the_engine_sees_the_master_at_native_resolution(tmp_path, engine):
    fake = engine()
    pixels = painting(120, 150, 3, 16)
    master, labels, out = work(tmp_path, pixels, boxes=[(70, 60, 80, 70)], kind="tiff")
    restore(master, labels, "fake", out_dir=out)
    (windows, masks, _) = fake.seen[0]
    x, y = 40, 32
    np.testing.assert_allclose(windows[0], pixels[y : y + 64, x : x + 64] / 65535, atol=1e-7)
    np.testing.assert_array_equal(masks[0], labels[y : y + 64, x : x + 64] > 0)


def test_candidates_have_rising_seeds_and_differ_only_where_the_map_of_uncertainty_says_so(tmp_path, engine):
    engine()
    master, labels, out = work(tmp_path)
    result = restore(master, labels, "fake", candidates=3, seed=10, out_dir=out)
    assert [file.seed for file in result.candidates] == [10, 11, 12]
    assert len({file.sha256 for file in result.candidates}) == 3
    stack = np.stack([pictures.read(file.path).pixels for file in result.candidates]).astype(float)
    shown = pictures.read(result.uncertainty).pixels[..., 0]
    expected = np.minimum(stack.std(axis=0).mean(axis=2) * 2, 255)
    assert (shown[labels == 0] == 0).all()
    np.testing.assert_allclose(shown, expected, atol=1.5)


def test_the_same_seed_gives_the_same_bytes_whatever_the_batch(tmp_path, engine):
    hashes = []
    for batch in (1, 3, 50):
        engine(batch=batch)
        master, labels, out = work(tmp_path, painting(300, 400), boxes=[*BOXES, (100, 100, 300, 260)])
        result = restore(master, labels, "fake", candidates=2, seed=5, out_dir=out)
        hashes.append([file.sha256 for file in result.candidates])
    assert hashes[0] == hashes[1] == hashes[2]


def test_an_engine_without_chance_gives_one_candidate_and_says_so(tmp_path, engine):
    engine(flat, stochastic=False)
    master, labels, out = work(tmp_path)
    result = restore(master, labels, "fake", candidates=4, out_dir=out)
    assert len(result.candidates) == 1
    assert result.uncertainty is None
    assert "one candidate" in result.notes[0]


def test_a_large_loss_shows_no_seam_even_between_windows_that_disagree(tmp_path, engine):
    tones = iter(np.resize([0.2, 0.8], 1000))
    engine(lambda window, mask, seed: np.where(mask[..., None], next(tones), window), batch=1)
    master, labels, out = work(tmp_path, painting(500, 500), boxes=[(100, 100, 400, 400)])
    (file,) = restore(master, labels, "fake", out_dir=out).candidates
    inside = pictures.read(file.path).pixels[101:399, 101:399, 0].astype(int)
    assert np.ptp(inside) > 140
    steps = max(np.abs(np.diff(inside, axis=axis)).max() for axis in (0, 1))
    assert (
        steps <= 0.6 * 255 * 1.5 / (2 * 4) + 2
    )  # a smooth step of 1.5 times the mean slope, over twice the reach of 4


def test_windows_of_a_large_loss_continue_what_was_filled_before(tmp_path, engine):
    fake = engine(flat, batch=1)
    master, labels, out = work(tmp_path, painting(500, 500), boxes=[(100, 100, 400, 400)])
    restore(master, labels, "fake", out_dir=out)
    assert min((~masks).sum() for _, masks, _ in fake.seen) > 64 * 8


def test_the_seam_is_near_one_for_a_perfect_fill_and_high_for_a_patch_of_another_tone(tmp_path, engine):
    pixels = painting(120, 150)
    master, labels, out = work(tmp_path, pixels, boxes=[(40, 30, 75, 60)])
    engine(lambda window, mask, seed: window)
    (perfect,) = restore(master, labels, "fake", out_dir=out).candidates
    engine(lambda window, mask, seed: np.where(mask[..., None], 1 - window.round(), window))
    (patch,) = restore(master, labels, "fake", out_dir=out).candidates
    assert perfect.seam == pytest.approx(1, abs=0.15)
    assert perfect.changed_pixels == 0
    assert patch.seam > 5


def test_the_recipe_is_json_and_names_no_folder_of_the_machine(tmp_path, engine):
    engine()
    master, labels, out = work(tmp_path)
    result = restore(master, labels, "fake", candidates=2, seed=3, out_dir=out)
    text = json.dumps(result.recipe)
    assert str(tmp_path) not in text
    assert "/" not in json.dumps(result.recipe["outputs"])
    assert result.recipe["inputs"]["picture"]["sha256"] == pictures.sha256_file(master)
    assert [part["sha256"] for part in result.recipe["outputs"]] == [
        pictures.sha256_file(out / f"candidate-0{number}.png") for number in (1, 2)
    ]
    assert {"engine", "parameters", "seeds", "code", "device", "libraries"} <= set(result.recipe)


def test_another_mask_has_another_hash_in_the_recipe(tmp_path, engine):
    engine()
    master, labels, out = work(tmp_path)
    first = restore(master, labels, "fake", out_dir=out).recipe["inputs"]["mask"]["sha256"]
    labels[50, 50] = 3
    assert restore(master, labels, "fake", out_dir=out).recipe["inputs"]["mask"]["sha256"] != first


def test_progress_rises_from_0_to_1_with_previews_of_the_whole_picture(tmp_path, engine):
    engine()
    heard = []
    master, labels, out = work(tmp_path, painting(1100, 700))
    restore(master, labels, "fake", candidates=2, out_dir=out, progress=heard.append)
    fractions = [part.fraction for part in heard]
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert all(before <= after for before, after in pairwise(fractions))
    previews = [part.preview for part in heard if part.preview is not None]
    assert {preview.shape for preview in previews} == {(367, 234, 3)}
    assert (previews[-1] != previews[0]).any()


BAD_ENGINES = {
    "no numbers": (lambda window, mask, seed: window * np.nan, "no numbers"),
    "black": (lambda window, mask, seed: window * 0, "black"),
    "another shape": (lambda window, mask, seed: window[:32], "shape"),
    "out of memory": (crash, "memory"),
    "its own refusal": (refuse, "Not today."),
    "a bug": (lambda window, mask, seed: window["x"], "IndexError"),
}


@pytest.mark.parametrize("name", BAD_ENGINES)
def test_an_engine_that_fails_leaves_one_sentence_and_no_file(tmp_path, engine, name):
    rule, words = BAD_ENGINES[name]
    engine(rule)
    master, labels, out = work(tmp_path)
    with pytest.raises(EngineError, match=words) as failure:
        restore(master, labels, "fake", out_dir=out)
    assert "somebody" not in str(failure.value)
    assert list(out.iterdir()) == []


BAD_REQUESTS = {
    "a mask of another size": ({"labels": losses(120, 151, (0, 0, 9, 9))}, "151 x 120"),
    "a mask in colour": ({"labels": np.ones((120, 150, 3), np.uint8)}, "another shape"),
    "an empty mask": ({"labels": np.zeros((120, 150), np.uint8)}, "no damage"),
    "a mask over everything": ({"labels": np.ones((120, 150), np.uint8)}, "whole picture"),
    "no candidates": ({"candidates": 0}, "from 1 to 32"),
    "too many candidates": ({"candidates": 33}, "from 1 to 32"),
    "a negative seed": ({"seed": -1}, "seed"),
    "no steps": ({"steps": 0}, "steps"),
    "an unknown engine": ({"engine_name": "nobody"}, "no engine"),
    "a style that is no picture": ({"style_path": __file__}, "not a picture"),
    "a picture that is none": ({"picture_path": __file__}, "not a picture"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_is_refused_with_one_sentence_and_no_file(tmp_path, engine, name):
    engine(style=True)
    changes, words = BAD_REQUESTS[name]
    master, labels, out = work(tmp_path)
    request = {"picture_path": master, "labels": labels, "engine_name": "fake", "out_dir": out, **changes}
    with pytest.raises((EngineError, pictures.PictureError), match=words) as refusal:
        restore(**request)
    assert str(refusal.value).endswith(".")
    assert list(out.iterdir()) == []


def test_a_change_to_undamaged_paint_is_found_in_the_written_file_and_thrown_away(tmp_path, engine, monkeypatch):
    engine()
    master, labels, out = work(tmp_path)

    honest = pictures.write

    def careless(picture, path):
        picture.pixels[119, 100, 1] ^= 1
        honest(picture, path)

    monkeypatch.setattr(pipeline.pictures, "write", careless)
    with pytest.raises(EngineError, match="undamaged"):
        restore(master, labels, "fake", out_dir=out)
    assert list(out.iterdir()) == []


def test_a_lost_resolution_is_found_in_the_written_file(tmp_path, engine, monkeypatch):
    from dataclasses import replace

    engine()
    master, labels, out = work(tmp_path, dpi=(300.0, 300.0))
    honest = pictures.write

    def forgetful(picture, path):
        honest(replace(picture, info=replace(picture.info, dpi=None)), path)

    monkeypatch.setattr(pipeline.pictures, "write", forgetful)
    with pytest.raises(EngineError, match="resolution"):
        restore(master, labels, "fake", out_dir=out)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("after", [0, 1, 3, 4])
def test_cancelling_leaves_nothing(tmp_path, engine, after):
    engine(batch=2)
    master, labels, out = work(tmp_path)
    asked = iter(range(100))
    with pytest.raises(Cancelled):
        restore(master, labels, "fake", candidates=2, out_dir=out, cancelled=lambda: next(asked) >= after)
    assert list(out.iterdir()) == []


def test_what_an_engine_cannot_use_is_noted(tmp_path, engine):
    engine()
    master, labels, out = work(tmp_path)
    result = restore(master, labels, "fake", style_path=master, prompt="pines", out_dir=out)
    assert result.notes == ["Fake does not use a style reference.", "Fake does not use a text hint."]
    assert result.recipe["inputs"]["style"] is None


def test_a_style_reference_is_hashed_into_the_recipe(tmp_path, engine):
    engine(style=True)
    master, labels, out = work(tmp_path)
    result = restore(master, labels, "fake", style_path=master, out_dir=out)
    assert result.recipe["inputs"]["style"] == {"sha256": pictures.sha256_file(master)}


def test_the_code_version_never_fails(monkeypatch):
    from gpu_workers.engines import recipe

    monkeypatch.setattr(recipe.subprocess, "run", lambda *args, **options: (_ for _ in ()).throw(OSError))
    recipe.code_version.cache_clear()
    assert recipe.code_version()
    recipe.code_version.cache_clear()
