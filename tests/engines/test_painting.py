"""Painting from words, and editing what was painted: bytes, recipes, refusals, scrolls."""

import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from gpu_workers import pictures
from gpu_workers.engines import painting, registry, tokens_file
from gpu_workers.engines.contract import LONGEST, TALLEST, Cancelled, EngineError
from gpu_workers.engines.painting import Change, Sampling
from gpu_workers.engines.tokens_file import Tokens

CAPTION, OTHER = "majestic landscape, thick ink", "spacious landscape"
WEIGHTS = "f" * 64


@pytest.fixture(scope="module")
def loaded():
    from generation.ink.model import InkModel  # noqa: F401  # makes transformers importable
    from gpu_workers.engines.ink import InkEngine
    from tests.ink import tiny

    return InkEngine(tiny.model(), WEIGHTS)


@pytest.fixture
def engine(loaded, monkeypatch):
    """The pipeline paints with a tiny model: cells of 16 pixels, a window of 4."""
    monkeypatch.setattr(registry, "load", lambda name, device=None: loaded)
    return loaded


@pytest.fixture
def paint(engine, tmp_path):
    """Paint into a folder below the test's."""

    def paint(folder="out", *, count=1, seed=7, tries=1, caption=CAPTION, **rest):
        (tmp_path / folder).mkdir(exist_ok=True)
        return painting.generate(caption, Sampling(count, seed, tries=tries), out_dir=tmp_path / folder, **rest)

    return paint


@pytest.fixture
def alter(engine, tmp_path):
    """Edit a tokens file into a folder below the test's."""

    def alter(tokens, kind, *, to="edited", caption=OTHER, sampling=None, listen=None, **change):
        (tmp_path / to).mkdir(exist_ok=True)
        sampling = sampling or Sampling(1, 3)
        return painting.edit(tokens, Change(kind, caption, **change), sampling, out_dir=tmp_path / to, **(listen or {}))

    return alter


@pytest.fixture
def tokens(tmp_path):
    """Write a tokens file, and give its path."""

    def write(codes=None, weights=WEIGHTS, caption=CAPTION, manner=CAPTION):
        codes = np.random.default_rng(1).integers(0, 12, (4, 4, 5)).astype(np.int16) if codes is None else codes
        path = tmp_path / "old.safetensors"
        tokens_file.write(Tokens(codes, weights, caption, manner), path)
        return path

    return write


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def pixels(file):
    return np.asarray(Image.open(file.path))


def codes(file):
    return tokens_file.read(file.tokens).codes


def test_paintings_come_with_their_tokens_and_a_recipe(paint, tmp_path):
    result = paint(count=3, size=(32, 80), rivals=[OTHER])
    assert names(tmp_path / "out") == [f"painting-0{n}.{end}" for n in (1, 2, 3) for end in ("png", "safetensors")]
    assert [file.seed for file in result.candidates] == [7, 8, 9]
    for file in result.candidates:
        assert pixels(file).shape == (32, 80, 3)
        assert (file.width, file.height) == (80, 32)
        assert (pictures.sha256_file(file.path), pictures.sha256_file(file.tokens)) == (file.sha256, file.tokens_sha256)
        assert -1 <= file.agreement <= 1
        assert file.likeness is None
        assert file.accuracy in (0, 1)
    recipe = json.loads(json.dumps(result.recipe))
    assert recipe["engine"] == {"name": "ink", "version": "1", "weights_sha256": WEIGHTS}
    assert recipe["parameters"]["caption"] == CAPTION
    assert (recipe["parameters"]["height"], recipe["parameters"]["width"], recipe["parameters"]["seed"]) == (32, 80, 7)
    assert [output["sha256"] for output in recipe["outputs"]] == [file.sha256 for file in result.candidates]
    assert str(tmp_path) not in json.dumps(recipe)
    assert {"torch", "safetensors", "numpy"} <= set(recipe["libraries"])
    assert recipe["code"]
    assert result.region is None


