"""Text to terms, terms to captions, and back."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.lexicon import Lexicon, LexiconError, PromptError, check_prompt

LEXICON = Lexicon.load()
TERMS, ADJECTIVES = list(LEXICON.terms), list(LEXICON.adjectives)


def comes_back(terms, adjectives):
    for language in ("en", "zh"):
        parsed = LEXICON.parse(LEXICON.compose(terms, adjectives, language))
        assert parsed.terms == tuple(key for key in TERMS if key in terms)
        assert parsed.adjectives == tuple(key for key in ADJECTIVES if key in adjectives)
        assert parsed.unknown == ()
        assert parsed.language == language


@settings(max_examples=80, deadline=None)
@given(st.sets(st.sampled_from(TERMS), max_size=8), st.sets(st.sampled_from(ADJECTIVES), max_size=6))
def test_a_caption_read_again_gives_what_it_was_made_of(terms, adjectives):
    comes_back(terms, adjectives)


def test_every_adjective_before_every_term_comes_back():
    for term, adjective in itertools.product(TERMS, ADJECTIVES):
        comes_back({term}, {adjective})


def test_every_category_before_every_theme_comes_back():
    for theme in LEXICON.dimension("theme"):
        for category in LEXICON.dimension("category"):
            comes_back({theme.id, category.id}, set())


def test_captions_have_the_form_of_the_paper():
    chosen = ["thick-ink", "landscape", "xieyi"], ["distant", "majestic"]
    assert LEXICON.compose(*chosen) == "majestic, distant landscape in freehand brushwork, thick ink"
    assert LEXICON.compose(*chosen, "zh") == "雄浑悠远的写意山水，浓墨"


@pytest.mark.parametrize(
    "text",
    [
        "majestic distant landscape in freehand brushwork, thick ink",
        "MAJESTIC, distant Landscapes in freehand  brush-work? thick inks".replace("brush-work", "painting"),
        "雄浑悠远的写意山水，浓墨",
        "雄渾悠遠的寫意山水，濃墨",
        "ｍａｊｅｓｔｉｃ 悠远 freehand 山水 浓墨",
    ],
)
def test_writing_makes_no_difference(text):
    parsed = LEXICON.parse(text)
    assert parsed.terms == ("xieyi", "landscape", "thick-ink")
    assert parsed.adjectives == ("majestic", "distant")
    assert parsed.unknown == ()


def test_plural_and_spelling_make_no_difference():
    for text in ("peony heavy colour", "peonies heavy color", "Peonies, heavy colours"):
        assert LEXICON.parse(text).terms == ("heavy-colour", "peony")


def test_the_longest_term_wins():
    assert LEXICON.parse("thick ink painting").terms == ("thick-ink",)
    assert LEXICON.parse("雨点皴").terms == ("raindrop-cun",)
    assert LEXICON.parse("雨").terms == ("rain",)


def test_no_term_reaches_across_punctuation():
    assert LEXICON.parse("plain, line. Drawing").terms == ()


def test_unknown_words_are_reported_in_their_order():
    parsed = LEXICON.parse("a purple landscape with 3 robots 和机器怪兽 without d'encre 🐉")
    assert parsed.unknown == ("purple", "3", "robots", "机器怪兽", "without", "d", "encre", "🐉")
    assert parsed.language == "mixed"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_parsed(text):
    parsed = LEXICON.parse(text)
    assert set(parsed.terms) <= LEXICON.terms.keys()
    assert parsed.language in ("en", "zh", "mixed", "")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("freehand and fine brushwork", ("xieyi", "gongbi")),
        ("full colour line drawing", ("baimiao", "heavy-colour")),
        ("重彩白描", ("baimiao", "heavy-colour")),
        ("spring landscape, winter", ("spring", "winter")),
        ("疏朗繁密的山水", ("spacious", "dense")),
    ],
)
def test_terms_that_contradict_each_other_are_named(text, pair):
    assert LEXICON.parse(text).contradictions == (pair,)


def test_terms_that_go_together_contradict_nothing():
    assert LEXICON.parse("spring landscape in freehand brushwork, thick ink, light ink").contradictions == ()


def test_what_the_lexicon_lacks_is_not_composed():
    with pytest.raises(LexiconError, match="The lexicon has no “oil”"):
        LEXICON.compose(["oil"])
    with pytest.raises(LexiconError, match="not in “fr”"):
        LEXICON.compose(["landscape"], [], "fr")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" \n\u3000", "is empty"),
        ("x" * 10_000, "has 10,000 characters; at most 500"),
        ("ink\x00", "control characters"),
        ("山\u202e水", "control characters"),
        ("🐉 🏔️", "no words, only signs"),
        ("12 !", "no words, only signs"),
        ("пейзаж", "“пейзаж” is neither English nor Chinese"),
        ("山水 ある", "“ある” is neither English nor Chinese"),
    ],
)
def test_a_prompt_that_cannot_be_used_gets_one_sentence(text, sentence):
    with pytest.raises(PromptError, match=sentence) as refused:
        check_prompt(text)
    assert str(refused.value).count(".") == 1


def test_a_good_prompt_passes_with_its_spaces_evened_out():
    assert check_prompt("  misty\n山水 🌫️ ") == "misty 山水 🌫️"
    assert len(check_prompt("x" * 500)) == 500
