"""Experts over HTTP: own seats and nothing else, allow-lists, versions and requests, the same rules as the pages."""

import json
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from portal.accounts.services import create_token
from review.models import Argument, Seat, Study
from review.services import people
from review.services.sheets import EMPTY
from tests.factories import UserFactory
from tests.review.conftest import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    """A function: ask for an address under /api/v1/panel/ as an expert, with a token of the scope `review`."""
    keys: dict[int, str] = {}

    def api(user, path: str = "", verb: str = "get", data=None, scopes=("review",)):
        if scopes != ("review",) or user.pk not in keys:
            keys[user.pk] = create_token(user, name="t", scopes=scopes)[1]
        client = APIClient(headers={"authorization": f"Bearer {keys[user.pk]}"})
        return getattr(client, verb)(f"/api/v1/panel/{path}", data, **({} if verb == "get" else {"format": "json"}))

    return api


def first_of(study: Study) -> Seat:
    return study.seats.select_related("user", "study").get(label=1)


def sheet_of(study: Study, value: int = 4, version: int = 0, **content) -> dict:
    return {"content": answers(study, value, **content), "version": version, "request": str(uuid.uuid4())}


def keys_in(value, path: str = "") -> set[str]:
    """Every key in an answer, with its path; what lists hold counts once."""
    if isinstance(value, dict):
        return {f"{path}{key}" for key in value}.union(*(keys_in(it, f"{path}{key}.") for key, it in value.items()))
    return set().union(*(keys_in(it, path) for it in value)) if isinstance(value, list) else set()


SEAT = {"id", "state", "title", "study_state", "deadline"}
TASKS = SEAT | {"brief", "conflicts", "display", "round", "shown", "done", "waits"}
TALK = {"id", "code", "round", "dimension", "flagged", "answered"}
CONTENT = {f"content.{name}" for name in EMPTY}
DEEP = {"content.scores.", "content.deductions."}  # below them stand the dimensions of the rubric
ALLOWED = {  # the whole of what an expert's program is told, address by address
    "seats": SEAT,
    "seat": TASKS,
    "conflicts": {"code", "conflict", "known"},
    "presentations": {"code", "position", "state"},
    "rubric": {"key", "name", "question", "levels", "levels.value", "levels.text", "terms", "terms.key", "terms.name"},
    "sheet": {"code", "position", "round", "open", "version", "submitted", "saved_at", "content"} | CONTENT,
    "discussions": TALK,
    "discussion": TALK | {"question", "own", "counts", "said", "text"},
}


def told(answer) -> set[str]:
    assert answer.status_code == 200, answer.data
    body = json.loads(answer.content)
    if "results" in body:
        assert body["results"]
        body = body["results"]
    return {key for key in keys_in(body) if not any(key.startswith(part) for part in DEEP)}


def test_what_an_expert_is_told_is_an_allow_list(running, api):
    study = running("delphi")
    seat = first_of(study)
    presentation = seat.presentations.filter(round=0).first()
    argument = Argument.objects.filter(seat=seat, flagged=True).first()
    asked = {
        "seats": "", "seat": f"{seat.pk}/", "conflicts": f"{seat.pk}/conflicts/", "rubric": f"{seat.pk}/rubric/",
        "sheet": f"sheets/{presentation.code}/", "discussions": f"{seat.pk}/discussions/",
        "discussion": f"discussions/{argument.pk}/",
    }  # fmt: skip
    assert {name: told(api(seat.user, path)) for name, path in asked.items()} == {name: ALLOWED[name] for name in asked}


