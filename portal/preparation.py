"""What must be in order before the site runs: database, static files, translations. Each is done only when stale."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], None]


def prepare(say: Say = print) -> None:
    """Bring translations, database and static files up to date; says a sentence for each thing that it did."""
    compile_translations(say)
    migrate(say)
    know_registers(say)
    collect_static(say)


def compile_translations(say: Say) -> int:
    """Compile each catalogue that is newer than its compiled form; returns how many. Fuzzy entries are left out."""
    stale = [po for folder in settings.LOCALE_PATHS for po in sorted(Path(folder).rglob("*.po")) if _stale(po)]
    for po in stale:
        with po.open("rb") as source:
            catalogue = read_po(source)
        unfinished = po.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as target:
            write_mo(target, catalogue)
        unfinished.replace(po.with_suffix(".mo"))
    if stale:
        say(f"Translations compiled: {', '.join(sorted({po.parent.parent.name for po in stale}))}.")
    return len(stale)


def migrate(say: Say) -> bool:
    """Apply migrations that the database lacks; returns whether there were any."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
        say(f"Database brought up to date: {len(missing)} migrations.")
    return bool(missing)


def know_registers(say: Say) -> int:
    """Read the registers of training samples of the shipped weights that are not there as they are now."""
    from review.guardrails.services.registers import import_shipped

    found = import_shipped()
    if found:
        say(f"Registers of training samples read: {', '.join(register.name for register in found)}.")
    return len(found)


def collect_static(say: Say) -> bool:
    """Collect static files when any of their sources changed since the last time; returns whether it did."""
    stamp, now = Path(settings.STATIC_ROOT) / ".sources", _static_fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(now)
    say("Static files collected.")
    return True


def _stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _static_fingerprint() -> str:
    """A digest of names, sizes and times of every static file's source."""
    facts = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            facts.append((getattr(storage, "prefix", None), name, found.st_size, found.st_mtime_ns))
    return hashlib.sha256(json.dumps(sorted(facts, key=str)).encode()).hexdigest()
