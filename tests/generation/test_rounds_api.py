"""The API of text-to-ink: words in, rounds of paintings out; who gets what, and how mistakes are answered."""

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from safetensors.numpy import load

from generation.models import Round
from gpu_workers.models import Job
from portal.accounts.services import create_token
from tests.factories import CollectionFactory, painting_for, person, sealed_picture

pytestmark = pytest.mark.django_db
INK, PAINTINGS = "/api/v1/ink/", "/api/v1/ink-paintings/"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def client_with_token(user, scope: str) -> APIClient:
    client = APIClient()
    _token, key = create_token(user, name=scope, scopes=[scope])
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def api(curator) -> APIClient:
    return client_of(curator)


@pytest.fixture
def wanted(collection, ink_weights) -> dict:
    """A valid order."""
    return {"collection": str(collection.pk), "prompt": "majestic autumn landscape with pines, thick ink", "count": 2}


@pytest.fixture
def painting(collection):
    """A painting that was not made by the weights of these tests."""
    return painting_for(collection)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def refused(answer) -> str:
    """The one sentence of a refusal."""
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    return answer.json()["detail"]


# --- words -----------------------------------------------------------------------------------------------------------
def test_the_lexicon_has_every_word_in_both_languages(api):
    answer = api.get("/api/v1/lexicon/")
    found = answer.json()
    dimensions = {row["id"]: row for row in found["dimensions"]}
    assert [dimensions[name]["one_of"] for name in ("category", "theme", "technique")] == [True, False, False]
    terms = {term["id"]: term for row in found["dimensions"] for term in row["terms"]}
    assert {terms["xieyi"][name] for name in ("en", "zh", "attribute")} == {"freehand brushwork", "写意", "category"}
    assert all(term["en"] and term["zh"] and term["source"] for term in terms.values())
    adjectives = {row["id"]: row["attribute"] for row in found["adjectives"]}
    assert (adjectives["winter"], adjectives["majestic"]) == ("season", None)
    assert all({*row["values"]} <= terms.keys() | adjectives.keys() for row in found["attributes"])
    assert [len(row["secondary"]) for row in found["classes"]] == [3, 3, 3, 3]
    assert answer["Cache-Control"] == "private, max-age=3600"


def test_the_lexicon_is_for_whoever_is_signed_in(stranger):
    assert APIClient().get("/api/v1/lexicon/").status_code == 401
    assert client_of(stranger).get("/api/v1/lexicon/").status_code == 200
    assert client_with_token(stranger, "catalogue").get("/api/v1/lexicon/").status_code == 200


def test_a_caption_says_in_both_languages_what_was_understood_and_makes_no_job(api):
    told = api.post(f"{INK}caption/", {"prompt": "majestic landscape, thick ink, dragonish"}, format="json").json()
    assert told == {
        "language": "en",
        "captions": {"en": "majestic landscape, thick ink, dragonish", "zh": "雄浑的山水，浓墨，dragonish"},
        "terms": ["landscape", "thick-ink"],
        "adjectives": ["majestic"],
        "unknown": ["dragonish"],
        "contradictions": [],
    }
    assert not Job.objects.exists()


def test_a_caption_names_what_contradicts_itself_by_ids(api):
    told = api.post(f"{INK}caption/", {"prompt": "工笔写意山水 in winter and summer"}, format="json").json()
    assert told["language"] == "mixed"
    assert sorted(map(sorted, told["contradictions"])) == [["gongbi", "xieyi"], ["summer", "winter"]]


BAD_PROMPTS = {
    "": "The prompt is empty",
    " \n ": "The prompt is empty",
    "山" * 10_000: "has 10,000 characters; at most 500",
    "🎋🐉": "only signs",
    "منظر طبيعي": "neither English nor Chinese",
    "pines\u202esenip": "control characters",
    "pines\x00": "Null characters",
    "of the": "says nothing",
}


