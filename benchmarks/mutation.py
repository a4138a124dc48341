"""Do the tests notice mistakes? `python benchmarks/mutation.py MODULE… --tests PATH… [--sample N] [--seed S]`.

    nice .venv/bin/python benchmarks/mutation.py review.services.orders review.services.renditions \\
        --tests tests/review/test_orders.py tests/review/test_renditions.py --sample 60 --seed 1

MODULE is dotted; `--only WORD` keeps the mutants whose name has that word in it (to look at a survivor again), `--list`
names them and runs nothing, `--json FILE` keeps the outcome, `--least 0.85` makes a lower share an error.

The tests run once as they are, and must pass; then every mutant (see `mutants.py`) gets a process of its own, forked
before any test ran, in which one function is exchanged in memory: no file is touched, and others may work in the same
checkout. Of the tests those run that came through the changed line, the quick ones first, until one fails. A mutant is
killed when a test fails, or when it uses up far more processor time or memory than the tests did; one that no test
comes through has survived. Neither mutants that change nothing (equivalent ones) nor hard ones are left out: the share
that is printed is of everything that was drawn. Hypothesis draws the same examples each time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest  # noqa: E402
from _pytest.runner import runtestprotocol  # noqa: E402

from benchmarks.mutants import Mutant, mutants_of  # noqa: E402

MORE_CPU, LEAST_CPU = 5, 20  # a mutant may use so many times what its tests did, and at least so many seconds
MORE_MEMORY = 3 * 1024**3
MORE_WALL = 20
KILLED, SURVIVED, ENDLESS = "killed", "survived", "killed (endless)"


class Runner:
    """A plugin of pytest that runs the collected tests once, and then again for every mutant."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self.wanted, self.outcome, self.failed = wanted, [], []
        self.through: dict[tuple[str, int], set[str]] = defaultdict(set)  # file and line → tests that came through
        self.cpu: dict[str, float] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        from hypothesis import settings

        settings.register_profile("mutation", derandomize=True, database=None)
        settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.wanted.list:
            return True
        drawn = draw(self.wanted)
        prepared(session)
        with Database() as database:
            began = time.time()
            self._run_plain(session)
            print(f"{len(session.items)} tests, {len(drawn)} mutants; the tests took {time.time() - began:.0f} s")
            if self.failed:
                print("These fail without any mutant:", *self.failed, sep="\n  ")
                return True
            for mutant in drawn:
                database.restore()
                self.outcome.append((mutant, self._try(session, mutant)))
                print(f"{self.outcome[-1][1]:16} {said(mutant)}", flush=True)
        return True

    def _run_plain(self, session: pytest.Session) -> None:
        """Run every test once, and learn which failed, what they came through and how long they took."""
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            os.close(reading)
            files = {import_module(name).__file__ for name in self.wanted.modules}
            for item, following in around(session, session.items):
                with self._watched(item.nodeid, files):
                    if not passes(item, following):
                        self.failed.append(item.nodeid)
            through = [[*place, sorted(tests)] for place, tests in self.through.items()]
            with os.fdopen(writing, "w") as out:
                json.dump([self.failed, through, self.cpu], out)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.failed, through, self.cpu = json.load(told)
        os.waitpid(child, 0)
        self.through.update({(file, line): set(tests) for file, line, tests in through})

    @contextlib.contextmanager
    def _watched(self, test: str, files: set[Any]) -> Iterator[None]:
        """Note which lines of the files a test comes through, and the processor time it takes."""

        def line(frame: Any, event: str, _arg: Any) -> Any:
            self.through[frame.f_code.co_filename, frame.f_lineno].add(test)
            return line

        def call(frame: Any, event: str, _arg: Any) -> Any:
            return line(frame, event, _arg) if frame.f_code.co_filename in files else None

        began = time.process_time()
        threading.settrace(call)
        sys.settrace(call)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            self.cpu[test] = time.process_time() - began

    def _try(self, session: pytest.Session, mutant: Mutant) -> str:
        file = import_module(mutant.module).__file__
        lines = range(mutant.line, mutant.last + 1)
        names = set().union(*(self.through.get((str(file), line), ()) for line in lines))
        names = names or self._of_function(mutant)
        items = sorted((it for it in session.items if it.nodeid in names), key=self._place)
        if not items:
            return SURVIVED
        sys.stdout.flush()
        allowed = LEAST_CPU + MORE_CPU * sum(self.cpu[it.nodeid] for it in items)
        if (child := os.fork()) == 0:
            os._exit(run_mutant(session, items, mutant, int(allowed)))
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return ENDLESS
        return {0: SURVIVED, 1: KILLED}.get(os.waitstatus_to_exitcode(status), "not planted")

    def _of_function(self, mutant: Mutant) -> set[str]:
        """A statement of several lines is seen at one of them only: then all tests that enter the function."""
        file, code = import_module(mutant.module).__file__, mutant.code
        last = max((line for *_about, line in code.co_lines() if line), default=code.co_firstlineno)
        inside = range(code.co_firstlineno + 1, last + 1)
        return set().union(*(self.through.get((str(file), line), ()) for line in inside))

    def _place(self, item: Any) -> tuple[bool, float]:
        """Tests that empty the database go last, as ever; of the others the quick ones first."""
        mark = item.get_closest_marker("django_db")
        empties = bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in item.fixturenames
        return empties, self.cpu[item.nodeid]


