"""Orders of paintings and of changes to them: what is checked before anything waits, who may, what is kept."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction
from django.http import Http404
from django.utils import translation

from generation import checks, selectors
from generation.lexicon import Description
from generation.models import Painting, Round
from generation.selectors.rounds import get_painting, get_round, rounds_for, tree_of, trees_for
from generation.services import rounds
from gpu_workers.models import Job
from portal.catalogue.models import Picture
from portal.errors import UserError
from tests.factories import CollectionFactory, painting_for, person

from .conftest import CHANGES, PROMPT

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(collection, ink_weights, calls) -> Painting:
    """A painting of pines that no worker made, 96 by 64 pixels."""
    return painting_for(collection)


def refused(call, words):
    """The call is refused in one sentence, and nothing waits."""
    before = Job.objects.count()
    with pytest.raises(UserError, match=words) as refusal:
        call()
    assert str(refusal.value).endswith((".", "。"))
    assert Job.objects.count() == before


# --- orders ----------------------------------------------------------------------------------------------------------
def test_an_order_is_a_waiting_job_with_all_that_decides_its_result(order, curator, collection):
    made = order(count=3, seed=11, format="hand")
    assert (made.kind, made.collection, made.root, made.parent) == ("paint", collection, None, None)
    assert (made.prompt, made.language, made.count, made.seed, made.fresh) == (PROMPT, "en", 3, 11, True)
    assert Description.read(made.description).adjectives == ("majestic", "autumn")
    assert made.caption == "majestic, autumn landscape with pine trees, thick ink"
    job = made.job
    assert (job.status, job.kind, job.owner, job.collection) == ("queued", "generate_ink", curator, collection)
    assert job.parameters == {
        "engine": "ink",
        "caption": made.caption,
        "candidates": 3,
        "seed": 11,
        "change": {"height": 256, "width": 768},
        "inputs": {"tokens": None},
        "as": "paint",
    }


@pytest.mark.parametrize(
    ("prompt", "language", "caption"),
    [
        ("雄浑的秋山，浓墨", "zh", None),
        ("雄浑的山水，浓墨，一盏 lantern", "zh", None),
        ("majestic landscape 山水", "en", None),
        ("landscape with a lantern", "en", "landscape, lantern"),
        ("lantern", "en", "lantern"),
        ("freehand bamboo", "en", None),
    ],
)
def test_the_caption_is_in_the_language_of_the_prompt_and_keeps_unknown_words(order, prompt, language, caption):
    made = order(prompt)
    assert made.language == language
    assert ("a" <= made.caption[0] <= "z") == (language == "en")
    assert ("lantern" in made.caption) == ("lantern" in prompt)
    assert caption is None or made.caption == caption


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"count": 0}, "1 to 8 variants"),
        ({"count": 9}, "1 to 8 variants"),
        ({"seed": -1}, "between 0 and"),
        ({"seed": checks.MAX_SEED + 1}, "between 0 and"),
        ({"format": "mural"}, "an album leaf, a hanging scroll or a hand scroll"),
        ({"prompt": ""}, "empty"),
        ({"prompt": "x" * 501}, "at most 500"),
        ({"prompt": "🎋"}, "no words"),
        ({"prompt": "a of the"}, "says nothing"),
        ({"prompt": "горы"}, "neither English nor Chinese"),
        ({"prompt": "pines\x00"}, "control characters"),
        ({"prompt": "pines in spring and winter"}, "“spring” and “winter” contradict"),
        ({"prompt": "freehand pines, fine brush"}, "contradict each other"),
    ],
)
def test_what_cannot_be_painted_is_refused_in_one_sentence(order, fields, words):
    refused(lambda: order(**fields), words)


def test_contradictions_are_told_in_the_language_of_the_page(order):
    with translation.override("zh-hans"):
        refused(lambda: order("pines in spring and winter"), "“春.*”.*“冬.*”")


def test_without_weights_nothing_is_ordered(curator, collection, monkeypatch):
    monkeypatch.setattr("restoration.checks.installed", lambda name: False)
    refused(
        lambda: rounds.order_paintings(curator, collection, prompt=PROMPT),
        "weights of Text-to-ink are not on this site",
    )


def test_the_same_order_again_leads_to_the_first_one(order):
    first = order()
    again = order()
    assert (again, again.fresh) == (first, False)
    assert Round.objects.count() == Job.objects.count() == 1


@pytest.mark.parametrize("fields", [{"seed": 1}, {"count": 2}, {"format": "hand"}, {"prompt": "pines"}])
def test_another_order_is_another_round(order, fields):
    order()
    assert order(**fields).fresh
    assert Round.objects.count() == 2


def test_after_a_failure_the_same_may_be_ordered_again(order):
    order()
    Job.objects.update(status="failed")
    assert order().fresh


def test_a_worker_is_called_once_the_order_has_committed(order, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order()
        assert calls == []
    assert calls == ["gpu_workers.work"]


# --- changes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_belongs_to_the_tree_of_its_painting(shown, curator, kind):
    made = CHANGES[kind](curator, shown)
    assert (made.kind, made.parent, made.root, made.collection) == (kind, shown, shown.round, shown.collection)
    assert (made.job.kind, made.count) == ("edit_ink", 2)
    assert made.job.parameters["inputs"] == {"tokens": shown.tokens_sha256}
    description = {"terms": ["pines"], "adjectives": ["spring"], "extra": []}
    leaf = painting_for(shown.collection, shown.picture, parent=shown, description=description)
    later = CHANGES[kind](curator, leaf)
    assert later.root == shown.round


@pytest.mark.parametrize("kind", CHANGES)
def test_the_same_change_again_leads_to_the_first_one(shown, curator, kind):
    first = CHANGES[kind](curator, shown)
    again = CHANGES[kind](curator, shown)
    assert (again, again.fresh) == (first, False)


def test_a_replacement_exchanges_words_and_keeps_unknown_ones(shown, curator):
    made = rounds.replace_element(curator, shown, by="old bamboo and a lantern", element="pines")
    assert made.description["terms"] == ["bamboo"]
    assert made.description["extra"] == ["lantern"]
    assert made.change["keys"][0] == "bamboo"
    assert made.change["without"] == {"terms": [], "adjectives": [], "extra": []}
    assert (made.change["element"], made.change["region"]) == ("pines", None)
    marked = rounds.replace_element(curator, shown, by="a lantern", region=(0.5, 0, 0.5, 1))
    assert marked.change["region"] == [0.5, 0, 0.5, 1]
    assert marked.description["terms"] == ["pines"]


@pytest.mark.parametrize("words", ["bamboo", "竹子"])
def test_elements_are_named_in_either_language(shown, curator, words):
    made = rounds.replace_element(curator, shown, by=words, element="松树")
    assert made.description["terms"] == ["bamboo"]
    assert made.language == "en"


def test_a_tuned_attribute_takes_the_place_of_its_other_values(shown, curator):
    Round.objects.update(description={"terms": ["pines", "thick-ink"], "adjectives": ["spring"], "extra": ["lantern"]})
    shown.refresh_from_db()
    made = rounds.retune(curator, shown, values=["winter", "light-ink", "winter"], strength=1)
    wanted = {"terms": ["light-ink", "pines"], "adjectives": ["winter"], "extra": ["lantern"]}
    assert made.description == wanted
    assert made.prompt == "winter, light ink"
    assert made.change == {"values": ["winter", "light-ink"], "strength": 1.0, "keys": ["winter", "light-ink"]}


def test_what_comes_to_an_extended_scene_is_added_unknown_words_too(shown, curator):
    made = rounds.extend_scene(curator, shown, direction="left", cells=8, words="a boat and a lantern")
    assert made.description == {"terms": ["pines", "boat"], "adjectives": [], "extra": ["lantern"]}
    assert made.change == {"direction": "left", "cells": 8, "keys": ["boat"]}
    assert "lantern" in made.caption


BAD_CHANGES = {
    "no words": (rounds.replace_element, {"by": " ", "element": "pines"}, "empty"),
    "words that say nothing": (rounds.replace_element, {"by": "of the", "element": "pines"}, "says nothing"),
    "no element": (rounds.replace_element, {"by": "bamboo"}, "Mark the place"),
    "an element that is not there": (rounds.replace_element, {"by": "bamboo", "element": "boat"}, "Mark the place"),
    "an element of no lexicon": (rounds.replace_element, {"by": "bamboo", "element": "lantern"}, "Mark the place"),
    "an element in Cyrillic": (rounds.replace_element, {"by": "bamboo", "element": "сосны"}, "neither English"),
    "contradictions": (rounds.replace_element, {"by": "spring and winter", "element": "pines"}, "contradict"),
    "a region outside": (rounds.replace_element, {"by": "bamboo", "region": (0.5, 0, 0.6, 1)}, "outside"),
    "a region of nothing": (rounds.replace_element, {"by": "bamboo", "region": (0, 0, 0, 0)}, "outside"),
    "no number": (rounds.replace_element, {"by": "bamboo", "region": (float("nan"), 0, 1, 1)}, "outside"),
    "no values": (rounds.retune, {"values": []}, "described so already"),
    "the present value": (rounds.retune, {"values": ["pines"]}, "described so already"),
    "an unknown value": (rounds.retune, {"values": ["psychedelic"]}, "has no “psychedelic”"),
    "contradicting values": (rounds.retune, {"values": ["xieyi", "gongbi"]}, "contradict each other"),
    "no strength": (rounds.retune, {"values": ["winter"], "strength": 0}, "above 0"),
    "too much strength": (rounds.retune, {"values": ["winter"], "strength": 1.1}, "at most 1"),
    "nine variants": (rounds.retune, {"values": ["winter"], "count": 9}, "1 to 8 variants"),
    "no direction": (rounds.extend_scene, {"direction": "inwards"}, "upwards or downwards"),
    "no cells": (rounds.extend_scene, {"direction": "up", "cells": 0}, "1 to 64 cells"),
    "65 cells": (rounds.extend_scene, {"direction": "up", "cells": 65}, "1 to 64 cells"),
    "contradicting words": (rounds.extend_scene, {"direction": "up", "words": "spring, winter"}, "contradict"),
    "too many words": (rounds.extend_scene, {"direction": "up", "words": "pine " * 200}, "at most 500"),
}


@pytest.mark.parametrize("name", BAD_CHANGES)
def test_a_change_that_cannot_be_made_is_refused_in_one_sentence(shown, curator, name):
    service, fields, words = BAD_CHANGES[name]
    refused(lambda: service(curator, shown, **fields), words)


@pytest.mark.parametrize(
    ("height", "width", "direction", "fits"),
    [
        (256, 16384 - 4 * 32, "right", True),
        (256, 16384 - 3 * 32, "left", False),
        (1024, 1024, "down", True),
        (16384 - 4 * 32, 256, "up", True),
        (16384 - 3 * 32, 256, "down", False),
        (1024, 2048, "down", False),
        (2048, 1024, "left", False),
    ],
)
def test_a_scene_grows_as_far_as_the_engine_goes(shown, curator, height, width, direction, fits):
    shown.picture.height, shown.picture.width = height, width
    if fits:
        assert rounds.extend_scene(curator, shown, direction=direction, cells=4).fresh
    else:
        refused(lambda: rounds.extend_scene(curator, shown, direction=direction, cells=4), "would make it larger")


def test_a_caption_does_not_grow_beyond_what_can_be_kept(shown, curator):
    Round.objects.update(description={"terms": ["pines"], "adjectives": [], "extra": ["lantern" * 20, "a" * 400]})
    shown.refresh_from_db()
    refused(lambda: rounds.extend_scene(curator, shown, direction="up", words="gondola" * 70), "too long")


@pytest.mark.parametrize("kind", CHANGES)
def test_a_repeat_orders_the_same_with_other_numbers(shown, curator, kind):
    first = CHANGES[kind](curator, shown)
    again = rounds.repeat(curator, first, count=3, seed=5)
    assert (again.count, again.seed, again.fresh) == (3, 5, True)
    for name in ("kind", "prompt", "caption", "description", "change", "parent"):
        assert getattr(again, name) == getattr(first, name)
    assert rounds.repeat(curator, first, count=first.count, seed=first.seed) == first


def test_a_repeat_of_paintings_keeps_their_format(order, curator):
    first = order(format="hanging")
    again = rounds.repeat(curator, first, count=2, seed=9)
    assert (again.prompt, again.change) == (first.prompt, {"height": 512, "width": 256})


# --- who may ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["consultant", "coordinator", "rights_officer"])
def test_members_who_are_not_curators_look_and_do_not_order(shown, collection, role):
    member = person(role, collection)
    assert get_round(member, shown.round.pk) == shown.round
    assert get_painting(member, shown.pk) == shown
    assert list(trees_for(member)) == [shown.round]
    asked = [
        lambda: rounds.order_paintings(member, collection, prompt=PROMPT),
        lambda: rounds.repeat(member, shown.round, count=1, seed=3),
        lambda: get_painting(member, shown.pk, selectors.rounds.ADD),
        *(lambda change=change: change(member, shown) for change in CHANGES.values()),
    ]
    for forbidden in asked:
        with pytest.raises(PermissionDenied):
            forbidden()
    assert Round.objects.count() == 1


def test_the_rounds_of_somebody_elses_collection_do_not_exist(shown, operator, stranger):
    for outsider in (CollectionFactory().created_by, operator, stranger):
        assert not rounds_for(outsider).exists()
        assert not trees_for(outsider).exists()
        for get, pk in ((get_round, shown.round.pk), (get_painting, shown.pk)):
            with pytest.raises(Http404):
                get(outsider, pk)
        for change in CHANGES.values():
            with pytest.raises(PermissionDenied):
                change(outsider, shown)


def test_a_tree_is_read_in_few_queries(shown, curator, django_assert_num_queries):
    branches = [painting_for(shown.collection, shown.picture, parent=shown) for _ in range(3)]
    leaf = painting_for(shown.collection, shown.picture, parent=branches[1])
    with django_assert_num_queries(2):
        tree = tree_of(leaf.round)
    assert tree.round == shown.round
    assert [branch.round for branch in tree.later[shown.pk]] == [painting.round for painting in branches]
    assert [branch.round for branch in tree.later[shown.pk][1].later[branches[1].pk]] == [leaf.round]
    assert [(row, row.edits) for row in trees_for(curator)] == [(shown.round, 4)]


# --- the rows --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE generation_round SET count = 0",
        "UPDATE generation_round SET count = 9",
        "UPDATE generation_round SET kind = 'retune'",
        "UPDATE generation_round SET kind = 'collage'",
        "UPDATE generation_round SET root_id = id",
        "UPDATE generation_round SET parent_id = (SELECT id FROM generation_painting)",
        "UPDATE generation_round SET job_id = NULL",
        "UPDATE generation_painting SET picture_id = NULL",
        "UPDATE generation_painting SET agreement = NULL",
        "INSERT INTO generation_painting SELECT * FROM generation_painting",
    ],
)
def test_the_database_itself_refuses_rows_that_make_no_sense(shown, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_two_paintings_of_a_round_have_no_number_in_common(shown):
    with pytest.raises(IntegrityError), transaction.atomic():
        Painting.objects.create(
            round=shown.round, number=1, picture=shown.picture, seed=1, agreement=0, tokens="x", tokens_sha256="0"
        )


def test_with_a_round_go_its_paintings_and_what_came_of_them_but_no_sealed_picture(shown):
    leaf = painting_for(shown.collection, parent=shown)
    painting_for(shown.collection, parent=leaf)
    other = painting_for(shown.collection)
    pictures = Picture.objects.count()
    shown.round.job.delete()
    assert list(Round.objects.all()) == [other.round]
    assert list(Painting.objects.all()) == [other]
    assert Picture.objects.count() == pictures


def test_a_picture_that_a_painting_is_and_a_collection_that_has_it_cannot_be_deleted(shown):
    for thing in (shown.picture, shown.collection):
        with pytest.raises(models.ProtectedError):
            thing.delete()
    assert Painting.objects.get().picture == shown.picture


def test_rows_read_like_what_they_are(shown):
    assert str(shown) == "pine trees · 1"
    assert shown.collection == shown.round.collection
