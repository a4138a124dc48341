"""Reading registers of training samples and others' copyright lists from tables; each is replaced whole or not."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from gpu_workers.weights import registry
from portal.accounts.models import User
from portal.errors import UserError
from review.guardrails.models import CopyrightEntry, CopyrightList, Register, RegisterSample
from review.guardrails.rights import likeness

SAMPLES = Path(__file__).parents[1] / "data" / "samples.npz"  # of the shipped weights: hashes and descriptions alone
MOST_ROWS = 2_000_000
SHA256, PERCEPTUAL = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{16}")
RESERVED = re.compile(r"all rights reserved|in copyright|/vocab/InC|©|\(c\)|copyrighted|版权所有|保留所有权利", re.I)
OPEN = re.compile(r"open access|creativecommons\.org/(publicdomain|licenses)|\bCC0\b|/vocab/NoC", re.I)
YES = {"1", "yes", "true", "y", "是"}


def import_register(name: str, table: Path, pictures: Path | None = None, weights_sha256: str = "") -> Register:
    """Read the register of the weights called `name` from a CSV with the columns file, sha256 and rights.

    Further columns, where they are there: title, source or set and museum, standing (open, unstated, reserved),
    opted_out (yes), perceptual. pictures: the folder in which the files lie, to describe them; each must have its hash.
    Without it, what comes with Lacuna is used. Raises `UserError`.
    """
    digest = weights_sha256 or fingerprint_of(name)
    rows = [_sample(row, number, pictures) for number, row in enumerate(_rows(table), start=1)]
    if not rows:
        raise UserError(_("The table has no rows."))
    about = {"name": name, "file_sha256": _digest(table), "count": len(rows)}
    with transaction.atomic():
        register, _fresh = Register.objects.update_or_create(weights_sha256=digest, defaults=about)
        register.samples.all().delete()
        RegisterSample.objects.bulk_create((_belonging(row, register) for row in rows), batch_size=500)
    return register


def import_shipped() -> list[Register]:
    """The registers of the weights that come with Lacuna, where they are not there as they are now."""
    found = []
    for name in registry.names():
        table = registry.FOLDER / name / "register.csv"
        if not table.is_file():
            continue
        digest = fingerprint_of(name)
        if not Register.objects.filter(weights_sha256=digest, file_sha256=_digest(table)).exists():
            found.append(import_register(name, table, weights_sha256=digest))
    return found


def import_copyright_list(name: str, file: Path, source: str, user: User | None = None) -> CopyrightList:
    """Read somebody's list of works from a CSV, or a JSON list of objects: title, and sha256 or perceptual or both;
    owner, statement and url where they are known. Raises `UserError`.
    """
    if not name.strip() or not source.strip():
        raise UserError(_("Name the list, and say where it comes from."))
    entries = [_entry(row, number) for number, row in enumerate(_rows(file), start=1)]
    if not entries:
        raise UserError(_("The table has no rows."))
    about = {"source": source.strip()[:300], "count": len(entries), "imported_by": user}
    with transaction.atomic():
        made, _fresh = CopyrightList.objects.update_or_create(name=name.strip()[:120], defaults=about)
        made.entries.all().delete()
        for entry in entries:
            entry.listed_in = made
        CopyrightEntry.objects.bulk_create(entries, batch_size=500)
    return made


def describe_samples(folder: Path, out: Path = SAMPLES) -> int:
    """Describe every picture of the shipped registers that lies in `folder`; returns how many. Keeps no picture."""
    wanted: dict[str, str] = {}
    for name in registry.names():
        table = registry.FOLDER / name / "register.csv"
        wanted |= {row["sha256"]: row["file"] for row in _rows(table)} if table.is_file() else {}
    made = {digest: described(folder / file, digest) for digest, file in sorted(wanted.items())}
    np.savez_compressed(
        out,
        sha256=np.array([list(bytes.fromhex(digest)) for digest in made], np.uint8),
        perceptual=np.array([int(it[0], 16) for it in made.values()], np.uint64),
        description=np.array([list(it[1]) for it in made.values()], np.uint8),
    )
    return len(made)


def described(path: Path, sha256: str) -> tuple[str, bytes]:
    """Perceptual hash and description of a picture file that has this hash."""
    try:
        if _digest(path) != sha256:
            raise UserError(_("The file %(name)s is not the one of the register.") % {"name": path.name})
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
    except OSError:
        raise UserError(_("The file %(name)s cannot be read.") % {"name": path.name}) from None
    return likeness.perceptual(pixels), likeness.describe(pixels)


def fingerprint_of(name: str) -> str:
    """The SHA-256 over the files of weights, as recipes name it."""
    try:
        return registry.expected(name)
    except registry.WeightsError as problem:
        raise UserError(str(problem)) from None


def standing_of(rights: str) -> str:
    """What a rights statement comes to, where nothing else says it."""
    standing = RegisterSample.Standing
    return standing.RESERVED if RESERVED.search(rights) else standing.OPEN if OPEN.search(rights) else standing.UNSTATED


def _sample(row: dict[str, str], number: int, pictures: Path | None) -> RegisterSample:
    digest = row.get("sha256", "").lower()
    if not SHA256.fullmatch(digest):
        raise UserError(_("Row %(number)d has no SHA-256 of 64 hexadecimal digits.") % {"number": number})
    standing = row.get("standing", "").lower() or standing_of(row.get("rights", ""))
    if standing not in RegisterSample.Standing.values:
        raise UserError(_("Row %(number)d: the standing is open, unstated or reserved.") % {"number": number})
    file = row.get("file", "")
    given = (row.get("perceptual", ""), b"")
    hashed, description = described(pictures / file, digest) if pictures else shipped_samples().get(digest, given)
    source = row.get("source") or ", ".join(filter(None, (row.get("set"), row.get("museum"))))
    return RegisterSample(
        number=number, sha256=digest, perceptual=hashed, description=description, file=file[:300],
        title=(row.get("title") or file or digest[:12])[:300],
        source=source[:300], rights=row.get("rights", "")[:300], standing=standing,
        opted_out=row.get("opted_out", "").strip().lower() in YES,
    )  # fmt: skip


@cache
def shipped_samples() -> dict[str, tuple[str, bytes]]:
    """SHA-256 → perceptual hash and description, of every picture that the shipped weights were trained on."""
    if not SAMPLES.is_file():
        return {}
    with np.load(SAMPLES) as told:
        columns = (told["sha256"], told["perceptual"], told["description"])
        return {bytes(one).hex(): (f"{int(two):016x}", bytes(three)) for one, two, three in zip(*columns, strict=True)}


def _belonging(row: RegisterSample, register: Register) -> RegisterSample:
    row.register = register
    return row


def _entry(row: dict[str, str], number: int) -> CopyrightEntry:
    digest, hashed = row.get("sha256", "").strip().lower(), row.get("perceptual", "").strip().lower()
    if not row.get("title", "").strip():
        raise UserError(_("Row %(number)d has no title.") % {"number": number})
    if (
        not (digest or hashed)
        or (digest and not SHA256.fullmatch(digest))
        or (hashed and not PERCEPTUAL.fullmatch(hashed))
    ):
        reason = _("Row %(number)d needs a SHA-256 of 64 or a perceptual hash of 16 hexadecimal digits.")
        raise UserError(reason % {"number": number})
    url = row.get("url", "").strip()
    return CopyrightEntry(
        title=row["title"].strip()[:300], owner=row.get("owner", "")[:300], statement=row.get("statement", "")[:300],
        url=url[:500] if url.startswith(("https://", "http://")) else "", sha256=digest, perceptual=hashed,
    )  # fmt: skip


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV, or the objects of a JSON list, as words; more than `MOST_ROWS` are refused."""
    for number, row in enumerate(_read(path)):
        if number >= MOST_ROWS:
            raise UserError(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS})
        yield {str(key): "" if value is None else str(value) for key, value in row.items()}


def _read(path: Path) -> Iterable[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            rows = json.loads(text)
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise UserError(_("The JSON file is a list of objects."))
            return rows
        return list(csv.DictReader(text.splitlines()))
    except OSError:
        raise UserError(_("The file %(name)s cannot be read.") % {"name": path.name}) from None
    except (ValueError, csv.Error):
        raise UserError(_("The file %(name)s is no table in UTF-8.") % {"name": path.name}) from None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
