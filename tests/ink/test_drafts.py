"""Drafts that are painted over, and scenes that go on out of the mist."""

import numpy as np
import pytest

from generation.ink import drafts
from generation.ink.drafts import Draft
from generation.lexicon import Description, Lexicon, draft_of
from tests.ink import tiny

CAPTION = tiny.CAPTIONS[0]


@pytest.fixture(scope="module")
def model():
    return tiny.model()


def test_a_draft_is_drawn_alike_for_a_seed_and_any_length():
    first, again, other = (drafts.draw(Draft(), seed, 64, 96) for seed in (1, 1, 2))
    assert first.shape == (64, 96, 3)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.005


def test_long_drafts_are_drawn_in_sheets(monkeypatch):
    monkeypatch.setattr(drafts, "LONGEST", 64)
    assert drafts.draw(Draft(), 1, 64, 160).shape == (64, 160, 3)


def test_the_whole_draft_stays_unless_a_share_is_given_up(model):
    kept = drafts.paint_over(model, Draft(kept=1.0), CAPTION, 3, (4, 6))
    some = drafts.paint_over(model, Draft(kept=0.7), CAPTION, 3, (4, 6))
    assert kept.shape == (4, 6, 5)
    assert 0 < (kept != some).mean() <= 0.31


def test_of_several_tries_the_nearest_to_the_caption_is_kept(model):
    best = drafts.paint_over(model, Draft(), CAPTION, 3, (4, 4), tries=3)
    alone = [
        drafts.encoded(model, drafts.draw(Draft(), drafts._seed(3, number), 4 * model.cell, 4 * model.cell))
        for number in range(3)
    ]
    likest = max(alone, key=lambda tokens: model.similarity(model.decode(tokens, CAPTION), CAPTION))
    np.testing.assert_array_equal(best, likest)


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_a_scene_goes_on_and_what_was_there_stays(model, direction):
    old = drafts.paint_over(model, Draft(), CAPTION, 3, (4, 4))
    new = drafts.go_on(model, Draft(), old, model.decode(old, CAPTION), direction, 2, CAPTION, 5)
    there = {"left": np.s_[:, 2:], "right": np.s_[:, :4], "up": np.s_[2:], "down": np.s_[:4]}[direction]
    np.testing.assert_array_equal(new[there], old)
    assert new.shape == ((4, 6, 5) if direction in ("left", "right") else (6, 4, 5))


def test_what_stands_at_the_edge_thins_out_before_the_draft_begins():
    drawn, before = np.full((64, 220, 3), 0.8, np.float32), np.full((64, 80, 3), 0.8, np.float32)
    far = int(drafts.MIST / (1 - drafts.WANDER)) + 1
    before[20:24], drawn[:, far:] = 0.1, 0.5
    found = drafts.out_of_mist(drawn, before, "right")
    np.testing.assert_allclose(found[:, 0], before[:, -1], atol=0.02)
    branch = found[20:24].mean((0, 2))
    assert branch[0] < 0.15
    assert (np.diff(branch[: drafts.FADING]) > -1e-4).all()
    np.testing.assert_allclose(found[:, far:], drawn[:, far:], atol=1e-6)


@pytest.mark.parametrize("direction", ["left", "up", "down"])
def test_a_scene_goes_on_alike_in_every_direction(direction):
    rng = np.random.default_rng(0)
    drawn, before = (rng.random((64, 220, 3), np.float32) for _ in range(2))
    turned = {
        "left": lambda it: it[:, ::-1], "down": lambda it: it.transpose(1, 0, 2),
        "up": lambda it: it.transpose(1, 0, 2)[::-1],
    }[direction]  # fmt: skip
    found = drafts.out_of_mist(turned(drawn), turned(before), direction)
    np.testing.assert_array_equal(found, turned(drafts.out_of_mist(drawn, before, "right")))


@pytest.mark.parametrize(
    ("text", "palette"),
    [
        ("majestic landscape, thick ink", "ink"),
        ("山水，青绿", "blue-and-green"),
        ("autumn landscape", "light-crimson"),
        ("court ladies", None),
        ("landscape, impressionist oil painting", None),
    ],
)
def test_a_draft_suits_what_the_painter_draws(text, palette):
    lexicon = Lexicon.load()
    found = draft_of(Description.of(text, lexicon), lexicon)
    assert (found and found["palette"]) == palette
