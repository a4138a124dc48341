"""Sending picks to the panel: once, taken back, or with the pick that they rest on."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.errors import UserError
from restoration.judging import judge_candidate
from restoration.models import Candidate
from review.models import Nomination
from review.selectors.nominations import nominations_for
from review.services.nominations import nominate, withdraw
from tests.factories import CollectionFactory, person
from tests.jobs.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)
LIST = reverse("review:nominations")


@pytest.fixture
def picked(candidate, curator) -> Candidate:
    return judge_candidate(curator, candidate, "picked")


@pytest.fixture
def nomination(picked, curator) -> Nomination:
    return nominate(curator, picked, "For the autumn panel.")


def test_only_a_pick_is_sent(candidate, curator):
    with pytest.raises(UserError, match="pick it first"):
        nominate(curator, candidate)
    judge_candidate(curator, candidate, "rejected", reason="blurred")
    with pytest.raises(UserError, match="pick it first"):
        nominate(curator, candidate)
    assert not Nomination.objects.exists()


def test_sending_twice_sends_once(picked, collection):
    people = [person("curator", collection), person("coordinator", collection)] * 2
    made = together(*(lambda user=user: nominate(user, Candidate.objects.get(pk=picked.pk)) for user in people))
    assert len({row.pk for row in made}) == 1
    assert Event.objects.filter(action="candidate.nominated").count() == 1


def test_one_that_was_withdrawn_can_be_sent_again(nomination, picked, curator):
    withdraw(curator, nomination)
    withdraw(curator, nomination)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.ended_by) == ("withdrawn", curator)
    assert Event.objects.filter(action="candidate.nomination_withdrawn").count() == 1
    assert nominate(curator, picked) != nomination


@pytest.mark.parametrize("judgement", [{"judgement": "rejected", "reason": "seam"}, {"judgement": ""}])
def test_a_candidate_that_is_no_longer_picked_does_not_wait(nomination, picked, curator, judgement):
    judge_candidate(curator, picked, **judgement)
    nomination.refresh_from_db()
    assert nomination.state == "withdrawn"


def test_what_a_study_has_taken_stays(nomination, picked, curator):
    ended = {"ended_by": curator, "ended_at": timezone.now()}
    Nomination.objects.filter(pk=nomination.pk).update(state="taken", **ended)
    with pytest.raises(UserError, match="study has taken"):
        withdraw(curator, nomination)
    judge_candidate(curator, picked, "")
    nomination.refresh_from_db()
    assert nomination.state == "taken"


def test_who_may_send_and_see(picked, nomination, collection):
    coordinator, consultant = person("coordinator", collection), person("consultant", collection)
    stranger = CollectionFactory().created_by
    assert list(nominations_for(coordinator)) == [nomination]
    for user in (consultant, stranger):
        assert not nominations_for(user).exists()
        for act, thing in ((nominate, picked), (withdraw, nomination)):
            with pytest.raises(PermissionDenied):
                act(user, thing)


def test_the_page_shows_what_waits_work_by_work(visit, nomination, picked, collection):
    coordinator = person("coordinator", collection)
    html = visit(LIST, user=coordinator).content.decode()
    for words in (str(picked.restoration.artwork), "PatchMatch 1", "For the autumn panel.", "Waits for a study"):
        assert words in html, words
    assert "PatchMatch" not in visit(f"{LIST}?state=withdrawn", user=coordinator).content.decode()
    assert "PatchMatch" in visit(f"{LIST}?state=junk", user=coordinator).content.decode()


def test_an_empty_page_teaches(visit, collection):
    assert "Send it to the panel" in visit(LIST, user=person("coordinator", collection)).content.decode()


def test_the_page_asks_as_much_for_many_as_for_one(visit, nomination, candidates, curator):
    def queries():
        visit(LIST)
        with CaptureQueriesContext(connection) as captured:
            assert visit(LIST).status_code == 200
        return len(captured)

    before = queries()
    for candidate in candidates[1:]:
        nominate(curator, judge_candidate(curator, candidate, "picked"))
    assert queries() == before


def test_it_is_sent_and_withdrawn_on_the_page(client, picked, curator):
    client.force_login(curator)
    back = reverse("restoration:detail", args=[picked.restoration_id])
    answer = client.post(reverse("review:nominate", args=[picked.pk]), {"next": back})
    assert (answer.status_code, answer["Location"]) == (302, f"{back}#verdict-{picked.pk}")
    nomination = Nomination.objects.get()
    assert client.post(reverse("review:withdraw", args=[nomination.pk]), {"list": "1"})["Location"] == LIST
    nomination.refresh_from_db()
    assert nomination.state == "withdrawn"


def test_a_mistake_on_the_page_is_one_sentence(client, candidate, curator):
    client.force_login(curator)
    answer = client.post(reverse("review:nominate", args=[candidate.pk]), {})
    assert answer.status_code == 400
    assert "pick it first" in answer.content.decode()
