"""The WebSocket of a job: who may listen, what comes first, what is dropped."""

import json

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser

from gpu_workers import progress, services
from gpu_workers.consumers import state_for
from gpu_workers.routing import websocket_urlpatterns
from portal.accounts.models import Grant
from tests import sockets
from tests.factories import CollectionFactory, person
from tests.sockets import is_turned_away, news

pytestmark = pytest.mark.django_db(transaction=True)
site = URLRouter(websocket_urlpatterns)


def listen(job, user, scenario):
    sockets.listen(site, f"/ws/jobs/{job.pk}/", user, scenario)


def test_the_present_state_comes_first(make_job):
    job = make_job("running", sequence=5, fraction=0.25, stage="Painting")

    async def scenario(page):
        state = await news(page)
        assert state == await sync_to_async(state_for)(job.owner, job.pk)
        assert (state["sequence"], state["status"], state["fraction"]) == (5, "running", 0.25)

    listen(job, job.owner, scenario)


def test_every_move_and_all_progress_arrive_in_order(make_job):
    job = make_job("running")

    async def scenario(page):
        await news(page)
        for fraction in (0.2, 0.4):
            await sync_to_async(services.progress)(job, 1, fraction, "Painting")
            assert (await news(page))["fraction"] == fraction
        await sync_to_async(services.succeed)(job, 1, {})
        assert (await news(page))["status"] == "succeeded"

    listen(job, job.owner, scenario)


def test_late_progress_is_dropped(make_job):
    job = make_job("running", sequence=7)

    async def scenario(page):
        await news(page)
        await page.send_input({"type": "job.state", "sequence": 6})
        await page.send_input({"type": "job.state", "sequence": 7})
        assert await page.receive_nothing()

    listen(job, job.owner, scenario)


@pytest.mark.parametrize("who", ["anonymous", "without a role", "of another collection", "expert of this collection"])
def test_whoever_may_not_see_the_job_is_turned_away(make_job, collection, stranger, who):
    user = {
        "anonymous": AnonymousUser(),
        "without a role": stranger,
        "of another collection": CollectionFactory().created_by,
        "expert of this collection": person("expert", collection),
    }[who]
    listen(make_job("running"), user, is_turned_away)


def test_a_job_that_does_not_exist_looks_like_one_that_is_hidden(make_job):
    job = make_job("running")
    owner = job.owner
    job.pk = "00000000-0000-4000-8000-000000000000"
    listen(job, owner, is_turned_away)


def test_a_right_taken_away_ends_the_listening(make_job, collection):
    job, guest = make_job("running"), person("consultant", collection)

    async def scenario(page):
        await news(page)
        await sync_to_async(Grant.objects.filter(user=guest).delete)()
        await sync_to_async(services.progress)(job, 1, 0.5, "Painting")
        await is_turned_away(page)

    listen(job, guest, scenario)


def test_an_operator_sees_the_job_but_not_the_picture(make_job, operator):
    job = make_job("running", preview="previews/x.webp")
    assert state_for(operator, job.pk)["preview"] is None
    assert state_for(job.owner, job.pk)["preview"] is not None


def test_a_channel_layer_that_is_away_disturbs_no_job(make_job, monkeypatch):
    class Away:
        async def group_send(self, *about):
            raise ConnectionError("no Redis")

    monkeypatch.setattr(progress, "get_channel_layer", Away)
    assert services.progress(make_job("running"), 1, 0.5, "Painting")


def test_what_a_page_sends_is_ignored(make_job):
    async def scenario(page):
        await news(page)
        await page.send_input({"type": "websocket.receive", "text": json.dumps({"status": "succeeded"})})
        assert await page.receive_nothing()

    job = make_job("running")
    listen(job, job.owner, scenario)
    job.refresh_from_db()
    assert job.status == "running"
