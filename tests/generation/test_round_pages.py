"""Pages of text-to-ink: what they show to whom, what a prompt is read as, what is ordered, what is refused."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Painting, Round
from generation.selectors.rounds import tree_of
from generation.services import rounds as services
from generation.views import telling
from generation.wording import read, toggled, with_terms
from generation.words import lexicon
from tests.factories import CollectionFactory, GrantFactory, painted, person
from tests.generation.hanging import finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ink_weights", "calls")]
PROMPT = "misty landscape with pine trees, thick ink"


@pytest.fixture
def visit(client):
    """Open a page as a person, or send it a form; returns the response."""

    def visit(user, name, *args, language="en", query="", **sent):
        client.force_login(user)
        client.cookies["django_language"] = language
        path = reverse(f"generation:{name}", args=args) + query
        return client.post(path, sent) if sent else client.get(path)

    return visit


@pytest.fixture
def first(curator, collection) -> Round:
    """A round of two square leaves."""
    ordered = services.order_paintings(curator, collection, prompt=PROMPT, count=2, seed=5)
    return finish(ordered, [painted(64, 64, seed=number) for number in range(2)])


@pytest.fixture
def leaf(first) -> Painting:
    return first.paintings.first()


@pytest.fixture
def edited(curator, leaf) -> Round:
    """The leaf with its pines replaced within a region."""
    changed = services.replace_element(
        curator, leaf, by="a bridge", element="pines", count=1, region=(0.25, 0.5, 0.5, 0.25)
    )
    return finish(changed, region=[0.25, 0.5, 0.5, 0.25])


def text(response) -> str:
    return response.content.decode()


def asked(**changes) -> dict:
    """A whole form of the prompt page."""
    return {"prompt": PROMPT, "format": "square", "count": 2, "seed": 1, **changes}


# the text and what it says


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("misty landscape", {"misty", "landscape"}),
        ("迷蒙的山水", {"misty", "landscape"}),
        ("misty 山水", {"misty", "landscape"}),
    ],
)
def test_a_text_is_read_in_either_language_and_said_in_both(visit, curator, collection, said, keys):
    html = text(visit(curator, "caption", prompt=said))
    assert set(re.search(r'data-keys="([^"]*)"', html)[1].split()) == keys
    assert '<p class="reading-caption" lang="en">misty landscape</p>' in html
    assert '<p class="reading-caption" lang="zh-Hans">迷蒙的山水</p>' in html


def test_an_empty_text_is_no_mistake_yet(visit, curator):
    html = text(visit(curator, "caption", prompt="  ", toggle=""))
    assert "appears here" in html
    assert "error" not in html


def test_what_cannot_be_used_is_said_in_one_sentence(visit, curator):
    for prompt, sentence in (
        ("山" * 10_000, "10,000 characters"),
        ("🙂🙂", "only signs"),
        ("привет", "neither English"),
    ):
        html = text(visit(curator, "caption", prompt=prompt, toggle=""))
        assert sentence in html
        assert "reading-caption" not in html
    assert "501" in text(visit(curator, "caption", language="zh-hans", prompt="山" * 501))


def test_unknown_words_contradictions_and_far_themes_are_named(visit, curator):
    html = text(visit(curator, "caption", prompt="unicorn, court ladies in spring and winter 🙂"))
    assert "<q>unicorn</q>, <q>🙂</q>" in html
    assert "“spring” and “winter” contradict each other" in html
    assert "“court ladies”: the network has seen few such paintings" in html
    chinese = text(visit(curator, "caption", language="zh-hans", prompt="仕女"))
    assert "“仕女”" in chinese


def test_markup_in_a_text_stays_text(visit, curator):
    html = text(visit(curator, "caption", prompt='<script>alert("x")</script>', toggle="pines"))
    assert "<script" not in html


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("", "snow", "snow"),
        ("misty landscape", "pines", "misty landscape, pine trees"),
        ("迷蒙的山水。", "pines", "迷蒙的山水，松树"),
        (PROMPT, "pines", "misty landscape, thick ink"),
        ("迷蒙的山水，有松树，浓墨", "pines", "迷蒙的山水，浓墨"),
        ("Old Pines", "pines", "Old"),
        ("a painting of mountains and a waterfall", "mountains", "a painting of a waterfall"),
        ("landscape", "no such term", "landscape"),
    ],
)
def test_a_term_is_written_into_the_text_and_taken_out_again(before, key, after):
    assert toggled(before, key) == after


def test_every_term_can_be_added_to_a_text_and_taken_out_in_both_languages():
    for key in (*lexicon().terms, *lexicon().adjectives):
        for base in ("a quiet boat trip", "孤舟"):
            there = toggled(base, key)
            if key in read(base).keys:
                continue
            assert key in read(there).keys
            assert key not in read(toggled(there, key)).keys


def test_terms_that_are_there_are_not_written_twice():
    assert with_terms("山水", ["landscape", "snow"]) == "山水，雪"


# the prompt page


def test_the_prompt_page_marks_the_terms_of_the_text(visit, curator, collection):
    html = text(visit(curator, "prompt", query="?prompt=misty+landscape"))
    assert set(re.findall(r'value="([\w-]+)" checked><span>', html)) == {"misty", "landscape"}
    assert 'lang="zh-Hans">山水</small>' in html
    assert 'lang="en">landscape</small>' in text(visit(curator, "prompt", language="zh-hans"))


def test_an_order_leads_to_its_round_and_boxes_count_without_scripts(visit, curator, collection):
    response = visit(curator, "prompt", **asked(collection=str(collection.pk), terms=["snow", "landscape"]))
    made = Round.objects.get()
    assert response["Location"] == reverse("generation:round", args=[made.pk])
    assert made.prompt == f"{PROMPT}, snow"
    assert (made.count, made.seed) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prompt": ""}, "The prompt is empty"),
        ({"prompt": "山" * 10_000}, "10,000 characters"),
        ({"prompt": "🙂"}, "only signs"),
        ({"prompt": "spring, winter"}, "contradict each other"),
        ({"prompt": "a\0b"}, "Null characters"),
        ({"count": 9}, "less than or equal to 8"),
        ({"count": ""}, "required"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"seed": "x"}, "whole number"),
        ({"format": "round"}, "valid choice"),
        ({"terms": ["no such term"]}, "valid choice"),
    ],
)
def test_a_bad_order_is_refused_in_a_sentence(visit, curator, collection, changes, sentence):
    response = visit(curator, "prompt", **asked(collection=str(collection.pk), **changes))
    assert response.status_code == 400
    assert sentence in text(response)
    assert not Round.objects.exists()


def test_nobody_paints_in_a_collection_of_others(visit, curator, collection):
    other = CollectionFactory()
    response = visit(curator, "prompt", **asked(collection=str(other.pk)))
    assert response.status_code == 400
    assert not Round.objects.exists()
    assert visit(person("consultant", collection), "prompt").status_code == 403


def test_a_curator_of_several_collections_chooses_one(visit, curator, collection):
    other = CollectionFactory(curator=curator, name="Second")
    html = text(visit(curator, "prompt", query=f"?collection={other.pk}"))
    assert f'<option value="{other.pk}" selected>Second</option>' in html
    for odd in ("x", "%00"):
        assert visit(curator, "prompt", query=f"?collection={odd}&repeat={odd}").status_code == 200


def test_a_round_is_repeated_with_changed_words(visit, curator, first):
    html = text(visit(curator, "prompt", query=f"?repeat={first.pk}"))
    assert f">\n{PROMPT}</textarea>" in html
    stranger = CollectionFactory().created_by
    assert PROMPT not in text(visit(stranger, "prompt", query=f"?repeat={first.pk}")).split("</textarea>")[0]


def test_a_site_without_the_weights_says_so(visit, curator, collection, monkeypatch):
    from restoration import checks

    monkeypatch.setattr(checks, "installed", lambda name: False)
    response = visit(curator, "prompt", **asked(collection=str(collection.pk)))
    assert response.status_code == 400
    assert text(response).count("The weights of Text-to-ink are not on this site") == 2


# gallery, round, painting


def test_the_gallery_teaches_when_it_is_empty_and_shows_trees(visit, curator, collection):
    assert "It begins with a few words" in text(visit(curator, "ink"))
    assert "has to paint first" in text(visit(person("consultant", collection), "ink"))


def test_the_gallery_shows_each_tree_once_with_its_edits(visit, curator, edited):
    html = text(visit(curator, "ink"))
    assert html.count('<li class="card">') == 1
    assert "misty landscape with pine trees, thick ink" in html
    assert "1 edit ·" in html
    assert "迷蒙的山水" in text(visit(curator, "ink", language="zh-hans"))
    assert "landscape" not in text(visit(CollectionFactory().created_by, "ink")).split("<main")[1]


def test_a_round_shows_variants_measures_and_thresholds(visit, curator, edited, leaf):
    html = text(visit(curator, "round", edited.pk))
    assert "“pine trees” gives way to “a bridge”" in html
    assert reverse("generation:painting", args=[leaf.pk]) in html
    assert "reaches the 0.70 of the paper" in html
    assert "below the 0.80 of the paper" in html
    assert 'class="gauge-tick" x="70"' in html
    assert '<rect x="0.2500" y="0.5000" width="0.5000" height="0.2500"/>' in html
    assert "松树" in text(visit(curator, "round", edited.pk, language="zh-hans"))


def test_a_round_that_runs_shows_its_job(visit, curator, leaf):
    running = services.retune(curator, leaf, values=["winter"])
    html = text(visit(curator, "round", running.pk))
    assert "data-job" in html
    assert 'id="stages"' in html
    assert "Painting" in html
    assert "Paint again" not in html


def test_the_history_nests_every_round_under_the_painting_it_changed(visit, curator, edited, leaf):
    deeper = finish(services.retune(curator, edited.paintings.first(), values=["winter", "light-ink"], count=1))
    beside = finish(services.extend_scene(curator, leaf, direction="left", cells=1, words="river", count=1))
    steps = list(telling.steps(tree_of(deeper)))
    assert [(it.round.pk, it.number, it.opens, len(it.closes)) for it in steps] == [
        (edited.root_id, None, True, 0),
        (edited.pk, 1, True, 0),
        (deeper.pk, 1, False, 1),
        (beside.pk, 1, False, 1),
    ]
    html = text(visit(curator, "round", beside.pk)).split('id="history"')[1]
    assert html.count("<ul>") == html.count("</ul>") == 3
    assert len(re.findall(r"<li[ >]", html)) == html.count("</li>")
    assert 'aria-current="page">Scene extended</a>' in html
    assert "1 cell to the left: river" in html
    assert "winter, light ink, strength 50 %" in html


def test_a_deep_tree_is_shown_whole(visit, curator, leaf):
    for number in range(60):
        values = ["winter"] if number % 2 else ["summer"]
        leaf = finish(services.retune(curator, leaf, values=values, count=1, seed=number)).paintings.get()
    html = text(visit(curator, "round", leaf.round_id))
    assert html.count("Attribute tuned</a>") == 60


def test_the_same_is_ordered_again_with_another_seed(visit, curator, first, edited):
    for shown in (first, edited):
        response = visit(curator, "again", shown.pk, count=1, seed=99)
        again = Round.objects.get(pk=response["Location"].strip("/").rpartition("/")[2])
        assert (again.kind, again.prompt, again.seed, again.parent) == (shown.kind, shown.prompt, 99, shown.parent)
    assert visit(curator, "again", first.pk, count=0, seed=99).status_code == 400
    assert visit(person("consultant", first.collection), "again", first.pk, count=1, seed=9).status_code == 403


def test_a_painting_is_offered_to_change_only_to_who_may(visit, curator, leaf):
    html = text(visit(curator, "painting", leaf.pk))
    assert html.count('<details class="fold ruled" name="change"') == 3
    assert "data-deepzoom data-info=" in html
    assert "thick ink <small>now</small>" in html
    reader = person("consultant", leaf.collection)
    assert '<details class="fold ruled" name="change"' not in text(visit(reader, "painting", leaf.pk))
    assert visit(reader, "painting", leaf.pk, way="extend").status_code == 403


def test_a_wide_painting_is_a_hand_scroll(visit, curator, first):
    wide = finish(services.retune(curator, first.paintings.first(), values=["winter"], count=1), [painted(192, 64)])
    html = text(visit(curator, "painting", wide.paintings.get().pk))
    assert "data-scroll" in html
    assert "data-deepzoom" not in html


NUMBERS = {"count": 1, "seed": 3}


def sent(way, **fields) -> dict:
    return {"way": way} | {f"{way}-{key}": value for key, value in (NUMBERS | fields).items()}


@pytest.mark.parametrize(
    ("form", "kind", "expected"),
    [
        (sent("replace", element="pine trees", by="a bridge"), "replace", {"element": "pine trees", "region": None}),
        (
            sent("replace", by="竹", left="12.5", top=0, width=50, height="25"), "replace",
            {"element": "", "region": [0.125, 0.0, 0.5, 0.25]},
        ),
        (
            sent("retune", season="winter", ink="light-ink", strength=80), "retune",
            {"values": ["winter", "light-ink"], "strength": 0.8},
        ),
        (sent("extend", direction="up", cells=3, words="moon"), "extend", {"direction": "up", "cells": 3}),
    ],
)  # fmt: skip
def test_each_form_orders_its_change(visit, curator, leaf, form, kind, expected):
    response = visit(curator, "painting", leaf.pk, **form)
    made = Round.objects.get(parent=leaf)
    assert response["Location"] == reverse("generation:round", args=[made.pk])
    assert (made.kind, made.count, made.seed) == (kind, 1, 3)
    assert expected.items() <= made.change.items()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"way": "nonsense"}, ""),
        (sent("replace", by=""), "Say what shall stand there."),
        (sent("replace", by="a bridge"), "Mark the place of the element"),
        (sent("replace", by="🙂", element="pine trees"), "only signs"),
        (sent("replace", by="a bridge", element="a dragon"), "valid choice"),
        (sent("replace", by="a bridge", left=10, top=10), "needs all four numbers"),
        (sent("replace", by="a bridge", left=80, top=10, width=50, height=10), "lies outside the picture"),
        (sent("replace", by="a bridge", left="nan", top=10, width=50, height=10), "Enter a number"),
        (sent("replace", by="a bridge", left=10, top=10, width=0, height=10), "lies outside the picture"),
        (sent("retune", strength=50), "at least one attribute"),
        (sent("retune", season="winter", strength=0), "greater than or equal to 5"),
        (sent("retune", season="monsoon", strength=50), "valid choice"),
        (sent("retune", palette="blue-and-green", category="baimiao", strength=50), "contradict each other"),
        (sent("extend", direction="inwards", cells=3), "valid choice"),
        (sent("extend", direction="left", cells=65), "less than or equal to 64"),
        (sent("extend", direction="left", cells=3, words="spring, winter"), "contradict each other"),
    ],
)
def test_a_bad_change_is_refused_beside_its_form(visit, curator, leaf, form, sentence):
    response = visit(curator, "painting", leaf.pk, **form)
    assert response.status_code == 400
    assert sentence in text(response)
    assert Round.objects.count() == 1
    if form["way"] in ("retune", "extend"):
        opened = re.findall(
            r'<details class="fold ruled" name="change" open>\s*<summary><svg.*?#(\w+)"', text(response)
        )
        assert opened == [{"retune": "tune"}.get(form["way"], form["way"])]


def test_downloads_have_names(visit, curator, edited):
    made = edited.paintings.get()
    tokens = visit(curator, "tokens", made.pk)
    assert f"painting-{str(made.pk)[:8]}.safetensors" in tokens["Content-Disposition"]
    assert b"".join(tokens.streaming_content) == b"tokens"
    recipe = visit(curator, "recipe", edited.pk)
    assert recipe.json()["engine"] == {"name": "ink"}
    assert recipe["Content-Disposition"].startswith("attachment")


def test_a_finished_job_leads_to_its_round_for_who_may_see_it(client, curator, operator, first):
    path, link = reverse("jobs:detail", args=[first.job_id]), reverse("generation:round", args=[first.pk])
    for user, shown in ((curator, True), (operator, False)):
        client.force_login(user)
        assert (link in text(client.get(path))) is shown


@pytest.mark.parametrize("role", ["curator", "consultant", "coordinator", "rights_officer", "expert"])
def test_members_see_and_others_find_nothing(visit, collection, edited, role):
    user, made = person("expert"), edited.paintings.get()
    GrantFactory(user=user, role=role, collection=collection)
    status = 404 if role == "expert" else 200
    pages = [("round", edited.pk), ("recipe", edited.pk), ("painting", made.pk), ("tokens", made.pk)]
    for page in pages:
        response = visit(user, *page)
        assert response.status_code == status
        assert response.streaming is False or b"".join(response.streaming_content)  # read to the end, it is closed
    assert visit(user, "ink").status_code == 200


def test_every_page_speaks_chinese(visit, curator, edited):
    pages = [("ink",), ("prompt",), ("round", edited.pk), ("painting", edited.paintings.get().pk)]
    for page in pages:
        html = text(visit(curator, *page, language="zh-hans"))
        assert re.search(r"<title>[^<]*[\u4e00-\u9fff]", html), page


def queries(visit, user, *page) -> int:
    visit(user, *page)
    with CaptureQueriesContext(connection) as captured:
        assert visit(user, *page).status_code == 200
    return len(captured)


def test_a_page_asks_as_much_for_many_as_for_one(visit, curator, collection, first, leaf, edited):
    pages = [("ink",), ("round", first.pk), ("painting", leaf.pk)]
    before = [queries(visit, curator, *page) for page in pages]
    for number in range(3):
        finish(services.retune(curator, leaf, values=["winter"], count=2, seed=number))
        finish(services.order_paintings(curator, collection, prompt="山水", seed=number, count=3))
    assert [queries(visit, curator, *page) for page in pages] == before
