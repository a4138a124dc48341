"""Which files of a release may leave, and which there are."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.db.models.fields.files import FieldFile

from portal.catalogue.files import local_path
from portal.exhibitions.facts import Facts, FileFact
from portal.exhibitions.models import SignedFile
from portal.exhibitions.services.signing import holds
from review.guardrails.models import Release

REUSABLE = ("http://creativecommons.org/", "http://rightsstatements.org/vocab/NoC")  # beginnings of rights statements
SUFFIXES = {"image/jpeg": "jpg", "image/tiff": "tif", "image/png": "png", "image/webp": "webp"}
Files = dict[str, Path]
Described = dict[str, FileFact]


def allowed(facts: Facts) -> bool:
    """Whether the rights in a work let everybody have its picture."""
    return facts.work.rights.startswith(REUSABLE)


def file_of(release: Release, kind: str = SignedFile.Kind.PICTURE) -> SignedFile | None:
    """The newest signed file of a release as it is now."""
    rows = SignedFile.objects.filter(release=release, kind=kind, content_hash=release.content_hash)
    return rows.order_by("-created_at").first()


@contextlib.contextmanager
def contents(release: Release, facts: Facts, member: bool) -> Iterator[tuple[Files, Described]]:
    """The files of a bag, the picture first, and what they are; none while the picture is not signed as it should."""
    row = file_of(release)
    with contextlib.ExitStack() as stack:
        files: Files = {}
        described: Described = {}

        def put(name: str, file: FieldFile, what: FileFact) -> None:
            files[name] = stack.enter_context(local_path(file))
            described[name] = what

        if row:
            put(f"picture.{SUFFIXES[row.media_type]}", row.file, FileFact("", row.media_type, facts.title))
            if not holds(row, next(iter(files.values()))):
                files.clear()
        if files and release.mask and facts.mask:
            put("mask.png", release.mask.file, facts.mask)
        if files and member and release.master and facts.master:
            suffix = {"image/vnd.adobe.photoshop": "psd"} | SUFFIXES
            put(f"master.{suffix[facts.master.media_type]}", release.master.file, facts.master)
        yield files, described
