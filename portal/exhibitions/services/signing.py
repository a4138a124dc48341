"""Signed files of releases: made by the light worker, verified whenever one leaves, gone with the release."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from gpu_workers.pictures import PictureError, read, sha256_file, write
from portal import post
from portal.catalogue import files
from portal.exhibitions.band import write_labelled
from portal.exhibitions.credentials import CredentialError, read_file, sign_file
from portal.exhibitions.credentials.terms import MEDIA_TYPES
from portal.exhibitions.facts import Facts
from portal.exhibitions.gathering import facts_of
from portal.exhibitions.keys import Keys, signing_keys, trusted_roots
from portal.exhibitions.models import SignedFile
from review.guardrails.models import Release
from review.guardrails.selectors import published

logger = logging.getLogger("lacuna.credentials")
AT_ONCE = 5  # releases that one round of the post signs
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif", "image/webp": ".webp"}
Kind = SignedFile.Kind


def call_for_signing(release: Release) -> None:
    """Have the light worker sign a release that was just published."""
    post.call_after_commit()


def sign_due(now: datetime) -> int:
    """Sign some of the published releases that lack a file by the present certificates; returns how many."""
    if not published().exists():
        return 0
    try:
        keys = signing_keys()
    except CredentialError as error:
        logger.error("Nothing is signed: %s", error)
        return 0
    signed = 0
    for release in _due(keys)[:AT_ONCE]:
        try:
            sign_release(release, keys)
            signed += 1
        except (CredentialError, PictureError, FileNotFoundError) as error:
            logger.error("Release %s could not be signed: %s", release.pk, error)
    return signed


def sign_release(release: Release, keys: Keys) -> list[SignedFile]:
    """Make the files of a published release that are not there yet, and forget those by other certificates."""
    facts = facts_of(release)
    made = []
    with _coded(release) as source, tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        for kind in _kinds(facts):
            if not _files(release, keys).filter(kind=kind).exists():
                made.append(_sign(release, facts, kind, source, Path(folder), keys))
    now = {"content_hash": release.content_hash, "certificates": keys.fingerprint}
    forget(SignedFile.objects.filter(release=release).exclude(**now))
    return [row for row in made if row]


def holds(row: SignedFile, path: Path) -> bool:
    """Whether the file at `path` is still the one that was signed, and its credentials are valid and trusted.

    One that is not is forgotten, and so made anew by the next round of the post.
    """
    report = read_file(path, trusted_roots())
    if report.state == "valid" and report.trusted and report.sha256 == row.sha256:
        return True
    logger.error("The credentials of release %s no longer hold; it is signed anew.", row.release_id)
    forget(SignedFile.objects.filter(pk=row.pk))
    return False


def forget(rows: QuerySet[SignedFile]) -> None:
    """Delete signed files; those that are still wanted are made anew by the next round."""
    names = set(rows.values_list("file", flat=True))
    rows.delete()
    transaction.on_commit(lambda: files.delete_unused(names))


def forget_release(release: Release) -> None:
    """Delete every signed file of a release that was withdrawn."""
    forget(SignedFile.objects.filter(release=release))


def _due(keys: Keys) -> QuerySet[Release]:
    """Published releases without a picture signed as it is now, or without the labelled copy that goes with it."""

    def signed(kind: str) -> Exists:
        rows = SignedFile.objects.filter(release=OuterRef("pk"), content_hash=OuterRef("content_hash"), kind=kind)
        return Exists(rows.filter(certificates=keys.fingerprint))

    lacking = published().filter(~signed(Kind.PICTURE)) | published().filter(
        ~signed(Kind.LABELLED), kind__in=(Release.Kind.RESTORATION, Release.Kind.PAINTING)
    )
    return lacking.order_by("published_at")


def _kinds(facts: Facts) -> list[str]:
    return [Kind.PICTURE, *([Kind.LABELLED] if facts.by_machine else [])]


def _files(release: Release, keys: Keys) -> QuerySet[SignedFile]:
    return SignedFile.objects.filter(release=release, content_hash=release.content_hash, certificates=keys.fingerprint)


@contextlib.contextmanager
def _coded(release: Release) -> Iterator[Path]:
    """The sealed picture as a file that can carry credentials: as it is, or a PSD's composite as TIFF."""
    with files.local_path(release.picture.file) as path:
        if release.picture.format in MEDIA_TYPES:
            yield path
            return
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            composite = Path(folder) / "composite.tif"
            write(read(path), composite)
            yield composite


@contextlib.contextmanager
def _parent(release: Release) -> Iterator[Path | None]:
    """The file that the picture was made from, where it could bring credentials of its own."""
    picture = release.master or (release.picture if release.kind == Release.Kind.ORIGINAL else None)
    if picture is None or picture.format not in MEDIA_TYPES:
        yield None
        return
    with files.local_path(picture.file) as path:
        yield path


def _sign(release: Release, facts: Facts, kind: str, source: Path, folder: Path, keys: Keys) -> SignedFile | None:
    labelled = kind == Kind.LABELLED
    if labelled:
        source = write_labelled(source, folder / "labelled.jpg", facts)
    target = folder / f"signed-{kind}"
    with _parent(release) as parent:
        sign_file(source, target, facts, keys.signer, parent=parent, labelled=labelled)
    report = read_file(target)
    return _keep(release, kind, target, MEDIA_TYPES[report.format], keys)


def _keep(release: Release, kind: str, path: Path, media_type: str, keys: Keys) -> SignedFile | None:
    """Put a signed file into storage; None when the release was withdrawn, or signed by another worker, meanwhile."""
    sha256 = sha256_file(path)
    name = files.sealed_name("signed", sha256, SUFFIXES[media_type])
    with open(path, "rb") as content:
        name = default_storage.save(name, File(content))
    try:
        with transaction.atomic():
            if published().select_for_update(of=("self",)).filter(pk=release.pk).exists():
                return SignedFile.objects.create(
                    release=release,
                    kind=kind,
                    content_hash=release.content_hash,
                    certificates=keys.fingerprint,
                    file=name,
                    sha256=sha256,
                    size_bytes=path.stat().st_size,
                    media_type=media_type,
                )
    except IntegrityError:
        logger.info("Release %s was signed by another worker.", release.pk)
    files.delete_unused({name})
    return None