def test_places_of_a_round_are_codes_and_nothing_in_them_or_their_headers_tells_what_they_are(running, api):
    study = running("scoring", restored=1)
    seat = first_of(study)
    shown = api(seat.user, f"{seat.pk}/presentations/")
    assert told(shown) == ALLOWED["presentations"]
    places = shown.json()["results"]
    assert [it["code"] for it in places] == list(seat.presentations.filter(round=0).values_list("code", flat=True))
    secrets = set(study.items.values_list("code", flat=True)) | {
        str(pk) for pk in study.items.values_list("pk", flat=True)
    }
    pictures = set()
    for place in places:
        sheet, picture = api(seat.user, f"sheets/{place['code']}/"), api(seat.user, f"sheets/{place['code']}/picture/")
        assert not [word for word in secrets if word in sheet.content.decode() + str(sheet.headers)]
        assert (picture["Cache-Control"], picture["Content-Type"]) == ("private, no-store", "image/jpeg")
        assert not {"ETag", "Last-Modified", "Content-Disposition"} & picture.headers.keys()
        pictures.add((len(picture.content), tuple(sorted(picture.headers.items()))))
    assert len(pictures) == 1


def test_answers_are_kept_once_a_request_and_an_old_version_overwrites_nothing(running, api):
    study = running("scoring")
    seat = first_of(study)
    code = seat.presentations.filter(round=0).first().code
    one = sheet_of(study, 3)
    for _time in range(2):
        kept = api(seat.user, f"sheets/{code}/save/", "post", one)
        assert (kept.status_code, kept.data["version"], kept.data["submitted"]) == (200, 1, False)
    assert kept.data["content"]["scores"] == one["content"]["scores"]
    late = api(seat.user, f"sheets/{code}/save/", "post", sheet_of(study, 5))
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    assert (late.data["version"], set(late.data["content"]["scores"].values())) == (1, {3})
    assert late.data["detail"] == "These answers were changed in another window; look at them again."
    final = api(seat.user, f"sheets/{code}/submit/", "post", sheet_of(study, 4, version=1))
    assert (final.status_code, final.data["submitted"]) == (200, True)
    again = api(seat.user, f"sheets/{code}/save/", "post", sheet_of(study, 5, version=final.data["version"]))
    assert (again.status_code, again.data["detail"]) == (400, "These answers were submitted; they are final.")


def test_what_is_incomplete_stays_a_draft_and_says_its_version(running, api):
    study = running("scoring")
    seat = first_of(study)
    code = seat.presentations.filter(round=0).first().code
    refused = api(seat.user, f"sheets/{code}/submit/", "post", sheet_of(study, 3, deductions={}))
    assert (refused.status_code, refused.data["version"]) == (400, 1)
    assert "has a deduction without a reason" in refused.data["detail"]
    assert api(seat.user, f"sheets/{code}/").data["submitted"] is False


NONSENSE = [
    *({"scores": {"type": 6}}, {"scores": {"no-such": 1}}, {"scores": []}, {"scores": {"type": True}}, [], None, "x"),
    *({"comment": "a\0b"}, {"comment": "\ud800"}, {"comment": 7}, {"guess": []}, {"recognised": 1}, {"more": 1}),
    {"deductions": {"type": [{"term": []}]}},
    {"deductions": {"type": [{"term": None, "text": "\0"}]}},
    {"deductions": {"type": [{"term": "balance", "region": [0, 0, 2, 2]}]}},
    {"deductions": {"type": [{"term": "balance"}] * 11}},
]


def test_what_is_no_answer_is_refused_in_one_sentence(running, api):
    seat = first_of(running("scoring"))
    code = seat.presentations.filter(round=0).first().code
    client = APIClient()
    client.force_login(seat.user)
    for content in NONSENSE:
        sent = json.dumps({"content": content, "version": 0, "request": str(uuid.uuid4())})
        for path in (f"/api/v1/panel/sheets/{code}/save/", f"/panel/score/{code}/save/"):
            answer = client.post(path, sent, content_type="application/json")
            assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), (path, content)
    assert api(seat.user, f"sheets/{code}/").data["version"] == 0


