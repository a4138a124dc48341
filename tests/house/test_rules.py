"""Rules of the house: limits of tasks in order, deployment check clean, migrations whole, templates sound."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from portal.celery import app

ROOT = Path(settings.BASE_DIR)


def own_tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_has_limits_in_order():
    tasks = own_tasks()
    assert len(tasks) >= 2
    visibility = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    for name, task in tasks.items():
        assert 0 < task.soft_time_limit < task.time_limit < visibility, name


def test_every_task_is_acknowledged_late_and_given_back_when_its_worker_is_lost():
    for name, task in own_tasks().items():
        assert task.acks_late, name
        assert task.reject_on_worker_lost, name


def test_every_scheduled_task_exists():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled
    assert scheduled <= own_tasks().keys()


def test_a_lease_is_shorter_than_a_task():
    assert settings.JOB_LEASE_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT


def test_the_deployment_check_is_clean(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TEST_"))} | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LACUNA_HOME": str(tmp_path),
        "HTTPS": "1",
        "SECRET_KEY": "a key of more than fifty characters, with quite some of them different: 0123456789",
        "ALLOWED_HOSTS": "lacuna.example.org",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_lock_of_scripts_names_no_registry():
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') >= 5


def test_constraints_name_versions_only():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) > 100
    for line in lines:
        name, _, version = line.partition("==")
        assert name, line
        assert version, line
        assert not set("+/@ ") & set(line), line


def test_every_dependency_is_pinned():
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    pinned = {canonicalize_name(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text().split()}
    assert {canonicalize_name(Requirement(text).name) for text in wanted} <= pinned


def template_names():
    folder = ROOT / "templates"
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"
    )


def test_there_are_templates():
    assert len(template_names()) > 20


@pytest.mark.parametrize("name", template_names())
def test_a_template_compiles(name):
    get_template(name)
