"""Folders of works: which mask or reference belongs to which picture, and results that appear whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .contract import EngineError

SUFFIXES = {".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp", ".psd", ".psb"}
_OURS = re.compile(
    r"candidate-\d\d\.(tif|png|webp)|painting-\d\d\.(png|safetensors)"
    r"|(uncertainty|difference|structure)\.png|recipe\.json"
)


@dataclass(frozen=True)
class Work:
    """One picture with its mask or its references, and the folder that its results go to."""

    picture: Path
    out: Path
    mask: Path | None = None
    references: tuple[Path, ...] = ()


def works(picture: Path, out: Path, *, mask: Path | None = None, references: Sequence[Path] = ()) -> list[Work]:
    """One work for files; for folders one for every picture, its mask being the file with the same base name.

    A reference may be a folder of such files as well, or one file for all. Raises `EngineError` when something is
    missing, ambiguous or would be overwritten by its own result.
    """
    for path in (picture, *([mask] if mask else []), *references):
        if not path.exists():
            raise EngineError(f"There is no file or folder called {path.name}.")
    if mask and picture.is_dir() != mask.is_dir():
        raise EngineError("The picture and the mask must both be files, or both be folders.")
    if picture.is_dir():
        found = _pairs(picture, mask, references, out)
    else:
        found = [Work(picture, out, mask, tuple(references))]
    for work in found:
        check_out(work.out, work.picture, *([work.mask] if work.mask else []), *work.references)
    return found


def check_out(out: Path, *inputs: Path) -> None:
    """Refuse with an `EngineError` a place for results that is no folder or where they would overwrite an input."""
    for path in inputs:
        if path.resolve().parent == out.resolve() and _OURS.fullmatch(path.name):
            raise EngineError(f"The results would overwrite {path.name}; choose another folder for them.")
    if out.exists() and not out.is_dir():
        raise EngineError(f"{out.name} is a file; the results need a folder.")


def _pairs(pictures: Path, mask: Path | None, references: Sequence[Path], out: Path) -> list[Work]:
    mine = _by_stem(pictures)
    if not mine:
        raise EngineError(f"The folder {pictures.name} holds no TIFF, JPEG, PNG or WebP.")
    masks = _partners(mine, mask, "mask") if mask else {}
    others = [_partners(mine, reference, "reference") for reference in references]
    return [
        Work(mine[stem], out / stem, masks.get(stem), tuple(part[stem] for part in others)) for stem in sorted(mine)
    ]


def _partners(mine: dict[str, Path], path: Path, what: str) -> dict[str, Path]:
    """For every base name the file of a folder that has it too; a file belongs to all of them."""
    if not path.is_dir():
        return dict.fromkeys(mine, path)
    theirs = _by_stem(path)
    lacking = sorted(mine[stem].name for stem in mine.keys() - theirs.keys())
    if lacking:
        raise EngineError(f"There is no {what} with the same base name for {', '.join(lacking)}.")
    return theirs


def _by_stem(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith("."):
            if path.stem in found:
                raise EngineError(f"{found[path.stem].name} and {path.name} have the same base name.")
            found[path.stem] = path
    return found


@contextmanager
def arriving(out: Path) -> Iterator[Path]:
    """Give a temporary folder on the same disk as `out`; on success its files move there, else nothing stays.

    Results of an earlier run in `out` are replaced; other files there are left alone.
    """
    there = next(parent for parent in out.absolute().parents if parent.is_dir())
    scratch = Path(tempfile.mkdtemp(dir=there, prefix=f".{out.name[:40]}-"))
    try:
        yield scratch
        out.mkdir(parents=True, exist_ok=True)
        for old in out.iterdir():
            if _OURS.fullmatch(old.name) and not (scratch / old.name).exists():
                old.unlink()
        for path in sorted(scratch.iterdir()):
            os.replace(path, out / path.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
