"""How much slower a picture's page gets while two hundred sheets are submitted: `python benchmarks/scoring_load.py`.

PostgreSQL from the wheel, the site's own server in two processes, ten experts with twenty pictures each. The page is
asked for over HTTP, again and again, first on a quiet site and then while `--threads` browsers submit all two hundred
sheets without a pause. Printed: the ratio of the middle and of the slowest twentieth, and what became of the sheets.
Only ratios are told, since they hold on a machine that others use as well.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
EXPERTS, PICTURES, QUIET = 10, 20, 60
TOKEN = "b" * 32  # of the cookie and the header alike: what the site compares


def set_up(home: Path) -> None:
    from tests.servers.postgres import start

    os.environ |= {"LACUNA_HOME": str(home), "DATABASE_URL": start(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    os.environ |= {"ALLOWED_HOSTS": "127.0.0.1,testserver", "DEBUG": "1"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def build() -> list[tuple[str, str]]:
    """A study at scoring; the session of the expert and the code, sheet by sheet."""
    from django.test import Client
    from django.utils import timezone

    from review.models import Seat, Study
    from review.services import orders, studies
    from tests.factories import ArtworkFactory, CollectionFactory, UserFactory, person

    collection = CollectionFactory()
    study = studies.create_study(person("coordinator", collection), collection, title="Hills")
    works = [ArtworkFactory(collection=collection) for _number in range(PICTURES)]
    studies.add_items(study.created_by, study, artworks=works)
    for label in range(1, EXPERTS + 1):
        Seat.objects.create(
            study=study, email=f"e{label}@example.org", user=UserFactory(), state="accepted", label=label
        )
    orders.draw_orders(study, 0)
    Study.objects.filter(pk=study.pk).update(state="scoring", frozen_at=timezone.now())
    found = []
    for seat in study.seats.select_related("user"):
        client = Client()
        client.force_login(seat.user)
        key = client.cookies["sessionid"].value if "sessionid" in client.cookies else client.session.session_key
        found += [(key, code) for code in seat.presentations.values_list("code", flat=True)]
    return found


@contextlib.contextmanager
def served():
    """The site on a free port, in two processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _try in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait()


def ask(port: int, verb: str, path: str, session: str, body: bytes | None = None) -> int:
    from django.conf import settings

    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}
    headers |= {"X-CSRFToken": TOKEN, "Content-Type": "application/json"} if body else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(verb, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def page(port: int, session: str, code: str) -> float:
    """Seconds that the page of a picture takes."""
    began = time.perf_counter()
    status = ask(port, "GET", f"/panel/score/{code}/", session)
    assert status == 200, status
    return time.perf_counter() - began


def submit(port: int, session: str, code: str) -> int:
    from review.services.sheets import EMPTY

    scores = dict.fromkeys(("type", "elements", "relation", "composition"), 5)
    content = EMPTY | {"scores": scores, "guess": "unsure", "seconds": 30}
    body = json.dumps({"content": content, "version": 0, "request": str(uuid.uuid4())}).encode()
    return ask(port, "POST", f"/panel/score/{code}/submit/", session, body)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--threads", type=int, default=16)
    threads = reader.parse_args().threads
    with tempfile.TemporaryDirectory() as home:
        set_up(Path(home))
        sheets = build()
        with served() as port:
            for number in range(20):
                page(port, *sheets[number])
            quiet = [page(port, *sheets[number % len(sheets)]) for number in range(QUIET)]
            busy, over = [], threading.Event()

            def watch() -> None:
                while not over.is_set():
                    busy.append(page(port, *sheets[len(busy) % len(sheets)]))

            watcher = threading.Thread(target=watch)
            watcher.start()
            with ThreadPoolExecutor(threads) as pool:
                statuses = Counter(pool.map(lambda sheet: submit(port, *sheet), sheets))
            over.set()
            watcher.join()
    middle = statistics.median(busy) / statistics.median(quiet)
    slow = statistics.quantiles(busy, n=20)[-1] / statistics.quantiles(quiet, n=20)[-1]
    print(f"{len(sheets)} sheets by {threads} browsers at once: {dict(statuses)}; {len(busy)} pages meanwhile")
    print(f"page under load to page on a quiet site: middle {middle:.1f}, slowest twentieth {slow:.1f}")


if __name__ == "__main__":
    main()
