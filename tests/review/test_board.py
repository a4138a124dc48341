"""The board of a study: what it says and what not, that it is live, and who may follow it."""

import json
import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from portal.accounts.models import Grant
from review.consumers import state_for
from review.models import Argument, Study
from review.routing import websocket_urlpatterns
from review.services import delphi, following, people, sheets, studies
from tests import sockets
from tests.factories import CollectionFactory, person
from tests.review.conftest import answers, fresh
from tests.sockets import is_turned_away, news

site = URLRouter(websocket_urlpatterns)
live = pytest.mark.django_db(transaction=True)


def submit_one(study: Study, label: int = 1) -> None:
    """The expert of this number submits the next picture of scoring."""
    seat = study.seats.get(label=label)
    presentation = seat.presentations.filter(round=0, sheet=None).first()
    sheet = sheets.save(seat.user, presentation, answers(study, 4), 0, uuid.uuid4())
    sheets.submit(seat.user, presentation, sheet.version, None)


@pytest.mark.django_db
def test_it_counts_by_number_and_names_no_picture_no_person_and_no_score(running, coordinator):
    study = running("scoring")
    submit_one(study, 2)
    state = state_for(coordinator, study.pk)
    assert state.keys() == {"state", "round", "deadline", "seats", "discussion", "flagged", "answered"}
    assert [row["label"] for row in state["seats"]] == [1, 2, 3, 4, 5]
    assert all(row.keys() == {"label", "shown", "done", "last"} for row in state["seats"])
    assert state["seats"][1] == {"label": 2, "shown": 4, "done": 1, "last": localdate().isoformat()}
    assert state["seats"][0]["last"] is None
    text = json.dumps(state)
    told = [*study.items.values_list("code", flat=True), *study.seats.values_list("email", flat=True)]
    assert not [word for word in told if word in text]


@pytest.mark.django_db
def test_of_a_discussion_it_tells_the_sum_alone(running, coordinator):
    study = running("delphi")
    flagged = Argument.objects.filter(discussion__study=study, flagged=True)
    before = state_for(coordinator, study.pk)
    assert (before["state"], before["round"], before["seats"]) == ("delphi", None, [])
    assert (before["discussion"], before["flagged"], before["answered"]) == (1, flagged.count(), 0)
    first = flagged.first()
    delphi.argue(first.seat.user, first, 4, "Seen again, the wash is right.")
    assert state_for(coordinator, study.pk)["answered"] == 1


@pytest.mark.django_db
def test_the_page_shows_the_same_and_polling_answers_it(running, coordinator, client):
    study = running("scoring")
    submit_one(study, 3)
    client.force_login(coordinator)
    page = client.get(reverse("review:study", args=[study.pk])).content.decode()
    assert "1 / 4" in page
    assert page.count('data-seat="') == 5 + 1  # and the one that rows of newcomers are made of
    answer = client.get(reverse("review:board", args=[study.pk]))
    assert answer.json() == state_for(coordinator, study.pk)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_it_asks_as_much_for_seven_experts_as_for_five(running, coordinator, client):
    client.force_login(coordinator)
    asked = []
    for experts in (5, 7):
        study = running("scoring", experts=experts)
        submit_one(study)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("review:board", args=[study.pk]))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "curator", "consultant", "expert of the panel", "coordinator elsewhere"])
def test_nobody_but_the_coordinators_may_follow(running, collection, client, who):
    study = running("scoring")
    user = {
        "anonymous": AnonymousUser,
        "curator": lambda: collection.created_by,
        "consultant": lambda: person("consultant", collection),
        "expert of the panel": lambda: study.seats.first().user,
        "coordinator elsewhere": lambda: person("coordinator", CollectionFactory()),
    }[who]()
    assert state_for(user, study.pk) is None
    if who != "anonymous":
        client.force_login(user)
        assert client.get(reverse("review:board", args=[study.pk])).status_code == 404


def listen(study, user, scenario):
    sockets.listen(site, f"/ws/studies/{study.pk}/board/", user, scenario)


@live
def test_what_is_submitted_and_every_move_arrive(running, coordinator):
    study = running("scoring")
    leaving = study.seats.select_related("user").get(label=4)

    async def scenario(page):
        assert await news(page) == await sync_to_async(state_for)(coordinator, study.pk)
        await sync_to_async(submit_one)(study, 1)
        assert (await news(page))["seats"][0]["done"] == 1
        await sync_to_async(people.withdraw)(leaving.user, leaving, "")
        assert [row["label"] for row in (await news(page))["seats"]] == [1, 2, 3, 5]
        await sync_to_async(studies.abandon)(coordinator, study, "The museum closes.")
        assert (await news(page))["state"] == "abandoned"

    listen(study, coordinator, scenario)


@live
def test_what_changes_nothing_that_is_shown_is_not_sent(running, coordinator):
    study = running("scoring")

    async def scenario(page):
        await news(page)
        await sync_to_async(following.publish)(study.pk)
        await page.send_input({"type": "websocket.receive", "text": json.dumps({"state": "closed"})})
        assert await page.receive_nothing()

    listen(study, coordinator, scenario)
    assert fresh(study).state == "scoring"


@live
def test_who_may_not_see_the_study_is_turned_away_and_a_right_taken_away_ends_it(running, coordinator, collection):
    study, guest = running("scoring"), person("coordinator", collection)
    for user in (AnonymousUser(), collection.created_by, study.seats.first().user):
        listen(study, user, is_turned_away)

    async def scenario(page):
        await news(page)
        await sync_to_async(Grant.objects.filter(user=guest).delete)()
        await sync_to_async(submit_one)(study, 1)
        await is_turned_away(page)

    listen(study, guest, scenario)


@live
def test_a_channel_layer_that_is_away_keeps_nobody_from_submitting(running, monkeypatch):
    class Away:
        async def group_send(self, *about):
            raise ConnectionError("no Redis")

    study = running("scoring")
    monkeypatch.setattr(following, "get_channel_layer", Away)
    submit_one(study, 1)
    assert study.seats.get(label=1).presentations.filter(sheet__submitted_at__isnull=False, round=0).count() == 1
    assert not following.publish(study.pk)