def test_a_tokens_file_says_what_it_is_and_gives_the_picture_again(paint, engine):
    file = paint().candidates[0]
    kept = tokens_file.read(file.tokens)
    assert (kept.weights, kept.caption, kept.manner) == (WEIGHTS, CAPTION, CAPTION)
    assert (kept.codes.shape, kept.codes.dtype) == ((4, 4, 5), np.int16)
    again = np.rint(engine.model.decode(kept.codes, kept.manner) * 255).astype(np.uint8)
    np.testing.assert_array_equal(again, pixels(file))


def test_the_same_seed_gives_the_same_bytes_alone_or_beside_others(paint):
    one, again = paint(count=3).candidates, paint("again", count=3).candidates
    assert [(file.sha256, file.tokens_sha256) for file in one] == [(file.sha256, file.tokens_sha256) for file in again]
    assert len({file.sha256 for file in one}) == 3
    np.testing.assert_array_equal(codes(paint("alone", seed=8).candidates[0]), codes(one[1]))


def test_of_several_tries_the_nearest_to_the_caption_is_kept(paint, engine):
    best = paint("best", tries=4).candidates[0]
    assert best.agreement >= paint("first", tries=1).candidates[0].agreement - 1e-6


def test_progress_rises_to_one_and_shows_the_paintings(paint):
    heard = []
    paint(count=2, progress=heard.append)
    fractions = [part.fraction for part in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert [part.preview.shape for part in heard if part.preview is not None] == [(64, 64, 3)] * 2


@pytest.mark.parametrize("moment", range(0, 12))
def test_who_cancels_leaves_nothing(paint, alter, tokens, tmp_path, moment):
    def after(asked):
        return lambda: next(asked) >= moment

    before = tokens()
    calls = (
        lambda asked: paint(count=4, cancelled=after(asked)),
        lambda asked: alter(before, "extend", sampling=Sampling(4, 1), listen={"cancelled": after(asked)}),
    )
    for call, folder in zip(calls, ("out", "edited"), strict=True):
        asked = iter(range(1000))
        try:
            call(asked)
            assert moment > 6, "nobody was asked often enough"
            assert next(asked) <= moment
        except Cancelled:
            assert names(tmp_path / folder) == []


@pytest.mark.parametrize("failing", ["imagine", "decode_strips", "similarity"])
def test_a_failure_of_the_engine_is_one_sentence_and_leaves_nothing(paint, engine, tmp_path, monkeypatch, failing):
    def crash(*anything, **more):
        raise RuntimeError("CUDA error: out of memory on /home/somebody")

    monkeypatch.setattr(type(engine.model), failing, crash)
    with pytest.raises(EngineError, match=r"^The device ran out of memory; try fewer candidates or the CPU\.$"):
        paint(count=2)
    assert names(tmp_path / "out") == []


BAD_ORDERS = {
    "a size between cells": ({"size": (32, 40)}, "multiples of 16 pixels"),
    "no size": ({"size": (0, 32)}, "multiples of 16 pixels"),
    "a negative size": ({"size": (-16, 32)}, "multiples of 16 pixels"),
    "too long": ({"size": (16, LONGEST + 16)}, f"would be {LONGEST + 16} x 16"),
    "too large across": ({"size": (TALLEST + 16,) * 2}, "1024 across; this one would be 1040 x 1040"),
    "none": ({"sampling": Sampling(0, 1)}, "1 to 8 paintings"),
    "nine": ({"sampling": Sampling(9, 1)}, "1 to 8 paintings"),
    "a negative seed": ({"sampling": Sampling(1, -1)}, "seed lies between"),
    "a seed too large": ({"sampling": Sampling(1, 2**32)}, "seed lies between"),
    "no steps": ({"sampling": Sampling(1, 1, steps=0)}, "1 to 100 steps"),
    "steps without end": ({"sampling": Sampling(1, 1, steps=10**9)}, "1 to 100 steps"),
    "guidance that is no number": ({"sampling": Sampling(1, 1, guidance=float("nan"))}, "between 0 and 30"),
    "guidance away from the words": ({"sampling": Sampling(1, 1, guidance=-1.0)}, "between 0 and 30"),
    "no tries": ({"sampling": Sampling(1, 1, tries=0)}, "one candidate"),
}


def refused(call, words, folder):
    with pytest.raises(EngineError, match=words) as refusal:
        call()
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert names(folder) == []


@pytest.mark.parametrize("name", BAD_ORDERS)
def test_an_order_that_cannot_be_done_is_one_sentence(engine, tmp_path, name):
    order, words = BAD_ORDERS[name]
    (tmp_path / "out").mkdir()
    order = {"sampling": Sampling(1, 1)} | order
    refused(lambda: painting.generate(CAPTION, out_dir=tmp_path / "out", **order), words, tmp_path / "out")


BAD_CHANGES = {
    "of no kind": ({"kind": "improve"}, "replacing an element, by an attribute, or by extending"),
    "to nowhere": ({"kind": "extend", "direction": "forth"}, "left, right, up or down"),
    "by nothing": ({"kind": "extend", "pixels": 0}, "multiple of 16 pixels"),
    "far too long": ({"kind": "extend", "pixels": LONGEST}, f"would be {LONGEST + 64} x 64"),
    "too tall": ({"kind": "extend", "pixels": 16 * 10**12, "direction": "up"}, "would be 64 x 16000000000064"),
    "with no strength": ({"kind": "retune", "strength": 0.0}, "strength lies above 0"),
    "with all too much strength": ({"kind": "retune", "strength": 1.5}, "strength lies above 0"),
    "beside the picture": ({"kind": "replace", "region": (1.0, 0, 0.5, 1)}, "outside the picture"),
    "beyond its edge": ({"kind": "replace", "region": (0.5, 0, 0.6, 1)}, "outside the picture"),
    "of no width": ({"kind": "replace", "region": (0, 0, 0, 1)}, "outside the picture"),
    "somewhere": ({"kind": "replace", "region": (float("nan"), 0, 1, 1)}, "outside the picture"),
    "of nothing": ({"kind": "replace"}, "Name the element"),
    "of what is not told": ({"kind": "replace", "element": "boat", "without": CAPTION}, "cannot be found"),
}


@pytest.mark.parametrize("name", BAD_CHANGES)
def test_a_change_that_cannot_be_made_is_one_sentence(alter, tokens, tmp_path, name):
    change, words = BAD_CHANGES[name]
    refused(lambda: alter(tokens(), **change), words, tmp_path / "edited")


def about(**changes):
    facts = {"format": tokens_file.FORMAT, "weights": WEIGHTS, "caption": CAPTION, "manner": CAPTION} | changes
    return {"lacuna": json.dumps(facts)}


def whole(values=4, dtype=np.int16, shape=(4, 4, 5)):
    return {"codes": np.full(shape, values, dtype)}


def cut(path):
    save_file(whole(), path, about())
    path.write_bytes(path.read_bytes()[:-30])


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"")


