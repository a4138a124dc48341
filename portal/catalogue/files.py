"""Files in storage, on local disk or S3 alike: content-addressed names, local copies, and who still uses a file."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models

CHUNK = 1 << 20
BATCH = 500  # names in one query; SQLite allows some 32,000
CACHE_BYTES = 20 * 1024**3


class LocalFile(File):
    """A file about to enter storage. Local storage moves it there, so that it appears whole or not at all."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def sealed_name(folder: str, sha256: str, suffix: str) -> str:
    """`pictures/ab/abcdef….tif`: where a file of this content lies in storage."""
    return f"{folder}/{sha256[:2]}/{sha256}{suffix}"


def store(path: Path, name: str) -> bool:
    """Put a local file into storage under exactly this name; False when the same bytes lie there already.

    The local file is used up. Bytes under the name that are not these are a torn copy and are replaced.
    """
    if default_storage.exists(name):
        with path.open("rb") as handle:
            same = hashlib.file_digest(handle, "sha256").hexdigest() == sha256_stored(name)
        if same:
            return False
        default_storage.delete(name)
    with LocalFile(path.open("rb")) as file:
        saved = default_storage.save(name, file)
    if saved != name:  # somebody stored the same at the same moment
        default_storage.delete(saved)
        return False
    return True


def sha256_stored(name: str) -> str:
    """SHA-256 of a file in storage, in bounded memory. FileNotFoundError when it is not there."""
    digest = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def local_path(field_file: models.fields.files.FieldFile) -> Iterator[Path]:
    """A path to read a stored file from: the file itself on local storage, else a copy kept in `FILE_CACHE`.

    Only for names whose content never changes. FileNotFoundError when the file is gone.
    """
    try:
        yield Path(field_file.path)
        return
    except NotImplementedError:
        pass
    copy = Path(settings.FILE_CACHE) / str(field_file.name)
    try:
        os.utime(copy)
    except FileNotFoundError:
        _fetch(field_file, copy)
    yield copy


def file_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Every (model, name of a file field) of the site."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                yield model, field.name


def unused(names: Iterable[str]) -> set[str]:
    """Those of the names that no row of the site refers to."""
    left = set(names) - {""}
    asked = sorted(left)
    for model, field in file_fields():
        for start in range(0, len(asked), BATCH):
            rows = model._base_manager.filter(**{f"{field}__in": asked[start : start + BATCH]})
            left -= set(rows.values_list(field, flat=True))
    return left


def delete_unused(names: Iterable[str]) -> None:
    """Delete files from storage unless some row refers to them."""
    for name in unused(names):
        default_storage.delete(name)


def _fetch(field_file: models.fields.files.FieldFile, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=copy.parent, prefix=".fetching-")
    try:
        with os.fdopen(handle, "wb") as out, field_file.storage.open(str(field_file.name), "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                out.write(chunk)
        os.replace(temporary, copy)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _trim_cache(keep=copy)


def _trim_cache(keep: Path) -> None:
    """Remove the copies unused for longest until the cache is small enough again."""
    found = [(path.stat(), path) for path in Path(settings.FILE_CACHE).rglob("*") if path.is_file() and path != keep]
    total = keep.stat().st_size + sum(stat.st_size for stat, _path in found)
    for stat, path in sorted(found, key=lambda item: item[0].st_mtime):
        if total <= CACHE_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= stat.st_size
