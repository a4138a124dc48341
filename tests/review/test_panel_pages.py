"""What an expert meets, from the letter to the discussion, and that nobody else meets it."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from review.models import Argument, Presentation, Seat, Study
from review.services import delphi, letters, people
from tests.factories import UserFactory, person
from tests.review.conftest import answers, score_all

pytestmark = pytest.mark.django_db
STATES = {
    "draft": "Say whether you have conflicts of interest",
    "calibration": "Calibration, round 1",
    "scoring": "0 of 4 submitted",
    "delphi": "Nobody sees who gave which.",
    "closed": "This study is closed.",
}


@pytest.fixture
def invited(study_draft, coordinator, link):
    """A seat in a draft, and the link of its letter."""
    seat = people.invite(coordinator, study_draft(benchmark=1, generated=1), email="lin@example.org", name="Lin")
    return seat, reverse("panel:invitation", args=[link(seat)])


def one(seat: Seat, round: int = 0) -> Presentation:
    return seat.presentations.filter(round=round).first()


def send(client, move: str, shown: Presentation, content: dict, version: int, request=None):
    """What the page sends to save or submit."""
    body = {"content": content, "version": version, "request": str(request or uuid.uuid4())}
    return client.post(reverse(f"panel:{move}", args=[shown.code]), body, content_type="application/json")


def signed_in(client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_a_link_is_looked_at_as_often_as_one_likes_and_accepts_once(client, invited):
    seat, path = invited
    for _ in range(2):
        page = client.get(path)
        assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
        assert str(seat.study) in page.content.decode()
    accepted = client.post(path, {"answer": "accept"})
    seat.refresh_from_db()
    assert (accepted.status_code, accepted["Location"]) == (302, reverse("panel:seat", args=[seat.pk]))
    assert (seat.state, signed_in(client), seat.token_hash) == ("accepted", seat.user, "")
    assert client.get(accepted["Location"]).status_code == 200
    client.logout()
    assert {client.get(path).status_code, client.post(path, {"answer": "accept"}).status_code} == {410}
    assert signed_in(client) is None


def test_a_link_lets_nobody_into_an_account_with_a_password_or_a_role(client, invited, collection):
    seat, path = invited
    UserFactory(email=seat.email)
    accepted = client.post(path, {"answer": "accept"})
    assert signed_in(client) is None
    assert client.get(accepted["Location"])["Location"].startswith("/accounts/login/")
    holder = person("curator", collection)
    holder.set_unusable_password()
    assert not people.enters_by_letter(holder)


def test_an_invitation_is_declined_with_a_reason(client, invited):
    seat, path = invited
    page = client.post(path, {"answer": "decline", "reason": "I am travelling."})
    seat.refresh_from_db()
    assert (page.status_code, seat.state, seat.reason) == (200, "declined", "I am travelling.")
    assert signed_in(client) is None
    assert client.get(path).status_code == 410


def test_a_link_that_is_over_says_where_to_ask_and_that_page_tells_nothing(client, invited):
    seat, _path = invited
    over = client.get(reverse("panel:invitation", args=["made-up"]))
    assert over.status_code == 410
    assert reverse("panel:another") in over.content.decode()
    told = [client.post(reverse("panel:another"), {"email": email}) for email in (seat.email, "no@example.org")]
    plain = [re.sub(r"csrf\w+\" value=\"\w+|nonce\S+", "", page.content.decode()) for page in told]
    assert plain[0] == plain[1]
    seat.refresh_from_db()
    assert seat.letter == Seat.Letter.INVITATION


def test_who_could_not_be_written_to_may_ask_again(invited):
    seat, _path = invited
    Seat.objects.filter(pk=seat.pk).update(letter="link", letter_at=seat.invited_at, letter_tries=letters.MAX_TRIES)
    people.send_links(seat.email.upper())
    seat.refresh_from_db()
    assert (seat.letter, seat.letter_tries) == ("invitation", 0)


def test_before_the_start_an_expert_declares_conflicts_and_checks_the_display(client, invited, link):
    seat, path = invited
    client.post(path, {"answer": "accept"})
    conflicts, display = (reverse(f"panel:{name}", args=[seat.pk]) for name in ("conflicts", "display"))
    codes = list(seat.study.items.values_list("code", flat=True))
    assert client.get(conflicts).status_code == 200
    unanswered = client.post(conflicts, {codes[0]: "no"})
    assert (unanswered.status_code, seat.conflicts.count()) == (400, 0)
    assert "Answer for every picture" in unanswered.content.decode()
    client.post(conflicts, dict.fromkeys(codes, "no") | {codes[0]: "yes"})
    assert list(seat.conflicts.filter(present=True).values_list("item__code", flat=True)) == [codes[0]]
    assert client.get(display).status_code == 200
    assert client.post(display, {"dark": "3", "light": "10"}).status_code == 400
    assert client.post(display, {"dark": "x", "light": "10"}).status_code == 400
    assert client.post(display, {"dark": "9", "light": "10", "neutral": "on", "width": "820"}).status_code == 302
    seat.refresh_from_db()
    assert (seat.display["dark"], seat.display["width"], seat.display["neutral"]) == (9, 820, True)
    assert "Check again" in client.get(reverse("panel:seat", args=[seat.pk])).content.decode()


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_seat_says_what_there_is_to_do(state, running, client):
    study = running(state)
    seat = study.seats.get(label=1) if state != "draft" else study.seats.first()
    client.force_login(seat.user)
    page = client.get(reverse("panel:seat", args=[seat.pk]))
    assert STATES[state] in page.content.decode()
    assert str(study) in client.get(reverse("panel:home")).content.decode()
    client.cookies["django_language"] = "zh-hans"
    assert re.search(r"[\u4e00-\u9fff]", client.get(page.request["PATH_INFO"]).content.decode().split("<main")[1])


def test_a_study_that_was_ended_and_a_place_that_was_left(running, client):
    study = running("scoring")
    seat = study.seats.get(label=1)
    client.force_login(seat.user)
    Study.objects.filter(pk=study.pk).update(state="abandoned", ended_at=study.created_at)
    path = reverse("panel:seat", args=[seat.pk])
    assert "ended without a result" in client.get(path).content.decode()
    Study.objects.filter(pk=study.pk).update(state="scoring")
    assert client.post(reverse("panel:leave", args=[seat.pk]), {"reason": "No time."}).status_code == 302
    seat.refresh_from_db()
    assert (seat.state, seat.reason) == ("withdrawn", "No time.")
    assert client.get(path).status_code == 404


def test_answers_are_saved_and_submitted_and_nothing_is_lost_or_doubled(running, client):
    study = running("scoring")
    seat = study.seats.get(label=1)
    shown = one(seat)
    client.force_login(seat.user)
    page = client.get(reverse("panel:score", args=[shown.code]))
    assert (page.status_code, "Submit for good" in page.content.decode()) == (200, True)

    request = uuid.uuid4()
    first = send(client, "save", shown, answers(study, 3), 0, request)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert send(client, "save", shown, answers(study, 3), 0, request).json()["version"] == 1
    old = send(client, "save", shown, answers(study, 5), 0)
    assert (old.status_code, old.json()["version"]) == (409, 1)
    assert old.json()["content"]["scores"]["type"] == 3
    assert '"type": 3' in client.get(reverse("panel:score", args=[shown.code])).content.decode()

    refused = send(client, "submit", shown, answers(study, 3, deductions={}), 1)
    assert (refused.status_code, refused.json()["version"]) == (400, 2)
    assert "has a deduction without a reason" in refused.json()["detail"]
    request = uuid.uuid4()
    done = send(client, "submit", shown, answers(study, 3), 2, request)
    assert done.status_code == 200
    assert done.json()["next"] == reverse("panel:score", args=[seat.presentations.get(round=0, position=2).code])
    again = send(client, "submit", shown, answers(study, 3), 2, request)
    assert (again.status_code, again.json()["version"]) == (200, done.json()["version"])
    for move, version in (("submit", 2), ("submit", done.json()["version"]), ("save", done.json()["version"])):
        assert send(client, move, shown, answers(study, 5), version).status_code == 400
    sheet = shown.sheet
    assert sheet.revisions.filter(submitted=True).count() == 1
    assert set(sheet.scores.values_list("value", flat=True)) == {3}


def test_pages_of_an_expert_ask_as_much_for_many_pictures_as_for_few(study_draft, client):
    counts = []
    for authentic in (1, 4):
        seat = Seat.objects.create(
            study=study_draft(authentic, 1, 0), email="a@example.org", user=UserFactory(), state="accepted"
        )
        Study.objects.filter(pk=seat.study_id).update(state="scoring", frozen_at=timezone.now())
        rows = enumerate(seat.study.items.all(), start=1)
        made = [Presentation.objects.create(seat=seat, item=item, position=number) for number, item in rows]
        client.force_login(seat.user)
        paths = [reverse("panel:seat", args=[seat.pk]), reverse("panel:score", args=[made[0].code])]
        paths += [reverse("panel:conflicts", args=[seat.pk]), reverse("panel:home")]
        counts.append([queries(client, path) for path in paths])
    assert counts[0] == counts[1]


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"content": {}, "version": "1", "request": "x"}', "[" * 100_000])
def test_what_is_no_save_is_not_there(running_once, client, body):
    seat, shown = running_once
    client.force_login(seat.user)
    sent = client.post(reverse("panel:save", args=[shown.code]), body, content_type="application/json")
    assert sent.status_code == 404


@pytest.fixture
def running_once(study_draft, coordinator):
    """One seat with one picture, without a start: enough to be refused."""
    study = study_draft(benchmark=0, generated=0, authentic=1)
    seat = Seat.objects.create(study=study, email="a@example.org", user=UserFactory(), state="accepted")
    return seat, Presentation.objects.create(seat=seat, item=study.items.get(), position=1)


def test_an_outlying_expert_keeps_or_changes_the_score_and_nobody_is_named(running, client):
    study = running("delphi")
    argument = Argument.objects.filter(discussion__study=study, flagged=True).first()
    other = argument.discussion.arguments.filter(flagged=False).first()
    path, argue = (reverse(f"panel:{name}", args=[argument.pk]) for name in ("discussion", "argue"))
    client.force_login(argument.seat.user)
    page = client.get(path).content.decode()
    assert "Keep or change your score" in page
    for name in study.seats.exclude(pk=argument.seat_id).values_list("name", "email", "user__username", "pk"):
        assert not [part for part in map(str, name) if part in page]
    assert client.post(argue, {"after": "9", "text": "The wash is right."}).status_code == 400
    assert client.post(argue, {"after": "4", "text": "short"}).status_code == 400
    assert client.post(argue, {"after": "4", "text": "Seen again, the wash is right."}).status_code == 302
    client.post(argue, {"after": "1", "text": "A second thought on it."})
    argument.refresh_from_db()
    assert (argument.before, argument.after, argument.text) == (1, 4, "Seen again, the wash is right.")

    client.force_login(other.seat.user)
    page = client.get(reverse("panel:discussion", args=[other.pk])).content.decode()
    assert "Seen again, the wash is right." in page
    assert "Keep or change" not in page
    client.post(reverse("panel:argue", args=[other.pk]), {"after": "1", "text": "I still see it as most do."})
    other.refresh_from_db()
    assert (other.text, other.after) == ("I still see it as most do.", None)


def test_what_belongs_to_one_expert_is_not_there_for_anybody_else(running, client, coordinator, curator, stranger):
    study = running("delphi")
    argument = Argument.objects.filter(discussion__study=study).first()
    seat = argument.seat
    code = one(seat).code
    paths = [reverse(f"panel:{name}", args=[seat.pk]) for name in ("seat", "conflicts", "display", "leave")]
    paths += [reverse(f"panel:{name}", args=[code]) for name in ("score", "save", "submit", "picture")]
    paths += [reverse(f"panel:{name}", args=[argument.pk]) for name in ("discussion", "argue")]
    fellow = study.seats.exclude(pk=seat.pk).first().user
    for user in (fellow, coordinator, curator, stranger):
        client.force_login(user)
        for path in paths:
            statuses = {client.get(path).status_code, client.post(path, {}, "application/json").status_code}
            assert statuses <= {404, 405}, (user, path, statuses)
            assert 404 in statuses
    client.force_login(seat.user)
    assert [client.get(path).status_code for path in paths] == [200] * 3 + [405, 200, 405, 405, 200, 200, 405]


def test_the_letter_of_a_seat_names_its_study_and_a_link(invited):
    seat, _path = invited
    letter = letters.write(seat, Seat.Letter.INVITATION, "token")
    assert reverse("panel:invitation", args=["token"]) in letter.body
    assert "Hills" in letter.subject
    seat.language = "zh-hans"
    assert "谨邀请您" in letters.write(seat, Seat.Letter.INVITATION, "token").body


def test_who_has_something_to_do_in_a_round_that_opens_gets_a_letter(running, coordinator):
    waiting = {"letter": "reminder", "user__isnull": False}
    study = running("calibration")
    assert study.seats.filter(**waiting).count() == 5
    talking = running("delphi")
    Seat.objects.update(letter="")
    delphi.close_round(coordinator, talking, even_if_unfinished=True)
    assert talking.seats.filter(**waiting).count() == 0  # it closed
    second = running("scoring")
    Seat.objects.update(letter="")
    score_all(second, 0, lambda item, seat, number: 1 if seat.label == 1 and not number else 4)
    delphi.close_scoring(coordinator, second)
    assert list(second.seats.filter(**waiting).values_list("label", flat=True)) == [1]
