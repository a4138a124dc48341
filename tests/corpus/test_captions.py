"""What is said of a painting: what is known, what can be measured, and nothing else."""

import numpy as np
import pytest

from generation.corpus.captions import caption
from generation.corpus.measures import Measures, measure
from generation.corpus.works import Row
from generation.lexicon import Lexicon
from generation.painter import paint

LEXICON = Lexicon.load()
PLAIN = Measures(blank=0.7, thick=0.1, depth=15, coloured=0.025, green=0, red=0, ground=80, fine=0.5, upper=0.4)


def told(row=None, **numbers):
    """Terms and adjectives → origin."""
    made = caption(row or Row("a.png", set="landscape-2192"), Measures(**{**vars(PLAIN), **numbers}), LEXICON)
    return made.terms | made.adjectives


def test_a_picture_of_which_nothing_stands_out_is_a_landscape_by_its_table_and_no_more():
    assert told() == {"landscape": "table"}


@pytest.mark.parametrize(
    ("numbers", "word"),
    [
        ({"thick": 0.3}, "thick-ink"),
        ({"thick": 0.0}, "light-ink"),
        ({"blank": 0.9}, "spacious"),
        ({"blank": 0.5}, "dense"),
        ({"coloured": 0.0}, "ink-painting"),
        ({"coloured": 0.2}, "light-crimson"),
        ({"coloured": 0.3, "green": 0.2}, "blue-and-green"),
        ({"coloured": 0.6}, "heavy-colour"),
        ({"fine": 0.9}, "fine-brush"),
        ({"fine": 0.1}, "coarse-brush"),
        ({"upper": 0.1}, "distant"),
        ({"upper": 0.6, "thick": 0.15}, "majestic"),
        ({"ground": 30}, "aged"),
    ],
)
def test_what_is_measured_is_said(numbers, word):
    assert told(**numbers)[word] == "measured"


def test_of_dark_silk_neither_blank_space_nor_colour_is_said():
    assert told(ground=40, blank=0.95, coloured=0.9, thick=0).keys() == {"landscape", "aged"}


def test_a_painting_has_one_palette_and_what_is_known_comes_first():
    known = Row("a.png", set="landscape-2192", style="blue-and-green")
    assert told(known, coloured=0.2).keys() == {"landscape", "blue-and-green"}


def test_a_season_is_said_only_where_the_title_names_it():
    assert told(Row("a.png", title="秋林平远图"))["autumn"] == "title"
    assert not {"spring", "summer", "autumn", "winter"} & told().keys()


def test_a_title_names_things_and_its_note_the_ink():
    row = Row("a.png", title="《雪山萧寺图》 北宋 范宽 绢本墨笔 台北故宫博物院藏", artist="范宽")
    assert told(row) == {"landscape": "title", "ink-painting": "title", "temple": "title", "snow": "title"}


def test_an_album_of_many_subjects_says_of_no_leaf_which_it_shows():
    assert told(Row("a.png", title="山水花果册（十开选一）")) == {}
    assert told(Row("a.png", title="梅花册")).keys() == {"flowers-and-birds", "plum-blossom"}


def test_a_painters_manner_is_known_and_no_name_is_taken_for_a_subject():
    assert told(Row("a.png", title="八大山人_安晚册-6", artist="八大山人")) == {"xieyi": "artist"}


def test_a_guess_is_marked_as_one():
    assert told(fine=0.1)["xieyi"] == "guessed"


def test_another_manner_gets_no_words_for_ink():
    assert told(Row("a.png", set="monet2photo"), thick=0.5, coloured=0.9).keys() == {"landscape", "impressionist-oil"}


def test_no_caption_contradicts_itself():
    for fine in (0.1, 0.9):
        for coloured in (0.0, 0.2, 0.6):
            for artist in ("八大山人", "郎世宁", ""):
                made = told(Row("a.png", artist=artist, set="landscape-2192"), fine=fine, coloured=coloured, green=0.2)
                terms = [key for key in made if key in LEXICON.terms]
                assert LEXICON.contradictions(terms, [key for key in made if key not in terms]) == ()


def test_dark_ink_and_blank_paper_are_measured():
    sheet = np.full((200, 200, 3), 235, np.uint8)
    assert measure(sheet).blank == 1
    sheet[50:150, 50:150] = 20
    found = measure(sheet)
    assert found.blank == pytest.approx(0.75, abs=0.05)
    assert found.thick > 0.9
    assert found.coloured < 0.05
    assert found.upper == pytest.approx(0.5, abs=0.02)


def test_black_ink_on_yellow_silk_is_no_colour_and_green_is():
    silk = np.full((200, 200, 3), (205, 175, 120), np.uint8)
    silk[60:140, 60:140] = (30, 28, 24)
    assert measure(silk).coloured < 0.1
    silk[60:140, 60:140] = (123, 105, 72)  # a wash of ink, through which the silk shows
    assert measure(silk).coloured < 0.1
    silk[60:140, 60:140] = (60, 140, 110)
    assert measure(silk).green > 0.8


def test_thin_lines_are_finer_than_broad_strokes():
    lines, areas = (np.full((300, 300, 3), 235, np.uint8) for _ in range(2))
    lines[::12, 50:250] = 20
    areas[60:100, 50:250] = 20
    assert measure(lines).fine > 0.8 > 0.3 > measure(areas).fine


def test_a_painted_landscape_in_colour_has_more_colour_than_one_in_ink():
    ink, colour = (measure(paint(3, (240, 180), palette)) for palette in ("ink", "blue-and-green"))
    assert colour.green > ink.green + 0.1