BAD_FILES = {
    "nothing": (lambda path: None, "no file called old"),
    "a folder": (lambda path: path.mkdir(), "does not hold the tokens"),
    "an empty file": (lambda path: path.touch(), "does not hold the tokens"),
    "a file cut short": (cut, "does not hold the tokens"),
    "a pickle": (lambda path: path.write_bytes(b"\x80\x04}\x94\x8c\x05codes\x94K\x01s."), "does not hold the tokens"),
    "an archive": (zipped, "does not hold the tokens"),
    "another safetensors": (lambda path: save_file(whole(), path), "does not hold the tokens"),
    "other metadata": (lambda path: save_file(whole(), path, {"lacuna": "[]"}), "does not hold the tokens"),
    "no JSON": (lambda path: save_file(whole(), path, {"lacuna": "{"}), "does not hold the tokens"),
    "deep JSON": (lambda path: save_file(whole(), path, {"lacuna": "[" * 10**5}), "does not hold the tokens"),
    "another format": (lambda path: save_file(whole(), path, about(format="x")), "does not hold the tokens"),
    "other names": (lambda path: save_file({"x": whole()["codes"]}, path, about()), "does not hold the tokens"),
    "floats": (lambda path: save_file(whole(dtype=np.float32), path, about()), "does not hold the tokens"),
    "wide numbers": (lambda path: save_file(whole(dtype=np.int64), path, about()), "does not hold the tokens"),
    "four codes a cell": (lambda path: save_file(whole(shape=(4, 4, 4)), path, about()), "does not hold the tokens"),
    "a flat row": (lambda path: save_file(whole(shape=(80,)), path, about()), "does not hold the tokens"),
    "too many cells": (lambda path: save_file(whole(shape=(300, 300, 5)), path, about()), "does not hold the tokens"),
    "no cells": (lambda path: save_file(whole(shape=(0, 4, 5)), path, about()), "not the tokens of a painting by this"),
    "codes the model lacks": (lambda path: save_file(whole(12), path, about()), "not the tokens of a painting by this"),
    "negative codes": (lambda path: save_file(whole(-1), path, about()), "not the tokens of a painting by this"),
    "other weights": (lambda path: save_file(whole(), path, about(weights="0" * 64)), "with other weights"),
}


