"""Editing on tokens: what an instruction concerns, what stays, and how a round is measured."""

import numpy as np
import pytest
from scipy import ndimage

from generation.ink import editing
from generation.ink.model import InkError, InkModel
from tests.ink import tiny

BEFORE, AFTER = "majestic landscape, thick ink", "spacious landscape"
SIDES = {"right": np.s_[:, :4], "left": np.s_[:, 3:], "down": np.s_[:4], "up": np.s_[3:]}


def test_the_same_text_explains_every_code_alike(model: InkModel) -> None:
    assert not editing.relevance(model, tiny.tokens(), BEFORE, BEFORE).any()


def test_relevance_turns_its_sign_with_the_texts(model: InkModel) -> None:
    found = editing.relevance(model, tiny.tokens(), BEFORE, AFTER, seed=5)
    assert (found.shape, found.dtype) == ((4, 4, 5), np.float32)
    assert (found != 0).all()
    np.testing.assert_array_equal(found, -editing.relevance(model, tiny.tokens(), AFTER, BEFORE, seed=5))


def test_relevance_follows_from_the_seed(model: InkModel) -> None:
    one, again, other = (editing.relevance(model, tiny.tokens(), BEFORE, AFTER, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_a_long_picture_is_judged_window_by_window(model: InkModel) -> None:
    tokens = tiny.tokens(3, 10)
    found = editing.relevance(model, tokens, BEFORE, AFTER)
    np.testing.assert_array_equal(found[:, 4:8], editing.relevance(model, tokens[:, 4:8], BEFORE, AFTER))
    assert (found != 0).all()


@pytest.mark.parametrize("tokens", [tiny.tokens() + 12, tiny.tokens() - 20, tiny.tokens()[:0], tiny.tokens()[..., :4]])
def test_codes_that_the_model_lacks_are_refused(model: InkModel, tokens) -> None:
    with pytest.raises(InkError, match="not the tokens"):
        editing.relevance(model, tokens, BEFORE, AFTER)


@pytest.mark.parametrize("strength", [0.01, 0.25, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("after", [AFTER, BEFORE])
def test_the_share_that_is_asked_for_is_painted_anew(model: InkModel, strength, after) -> None:
    mask = editing.disagreeing(model, tiny.tokens(8, 8), BEFORE, after, strength)
    assert mask.shape == (8, 8, 5)
    assert mask.sum() == pytest.approx(strength * 320, abs=1.01)


def test_what_speaks_most_for_the_old_caption_goes_first(model: InkModel) -> None:
    tokens = tiny.tokens(8, 8)
    spoken = editing.relevance(model, tokens, BEFORE, AFTER)
    mask = editing.disagreeing(model, tokens, BEFORE, AFTER, 0.3)
    assert spoken[mask].min() > spoken[~mask].max() - 1e-5


@pytest.mark.parametrize("strength", [0, -0.5, 1.01, float("nan")])
def test_a_strength_that_is_no_share_is_refused(model: InkModel, strength) -> None:
    with pytest.raises(InkError, match="strength lies above 0"):
        editing.disagreeing(model, tiny.tokens(), BEFORE, AFTER, strength)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 2), (4, 4), (4, 23), (8, 8), (23, 4)])
@pytest.mark.parametrize("seed", range(3))
def test_an_element_is_found_in_one_place_that_is_not_too_large(model: InkModel, shape, seed) -> None:
    mask = editing.locate(model, tiny.tokens(*shape, seed=seed), "thick ink", BEFORE, AFTER, seed)
    assert mask.shape == shape
    assert 1 <= mask.sum() <= max(1, editing.WIDEST * mask.size)
    assert ndimage.label(mask)[1] == 1


def test_an_element_is_where_its_words_explain_most(model: InkModel, monkeypatch) -> None:
    spoken = np.zeros((8, 8, 5), np.float32)
    spoken[2:4, 5:8] = 3
    spoken[7, 0] = 1
    monkeypatch.setattr(editing, "relevance", lambda *anything: spoken)
    mask = editing.locate(model, tiny.tokens(8, 8), "boat", BEFORE, AFTER)
    assert mask[2:4, 5:8].all()
    assert not mask[6:].any()
    assert mask.sum() <= 12


@pytest.mark.parametrize(("element", "without", "words"), [(" ", AFTER, "Name the element"), ("boat", BEFORE, "found")])
def test_an_element_without_name_or_trace_is_refused(model: InkModel, element, without, words) -> None:
    with pytest.raises(InkError, match=words):
        editing.locate(model, tiny.tokens(), element, BEFORE, without)


def test_single_codes_are_painted_anew_and_no_others(model: InkModel) -> None:
    tokens = tiny.tokens(4, 9)
    mask = np.random.default_rng(3).random(tokens.shape) < 0.4
    edited = model.inpaint_tokens(tokens, mask, AFTER, 3)
    np.testing.assert_array_equal(edited[~mask], tokens[~mask])
    assert (edited[mask] != tokens[mask]).mean() > 0.5


def test_what_is_painted_is_led_away_from_the_old_caption(model: InkModel) -> None:
    every = np.ones((8, 8), bool)
    one, other = (
        model.inpaint_tokens(tiny.tokens(8, 8), every, AFTER, 3, guidance=1000, against=text) for text in ("", BEFORE)
    )
    assert (one != other).any()


def test_pixels_beyond_the_reach_of_the_decoder_stay(model: InkModel) -> None:
    radius = model.autoencoder.radius
    tokens, mask = tiny.tokens(4, 4 + 4 * radius), np.zeros((4, 4 + 4 * radius), bool)
    mask[1:3, :2] = True
    edited = model.inpaint_tokens(tokens, mask, AFTER, 1)
    before, after = model.decode(tokens, BEFORE), model.decode(edited, BEFORE)
    reach = (2 + radius) * tiny.CELL
    np.testing.assert_array_equal(after[:, reach:], before[:, reach:])
    assert (after[:, : 2 * tiny.CELL] != before[:, : 2 * tiny.CELL]).any()


@pytest.mark.parametrize("direction", SIDES)
def test_an_extension_keeps_the_codes_and_what_is_far_from_the_seam(model: InkModel, direction) -> None:
    wide = direction in ("left", "right")
    tokens = tiny.tokens(4, 4)
    larger = model.extend(tokens, direction, 3, AFTER, 1)
    np.testing.assert_array_equal(larger[SIDES[direction]], tokens)
    assert larger.shape == ((4, 7, 5) if wide else (7, 4, 5))


@pytest.mark.parametrize("direction", SIDES)
def test_old_pixels_of_an_extended_scene_stay(model: InkModel, direction) -> None:
    radius, more = model.autoencoder.radius, 2
    length = radius + 3
    shape = (2, length) if direction in ("left", "right") else (length, 2)
    tokens = tiny.tokens(*shape)
    before = model.decode(tokens, BEFORE)
    after = model.decode(model.extend(tokens, direction, more, AFTER, 1), BEFORE)
    kept = 3 * tiny.CELL  # what is farther than the radius from the seam
    turn = {"right": lambda p: p, "left": lambda p: p[:, ::-1]}
    turn |= {"down": lambda p: p.swapaxes(0, 1), "up": lambda p: p[::-1].swapaxes(0, 1)}
    one, other = turn[direction](before), turn[direction](after)
    np.testing.assert_allclose(other[:, :kept], one[:, :kept], atol=1e-5)
    assert np.abs(other[:, kept : one.shape[1]] - one[:, kept:]).max() > 1e-3


def test_tall_pictures_are_decoded_in_strips_too(model: InkModel, monkeypatch) -> None:
    tokens, seen, decode = tiny.tokens(23, 2), [], type(model.autoencoder).decode

    def watch(self, part, text):
        seen.append(tuple(part.shape[1:3]))
        return decode(self, part, text)

    whole = next(model.decode_strips(tokens, AFTER, cells=23))
    monkeypatch.setattr(type(model.autoencoder), "decode", watch)
    strips = list(model.decode_strips(tokens, AFTER, cells=5))
    assert [len(strip) // tiny.CELL for strip in strips] == [5, 5, 5, 5, 3]
    np.testing.assert_allclose(np.concatenate(strips), whole, atol=1e-5)
    assert max(seen) <= (5 + 2 * model.autoencoder.radius, 2)


def test_a_picture_is_most_like_itself(model: InkModel) -> None:
    one, other = tiny.picture(64, 64), 1 - tiny.picture(64, 64, seed=3)
    assert editing.likeness(model, one, one) == pytest.approx(1, abs=1e-5)
    assert editing.likeness(model, one, other) == pytest.approx(editing.likeness(model, other, one), abs=1e-6)
    assert -1 <= editing.likeness(model, one, other) < 0.9999


def test_accuracy_is_the_share_of_rivals_that_are_farther(model: InkModel) -> None:
    picture = tiny.picture(64, 64)
    captions = sorted({*tiny.CAPTIONS, "lotus", "old pines"}, key=lambda text: model.similarity(picture, text))
    assert editing.accuracy(model, picture, captions[-1], captions) == 1
    assert editing.accuracy(model, picture, captions[0], captions) == 0
    assert editing.accuracy(model, picture, captions[2], captions) == 0.5


@pytest.mark.parametrize("rivals", [[], [BEFORE], [BEFORE, BEFORE]])
def test_without_rivals_there_is_no_accuracy(model: InkModel, rivals) -> None:
    assert editing.accuracy(model, tiny.picture(32, 32), BEFORE, rivals) is None


def test_of_a_long_picture_squares_along_it_are_seen(model: InkModel, monkeypatch) -> None:
    seen, look = [], type(model.clip).pictures

    def watch(self, pictures):
        seen.append(tuple(pictures.shape[2:]))
        return look(self, pictures)

    monkeypatch.setattr(type(model.clip), "pictures", watch)
    scroll = tiny.picture(32, 256)
    vector = model.seen(scroll)
    assert seen == [(32, 32)] * 8
    assert float(vector.norm()) == pytest.approx(1, abs=1e-5)
    seen.clear()
    model.seen(tiny.picture(32 * 40, 32))
    assert seen == [(32, 32)] * 16
    assert editing.likeness(model, np.tile(scroll[:, :32], (1, 6, 1)), scroll[:, :32]) == pytest.approx(1, abs=1e-4)