@pytest.mark.parametrize(("prompt", "sentence"), BAD_PROMPTS.items(), ids=lambda text: ascii(text)[:20])
def test_a_bad_prompt_is_one_sentence_wherever_it_is_given(api, wanted, painting, prompt, sentence):
    places = {
        f"{INK}caption/": {"prompt": prompt},
        INK: wanted | {"prompt": prompt},
        f"{PAINTINGS}{painting.pk}/replace/": {"by": prompt, "element": "pines"},
    }
    if prompt.strip():  # an extension needs no words
        places[f"{PAINTINGS}{painting.pk}/extend/"] = {"direction": "right", "words": prompt}
    for address, data in places.items():
        assert sentence in refused(api.post(address, data, format="json")), address
    assert Job.objects.count() == 1  # that of the painting which is there


def test_the_sentence_is_in_the_language_that_is_asked_for(api, wanted, painting):
    chinese = {"headers": {"accept-language": "zh-hans"}, "format": "json"}
    answer = api.post(INK, wanted | {"prompt": "🎋"}, **chinese)
    assert refused(answer) == "描述中只有符号而没有词语；请用英文或中文描述画面。"
    answer = api.post(f"{PAINTINGS}{painting.pk}/retune/", {"values": ["dragon"]}, **chinese)
    assert refused(answer) == "词汇表中没有“dragon”。"


# --- orders ----------------------------------------------------------------------------------------------------------
def test_from_words_to_a_scroll_over_http(curator, wanted, work):
    api = client_with_token(curator, "generation")
    ordered = api.post(INK, wanted | {"seed": 7, "format": "hanging"}, format="json")
    assert ordered.status_code == 201, ordered.json()
    waiting = ordered.json()
    assert (waiting["kind"], waiting["parent"], waiting["root"]) == ("paint", None, None)
    assert (waiting["paintings"], waiting["recipe"], waiting["job"]["status"]) == ([], {}, "queued")
    assert (waiting["language"], waiting["caption"]) == ("en", "majestic, autumn landscape with pine trees, thick ink")
    assert waiting["change"] == {"height": 512, "width": 256} | dict.fromkeys(
        ("element", "region", "values", "strength", "direction", "cells")
    )
    assert work().status == "succeeded"

    found = api.get(f"{INK}{waiting['id']}/").json()
    assert found["recipe"]["outputs"][1]["sha256"] == found["paintings"][1]["picture"]["sha256"]
    first = found["paintings"][0]
    assert ([it["seed"] for it in found["paintings"]], first["likeness"]) == ([7, 8], None)
    assert (first["picture"]["width"], first["picture"]["height"]) == (256, 512)
    assert -1 <= first["agreement"] <= 1
    assert body(api.get(first["picture"]["download"])).startswith(b"\x89PNG")
    tokens = body(api.get(first["tokens"]))
    assert hashlib.sha256(tokens).hexdigest() == first["tokens_sha256"]
    assert load(tokens)["codes"].shape == (32, 16, 5)

    address = f"{PAINTINGS}{first['id']}/"
    assert api.get(address).json() == first
    extended = api.post(
        f"{address}extend/", {"direction": "up", "cells": 2, "words": "mist", "count": 1}, format="json"
    )
    assert (extended.status_code, extended.json()["prompt"]) == (201, "mist")
    assert work().status == "succeeded"
    made = api.get(f"{INK}{extended.json()['id']}/").json()
    assert (made["kind"], made["parent"], made["root"]) == ("extend", first["id"], found["id"])
    assert made["paintings"][0]["picture"]["height"] == 576
    assert 0 <= made["paintings"][0]["accuracy"] <= 1


