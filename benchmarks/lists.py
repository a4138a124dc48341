"""How fast every list answers: `python benchmarks/lists.py [--database sqlite] [--json FILE] [--only WORD]`.

A museum of two hundred works, fifty orders and some hundred candidates is built in an empty database: the embedded
SQLite, and PostgreSQL from the wheel. Each page and each list of the API is asked twenty times by a curator, through
all of Django (middleware, session, queries, template); what a browser adds is not in it. Columns: queries, milliseconds
in the middle and of the slowest twentieth, processor milliseconds in the middle, kilobytes. The aim is under 100 ms;
the processor's time is the figure to go by on a machine that others use as well.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
AIM_MS, TIMES = 100, 20

PAGES = [  # name of a route, what of the museum it takes, query
    ("desk:desk", "", ""),
    ("desk:works", "", ""),
    ("desk:jobs", "", ""),
    ("desk:waiting", "", ""),
    ("desk:activity", "", ""),
    ("desk:search", "", "q=streams"),
    ("catalogue:collections", "", ""),
    ("catalogue:collection", "collection", ""),
    ("catalogue:collection", "collection", "page=7"),
    ("catalogue:collection", "collection", "q=mountains"),
    ("catalogue:artwork", "artwork", ""),
    ("uploads:bring-in", "collection", ""),
    ("uploads:iiif", "collection", ""),
    ("restoration:masks", "artwork", ""),
    ("restoration:order", "artwork", ""),
    ("restoration:reconstruct", "artwork", ""),
    ("restoration:detail", "restoration", ""),
    ("restoration:compare", "artwork", ""),
    ("restoration:batch-new", "collection", ""),
    ("restoration:batches", "", ""),
    ("restoration:batch", "batch", ""),
    ("restoration:presets", "", ""),
    ("review:nominations", "", ""),
    ("jobs:list", "", ""),
    ("jobs:detail", "job", ""),
    ("generation:ink", "", ""),
    ("generation:prompt", "", ""),
    ("generation:round", "round", ""),
    ("generation:captions", "", ""),
    ("notices:list", "", ""),
    ("hooks:webhooks", "", ""),
    ("hooks:webhook", "webhook", ""),
    ("accounts:tokens", "", ""),
]
QUERIES = {"search-list": "q=streams", "reference-list": "artwork={artwork.pk}"}  # what a list has to be asked


def addresses(museum) -> list[tuple[str, str]]:
    """(name, path) of every page of the table that is there, and of every list of the API."""
    from django.urls import NoReverseMatch, reverse

    from portal.api_urls import urlpatterns

    found = []
    for route, thing, query in PAGES:
        try:
            path = reverse(route, args=[getattr(museum, thing).pk] if thing else [])
        except NoReverseMatch:
            print(f"There is no page {route}.", file=sys.stderr)
            continue
        found.append((f"{route}{'?' + query if query else ''}", path + (f"?{query}" if query else "")))
    for pattern in urlpatterns:
        if "get" in (getattr(pattern.callback, "actions", None) or {}) and (pattern.name or "").endswith("-list"):
            query = QUERIES.get(pattern.name, "").format_map(vars(museum))
            found.append((f"api {pattern.name}", reverse(f"api:{pattern.name}") + (f"?{query}" if query else "")))
    for kind in ("artwork", "restoration", "job", "webhook"):
        found.append((f"api {kind}-detail", reverse(f"api:{kind}-detail", args=[getattr(museum, kind).pk])))
    return found


def measure(client, path: str) -> dict:
    """Ask twenty times, after two that warm up; the queries are counted in one more."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    walls, processor = [], []
    for number in range(TIMES + 2):
        wall, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        if number >= 2:
            walls.append(1000 * (time.perf_counter() - wall))
            processor.append(1000 * (time.process_time() - used))
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return {
        "status": answer.status_code,
        "queries": len(asked),
        "median_ms": round(statistics.median(walls), 1),
        "p95_ms": round(statistics.quantiles(walls, n=20)[-1], 1),
        "cpu_ms": round(statistics.median(processor), 1),
        "kilobytes": round(len(answer.content) / 1024),
    }


def run(only: str) -> list[dict]:
    """Build the museum in this process's database and measure."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.museum import build

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] |= {"user": None, "anon": None}
    call_command("migrate", verbosity=0)
    museum = build()
    logging.disable(logging.CRITICAL)  # a page that fails is marked in the table
    client = Client(raise_request_exception=False)
    client.force_login(museum.curator)
    rows = []
    for name, path in addresses(museum):
        if only in name:
            rows.append({"name": name, **measure(client, path)})
    return rows


def table(rows: list[dict]) -> str:
    """The rows as people read them, the slowest first."""
    lines = [f"{'':34}{'queries':>8}{'median':>8}{'p95':>8}{'cpu':>8}{'kB':>6}"]
    for row in sorted(rows, key=lambda row: -row["cpu_ms"]):
        mark = " !" if row["cpu_ms"] > AIM_MS or row["status"] != 200 else ""
        numbers = f"{row['queries']:>8}{row['median_ms']:>8}{row['p95_ms']:>8}{row['cpu_ms']:>8}{row['kilobytes']:>6}"
        lines.append(f"{row['name']:34}{numbers}{mark}{'' if row['status'] == 200 else ' ' + str(row['status'])}")
    return "\n".join(lines)


def in_a_process(database: str, only: str) -> list[dict]:
    """Measure on one database, in a process with a home, a Redis and collected static files of its own."""
    from portal.embedded import embedded_redis
    from tests.servers.postgres import start

    with tempfile.TemporaryDirectory() as home, embedded_redis(Path(home) / "redis.sock") as redis:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TEST_", "S3_"))}
        environment = kept | {"DJANGO_SETTINGS_MODULE": "portal.settings", "LACUNA_HOME": home, "REDIS_URL": redis}
        environment |= {"STATIC_ROOT": str(Path(home) / "static"), "LOG_LEVEL": "ERROR"}
        environment["DATABASE_URL"] = start() if database == "postgres" else ""
        if not environment["DATABASE_URL"]:
            del environment["DATABASE_URL"]
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, __file__, "--here", "--only", only]
        answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(answer.stdout.splitlines()[-1])


def main() -> None:
    """Print a table for each database, and write all figures as JSON where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(json.dumps(run(given.only)))
        return
    found = {}
    for database in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        found[database] = in_a_process(database, given.only)
        print(f"{database}\n{table(found[database])}\n", flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
