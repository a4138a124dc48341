"""The data files: the paper's numbers of terms, sources, both languages; and what an installation adds."""

import re
from pathlib import Path

import pytest

from generation.lexicon import Lexicon, LexiconError

LEXICON = Lexicon.load()


@pytest.mark.parametrize(("dimension", "count"), [("category", 3), ("theme", 15), ("technique", 18)])
def test_a_dimension_has_as_many_terms_as_the_paper_says(dimension, count):
    assert len(LEXICON.dimension(dimension)) == count


def test_every_term_has_both_names_its_own_adjectives_and_a_source():
    for term in LEXICON.terms.values():
        assert term.en.isascii(), term
        assert all("\u4e00" <= char <= "\u9fff" for char in term.zh), term
        assert term.source, term
        if term.dimension in ("category", "theme", "technique"):
            assert term.adjectives, term


def test_every_adjective_belongs_to_some_term():
    named = {key for term in LEXICON.terms.values() for key in term.adjectives}
    assert LEXICON.adjectives.keys() - named == set()


def test_there_are_four_primary_and_twelve_secondary_classes():
    assert len(LEXICON.classes) == 4
    assert len({part.id for it in LEXICON.classes.values() for part in it.secondary}) == 12


def test_every_theme_falls_into_one_primary_class():
    themes = [theme for it in LEXICON.classes.values() for theme in it.themes]
    assert sorted(themes) == sorted(term.id for term in LEXICON.dimension("theme"))
    assert LEXICON.class_of(["thick-ink", "court-ladies"]) == "figure"
    assert LEXICON.class_of(["thick-ink"]) is None


def extended(tmp_path, text):
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    return Lexicon.load(tmp_path)


def test_a_curators_file_adds_a_term_and_a_synonym(tmp_path):
    lexicon = extended(
        tmp_path,
        'dimension = "technique"\n[[term]]\nid = "finger"\nen = "finger painting"\nzh = "指画"\n'
        '[[term]]\nid = "thick-ink"\nen_also = ["pitch-black ink"]\nadjectives = ["majestic"]\n',
    )
    assert lexicon.parse("指画").terms == ("finger",)
    assert lexicon.parse("pitch-black ink").terms == ("thick-ink",)
    assert "weighty" in lexicon.terms["thick-ink"].adjectives
    assert "majestic" in lexicon.terms["thick-ink"].adjectives
    assert "finger" not in LEXICON.terms


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("not toml", "cannot be read"),
        ('[[term]]\nen = "a"\nzh = "b"', "a term without an id"),
        ('[[term]]\nid = "x"\nen = "xx"', "gives “x” no zh name"),
        ('[[term]]\nid = "x"\nen = "xx"\nzh = "乂"\ncolour = "red"', "an unknown entry colour"),
        ('dimension = "theme"\n[[term]]\nid = "thick-ink"', "moves the term “thick-ink” to another dimension"),
        ('[[term]]\nid = "x"\nen = "thick ink"\nzh = "乂"', "“thick ink” means both “thick-ink” and “x”."),
        ('[[term]]\nid = "x"\nen = "xx"\nzh = "乂"\nadjectives = ["no-such"]', "“x” names “no-such”"),
        ('[[term]]\nid = "x"\nen = ["xx"]\nzh = "乂"', "a wrong value for en"),
    ],
)
def test_a_wrong_file_is_named_in_one_sentence(tmp_path, text, sentence):
    with pytest.raises(LexiconError, match=sentence):
        extended(tmp_path, text)


def test_the_example_of_the_manual_can_be_loaded(tmp_path):
    manual = Path(__file__).resolve().parents[2] / "docs/curators.md"
    lexicon = extended(tmp_path, re.search(r"```toml\n(.*?)```", manual.read_text(encoding="utf-8"), re.S)[1])
    assert lexicon.parse("指画, 墨色浓重").terms == ("thick-ink", "finger-painting")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(LexiconError, match="There is no folder of word lists"):
        Lexicon.load(tmp_path / "none")
