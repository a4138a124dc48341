"""Edits with the painter's hand: what is put in stands there, the rest stays, and tones go where they were told."""

import numpy as np
import pytest

from generation.ink import drafts, redrawing
from generation.ink.drafts import Draft
from generation.lexicon import Description, Lexicon, draft_of, drawn
from generation.painter import ELEMENTS
from tests.ink import tiny

CAPTION = tiny.CAPTIONS[0]


@pytest.fixture(scope="module")
def model():
    return tiny.model()


@pytest.fixture(scope="module")
def scene():
    return drafts.draw(Draft(), 3, 128, 128)


def test_what_is_put_in_changes_its_cells_alone(model):
    tokens = drafts.paint_over(model, Draft(), CAPTION, 3, (6, 8))
    cells = np.zeros((6, 8), bool)
    cells[3:5, 2:6] = True
    new = redrawing.put_in(model, Draft(), tokens, model.decode(tokens, CAPTION), cells, ["boat"], 1)
    np.testing.assert_array_equal(new[~cells], tokens[~cells])
    assert (new[cells] != tokens[cells]).any()


def test_a_place_dissolves_into_the_ground_around_it_and_nothing_else_moves(scene):
    found = redrawing.dissolved(scene, (32, 64, 48, 40))
    outside = np.ones((128, 128), bool)
    outside[64:104, 32:80] = False
    np.testing.assert_array_equal(found[outside], scene[outside])
    assert found[74:94, 42:70].std(axis=(0, 1)).max() < 1e-5


def test_a_place_at_the_border_dissolves_up_to_the_border(scene):
    found = redrawing.dissolved(scene, (0, 88, 60, 40))
    assert found[110:, :30].std(axis=(0, 1)).max() < 1e-5


def test_tones_follow_the_two_sheets(scene):
    same = redrawing.toned(scene, scene, scene, 1.0)
    np.testing.assert_allclose(same, scene, atol=2e-3)
    green = np.clip(scene * [0.8, 1.0, 0.7], 0, 1).astype(np.float32)
    whole, half = (redrawing.toned(scene, scene, green, strength) for strength in (1.0, 0.5))
    np.testing.assert_allclose(whole, green, atol=0.05)
    assert np.abs(half - scene).mean() < np.abs(whole - scene).mean()


def test_strength_none_changes_no_tone(scene):
    np.testing.assert_allclose(redrawing.toned(scene, scene, scene**2, 0.0), scene, atol=2e-3)


def test_a_painting_is_retoned_whole(model, scene):
    tokens = redrawing.retone(model, Draft(), Draft(palette="blue-and-green"), scene, 1.0, 2)
    assert tokens.shape == (128 // model.cell, 128 // model.cell, 5)
    assert (tokens != model.encode(scene)).any()


def test_words_ask_the_painter_for_what_it_draws():
    lexicon = Lexicon.load()
    found = draft_of(Description.of("a boat and pines on a misty river, winter landscape, light ink", lexicon), lexicon)
    assert {"boat", "pines", "river"} <= {*found["shows"]} <= ELEMENTS.keys()
    assert (found["season"], found["ink"] < 1, found["mist"] > 1) == ("winter", True, True)
    assert Draft(**found).wishes.season == "winter"


def test_every_term_that_is_drawn_is_one_of_the_lexicon_and_of_the_painter():
    from generation.lexicon.sketching import DRAWN, INK, LAYOUTS, MIST, TEXTURES

    lexicon = Lexicon.load()
    for table in (DRAWN, INK, LAYOUTS, MIST, TEXTURES):
        assert table.keys() <= {*lexicon.terms, *lexicon.adjectives}
    assert {*drawn(tuple(DRAWN))} == ELEMENTS.keys()
