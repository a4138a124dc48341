"""The post: every errand is run, one that fails keeps none waiting, and a change calls for the light worker."""

import subprocess
import sys
from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from gpu_workers import presence
from portal import post, tasks
from portal.celery import app
from tests.house.test_imports import HEAVY, ROOT, _environment


@pytest.fixture
def due(monkeypatch):
    """The registry, empty for this test."""
    monkeypatch.setattr(post, "DUE", [])
    return post.DUE


@pytest.fixture
def calls(monkeypatch):
    """Names of the tasks that were called for."""
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    return sent


def test_a_round_runs_every_errand_with_the_present_time(due):
    times = []
    post.register(times.append)
    post.register(times.append)  # again: changes nothing
    post.register(lambda now: times.append(now))
    tasks.post.apply()
    assert len(times) == 2
    assert all(abs(timezone.now() - now) < timedelta(minutes=1) for now in times)


def test_an_errand_that_fails_is_logged_and_keeps_none_waiting(due, caplog):
    ran = []

    def broken(now):
        raise RuntimeError("no paper")

    post.register(broken)
    post.register(ran.append)
    post.run()
    assert len(ran) == 1
    assert "broken" in caplog.text


def test_a_round_that_runs_out_of_time_stops(due):
    ran = []

    def slow(now):
        raise SoftTimeLimitExceeded

    post.register(slow)
    post.register(ran.append)
    with pytest.raises(SoftTimeLimitExceeded):
        post.run()
    assert ran == []


def test_a_transaction_calls_once_and_only_when_it_is_through(transactional_db, calls):
    with transaction.atomic():
        post.call_after_commit()
        post.call_after_commit()
        assert calls == []
    assert calls == ["portal.post"]


def test_a_transaction_that_fails_calls_nobody(transactional_db, calls):
    with transaction.atomic():
        post.call_after_commit()
        transaction.set_rollback(True)
    assert calls == []


def test_a_call_in_a_part_that_was_taken_back_does_not_silence_the_next(transactional_db, calls):
    with transaction.atomic():
        with transaction.atomic():
            post.call_after_commit()
            transaction.set_rollback(True)
        post.call_after_commit()
    assert calls == ["portal.post"]


@pytest.mark.parametrize(
    ("task", "queue"), [("portal.post", "light"), ("gpu_workers.sweep", "light"), ("gpu_workers.work", "celery")]
)
def test_what_needs_no_gpu_waits_in_a_queue_of_its_own(task, queue):
    route = app.amqp.router.route({}, task)
    assert getattr(route.get("queue"), "name", "celery") == queue


def test_a_worker_that_is_told_no_queue_takes_no_light_task():
    code = "from portal.celery import app; print(*app.amqp.queues.consume_from)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=_environment())
    assert answer.stdout.split() == ["celery"], answer.stderr


def test_a_round_of_the_post_imports_no_torch(tmp_path):
    code = f"""
import sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from portal import post, tasks
from portal.celery import app
app.loader.import_default_modules()
problems = []
post.logger.exception = lambda *words: problems.append(words)
app.tasks["portal.post"].apply(throw=True)
app.tasks["gpu_workers.sweep"].apply(throw=True)
assert not problems, problems
print(*[name for name in {HEAVY} if name in sys.modules])
"""
    environment = _environment() | {"LACUNA_HOME": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []


@pytest.mark.worker
def test_a_light_worker_is_not_counted_among_those_that_do_jobs(real_redis):
    presence.note_alive("light@here", light=True)
    assert (presence.count_alive(), presence.count_alive(light=True)) == (0, 1)
    presence.note_alive("gpu@here")
    presence.note_gone("light@here")
    assert (presence.count_alive(), presence.count_alive(light=True)) == (1, 0)
