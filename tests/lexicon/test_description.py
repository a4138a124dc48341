"""Descriptions that editing rounds change word by word, and the captions that pictures are told apart from."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generation.lexicon import Description, Lexicon, LexiconError, rivals
from generation.lexicon.description import ATTRIBUTES, attribute_of

LEXICON = Lexicon.load()
IDS = [*LEXICON.terms, *LEXICON.adjectives]


def of(text: str) -> Description:
    return Description.of(text, LEXICON)


def ids(description: Description) -> set[str]:
    return {*description.terms, *description.adjectives}


def test_a_text_becomes_terms_adjectives_and_what_is_left():
    found = of("majestic landscape with lantern, thick ink")
    assert (found.terms, found.adjectives, found.extra) == (("landscape", "thick-ink"), ("majestic",), ("lantern",))


def test_a_description_survives_json():
    found = of("misty mountains with lantern")
    assert found.as_dict() == {"terms": ["mountains"], "adjectives": ["misty"], "extra": ["lantern"]}
    assert Description.read(found.as_dict()) == found
    assert Description.read({}) == Description()


@pytest.mark.parametrize(
    ("language", "caption"), [("en", "majestic landscape, thick ink, lantern"), ("zh", "雄浑的山水，浓墨，lantern")]
)
def test_a_caption_names_what_the_lexicon_lacks_at_its_end(language, caption):
    found = of("majestic landscape with lantern, thick ink")
    assert found.caption(LEXICON, language) == caption
    assert ids(of(caption)) == ids(found)


@pytest.mark.parametrize(("text", "language", "caption"), [("lantern", "en", "lantern"), ("", "zh", "")])
def test_a_caption_without_terms_is_what_was_written(text, language, caption):
    assert of(text).caption(LEXICON, language) == caption


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        ("spring landscape", ["winter"], {"landscape", "winter"}),
        ("landscape, thick ink", ["light-ink"], {"landscape", "light-ink"}),
        ("landscape, light crimson", ["blue-and-green"], {"landscape", "blue-and-green"}),
        ("spacious landscape", ["dense"], {"landscape", "dense"}),
        ("freehand landscape", ["fine-brush"], {"landscape", "fine-brush"}),
        ("landscape, fine brush", ["xieyi"], {"landscape", "xieyi"}),
        ("plain landscape", ["splendid"], {"landscape", "splendid"}),
        ("landscape", ["pines", "bamboo"], {"landscape", "pines", "bamboo"}),
        ("spring landscape", ["spring"], {"landscape", "spring"}),
    ],
)
def test_what_is_said_takes_the_place_of_what_it_excludes(text, said, left):
    assert ids(of(text).saying(said, LEXICON)) == left


def test_it_comes_in_the_order_of_the_lexicon_and_leaves_the_first_as_it_was():
    before = of("bamboo, pavilion")
    after = before.saying(["pines", "misty", "landscape"], LEXICON)
    assert after.terms == ("landscape", "pines", "bamboo", "pavilion")
    assert before == of("bamboo, pavilion")


def test_unknown_words_stay_and_others_join_them_once():
    after = of("pines, lantern").saying(["bamboo"], LEXICON, ("gondola", "lantern"))
    assert after.extra == ("lantern", "gondola")


def test_what_the_lexicon_lacks_is_refused_by_its_name():
    with pytest.raises(LexiconError, match="has no “dragonfly”"):
        of("pines").saying(["pines", "dragonfly"], LEXICON)


@pytest.mark.parametrize("said", [["spring", "winter"], ["xieyi", "fine-brush"], ["plain", "gorgeous"]])
def test_values_that_contradict_each_other_are_refused(said):
    with pytest.raises(LexiconError, match=r"“.+” and “.+” contradict each other\."):
        of("pines").saying(said, LEXICON)


def test_without_takes_away_terms_and_adjectives_and_no_unknown_words():
    found = of("misty pines and bamboo with lantern")
    assert found.without({"pines", "misty", "lantern", "boat"}) == Description(("bamboo",), (), ("lantern",))


some = st.sets(st.sampled_from(IDS), max_size=6).map(sorted)


@given(some, some)
@settings(max_examples=200, deadline=None)
def test_a_description_says_what_it_was_told_and_does_not_contradict_itself(first, then):
    try:
        before = Description().saying(first, LEXICON)
        after = before.saying(then, LEXICON)
    except LexiconError:
        assume(False)
    assert set(then) <= ids(after) <= {*first, *then}
    assert not LEXICON.contradictions(after.terms, after.adjectives)
    assert after.saying(then, LEXICON) == after
    for values in ATTRIBUTES.values():
        assert not set(values) & set(then) or set(values) & ids(after) <= set(then)
    for language in ("en", "zh"):
        assert ids(of(after.caption(LEXICON, language))) == ids(after)


def test_every_value_of_an_attribute_is_in_the_lexicon_and_of_one_attribute_only():
    values = [value for row in ATTRIBUTES.values() for value in row]
    assert set(values) <= set(IDS)
    assert len(values) == len(set(values))
    assert attribute_of("winter") == "season"
    assert attribute_of("pines") is None


@given(some, some, st.sampled_from(["en", "zh"]))
@settings(max_examples=100, deadline=None)
def test_rivals_are_up_to_nine_other_captions(first, then, language):
    try:
        wanted = Description().saying(first, LEXICON).saying(then, LEXICON)
    except LexiconError:
        assume(False)
    found = rivals(wanted, tuple(then), language, LEXICON)
    assert len(found) <= 9
    assert len(set(found)) == len(found)
    assert wanted.caption(LEXICON, language) not in found
    assert found == rivals(wanted, tuple(then), language, LEXICON)
    assert found or not set(then) - {"impressionist-oil"}  # the only term of its dimension


def test_rivals_differ_in_what_was_asked_for():
    found = rivals(of("pines in winter"), ("winter",), "en", LEXICON)
    assert [ids(of(caption)) - {"pines"} for caption in found] == [{"spring"}, {"summer"}, {"autumn"}]


def test_rivals_of_an_element_are_other_elements_and_without_a_wish_other_values_of_what_is_there():
    elements = rivals(of("landscape with pines"), ("pines",), "zh", LEXICON)
    assert len(elements) == 9
    assert all("pines" not in ids(of(caption)) and "landscape" in ids(of(caption)) for caption in elements)
    assert all("winter" not in caption for caption in rivals(of("pines in winter"), (), "en", LEXICON))


def test_what_nothing_is_known_of_has_no_rivals():
    assert rivals(of("lantern"), (), "en", LEXICON) == ()
