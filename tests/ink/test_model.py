"""What the rest of Lacuna calls: generate, encode, decode, paint anew, extend, compare, save and load."""

from dataclasses import replace

import numpy as np
import pytest

from generation.ink.config import ConfigError
from generation.ink.model import InkError, InkModel
from generation.ink.public import with_public
from generation.ink.storage import LoadError
from tests.ink import tiny


def test_the_same_seed_paints_the_same_picture(model: InkModel) -> None:
    first, again, other = (model.generate(["thick ink"], [seed])[0] for seed in (7, 7, 8))
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.float32
    assert (first.min(), first.max()) >= (0, 0)
    assert first.max() <= 1
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_picture_is_the_same_alone_and_in_a_batch(model: InkModel) -> None:
    prompts, seeds = ["thick ink", "雄浑的山水", ""], [1, 2, 1]
    together = model.imagine(prompts, seeds)
    alone = np.concatenate([model.imagine([p], [s]) for p, s in zip(prompts, seeds, strict=True)])
    assert np.array_equal(together, alone)


def test_saved_weights_paint_the_same(model: InkModel, tmp_path) -> None:
    model.save(tmp_path)
    loaded = InkModel.from_pretrained(tmp_path)
    assert np.array_equal(loaded.generate(["浓墨"], [3]), model.generate(["浓墨"], [3]))
    assert loaded.similarity(tiny.picture(), "浓墨") == pytest.approx(
        model.similarity(tiny.picture(), "浓墨"), abs=1e-6
    )


def test_a_size_beyond_the_window_is_painted_by_sliding_windows(model: InkModel) -> None:
    assert model.generate(["x"], [1], size=(32, 112)).shape == (1, 32, 112, 3)


def test_of_several_candidates_the_nearest_to_the_prompt_is_kept(model: InkModel) -> None:
    likeness = [
        model.similarity(model.generate(["thick ink"], [4], candidates=count)[0], "thick ink") for count in (1, 2, 4)
    ]
    assert likeness == sorted(likeness)


@pytest.mark.parametrize(
    ("prompts", "seeds", "options"),
    [([], [], {}), (["a"], [1, 2], {}), (["a"], [1], {"candidates": 0}), (["a"], [1], {"steps": 0})],
)
def test_what_cannot_be_painted_is_refused(model: InkModel, prompts, seeds, options) -> None:
    with pytest.raises(InkError, match=r"^[^\n]+\.$"):
        model.generate(prompts, seeds, **options)


@pytest.mark.parametrize("size", [(0, 64), (60, 64), (-16, 16)])
def test_a_size_between_cells_is_refused(model: InkModel, size) -> None:
    with pytest.raises(InkError, match="multiples of 16"):
        model.generate(["a"], [1], size=size)


def test_a_picture_becomes_tokens_and_a_picture_again(model: InkModel) -> None:
    tokens = model.encode(tiny.picture())
    assert (tokens.shape, tokens.dtype) == ((2, 3, 5), np.int16)
    assert model.decode(tokens, "ink").shape == (32, 48, 3)


@pytest.mark.parametrize("shape", [(32, 40, 3), (32, 32), (32, 32, 4), (0, 32, 3)])
def test_a_picture_that_is_not_made_of_cells_is_refused(model: InkModel, shape) -> None:
    with pytest.raises(InkError, match="multiples of 16"):
        model.encode(np.zeros(shape, np.float32))


