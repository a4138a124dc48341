"""Fixtures for every test: fresh files, fresh cache, and one fixture a person and an object that most tests need."""

import gc
import os

import pytest
from django.core.cache import cache
from django.utils import translation

from portal.preparation import compile_translations
from tests.factories import ArtworkFactory
from tests.servers import LACKS

pytest_plugins = [f"tests.servers.{name}" for name in ("processes", "s3", "mail", "browser")]

# tests on the same costly server run in the same process
SERVERS = {"s3": "servers", "worker": "servers", "browser": "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        for mark, group in SERVERS.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.xdist_group(group))


def pytest_sessionstart():
    """Looking for garbage among what a run imports and collects is a fifth of the time that collecting takes."""
    gc.disable()


def pytest_collection_finish():
    """All of that stays to the end, and is not looked through again."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter):
    """Count aloud what could not be tested on this machine."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    lacking = [reason.removeprefix("Skipped: ") for reason in reasons if LACKS in reason]
    for reason in sorted(set(lacking)):
        terminalreporter.write_line(f"NOT TESTED: {lacking.count(reason)} tests. {reason}", yellow=True, bold=True)
    if os.environ.get("TEST_SERVERS") and not os.environ.get("TEST_DATABASE_URL"):
        terminalreporter.write_line("NOT TESTED: PostgreSQL. All tests ran on SQLite.", yellow=True, bold=True)


@pytest.fixture(autouse=True)
def _postgres_where_asked(request):
    """A test marked `postgres` is skipped on any other database."""
    if request.node.get_closest_marker("postgres"):
        from django.db import connection

        if connection.vendor != "postgresql":
            pytest.skip(f"{LACKS}PostgreSQL in this run (make test has it).")


@pytest.fixture(autouse=True)
def _fresh_files_and_cache(settings, tmp_path):
    """Media and copies of remote files go to this test's own folder; nothing cached outlives a test.

    Artworks are numbered from 0 in each: so each paints the same ones, which are then painted once in a process.
    """
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_CACHE = tmp_path / "cache"
    settings.FILE_UPLOAD_TEMP_DIR = None
    cache.clear()
    ArtworkFactory.reset_sequence(0)


@pytest.fixture(autouse=True)
def _english():
    """A page asked for in Chinese leaves its language on the thread; the next test does not inherit it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _emptied_past_triggers():
    """Emptying a database between tests deletes what nobody may delete: the rules against it are set aside within the
    same transaction, which only the owner of the tables can do."""
    from django.db import connection

    operations, aside = type(connection.ops), {"sqlite": _dropped, "postgresql": _disabled}[connection.vendor]
    original = operations.sql_flush

    def sql_flush(self, *args, **options):
        with self.connection.cursor() as cursor:
            before, after = aside(cursor)
        return [*before, *original(self, *args, **options), *after]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = original


def _dropped(cursor):
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'")
    kept = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _sql in kept], [sql for _name, sql in kept]


def _disabled(cursor):
    cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0")
    kept = cursor.fetchall()
    return [[f"ALTER TABLE {table} {does} TRIGGER {name}" for table, name in kept] for does in ("DISABLE", "ENABLE")]


@pytest.fixture(autouse=True, scope="session")
def _no_power_cut():
    """Tests' files need not outlive a power cut; waiting for the disk is a fifth of a sealed picture's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _translations():
    """Pages in Chinese need their words compiled, as `manage.py prepare` does."""
    compile_translations(lambda sentence: None)


@pytest.fixture(autouse=True, scope="session")
def _one_torch_thread():
    """Two xdist processes on two cores: threads inside a process would only get in each other's way."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def curator(db):
    """A person who may create collections (a site-wide curator)."""
    from tests.factories import person

    return person("curator")


@pytest.fixture
def operator(db):
    """A person who steers the machine and may open no collection."""
    from tests.factories import person

    return person("operator")


@pytest.fixture
def stranger(db):
    """A person who is logged in and has no role anywhere."""
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def collection(curator):
    """A collection whose curator is `curator`."""
    from tests.factories import CollectionFactory

    return CollectionFactory(curator=curator)


@pytest.fixture
def artwork(collection):
    """An artwork of `collection` with a sealed master of 96 by 64 pixels."""
    from tests.factories import ArtworkFactory

    return ArtworkFactory(collection=collection)