def test_json_nested_without_end_is_no_request(running, api):
    study = running("scoring")
    seat = first_of(study)
    code = seat.presentations.filter(round=0).first().code
    client = APIClient()
    client.force_login(seat.user)
    deep = '{"content": ' + "[" * 200_000
    assert client.post(f"/api/v1/panel/sheets/{code}/save/", deep, content_type="application/json").status_code == 400


def test_a_discussion_is_argued_once_and_others_answer(running, api):
    study = running("delphi")
    flagged = Argument.objects.filter(discussion__study=study, flagged=True).select_related("seat__user").first()
    other = Argument.objects.filter(discussion=flagged.discussion, flagged=False).select_related("seat__user").first()
    about = api(flagged.seat.user, f"discussions/{flagged.pk}/").data
    assert (about["own"], about["counts"], about["flagged"]) == (1, [1, 0, 0, 4, 0], True)
    assert (
        api(flagged.seat.user, f"discussions/{flagged.pk}/argue/", "post", {"after": 4, "text": "no"}).status_code
        == 400
    )
    said = {"after": 4, "text": "Seen again, the wash is right."}
    done = api(flagged.seat.user, f"discussions/{flagged.pk}/argue/", "post", said)
    assert (done.data["own"], done.data["answered"], done.data["counts"]) == (4, True, [0, 0, 0, 5, 0])
    heard = api(other.seat.user, f"discussions/{other.pk}/").data
    assert "Seen again, the wash is right." in heard["said"]
    refused = api(other.seat.user, f"discussions/{other.pk}/argue/", "post", said)
    assert (refused.status_code, refused.data["detail"]) == (
        400, "Your score lies among the others; you may answer, but not change it.",
    )  # fmt: skip
    spoke = api(other.seat.user, f"discussions/{other.pk}/answer/", "post", {"text": "The wash is right, indeed."})
    assert (spoke.status_code, spoke.data["text"]) == (200, "The wash is right, indeed.")


def test_declarations_before_the_start(study_draft, coordinator, api, link):
    study = study_draft()
    seat = people.accept(link(people.invite(coordinator, study, email="e@example.org")))
    before = api(seat.user, f"{seat.pk}/").data
    assert (before["conflicts"], before["display"], before["waits"]) == (8, True, False)
    asked = api(seat.user, f"{seat.pk}/conflicts/").json()["results"]
    assert told(api(seat.user, f"{seat.pk}/conflicts/")) == ALLOWED["conflicts"]
    given = {"answers": {it["code"]: False for it in asked} | {asked[0]["code"]: True}, "note": "Mine."}
    assert api(seat.user, f"{seat.pk}/conflicts/", "post", given).data["conflicts"] == 0
    assert seat.conflicts.filter(present=True).count() == 1
    wrong = api(seat.user, f"{seat.pk}/conflicts/", "post", {"answers": {"no-such": True}})
    assert wrong.data["detail"] == "There is no such picture in this study."
    dim = api(seat.user, f"{seat.pk}/display/", "post", {"dark": 2, "light": 9})
    assert "too few steps of gray" in dim.data["detail"]
    assert (
        api(seat.user, f"{seat.pk}/display/", "post", {"dark": 9, "light": 9, "neutral": True}).data["display"] is False
    )
    assert api(seat.user, f"{seat.pk}/leave/", "post", {"reason": "No time."}).status_code == 204
    assert api(seat.user, f"{seat.pk}/").status_code == 404


@pytest.fixture
def invited(study_draft, coordinator):
    """An invitation to the confirmed address of somebody who has an account."""
    user = UserFactory(email="known@example.org")
    seat = people.invite(coordinator, study_draft(), email="Known@example.org")
    EmailAddress.objects.create(user=user, email="Known@Example.org", verified=True)
    return user, seat


def test_an_invitation_is_accepted_once_by_whose_address_is_confirmed(invited, api):
    user, seat = invited
    assert [it["state"] for it in api(user).json()["results"]] == ["invited"]
    for _time in range(2):
        answer = api(user, f"{seat.pk}/accept/", "post")
        assert (answer.status_code, answer.data["state"], answer.data["conflicts"]) == (200, "accepted", 8)
    seat.refresh_from_db()
    assert (seat.user, seat.token_hash) == (user, "")


