"""The log of events hears of every job: that it was ordered, and each of its ends, once, with who wants to know."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation

from gpu_workers import kinds, services
from gpu_workers.models import Job
from portal.audit.models import Event
from portal.audit.wording import sentence
from restoration.services import order_reconstruction, order_restoration, request_proposal
from tests.factories import ArtworkFactory, mask_for

pytestmark = pytest.mark.django_db
# written out by hand, so that the table of the code can be wrong: how a job ends → what the log calls it
TOLD = {
    "succeed": "done", "fail": "failed", "stop": "cancelled", "cancel": "cancelled", "quarantine": "quarantined",
}  # fmt: skip


def ends(job: Job, how: str) -> None:
    """Let a queued job end one way or another, as the site does it."""
    if how == "cancel":
        services.request_cancel(job.owner, job)
        return
    claimed = services.claim("w")
    assert claimed == job
    if how == "quarantine":
        Job.objects.filter(pk=job.pk).update(losses=2, lease_until=timezone.now() - timedelta(seconds=1))
        services.sweep()
        return
    if how == "stop":
        services.request_cancel(job.owner, claimed)
    {
        "succeed": lambda: services.succeed(claimed, 1, {}),
        "fail": lambda: services.fail(claimed, 1, "No."),
        "stop": lambda: services.stop(claimed, 1),
    }[how]()


@pytest.fixture
def orders(curator, artwork):
    """One order a kind: name of the prefix → a function that places it."""
    mask = mask_for(artwork)
    reference = ArtworkFactory(collection=artwork.collection)
    about = {"references": [reference], "engine": "transport"}
    return {
        "restoration": lambda: order_restoration(curator, artwork, mask=mask, engine="telea"),
        "reconstruction": lambda: order_reconstruction(curator, artwork, **about),
        "job": lambda: request_proposal(curator, artwork),
    }


@pytest.mark.parametrize("how", sorted(TOLD))
@pytest.mark.parametrize("prefix", ["restoration", "reconstruction", "job"])
def test_every_end_of_every_kind_is_told_once(orders, curator, artwork, prefix, how):
    made = orders[prefix]()
    job = getattr(made, "job", made)
    ordered = Event.objects.get(action=f"{prefix}.ordered")
    assert (ordered.actor, ordered.artwork) == (curator, artwork)
    ends(job, how)
    event = Event.objects.get(action=f"{prefix}.{TOLD[how]}")
    assert event.subject == ("job" if prefix == "job" else "restoration")
    assert (event.subject_id, event.artwork, event.collection) == (str(made.pk), artwork, artwork.collection)
    assert (event.data["owner"], event.data["job"], event.data["kind"]) == (curator.pk, str(job.pk), job.kind)
    assert Event.objects.filter(action__startswith=f"{prefix}.").count() == 2
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert artwork.title in sentence(event)
            assert "telea" not in sentence(event)
            assert job.kind not in sentence(event)


def test_a_failure_is_told_with_its_sentence(orders):
    ends(orders["restoration"]().job, "fail")
    assert Event.objects.get(action="restoration.failed").data["message"] == "No."


def test_a_lost_worker_is_no_end(make_job):
    job = make_job("running", lease_until=timezone.now() - timedelta(seconds=1))
    services.sweep()
    job.refresh_from_db()
    assert job.status == "queued"
    assert not Event.objects.exists()


def test_what_is_told_stands_or_falls_with_the_end(make_job):
    job = make_job("running")
    with pytest.raises(kinds.AttemptOver), kinds.finishing(job, 1, {}):
        raise kinds.AttemptOver
    assert not Event.objects.exists()
    with transaction.atomic():
        services.fail(job, 1, "No.")
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert services.succeed(job, 1, {})
    assert not services.fail(job, 1, "Late.")
    assert [event.action for event in Event.objects.all()] == ["job.done"]