@pytest.mark.parametrize("kind", ["extend", "retune", "replace"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_holds_no_tokens_of_these_weights_is_one_sentence(alter, tmp_path, name, kind):
    make, words = BAD_FILES[name]
    make(tmp_path / "old.safetensors")
    refused(lambda: alter(tmp_path / "old.safetensors", kind, region=(0, 0, 1, 1)), words, tmp_path / "edited")


def test_a_replacement_paints_the_cells_it_touches_and_says_which(alter, tokens):
    before = tokens()
    result = alter(before, "replace", region=(0.3, 0.5, 0.2, 0.5))
    same = (codes(result.candidates[0]) == tokens_file.read(before).codes).all(-1)
    assert same[:2].all()
    assert same[:, [0, 2, 3]].all()
    assert not same[2:, 1].all()
    assert result.region == (0.25, 0.5, 0.25, 0.5)
    assert result.recipe["parameters"]["concerned"] == result.region
    assert result.recipe["inputs"] == {"tokens": {"sha256": pictures.sha256_file(before)}}


@pytest.mark.parametrize("region", [(0.5, 0.5, 1e-9, 1e-9), (1 - 1e-9, 0.999, 1e-3, 1e-3), (0, 0, 1.001, 1.001)])
def test_a_region_of_any_size_is_at_least_one_cell(alter, tokens, region):
    _left, _top, width, height = alter(tokens(), "replace", region=region).region
    assert (width, height) == ((1, 1) if region[2] > 1 else (0.25, 0.25))


def test_an_element_is_replaced_where_the_model_finds_it(alter, tokens):
    before = tokens()
    result = alter(before, "replace", element="thick ink", without=OTHER)
    assert result.region is not None
    left, top, width, height = (round(4 * share) for share in result.region)
    same = (codes(result.candidates[0]) == tokens_file.read(before).codes).all(-1)
    outside = np.ones((4, 4), bool)
    outside[top : top + height, left : left + width] = False
    assert same[outside].all()
    assert not same.all()


@pytest.mark.parametrize(("kind", "manner"), [("retune", OTHER), ("replace", CAPTION), ("extend", CAPTION)])
def test_only_a_retuned_painting_takes_another_manner(alter, tokens, kind, manner):
    kept = tokens_file.read(alter(tokens(), kind, region=(0, 0, 0.5, 0.5)).candidates[0].tokens)
    assert (kept.caption, kept.manner) == (OTHER, manner)


def test_a_retuning_paints_its_share_anew(alter, tokens):
    before = tokens()
    result = alter(before, "retune", strength=0.25, sampling=Sampling(2, 3))
    for file in result.candidates:
        assert (codes(file) != tokens_file.read(before).codes).sum() <= 20
    assert result.region is None


def test_rounds_are_measured(alter, tokens):
    result = alter(tokens(), "retune", rivals=(CAPTION, OTHER, "lotus"))
    file = result.candidates[0]
    assert -1 <= file.likeness <= 1
    assert file.accuracy in (0, 0.5, 1)
    assert result.recipe["outputs"][0]["likeness"] == file.likeness
    whole = alter(tokens(), "replace", region=(0, 0, 0.25, 0.25), caption=CAPTION).candidates[0]
    assert whole.likeness > 0.5
    assert whole.accuracy is None


def test_the_same_edit_gives_the_same_bytes(alter, tokens):
    one, again = (alter(tokens(), "extend", to=to, sampling=Sampling(2, 5)).candidates for to in ("a", "b"))
    assert [(file.sha256, file.tokens_sha256) for file in one] == [(file.sha256, file.tokens_sha256) for file in again]
    assert one[0].sha256 != one[1].sha256


def test_a_hand_scroll_grows_without_seams_and_keeps_what_was_painted(paint, alter, engine, monkeypatch):
    seen, forward = [], type(engine.model.transformer).forward

    def watch(self, tokens, gaps, text):
        seen.append(tuple(tokens.shape[1:3]))
        return forward(self, tokens, gaps, text)

    monkeypatch.setattr(type(engine.model.transformer), "forward", watch)
    file, cell, reach = paint().candidates[0], engine.model.cell, engine.model.autoencoder.radius
    for number, direction in enumerate(("right", "right", "left", "right", "left", "right", "right")):
        before, old = pixels(file), codes(file)
        seen.clear()
        file = alter(file.tokens, "extend", to=f"{number}", direction=direction, pixels=64).candidates[0]
        assert set(seen) == {(4, 4)}  # a window, however long the scroll
        after, new = pixels(file), codes(file)
        assert after.shape == (64, before.shape[1] + 4 * cell, 3)
        np.testing.assert_array_equal(new[:, :-4] if direction == "right" else new[:, 4:], old)
        kept = before.shape[1] - reach * cell
        if kept > 0:
            stays = (before[:, :kept], after[:, :kept])
            if direction == "left":
                stays = (before[:, -kept:], after[:, -kept:])
            assert np.abs(stays[0].astype(int) - stays[1]).max() <= 1  # rounding
    assert after.shape == (64, 8 * 64, 3)
    at_once = np.concatenate(list(engine.model.decode_strips(new, CAPTION, cells=32)), 1)
    assert np.abs(np.rint(at_once * 255) - after).max() <= 1


def test_a_scroll_may_also_hang(paint, alter):
    file = paint().candidates[0]
    for number in range(5):
        file = alter(file.tokens, "extend", to=f"{number}", direction="down", pixels=64).candidates[0]
    assert pixels(file).shape == (64 * 6, 64, 3)


def test_weights_are_loaded_by_name_and_damaged_ones_refused_in_one_sentence(tmp_path, monkeypatch):
    from functools import partial

    from generation.ink.model import InkModel  # noqa: F401  # makes transformers importable
    from gpu_workers.engines import ink
    from gpu_workers.weights import resolve
    from tests.ink import tiny

    root = tiny.sealed(tmp_path)
    monkeypatch.setattr(ink, "resolve", partial(resolve, root=root))
    monkeypatch.setattr(registry, "_warm", {})
    (tmp_path / "out").mkdir()
    paint = partial(painting.generate, CAPTION, Sampling(1, 1, tries=1), out_dir=tmp_path / "out", device="cpu")
    result = paint()
    assert (result.candidates[0].width, result.candidates[0].height) == (256, 256)
    assert result.recipe["engine"]["weights_sha256"] == resolve("ink", root).sha256
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    weights = root / "ink" / "transformer.safetensors"
    for damage in (lambda: weights.write_bytes(weights.read_bytes()[::-1]), weights.unlink):
        damage()
        registry._warm.clear()
        refused(paint, "transformer.safetensors", tmp_path / "out")