def test_an_invitation_can_be_declined_and_is_gone_then(invited, api):
    user, seat = invited
    assert api(user, f"{seat.pk}/decline/", "post", {"reason": "No time."}).status_code == 204
    assert api(user, f"{seat.pk}/accept/", "post").status_code == 404
    seat.refresh_from_db()
    assert (seat.state, seat.reason) == ("declined", "No time.")


def test_an_address_that_nobody_confirmed_opens_no_invitation(invited, api):
    user, seat = invited
    EmailAddress.objects.update(verified=False)
    assert api(user).json()["results"] == []
    assert api(user, f"{seat.pk}/accept/", "post").status_code == 404
    with pytest.raises(people.UserError, match="no invitation"):
        people.accept_own(user, seat)


def test_the_coordinator_cannot_take_a_seat_in_the_own_study(study_draft, coordinator, api):
    EmailAddress.objects.create(user=coordinator, email=coordinator.email, verified=True)
    seat = people.invite(coordinator, study_draft(), email=coordinator.email)
    refused = api(coordinator, f"{seat.pk}/accept/", "post")
    assert (refused.status_code, refused.data["detail"]) == (400, "Who coordinates a study cannot score in it.")


def test_nothing_of_another_expert_is_there(running, api, coordinator):
    study = running("delphi")
    seat = first_of(study)
    code = seat.presentations.filter(round=0).first().code
    argument = Argument.objects.filter(seat=seat).first()
    paths = [
        *(("get", f"{seat.pk}/{part}") for part in ("", "conflicts/", "presentations/", "rubric/", "discussions/")),
        *(("post", f"{seat.pk}/{part}/") for part in ("accept", "decline", "leave", "conflicts", "display")),
        *(("get", f"sheets/{code}/"), ("get", f"sheets/{code}/picture/"), ("post", f"sheets/{code}/save/")),
        *(("post", f"sheets/{code}/submit/"), ("get", f"discussions/{argument.pk}/")),
        *(("post", f"discussions/{argument.pk}/{part}/") for part in ("argue", "answer")),
    ]
    for user in (study.seats.get(label=2).user, coordinator, study.collection.created_by, UserFactory()):
        wrong = {path: answer for verb, path in paths if (answer := api(user, path, verb).status_code) != 404}
        assert wrong == {}


def test_a_token_of_another_scope_opens_no_seat(running, api):
    seat = first_of(running("scoring"))
    for scope in ("read", "restoration", "notices"):
        assert api(seat.user, scopes=(scope,)).status_code == 403
        assert api(seat.user, f"{seat.pk}/", scopes=(scope,)).status_code == 403


def test_who_has_left_sees_nothing_any_more(running, api):
    seat = first_of(running("scoring"))
    code = seat.presentations.filter(round=0).first().code
    people.withdraw(seat.user, seat, "")
    assert api(seat.user).json()["results"] == []
    assert api(seat.user, f"sheets/{code}/").status_code == 404


def test_it_asks_as_much_for_many_pictures_as_for_few(running, api):
    asked = []
    for pictures in (2, 5):
        seat = first_of(running("delphi", authentic=pictures, generated=pictures))
        client = APIClient()
        client.force_login(seat.user)
        asked.append([])
        for part in ("", "conflicts/", "presentations/", "rubric/", "discussions/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/panel/{seat.pk}/{part}").status_code == 200
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 14


def test_a_browser_session_needs_the_csrf_token(running):
    seat = first_of(running("scoring"))
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(seat.user)
    assert client.post(f"/api/v1/panel/{seat.pk}/leave/", {}, format="json").status_code == 403
    assert Seat.objects.get(pk=seat.pk).state == "accepted"
