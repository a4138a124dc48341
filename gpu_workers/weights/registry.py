"""A table of weights, pinned by SHA-256 and checked before anything is loaded. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
TABLE = "registry.json"
PINNED = (".safetensors", ".json")
NOTES = ("training.json", "measured.json")


class WeightsError(Exception):
    """Weights are unknown, missing or not what they should be; the text is one sentence for a person."""


@dataclass(frozen=True)
class Weights:
    """Checked weights: their name, folder, model card, and one SHA-256 over all their files."""

    name: str
    folder: Path
    card: Path
    sha256: str


def names(root: Path = FOLDER) -> list[str]:
    """The names that ``resolve`` knows."""
    return sorted(_table(root))


def resolve(name: str, root: Path = FOLDER) -> Weights:
    """Find and check the weights called ``name``; every file must have its pinned size and SHA-256, else
    ``WeightsError``.
    """
    digest = expected(name, root)
    entry = _table(root)[name]
    folder = root / entry["folder"]
    for file, pinned in entry["files"].items():
        _check(name, folder / file, pinned)
    return Weights(name, folder, folder / entry["card"], digest)


def expected(name: str, root: Path = FOLDER) -> str:
    """The SHA-256 that ``resolve`` gives for these weights, from the table alone; ``WeightsError`` for others."""
    table = _table(root)
    if name not in table:
        raise WeightsError(f"There are no weights called “{name}”; known are {', '.join(sorted(table)) or 'none'}.")
    return _combined(table[name]["files"])


def installed(name: str, root: Path = FOLDER) -> bool:
    """Whether all files of ``name`` are there with their pinned sizes; their content is proven by ``resolve``."""
    entry = _table(root).get(name)
    if entry is None:
        return False
    files = {root / entry["folder"] / file: pinned["bytes"] for file, pinned in entry["files"].items()}
    return all(path.is_file() and path.stat().st_size == size for path, size in files.items())


def seal(name: str, folder: Path, card: str = "README.md", root: Path = FOLDER) -> Weights:
    """Pin the files that now lie in ``folder`` (a child of ``root``) under ``name``, replacing an older entry."""
    table = _table(root)
    table[name] = {"folder": folder.relative_to(root).as_posix(), "card": card, "files": _pins(folder)}
    temporary = root / f"{TABLE}.part"
    temporary.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, root / TABLE)
    return resolve(name, root)


def fingerprint(folder: Path) -> str:
    """The SHA-256 that ``resolve`` gives for the weights in ``folder`` once they are sealed as they lie there."""
    return _combined(_pins(folder))


def _pins(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise WeightsError(f"There is no folder of weights {folder}.")
    files = sorted(path for path in folder.iterdir() if path.suffix in PINNED and path.name not in NOTES)
    return {path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size} for path in files}


def _table(root: Path) -> dict[str, Any]:
    try:
        return json.loads((root / TABLE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise WeightsError(f"The table of weights {root / TABLE} cannot be read.") from problem


def _check(name: str, path: Path, pinned: dict[str, Any]) -> None:
    if not path.is_file():
        raise WeightsError(f"The weights “{name}” are incomplete: the file {path.name} is missing in {path.parent}.")
    if path.stat().st_size != pinned["bytes"] or _sha256(path) != pinned["sha256"]:
        raise WeightsError(
            f"The file {path.name} of the weights “{name}” is damaged: its SHA-256 is not the pinned one."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _combined(files: dict[str, Any]) -> str:
    lines = "".join(f"{files[file]['sha256']}  {file}\n" for file in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