CHANGES = {
    "replace": ({"by": "bamboo", "element": "pines"}, {"element": "pines", "region": None}),
    "retune": ({"values": ["winter", "light-ink"], "strength": 0.4}, {"values": ["winter", "light-ink"]}),
    "extend": ({"direction": "left"}, {"direction": "left", "cells": 4}),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_is_an_order_and_the_same_one_again_is_the_round_that_is_there(api, ink_weights, painting, kind):
    asked, kept = CHANGES[kind]
    address = f"{PAINTINGS}{painting.pk}/{kind}/"
    answers = [api.post(address, asked | {"seed": seed}, format="json") for seed in (0, 0, 1)]
    assert [answer.status_code for answer in answers] == [201, 200, 201]
    first, same, other = (answer.json() for answer in answers)
    assert first == same
    assert first["id"] != other["id"]
    assert first["change"].items() >= kept.items()
    assert "keys" not in first["change"]
    assert (first["kind"], first["parent"], first["count"]) == (kind, str(painting.pk), 2)
    assert Job.objects.filter(kind="edit_ink").count() == 2


def test_the_place_of_an_element_can_be_marked(api, ink_weights, painting):
    asked = {"by": "a boat on a river", "region": [0.5, 0.25, 0.5, 0.75]}
    made = api.post(f"{PAINTINGS}{painting.pk}/replace/", asked, format="json")
    assert (made.status_code, made.json()["change"]["region"]) == (201, asked["region"])
    assert {*made.json()["description"]["terms"]} == {"pines", "boat", "river"}


def test_the_same_order_again_is_the_round_that_is_there(api, wanted):
    first, same = (api.post(INK, wanted, format="json") for _ in range(2))
    assert (first.status_code, same.status_code) == (201, 200)
    assert first.json() == same.json()
    spaced = wanted | {"prompt": f"  {wanted['prompt'].replace(' ', '   ')} "}
    assert api.post(INK, spaced, format="json").json()["id"] == first.json()["id"]
    assert api.post(INK, wanted | {"seed": 1}, format="json").status_code == 201
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"count": 0}, "greater than or equal to 1"),
        ({"count": 9}, "less than or equal to 8"),
        ({"count": "many"}, "integer"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"seed": 4_000_000_001}, "less than or equal to 4000000000"),
        ({"format": "fan"}, "not a valid choice"),
        ({"collection": "here"}, "uuid"),
        ({"collection": None}, "null"),
        ({"prompt": ["pines"]}, "string"),
        ({"prompt": "xieyi and gongbi landscape"}, "contradict each other"),
        ({"prompt": "冬日夏日山水"}, "contradict each other"),
    ],
    ids=str,
)
def test_a_mistaken_order_is_a_problem_with_a_sentence(api, wanted, changes, sentence):
    assert sentence.lower() in refused(api.post(INK, wanted | changes, format="json")).lower()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        ("replace", {"by": "bamboo"}, "Mark the place"),
        ("replace", {"by": "bamboo", "element": "tower"}, "Mark the place"),
        ("replace", {"by": "bamboo", "element": "松" * 600}, "has 600 characters"),
        ("replace", {"by": "bamboo", "region": [0.6, 0, 0.5, 1]}, "outside the picture"),
        ("replace", {"by": "bamboo", "region": [0, 0, 0, 1]}, "outside the picture"),
        ("replace", {"by": "bamboo", "region": ["nan", 0, 1, 1]}, "valid number"),
        ("replace", {"by": "bamboo", "region": [0, 0, 1.5, 1]}, "less than or equal to 1"),
        ("replace", {"by": "bamboo", "region": [0, 0, 1]}, "at least 4"),
        ("replace", {"by": "winter and summer", "element": "pines"}, "contradict each other"),
        ("retune", {"values": ["dragon"]}, "has no “dragon”"),
        ("retune", {"values": ["winter", "summer"]}, "contradict each other"),
        ("retune", {"values": ["pines"]}, "described so already"),
        ("retune", {"values": []}, "at least 1"),
        ("retune", {}, "required"),
        ("retune", {"values": ["winter"], "strength": 0}, "greater than or equal to 0.01"),
        ("retune", {"values": ["winter"], "strength": "nan"}, "valid number"),
        ("extend", {"direction": "inwards"}, "not a valid choice"),
        ("extend", {"direction": "left", "cells": 0}, "greater than or equal to 1"),
        ("extend", {"direction": "left", "cells": 65}, "less than or equal to 64"),
        ("extend", {"direction": "right", "count": 9}, "less than or equal to 8"),
    ],
    ids=str,
)
def test_a_mistaken_change_is_a_problem_with_a_sentence(api, ink_weights, painting, kind, asked, sentence):
    assert sentence in refused(api.post(f"{PAINTINGS}{painting.pk}/{kind}/", asked, format="json"))
    assert Job.objects.count() == 1


