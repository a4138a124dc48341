"""Who is told of what in a study: experts of what waits for them, coordinators of what is complete, nobody of more."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from portal.accounts.services import create_token
from portal.audit.models import Event
from portal.audit.selectors import events_for, told
from portal.audit.wording import PERSONAL
from portal.notices.models import Notice
from portal.notices.selectors import notices_for
from portal.notices.sending import send_due
from review.models import Study
from review.services import calibration, delphi, notifying, people, studies, unblinding
from tests.factories import CollectionFactory, UserFactory, person
from tests.review.conftest import fresh, score_all

pytestmark = pytest.mark.django_db


def news(user) -> list[str]:
    """The actions that a person was told of, the earliest first."""
    return [notice.event.action for notice in reversed(notices_for(user))]


def users(study: Study) -> list:
    return [seat.user for seat in study.seats.filter(state="accepted").select_related("user").order_by("label")]


@pytest.fixture
def other(collection):
    """A second coordinator, who did nothing."""
    return person("coordinator", collection)


def test_experts_are_told_of_rounds_that_wait_for_them_and_of_nothing_else(running, coordinator):
    study = running("calibration")
    experts = users(study)
    assert {tuple(news(user)) for user in experts} == {("panel.round_opened",)}
    score_all(study, 1, lambda item, seat, number: 1 + number % 5)
    calibration.close_calibration(coordinator, study)
    score_all(fresh(study), 0, lambda item, seat, number: 1 if seat.label == 1 and not number else 4)
    delphi.close_scoring(coordinator, fresh(study))
    rounds = ["panel.round_opened", "panel.round_opened"]
    assert [news(user) for user in experts] == [[*rounds, "panel.discussion_opened"]] + [rounds] * 4


def test_what_an_expert_is_told_is_of_the_own_seat_and_read_by_nobody_else(running, coordinator, other, collection):
    study = running("scoring")
    own = Event.objects.filter(action__startswith="panel.")
    assert own.count() == 10
    assert {(event.collection_id, event.artwork_id, event.actor_id, event.subject) for event in own} == {
        (None, None, None, "seat")
    }
    assert all(event.data == {"title": {"en": "Hills", "zh": ""}, "deadline": None} for event in own)
    for user in (coordinator, other, collection.created_by, person("consultant", collection)):
        assert not events_for(user).filter(action__startswith="panel.").exists()
        assert not [it for it in news(user) if it in PERSONAL]
    assert {seat.pk for seat in study.seats.all()} >= {
        it.person.seats.get().pk for it in Notice.objects.filter(event__in=own).select_related("person")
    }


def test_an_invitation_is_told_to_whose_address_it_is_known_to_be(study_draft, coordinator):
    known, unknown = UserFactory(email="a@example.org"), UserFactory(email="b@example.org")
    EmailAddress.objects.create(user=known, email="A@example.org", verified=True)
    EmailAddress.objects.create(user=unknown, email="b@example.org", verified=False)
    study = study_draft()
    for email in ("a@example.org", "b@example.org", "c@example.org"):
        people.invite(coordinator, study, email=email)
    people.invite(coordinator, study, email="a@example.org")  # a second letter is no second notice
    assert (news(known), news(unknown)) == (["panel.invited"], [])


def test_a_notice_leads_an_expert_to_the_own_seat_and_nowhere_once_it_is_left(running, client):
    study = running("scoring")
    seat = study.seats.select_related("user").first()
    notice = notices_for(seat.user).first()
    assert told([notice.event])[0].url == reverse("panel:seat", args=[seat.pk])
    client.force_login(seat.user)
    page = client.get(reverse("notices:list")).content.decode()
    assert "A round of the panel “Hills” is open for your scores" in page
    people.withdraw(seat.user, seat, "")
    assert told([notice.event])[0].url == ""


def test_an_expert_who_was_invited_by_mail_alone_answers_on_the_page(study_draft, coordinator, client):
    user = UserFactory(email="a@example.org")
    EmailAddress.objects.create(user=user, email="a@example.org", verified=True)
    seat = people.invite(coordinator, study_draft(), email="a@example.org")
    client.force_login(user)
    assert told([notices_for(user).get().event])[0].url == reverse("panel:home")
    assert "Invitations" in client.get(reverse("panel:home")).content.decode()
    assert client.post(reverse("panel:answer", args=[seat.pk]), {"answer": "perhaps"}).status_code == 404
    answer = client.post(reverse("panel:answer", args=[seat.pk]), {"answer": "accept"})
    assert answer["Location"] == reverse("panel:seat", args=[seat.pk])
    assert client.get(answer["Location"]).status_code == 200


def test_coordinators_are_told_who_comes_and_goes_without_a_name(running, coordinator, other, collection):
    study = running("calibration")
    assert news(other).count("study.expert_accepted") == 5
    Notice.objects.all().delete()
    first, second = study.seats.select_related("user")[:2]
    people.withdraw(first.user, first, "No time.")
    people.withdraw(coordinator, second, "Ill.")
    assert news(other) == ["study.expert_left"] * 2
    assert news(coordinator) == ["study.expert_left"]  # of the one that somebody else ended
    text = str(list(Event.objects.filter(action="study.expert_left").values("actor", "data", "subject_id")))
    assert first.email not in text
    assert str(first.pk) not in text
    assert news(collection.created_by) == []


def test_a_round_in_which_nothing_is_missing_is_told_once(running, coordinator, other):
    study, now = running("calibration"), timezone.now()
    Notice.objects.all().delete()
    notifying.look_after(now)
    assert news(other) == []
    score_all(study, 1, lambda item, seat, number: 1 + number % 5)
    for _time in range(2):
        notifying.look_after(now)
    assert news(other) == ["study.round_complete"] == news(coordinator)
    calibration.close_calibration(coordinator, study)
    notifying.look_after(now)
    assert news(other) == ["study.round_complete", "study.calibrated"]
    score_all(fresh(study), 0, lambda item, seat, number: 1 if seat.label == 1 and not number else 4)
    for _time in range(2):
        notifying.look_after(now)
    assert news(other)[2:] == ["study.round_complete"]
    assert news(coordinator) == ["study.round_complete"] * 2


def test_a_discussion_that_is_answered_is_complete_and_one_that_nobody_opened_is_not(running, other):
    study, now = running("delphi"), timezone.now()
    notifying.look_after(now)
    assert "study.round_complete" not in news(other)
    for argument in study.discussions.get(dimension__position=0).arguments.filter(flagged=True):
        delphi.argue(argument.seat.user, argument, 4, "Seen again, the wash is right.")
    notifying.look_after(now)
    assert "study.round_complete" not in news(other)  # three dimensions are still discussed
    for discussion in study.discussions.all():
        for argument in discussion.arguments.filter(flagged=True):
            delphi.argue(argument.seat.user, argument, 4, "Seen again, the wash is right.")
    notifying.look_after(now)
    assert news(other).count("study.round_complete") == 1


def test_a_panel_that_failed_to_calibrate_is_told_as_such(running, coordinator, other):
    study = running("calibration", calibration_rounds=1)
    score_all(study, 1, lambda item, seat, number: 1 + (number * seat.label) % 5)
    calibration.close_calibration(coordinator, study)
    notifying.look_after(timezone.now())
    assert news(other)[-1] == "study.calibration_failed"


def test_a_deadline_is_told_once_to_who_has_something_to_do(running, other):
    now = timezone.now()
    study = running("calibration", deadline=now + timedelta(days=10))
    experts = users(study)
    Notice.objects.all().delete()
    notifying.look_after(now + timedelta(days=6))
    assert [news(user) for user in experts] == [[]] * 5
    submit_all_of(study, 1)
    for day in (8, 9):
        notifying.look_after(now + timedelta(days=day))
    assert [news(user) for user in experts] == [[]] + [["panel.deadline_near"]] * 4
    notifying.look_after(now + timedelta(days=11))
    assert news(other) == []
    event = notices_for(experts[1]).get().event
    assert f"until {(now + timedelta(days=10)).day} " in told([event])[0].sentence


def submit_all_of(study: Study, label: int) -> None:
    """One expert submits everything of the first round of calibration."""
    others = list(study.seats.exclude(label=label).values_list("pk", flat=True))
    study.seats.filter(pk__in=others).update(state="invited")
    score_all(study, 1, lambda item, seat, number: 4)
    study.seats.filter(pk__in=others).update(state="accepted")


def test_who_may_lift_the_blindness_is_asked_and_others_are_not(running, coordinator, second, collection):
    study = running("closed")
    elsewhere = person("rights_officer", CollectionFactory())
    Notice.objects.all().delete()
    unblinding.ask(coordinator, study, "The study is over.")
    assert (news(second), news(coordinator)) == (["study.unblinding_asked"], [])
    assert told([notices_for(second).get().event])[0].url == reverse("review:result", args=[study.pk])
    unblinding.agree(second, study)
    assert news(coordinator) == ["study.unblinded"]
    assert (news(collection.created_by), news(elsewhere)) == ([], [])


def test_how_a_study_goes_is_no_news_for_curators(running, coordinator, collection):
    running("closed")
    assert not events_for(collection.created_by).filter(action__startswith="study.").exists()
    assert events_for(coordinator).filter(action__startswith="study.").exists()


def test_experts_read_notices_in_their_language_and_choose_letters(running, client):
    study = running("draft", title_zh="山")
    user = study.seats.select_related("user").first().user
    studies.start(study.created_by, study)
    with translation.override("zh-hans"):
        sentence = told([notices_for(user).get().event])[0].sentence
    assert "山" in sentence
    assert "Hills" not in sentence
    client.force_login(user)
    assert client.get(reverse("notices:preferences")).status_code == 200
    later = timezone.now() + timedelta(hours=1)
    send_due(later)
    assert user.email not in [address for letter in mail.outbox for address in letter.to]  # the panel's own letter goes
    Notice.objects.filter(person=user).update(mail="at_once")
    send_due(later)
    (letter,) = [it for it in mail.outbox if it.to == [user.email]]
    assert reverse("panel:seat", args=[user.seats.get().pk]) in letter.body


def test_a_token_reads_own_notices_by_its_scope_alone(running, client):
    user = users(running("scoring"))[0]
    for scope, status in (("notices", 200), ("webhooks", 403)):
        _token, key = create_token(user, name=scope, scopes=[scope])
        answer = client.get("/api/v1/notices/", headers={"authorization": f"Bearer {key}"})
        assert answer.status_code == status
    shown = client.get(
        "/api/v1/notices/", headers={"authorization": f"Bearer {create_token(user, name='n', scopes=['notices'])[1]}"}
    )
    assert {it["event"]["collection"] for it in shown.json()["results"]} == {None}
