"""Releases in any state, made through the services; the checks say what a test has them say."""

import pytest

from review.guardrails import checks, services
from review.guardrails.models import CHECKS, Release
from review.guardrails.verdict import PASSED, Verdict
from tests.factories import ArtworkFactory, person


@pytest.fixture
def says(monkeypatch):
    """The checks' answers by name, all "passed" until a test says otherwise."""
    answers = dict.fromkeys(CHECKS, PASSED)

    def find(name):
        return lambda release: Verdict(name, answers[name], f"{name} is {answers[name]}")

    monkeypatch.setattr(checks, "find", find)
    return answers


@pytest.fixture
def second(collection):
    return person("rights_officer", collection)


@pytest.fixture
def consultant(collection):
    return person("consultant", collection)


@pytest.fixture
def released(says, curator, second, collection):
    """A release of an original in a state: "draft", "judged", "signed", "published" or "withdrawn"."""

    def released(state="published", artwork=None) -> Release:
        artwork = artwork or ArtworkFactory(collection=collection)
        release = services.prepare(curator, artwork)
        steps = [
            ("judged", lambda: services.judge(curator, release)),
            ("signed", lambda: [services.sign(who, release, release.content_hash) for who in (curator, second)]),
            ("published", lambda: services.publish(curator, release)),
            ("withdrawn", lambda: services.withdraw(curator, release, "Asked for by the community.")),
        ]
        names = [name for name, _step in steps]
        for _name, step in steps[: names.index(state) + 1] if state != "draft" else []:
            step()
        release.refresh_from_db()
        return release

    return released


@pytest.fixture
def quiet(monkeypatch):
    """No wake-up call leaves the test."""
    from portal.celery import app

    monkeypatch.setattr(app, "send_task", lambda name, **options: None)


@pytest.fixture
def dated(collection):
    """A function: key of a period, fields → a work of that period."""
    from portal.catalogue.models import Period

    def dated(key="tang", **fields):
        return ArtworkFactory(collection=collection, period=Period.objects.get(key=key) if key else None, **fields)

    return dated


@pytest.fixture
def restored(curator, quiet, settings, tmp_path, monkeypatch):
    """A function: artwork → its release of a real restoration, filled by an engine and sealed by a worker."""
    from gpu_workers import heartbeat, runner
    from restoration.models import Candidate
    from restoration.services import order_restoration
    from tests.factories import mask_for

    settings.HOME = tmp_path
    # the heartbeat has a connection of its own, which does not see a job of this test's transaction
    monkeypatch.setattr(heartbeat, "LISTEN_SECONDS", 3600)

    def restored(artwork, engine="telea", prepared_by=None, **order) -> Release:
        made = order_restoration(curator, artwork, mask=mask_for(artwork), engine=engine, candidates=1, **order)
        assert runner.run_next("test")
        candidate = Candidate.objects.get(restoration=made)  # with its job as it is now
        return services.prepare(prepared_by or curator, artwork, candidate)

    return restored
