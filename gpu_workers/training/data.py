"""Paintings for training and measuring: what lies in the folder, and which part of it a stage may look at.

A data folder holds ``metadata.csv`` with at least the columns file, split, set, museum and rights, and the images it
names.
"""

import csv
import hashlib
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image

SETS = ("landscape-2192", "masters", "monet2photo")
VALIDATION_SHARE = 0.05


class DataError(Exception):
    """The data folder cannot be used; the text is one sentence for a person."""


@dataclass(frozen=True)
class Painting:
    """One row of ``metadata.csv``; ``path`` is where its image lies."""

    path: Path
    file: str
    split: str
    set: str
    museum: str
    title: str
    artist: str
    period: str
    rights: str
    faded: str = ""
    directional: str = ""

    @property
    def is_directional(self) -> bool:
        """Whether left and right mean something in it, as in sacred images: it is never mirrored."""
        return self.directional == "1"

    @property
    def is_faded(self) -> bool:
        """Whether the table marks it as old dark silk or otherwise faded."""
        return self.faded == "1"

    @property
    def number(self) -> int:
        """The number at the end of its file's name, 0 where there is none; near ones may be leaves of one album."""
        digits = re.search(r"(\d+)\.\w+$", self.file)
        return int(digits[1]) if digits else 0

    @property
    def caption(self) -> str:
        """What is known of the painting, in one line; empty where nothing is."""
        return " ".join(part for part in (self.title, self.artist, self.period) if part)


def paintings(data: Path, split: str) -> list[Painting]:
    """The paintings of ``split`` (train, validation or test) in the order of the table.

    Validation is the last twentieth of every museum's training rows: consecutive numbers can be leaves of one album, so
    the cut is a range, never a draw.
    """
    rows = [painting for painting in _table(data) if painting.set in SETS]
    if split == "test":
        return [painting for painting in rows if painting.split == "test"]
    chosen: list[Painting] = []
    training = sorted((p for p in rows if p.split == "train"), key=lambda p: (p.set, p.museum))
    for _, group in groupby(training, key=lambda p: (p.set, p.museum)):
        members = list(group)
        cut = len(members) - round(len(members) * VALIDATION_SHARE)
        chosen += members[:cut] if split == "train" else members[cut:]
    return chosen


def _table(data: Path) -> list[Painting]:
    path = data / "metadata.csv"
    if not path.is_file():
        raise DataError(f"There is no metadata.csv in the folder {data}.")
    fields = [name for name in Painting.__dataclass_fields__ if name != "path"]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"file", "split", "set"} <= rows[0].keys():
        raise DataError(f"The table {path} has no rows with the columns file, split and set.")
    return [Painting(path=data / row["file"], **{name: row.get(name) or "" for name in fields}) for row in rows]


def neighbours(painting: Painting, among: list[Painting], count: int) -> list[Painting]:
    """Up to ``count`` others, those of the same set and museum first, then the nearest by their numbers."""

    def distance(other: Painting) -> tuple[bool, bool, int]:
        return other.set != painting.set, other.museum != painting.museum, abs(other.number - painting.number)

    return sorted((other for other in among if other.file != painting.file), key=distance)[:count]


def overlays(data: Path) -> list[Path]:
    """Damage masks that come with the data, if any."""
    return sorted((data / "damage" / "overlays").glob("*.png"))


def load(path: Path) -> np.ndarray:
    """A painting's pixels, (h, w, 3) uint8."""
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as problem:
        raise DataError(f"The painting {path} cannot be read.") from problem


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def random_crop(pixels: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A square of ``size`` pixels, mostly at native resolution, at times a larger part scaled down."""
    shortest = min(pixels.shape[:2])
    side = min(size, shortest) if rng.random() < 0.6 else int(rng.integers(min(size, shortest), shortest + 1))
    top, left = (int(rng.integers(0, length - side + 1)) for length in pixels.shape[:2])
    return _scaled(pixels[top : top + side, left : left + side], size)


def halves(pixels: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The two halves of a painting, upper and lower (axis 0) or left and right (1)."""
    middle = pixels.shape[axis] // 2
    return (pixels[:middle], pixels[middle:]) if axis == 0 else (pixels[:, :middle], pixels[:, middle:])


def centre_crop(pixels: np.ndarray, size: int) -> np.ndarray:
    """The middle square of ``size`` pixels at native resolution; smaller paintings are enlarged to it."""
    side = min(size, *pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    return _scaled(pixels[top : top + side, left : left + side], size)


def _scaled(square: np.ndarray, size: int) -> np.ndarray:
    if square.shape[0] == size:
        return np.ascontiguousarray(square)
    return np.asarray(Image.fromarray(square).resize((size, size), Image.Resampling.LANCZOS))
