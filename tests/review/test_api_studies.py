"""Studies over HTTP: from the draft to the origins, by the same rules as the pages, and blind on the way."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from portal.accounts.services import create_token
from portal.catalogue.models import Artwork
from review.models import Item, Nomination, Seat, Study
from review.services import people
from tests.factories import ArtworkFactory, CollectionFactory, painting_for, person
from tests.review.conftest import candidate_for, fresh, ready, score_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(coordinator):
    """A function: ask for an address under /api/v1/studies/ as the coordinator (or as `user`), with a token."""
    keys: dict[int, str] = {}

    def api(path: str = "", verb: str = "get", data=None, user=coordinator, scopes=("review",)):
        if scopes != ("review",) or user.pk not in keys:
            keys[user.pk] = create_token(user, name="t", scopes=scopes)[1]
        client = APIClient(headers={"authorization": f"Bearer {keys[user.pk]}"})
        return getattr(client, verb)(f"/api/v1/studies/{path}", data, **({} if verb == "get" else {"format": "json"}))

    return api


def ok(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    return json.loads(answer.content) if answer.content else None


def refused(answer, status: int = 400) -> str:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    return answer.data["detail"]


def test_a_whole_study_by_program(api, collection, coordinator, second, link):
    study = ok(api("", "post", {"collection": collection.pk, "title": "Hills", "least_reason": 5}), 201)["id"]
    works = [ArtworkFactory(collection=collection) for _ in range(5)]
    paintings = [painting_for(collection) for _ in range(2)]
    benchmark = [work.pk for work in works[2:]]
    ok(api(f"{study}/items/", "post", {"artworks": benchmark, "calibration": True}))
    taken = {"artworks": [work.pk for work in works[:2]], "paintings": [it.pk for it in paintings]}
    assert len(ok(api(f"{study}/items/", "post", taken))["added"]) == 4
    keys = [it["key"] for it in ok(api(f"{study}/readiness/"))["results"]]
    assert keys == ["panel", "renditions"]
    for number in range(5):
        invited = ok(api(f"{study}/seats/", "post", {"email": f"e{number}@example.org"}), 201)
        ready(people.accept(link(Seat.objects.get(pk=invited["id"]))))
    ok(api(f"{study}/renditions/", "post"))
    for _time in range(2):
        assert ok(api(f"{study}/start/", "post"))["state"] == "calibration"
    row = Study.objects.get(pk=study)
    assert refused(api(f"{study}/close-calibration/", "post", {})) == "5 experts have not submitted everything yet."
    score_all(row, 1, lambda item, seat, number: 1 + number % 5)
    assert ok(api(f"{study}/close-calibration/", "post", {"note": "Well."}))["state"] == "scoring"
    rounds = ok(api(f"{study}/calibrations/"))["results"]
    assert [(it["number"], it["passed"], round(it["w"], 3)) for it in rounds] == [(1, True, 1.0)]
    score_all(row, 0, lambda item, seat, number: 1 if seat.label == 1 and not number else 4)
    assert ok(api(f"{study}/participation/"))["seats"][0]["done"] == 4
    assert ok(api(f"{study}/close-scoring/", "post", {}))["state"] == "delphi"
    assert ok(api(f"{study}/participation/"))["flagged"] == 4
    assert ok(api(f"{study}/close-round/", "post", {"even_if_unfinished": True}))["state"] == "closed"

    result = ok(api(f"{study}/result/", user=second))
    assert set(result["statistics"]["items"]) == set(row.items.filter(calibration=False).values_list("code", flat=True))
    assert result["unblinding"] is None
    for part in ("origins", "disclosure"):
        assert "blind until two people" in refused(api(f"{study}/{part}/"))
    assert "Nobody has asked" in refused(api(f"{study}/unblind/agree/", "post"))
    ok(api(f"{study}/unblind/", "post", {"reason": "It is over."}))
    assert refused(api(f"{study}/unblind/agree/", "post")) == "A second person has to agree."
    assert ok(api(f"{study}/unblind/agree/", "post", user=second))["agreed_by"] == str(second)
    origins = ok(api(f"{study}/origins/", user=second))["results"]
    assert len(origins) == 7
    assert {"blinding", "engines"} <= ok(api(f"{study}/disclosure/"))["statistics"].keys()
    told = {it["code"]: it["source"] for it in origins}
    assert all(told[it.code] == str(it.artwork_id or it.painting_id) for it in Item.objects.filter(study=study))


def test_scores_are_handed_out_as_files_once_the_study_is_closed(running, api):
    study = running("closed")
    table = api(f"{study.pk}/scores/")
    assert table.content.decode().splitlines()[0] == "item,rater,dimension,score,weight"
    assert table["Content-Disposition"].endswith('.csv"')
    assert ok(api(f"{study.pk}/scores/?form=json"))["seed"] == study.seed
    assert api(f"{study.pk}/scores/?form=xlsx").content[:2] == b"PK"
    assert refused(api(f"{study.pk}/scores/?form=exe")) == "Scores are handed out as csv, xlsx, json."
    assert api(f"{running('scoring').pk}/scores/").status_code == 404


def test_rules_and_the_rubric_of_a_draft_change_until_it_starts(running, api):
    study = running("draft")
    changed = ok(api(f"{study.pk}/", "patch", {"title": "Rivers", "calibration_bar": "0.90", "deadline": None}))
    assert (changed["title"], changed["calibration_bar"]) == ("Rivers", "0.90")
    assert "calibration_bar" in refused(api(f"{study.pk}/", "patch", {"calibration_bar": "7"}))
    rubric = ok(api(f"{study.pk}/rubric/"))
    assert [it["weight"] for it in rubric["dimensions"]] == ["0.400", "0.300", "0.100", "0.200"]
    rubric["dimensions"][0]["weight"] = "0.5"
    assert refused(api(f"{study.pk}/rubric/", "put", rubric)) == "The weights lie above 0 and add up to exactly 1."
    rubric["dimensions"] = [rubric["dimensions"][0] | {"weight": "1", "key": "all"}]
    assert [it["key"] for it in ok(api(f"{study.pk}/rubric/", "put", rubric))["dimensions"]] == ["all"]
    copied = ok(api(f"{study.pk}/copy/", "post", {"title": "Again"}), 201)
    assert (copied["copied_from"], copied["calibration_bar"], copied["pictures"]) == (str(study.pk), "0.90", 0)
    ok(api(f"{study.pk}/start/", "post"))
    for path, verb, data in (
        ("", "patch", {"title": "x"}), ("rubric/", "put", rubric), ("items/", "post", {}), ("renditions/", "post", {}),
    ):  # fmt: skip
        assert "This study has started" in refused(api(f"{study.pk}/{path}", verb, data))


def test_pictures_are_taken_in_and_out_all_or_none(study_draft, api, collection):
    study = study_draft(0, 0, 0)
    candidate = candidate_for(ArtworkFactory(collection=collection))
    foreign = ArtworkFactory()
    both = {"candidates": [candidate.pk], "artworks": [foreign.pk]}
    assert "nothing with the key" in refused(api(f"{study.pk}/items/", "post", both))
    assert "nothing with the key" in refused(api(f"{study.pk}/items/", "post", {"paintings": [uuid.uuid4()]}))
    assert not study.items.exists()
    (made,) = ok(api(f"{study.pk}/items/", "post", {"candidates": [candidate.pk, candidate.pk]}))["added"]
    assert (made["origin"], made["source"]) == ("candidate", str(candidate.pk))
    assert Nomination.objects.get().state == "taken"
    assert ok(api(f"{study.pk}/items/", "post", {"candidates": [candidate.pk]}))["added"] == []
    assert api(f"{study.pk}/items/{uuid.uuid4()}/", "delete").status_code == 404
    assert api(f"{study.pk}/items/{made['id']}/", "delete").status_code == 204
    assert Nomination.objects.get().state == "waiting"
    too_many = {"artworks": [str(uuid.uuid4()) for _ in range(201)]}
    assert "artworks" in refused(api(f"{study.pk}/items/", "post", too_many))


def test_seats_are_invited_reminded_ended_and_replaced(running, api):
    study = running("scoring")
    seats = ok(api(f"{study.pk}/seats/"))["results"]
    assert len(seats) == 5
    assert "label" not in seats[0]
    assert "only an expert who left can be replaced" in refused(
        api(f"{study.pk}/seats/", "post", {"email": "n@example.org"})
    )
    one = seats[0]["id"]
    assert refused(api(f"seats/{one}/replace/", "post", {"email": "n@example.org"})) == (
        "Only an expert who left can be replaced."
    )
    assert ok(api(f"seats/{one}/resend/", "post"))["letter"] == "link"
    ended = ok(api(f"seats/{one}/end/", "post", {"reason": "Ill."}))
    assert (ended["state"], ended["reason"]) == ("withdrawn", "Ill.")
    placed = ok(api(f"seats/{one}/replace/", "post", {"email": "n@example.org", "language": "zh-hans"}), 201)
    assert (placed["replaces"], placed["state"], placed["language"]) == (one, "invited", "zh-hans")
    assert ok(api(f"seats/{placed['id']}/"))["email"] == "n@example.org"
    assert "email" in refused(api(f"seats/{one}/replace/", "post", {"email": "nobody"}))


def test_an_abandoned_study_says_why_and_stays_so(running, api):
    study = running("scoring")
    assert "because" in refused(api(f"{study.pk}/abandon/", "post", {}))
    for _time in range(2):
        ended = ok(api(f"{study.pk}/abandon/", "post", {"because": "The museum closes."}))
    assert (ended["state"], ended["ended_because"]) == ("abandoned", "The museum closes.")


def test_a_coordinator_is_told_titles_or_codes_but_never_both_before_unblinding(running, api):
    study = running("closed", restored=1)
    paths = ("", "rubric/", "items/", "seats/", "readiness/", "participation/", "calibrations/", "result/", "scores/")
    codes = set(study.items.values_list("code", flat=True))
    titles = set(Artwork.objects.filter(items__study=study).values_list("title", flat=True))
    own = set()
    for seat in study.seats.all():
        own |= set(seat.presentations.values_list("code", flat=True))
    for path in paths:
        text = api(f"{study.pk}/{path}").content.decode()
        assert not [code for code in own if code in text], path
        assert not ([it for it in codes if it in text] and [it for it in titles if it in text]), path
        assert not [seat for seat in study.seats.all() if seat.email in text] or path == "seats/"
        assert "label" not in text or path == "participation/", path
        assert f'"seed":{study.seed}' not in text or path == "result/", path


def test_nothing_of_a_study_is_there_for_others(running, api, collection):
    study = running("closed")
    seat, item = study.seats.first(), study.items.first()
    reads = ("", "rubric/", "items/", "seats/", "readiness/", "participation/", "calibrations/")
    moves = (
        "copy",
        "items",
        "seats",
        "renditions",
        "start",
        "close-calibration",
        "close-scoring",
        "close-round",
        "abandon",
    )
    paths = [("get", f"{study.pk}/{part}") for part in reads] + [("post", f"{study.pk}/{part}/") for part in moves]
    paths += [("patch", f"{study.pk}/"), ("put", f"{study.pk}/rubric/"), ("delete", f"{study.pk}/items/{item.pk}/")]
    paths += [("get", f"seats/{seat.pk}/")] + [
        ("post", f"seats/{seat.pk}/{it}/") for it in ("resend", "end", "replace")
    ]
    results = [("get", f"{study.pk}/{part}/") for part in ("result", "scores", "origins", "disclosure")]
    results += [("post", f"{study.pk}/unblind/"), ("post", f"{study.pk}/unblind/agree/")]
    elsewhere = person("coordinator", CollectionFactory())
    for user in (elsewhere, seat.user, person("operator")):
        assert {path: api(path, verb, user=user).status_code for verb, path in paths + results} == {
            path: 404 for _verb, path in paths + results
        }
    curator = collection.created_by  # a member, who may read results and nothing else
    assert {api(path, verb, user=curator).status_code for verb, path in paths} == {404}
    assert api(f"{study.pk}/result/", user=curator).status_code == 200
    assert api(f"{study.pk}/unblind/", "post", {"reason": "x"}, user=curator).status_code == 403
    assert ok(api(user=elsewhere))["results"] == []


def test_a_reading_token_changes_nothing(running, api):
    study = running("draft")
    assert ok(api(f"{study.pk}/", scopes=("read",)))["state"] == "draft"
    assert api(f"{study.pk}/start/", "post", scopes=("read",)).status_code == 403
    assert fresh(study).state == "draft"


def test_lists_are_narrowed_and_cost_the_same_for_many_as_for_few(study_draft, api, coordinator, collection):
    client = APIClient()
    client.force_login(coordinator)
    asked = []
    for more in (1, 3):
        for _ in range(more):
            study = study_draft(1, 1, 1)
        asked.append([])
        for path in ("", f"{study.pk}/", f"{study.pk}/items/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/studies/{path}").status_code == 200
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 8
    assert {it["pictures"] for it in ok(api())["results"]} == {3}
    assert ok(api("?state=closed"))["count"] == 0
    assert ok(api(f"?state=draft&collection={collection.pk}"))["count"] == 4
    assert ok(api(f"?collection={uuid.uuid4()}"))["count"] == 0