def test_a_scroll_does_not_grow_beyond_its_limit(api, ink_weights, collection):
    tall = painting_for(collection, sealed_picture(collection, width=64, height=1024))
    assert api.post(f"{PAINTINGS}{tall.pk}/extend/", {"direction": "down"}, format="json").status_code == 201
    wide = painting_for(collection, sealed_picture(collection, width=1056, height=1024, seed=2))
    answer = api.post(f"{PAINTINGS}{wide.pk}/extend/", {"direction": "down"}, format="json")
    assert "1024 across" in refused(answer)


def test_captions_do_not_grow_beyond_what_can_be_kept(api, ink_weights, collection):
    long = {"terms": ["pines"], "adjectives": [], "extra": [f"word{number}" for number in range(110)]}
    painting = painting_for(collection, description=long)
    words = " ".join(f"more{number}" for number in range(60))
    answer = api.post(f"{PAINTINGS}{painting.pk}/replace/", {"by": words, "region": [0, 0, 1, 1]}, format="json")
    assert "too long" in refused(answer)


def test_without_weights_an_order_is_refused_in_one_sentence(api, wanted, monkeypatch):
    from restoration import checks

    monkeypatch.setattr(checks, "installed", lambda name: False)
    assert "not on this site" in refused(api.post(INK, wanted, format="json"))
    assert not Job.objects.exists()


# --- reading ---------------------------------------------------------------------------------------------------------
def test_a_tree_is_listed_in_order_from_any_of_its_rounds(api, collection, painting):
    second = painting_for(collection, painting.picture, parent=painting)
    third = painting_for(collection, painting.picture, parent=second)
    painting_for(collection, painting.picture)  # of another tree
    for start in (painting, third):
        found = api.get(f"{INK}{start.round_id}/tree/").json()
        assert [row["parent"] for row in found["results"]] == [None, str(painting.pk), str(second.pk)]
        assert {row["root"] for row in found["results"][1:]} == {str(painting.round_id)}
    assert len(api.get(f"{INK}{third.round_id}/tree/?page_size=2").json()["results"]) == 2


def test_the_list_is_narrowed(api, collection, painting):
    painting_for(collection, painting.picture, parent=painting)
    elsewhere = CollectionFactory(curator=collection.created_by)
    latest = painting_for(elsewhere, painting.picture).round
    narrowed = {
        "": 3,
        f"collection={elsewhere.pk}": 1,
        "kind=retune": 1,
        f"root={painting.round_id}": 1,
        f"parent={painting.pk}": 1,
        "status=succeeded": 3,
        "status=queued": 0,
        f"since={latest.created_at.isoformat().replace('+00:00', 'Z')}": 1,
        "since=0266-04-08T15:25:12-20:19": 3,
    }
    assert {query: api.get(f"{INK}?{query}").json()["count"] for query in narrowed} == narrowed
    assert api.get(INK).json()["results"][0]["id"] == str(latest.pk)
    for query in ("kind=fresco", "since=yesterday", "since=0001-01-01T00:00:00%2B20:00", "root=first"):
        refused(api.get(f"{INK}?{query}"))


@pytest.mark.parametrize("name", ["list", "tree"])
def test_a_list_asks_the_database_as_often_for_six_rounds_as_for_two(api, collection, painting, name):
    address = f"{INK}{painting.round_id}/tree/" if name == "tree" else INK
    counts, last = [], painting
    for more in (1, 4):
        for _ in range(more):
            last = painting_for(collection, painting.picture, parent=last)
        with CaptureQueriesContext(connection) as asked:
            found = api.get(address).json()
        counts.append((found["count"], len(asked)))
    assert [count for count, _queries in counts] == [2, 6]
    assert counts[0][1] == counts[1][1] <= 8