def prepared(session: pytest.Session) -> None:
    """Make the database, once for all forked processes; no test runs in this one, for threads do not survive a fork."""

    def nothing(db: None) -> None:
        pass

    first = pytest.Function.from_parent(session.items[0].parent, name="nothing", callobj=nothing)
    if not passes(first, first):
        raise SystemExit("The database of the tests could not be made.")


def around(session: pytest.Session, items: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Each item and the one after it; after the last comes the first, so that what belongs to the session stays."""
    session._setupstate.teardown_exact(items[0])
    yield from zip(items, [*items[1:], items[0]], strict=True)


def passes(item: Any, following: Any) -> bool:
    return all(report.passed or report.skipped for report in runtestprotocol(item, nextitem=following, log=False))


def run_mutant(session: pytest.Session, items: list[Any], mutant: Mutant, cpu: int) -> int:
    """In a process of its own: 0 when all tests pass, 1 when one fails, 2 when the mutant could not be planted."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu, spent + cpu))
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MORE_MEMORY,) * 2)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    guard = threading.Timer(cpu * MORE_WALL, lambda: os._exit(1))  # one that waits uses no processor time
    guard.daemon = True
    guard.start()
    try:
        mutant.plant()
    except BaseException:  # noqa: BLE001
        return 2
    try:
        for item, following in around(session, items):
            if not passes(item, following):
                return 1
    except BaseException:  # noqa: BLE001
        return 1
    return 0


class Database:
    """The test database of SQLite as the first run left it, put back before every mutant."""

    def __enter__(self) -> Database:
        from django.db import connection, connections

        self.file = self.kept = None
        connections.close_all()
        name = Path(str(connection.settings_dict["NAME"]))
        if connection.vendor == "sqlite" and name.is_file():
            self.file, self.kept = name, name.with_suffix(".kept")
            shutil.copyfile(self.file, self.kept)
        elif connection.vendor != "sqlite":
            raise SystemExit("Mutants run on SQLite: unset TEST_DATABASE_URL and TEST_SERVERS.")
        return self

    def restore(self) -> None:
        from django.db import connections

        connections.close_all()
        if self.file and self.kept:
            for ending in ("-wal", "-shm", "-journal"):
                Path(f"{self.file}{ending}").unlink(missing_ok=True)
            shutil.copyfile(self.kept, self.file)

    def __exit__(self, *_problem: object) -> None:
        if self.kept:
            self.kept.unlink(missing_ok=True)


def draw(wanted: argparse.Namespace) -> list[Mutant]:
    """The mutants to try: all, or a sample that the seed decides, in the order of the source."""
    every = [it for name in wanted.modules for it in mutants_of(import_module(name)) if wanted.only in it.name]
    if wanted.sample and wanted.sample < len(every):
        chosen = set(random.Random(wanted.seed).sample(range(len(every)), wanted.sample))
        every = [it for place, it in enumerate(every) if place in chosen]
    return every


def said(mutant: Mutant) -> str:
    before, after = (" ".join(text.split())[:70] for text in (mutant.before, mutant.after))
    return f"{mutant.name}  {before}  →  {after or 'nothing'}"


def summed_up(outcome: list[tuple[Mutant, str]], keep: Path | None) -> float:
    """Print the share that was killed, by module and in all; returns it."""
    rows = [(mutant, result != SURVIVED) for mutant, result in outcome if result != "not planted"]
    print()
    for module in dict.fromkeys(mutant.module for mutant, _dead in rows):
        dead = [it for mutant, it in rows if mutant.module == module]
        print(f"{module}: {sum(dead)} of {len(dead)} killed")
    share = sum(dead for _mutant, dead in rows) / max(len(rows), 1)
    print(f"in all: {share:.1%} of {len(rows)}")
    for mutant, dead in rows:
        if not dead:
            print(f"  survived: {said(mutant)}")
    if keep:
        told = [{"mutant": said(mutant), "result": result} for mutant, result in outcome]
        keep.write_text(json.dumps({"killed": share, "of": len(rows), "mutants": told}, indent=1, ensure_ascii=False))
    return share


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("modules", nargs="+")
    reader.add_argument("--tests", nargs="+", required=True)
    reader.add_argument("--sample", type=int, default=0)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--only", default="")
    reader.add_argument("--json", type=Path)
    reader.add_argument("--least", type=float, default=0.0)
    reader.add_argument("--list", action="store_true")
    wanted = reader.parse_args()
    runner = Runner(wanted)
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
    if wanted.list:
        options.append("--collect-only")
    pytest.main([*options, *wanted.tests], plugins=[runner])
    if wanted.list:
        print(*map(said, draw(wanted)), sep="\n")
        return 0
    if runner.failed or not runner.outcome:
        return 2
    return int(summed_up(runner.outcome, wanted.json) < wanted.least)


if __name__ == "__main__":
    raise SystemExit(main())
