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


def test_an_edge_fades_into_mist_before_the_draft_begins():
    drawn, edge = np.zeros((8, 200, 3), np.float32), np.full((8, 1, 3), 0.8, np.float32)
    edge[2:4] = 0.1
    found = drafts.out_of_mist(drawn, edge, "right")
    assert found[:, 0].min() < 0.6
    assert np.ptp(found[:, drafts.FADING]) < 1e-3
    np.testing.assert_array_equal(found[:, drafts.MIST :], drawn[:, drafts.MIST :])
    np.testing.assert_allclose(drafts.out_of_mist(drawn, edge, "left"), found[:, ::-1], atol=1e-6)


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