def test_strips_make_the_picture_without_seams(model: InkModel) -> None:
    tokens = tiny.tokens(2, 23)
    whole = np.concatenate(list(model.decode_strips(tokens, "ink", cells=23)), 1)
    strips = list(model.decode_strips(tokens, "ink", cells=5))
    assert [strip.shape[1] // tiny.CELL for strip in strips] == [5, 5, 5, 5, 3]
    np.testing.assert_allclose(np.concatenate(strips, 1), whole, atol=1e-5)


def test_only_the_masked_cells_are_painted_anew(model: InkModel) -> None:
    tokens, mask = tiny.tokens(), np.zeros((4, 4), bool)
    mask[1:3, 2] = True
    edited = model.inpaint_tokens(tokens, mask, "thick ink", 3)
    assert np.array_equal(edited[~mask], tokens[~mask])
    assert (edited[mask] != tokens[mask]).any()
    assert np.array_equal(edited, model.inpaint_tokens(tokens, mask, "thick ink", 3))


@pytest.mark.parametrize(
    ("direction", "shape", "old"),
    [
        ("right", (4, 9), np.s_[:, :4]), ("left", (4, 9), np.s_[:, 5:]),
        ("down", (9, 4), np.s_[:4]), ("up", (9, 4), np.s_[5:]),
    ],
)  # fmt: skip
def test_a_scene_grows_at_one_side_and_stays_as_it_was(model: InkModel, direction, shape, old) -> None:
    tokens = tiny.tokens()
    larger = model.extend(tokens, direction, 5, "ink", 1)
    assert larger.shape == (*shape, 5)
    assert np.array_equal(larger[old], tokens)
    new = np.delete(larger, old[-1] if direction in ("left", "right") else old, axis=int(shape[1] == 9))
    assert len(np.unique(new.reshape(-1, 5), axis=0)) > 3


def test_an_extension_never_predicts_more_than_a_window(model: InkModel, monkeypatch) -> None:
    seen, forward = [], type(model.transformer).forward

    def watch(self, tokens, gaps, text):
        seen.append(tuple(tokens.shape[1:3]))
        return forward(self, tokens, gaps, text)

    monkeypatch.setattr(type(model.transformer), "forward", watch)
    model.extend(tiny.tokens(), "right", 40, "ink", 1, steps=1)
    assert set(seen) == {(4, 4)}


@pytest.mark.parametrize(("direction", "columns"), [("forth", 2), ("left", 0), ("up", -1)])
def test_an_extension_to_nowhere_is_refused(model: InkModel, direction, columns) -> None:
    with pytest.raises(InkError, match="extended"):
        model.extend(tiny.tokens(), direction, columns, "ink", 1)


@pytest.mark.parametrize("tokens", [tiny.tokens()[..., :4], tiny.tokens() - 20, tiny.tokens() + 12, tiny.tokens()[:0]])
def test_tokens_of_another_model_are_refused(model: InkModel, tokens) -> None:
    with pytest.raises(InkError, match="not the tokens"):
        model.decode(tokens)


def test_progress_ends_at_one(model: InkModel) -> None:
    heard = []
    model.imagine(["a"] * 3, [1, 2, 3], step=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1


def test_a_mask_of_pixels_touches_cells(model: InkModel) -> None:
    mask = np.zeros((32, 48), bool)
    mask[15:17, 47] = True
    assert model.touched(mask).tolist() == [[False, False, True], [False, False, True]]


def test_damaged_weights_are_named_in_one_sentence(model: InkModel, tmp_path) -> None:
    model.save(tmp_path)
    (tmp_path / "clip.safetensors").write_bytes(b"nothing")
    with pytest.raises(LoadError, match=r"clip\.safetensors are damaged"):
        InkModel.from_pretrained(tmp_path)
    (tmp_path / "clip.safetensors").unlink()
    with pytest.raises(LoadError, match="missing"):
        InkModel.from_pretrained(tmp_path)
    (tmp_path / "vocabulary.json").unlink()
    with pytest.raises(LoadError, match="vocabulary"):
        InkModel.from_pretrained(tmp_path)


def test_public_weights_take_the_place_of_ours(tmp_path) -> None:
    for name in ("bert", "clip"):
        (tmp_path / name).mkdir()
        getattr(tiny, name)(tmp_path / name)
    made = with_public(tiny.CONFIG, tmp_path / "bert", tmp_path / "clip").eval()
    made.save(tmp_path / "saved")
    loaded = InkModel.from_pretrained(tmp_path / "saved")
    assert (loaded.config.text.tokenizer, loaded.config.clip.tokenizer) == ("bert", "clip")
    assert loaded.text.tokenizer(["山水"])[0][0, :4].tolist() == [2, 5, 6, 3]
    assert -1 <= loaded.similarity(tiny.picture(), "ink") <= 1


def test_public_weights_that_are_not_there_are_refused(tmp_path) -> None:
    with pytest.raises(LoadError, match="cannot be loaded"):
        with_public(tiny.CONFIG, bert=tmp_path / "nowhere")


def test_a_model_without_its_tokenizer_files_is_refused() -> None:
    with pytest.raises(ConfigError, match="tokenizer files"):
        InkModel(replace(tiny.CONFIG, clip=replace(tiny.CONFIG.clip, tokenizer="clip")))
