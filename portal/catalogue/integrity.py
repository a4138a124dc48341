"""Whether every file is still what its row says: sealed pictures, masks, derivatives, shipped weights, and orphans."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from gpu_workers.weights import WeightsError, names, resolve
from portal.catalogue.files import file_fields, sha256_stored, unused


@dataclass(frozen=True)
class Trouble:
    """`kind`: missing, altered, unreadable, orphan or weights; `name`: of the file; `about`: what it belongs to."""

    kind: str
    name: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}" + (f" ({self.about})" if self.about else "")


Step = Callable[[], Any]


def count_files() -> int:
    """How many files `check_files` will look at."""
    return sum(model._base_manager.exclude(**{field: ""}).count() for model, field in file_fields())


def check_files(step: Step = lambda: None) -> Iterator[Trouble]:
    """Look at every file that a row names; where the row has its `sha256`, hash the file again. `step` after each."""
    for model, field in file_fields():
        hashed = field == "file" and any(f.name == "sha256" for f in model._meta.concrete_fields)
        rows = model._base_manager.exclude(**{field: ""})
        for pk, name, sha256 in rows.values_list("pk", field, "sha256" if hashed else "pk").iterator():
            if kind := _fault(name, sha256 if hashed else None):
                yield Trouble(kind, name, f"{model._meta.verbose_name} {pk}")
            step()


def check_weights() -> Iterator[Trouble]:
    """Hash the shipped weights against the table that pins them."""
    try:
        for name in names():
            try:
                resolve(name)
            except WeightsError as error:
                yield Trouble("weights", name, str(error))
    except WeightsError as error:
        yield Trouble("weights", "the table", str(error))


def orphans(older_than: timedelta) -> list[str]:
    """Files in storage that no row names; younger ones may belong to an upload under way."""
    before = timezone.now() - older_than
    found = unused(_walk(""))
    return sorted(name for name in found if default_storage.get_modified_time(name) < before)


def _fault(name: str, sha256: str | None) -> str | None:
    try:
        if sha256 is not None:
            return None if sha256_stored(name) == sha256 else "altered"
        return None if default_storage.exists(name) else "missing"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"


def _walk(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files if name)
    for name in folders:
        yield from _walk(f"{prefix}{name}")