# --- who -------------------------------------------------------------------------------------------------------------
def everything(painting) -> list[tuple[str, str, dict | None]]:
    """Every address about one painting, with what would be sent."""
    paint = {"collection": str(painting.collection.pk), "prompt": "bamboo"}
    return [
        ("get", f"{INK}{painting.round_id}/", None),
        ("get", f"{INK}{painting.round_id}/tree/", None),
        ("post", INK, paint),
        ("get", f"{PAINTINGS}{painting.pk}/", None),
        ("get", f"{PAINTINGS}{painting.pk}/tokens/", None),
        *(("post", f"{PAINTINGS}{painting.pk}/{kind}/", asked) for kind, (asked, _kept) in CHANGES.items()),
    ]


def statuses(client, painting) -> dict[str, set[int]]:
    """By verb, what `everything` is answered."""
    found: dict[str, set[int]] = {"get": set(), "post": set()}
    for method, address, data in everything(painting):
        answer = getattr(client, method)(address, data, format="json")
        if answer.streaming:
            assert body(answer) == b"tokens"
        found[method].add(answer.status_code)
    return found


def test_without_a_login_nothing_answers(ink_weights, painting):
    assert statuses(APIClient(), painting) == {"get": {401}, "post": {401}}
    assert APIClient().post(f"{INK}caption/", {"prompt": "pines"}, format="json").status_code == 401


def test_somebody_elses_paintings_do_not_exist(ink_weights, painting, stranger, operator):
    for outsider in (stranger, operator, CollectionFactory().created_by):
        client = client_of(outsider)
        # a collection named in the body is no valid choice
        assert statuses(client, painting) == {"get": {404}, "post": {400, 404}}
        assert client.get(INK).json()["count"] == 0
    assert Round.objects.count() == 1


@pytest.mark.parametrize("role", ["rights_officer", "consultant", "coordinator"])
def test_members_who_are_not_curators_read_and_do_not_write(ink_weights, painting, role):
    client = client_of(person(role, painting.collection))
    assert statuses(client, painting) == {"get": {200}, "post": {403}}
    assert client.get(INK).json()["count"] == 1


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("read", {"get": {200}, "post": {403}}),
        ("catalogue", {"get": {403}, "post": {403}}),
        ("restoration", {"get": {200}, "post": {403}}),
        ("generation", {"get": {200}, "post": {201}}),
    ],
)
def test_a_token_does_what_its_scope_opens(ink_weights, painting, curator, scope, expected):
    assert statuses(client_with_token(curator, scope), painting) == expected


def test_a_round_is_ordered_once_more_from_the_next_seed(api, wanted):
    first = api.post(INK, wanted, format="json").data
    again = api.post(f"{INK}{first['id']}/repeat/", {}, format="json")
    assert again.status_code == 201
    assert (again.data["prompt"], again.data["count"]) == (first["prompt"], first["count"])
    assert again.data["seed"] == first["seed"] + first["count"]
    asked = {"seed": again.data["seed"], "count": first["count"]}
    assert api.post(f"{INK}{first['id']}/repeat/", asked, format="json").status_code == 200
    assert api.post(f"{INK}{first['id']}/repeat/", {"count": 99}, format="json").status_code == 400
    assert Round.objects.count() == 2


@pytest.mark.parametrize(("scope", "status"), [("generation", 200), ("restoration", 403), ("read", 403)])
def test_a_job_that_paints_is_steered_by_the_scope_that_orders_it(curator, api, wanted, scope, status):
    made = api.post(INK, wanted, format="json").data
    client = client_with_token(curator, scope)
    job = f"/api/v1/jobs/{made['job']['id']}/"
    assert client.post(f"{job}cancel/").status_code == status
    Job.objects.update(status="cancelled", finished_at="2026-01-01T00:00Z")
    assert client.post(f"{job}retry/").status_code == status
    assert Job.objects.get().status == ("queued" if status == 200 else "cancelled")


def test_the_scope_that_orders_paintings_steers_no_restoration(curator, collection):
    job = Job.objects.create(kind="restore", collection=collection, owner=curator, status="queued")
    client = client_with_token(curator, "generation")
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/").status_code == 403
    assert client_with_token(curator, "restoration").post(f"/api/v1/jobs/{job.pk}/cancel/").status_code == 200
