"""The table of paintings, and which of its pictures are of one work: an album, a series, a scroll in pieces."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from .errors import CorpusError

RANGE = 25  # untitled pictures of a museum with near numbers: they can be leaves of one album
_ALBUM = re.compile(r"^(.*?(?:[册冊]|长卷|[一二三四五六七八九十\d]+开))")
_TAIL = re.compile(r"(?:\([^()]*\)|[\s\d.×x*_\-]|cm|年|\.jpg)+$", re.I)


@dataclass(frozen=True)
class Row:
    """One line of ``metadata.csv``; what it does not say is empty."""

    file: str
    split: str = ""
    set: str = ""
    museum: str = ""
    title: str = ""
    artist: str = ""
    period: str = ""
    style: str = ""
    faded: str = ""

    @property
    def work(self) -> str:
        """The name of the work it belongs to: artist and title of the album without the leaf, else museum and range."""
        if self.title:
            return f"{self.artist}/{album(self.title, self.artist)}"
        numbers = re.findall(r"\d+", Path(self.file).stem)
        number = int(numbers[-1]) if numbers else 0
        return f"{self.set}/{self.museum}/{number // RANGE}"


def album(title: str, artist: str = "") -> str:
    """A title without the artist's name and without what tells one leaf from another: number, size, year."""
    text = unicodedata.normalize("NFKC", title).strip()
    text = text.removeprefix(artist).strip(" _") or text
    if found := _ALBUM.match(text):
        return found[1]
    return _TAIL.sub("", text) or text


def table(data: Path) -> list[Row]:
    """The rows of ``metadata.csv`` in a data folder, each file once. Raises `CorpusError`."""
    path = data / "metadata.csv"
    if not path.is_file():
        raise CorpusError(f"There is no metadata.csv in the folder {data}.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(f"The table {path} is no UTF-8 text with commas.") from error
    if not found or "file" not in found[0]:
        raise CorpusError(f"The table {path} has no rows with a column called file.")
    names = Row.__dataclass_fields__
    rows = [Row(**{name: (row.get(name) or "").strip() for name in names}) for row in found]
    return list({row.file: row for row in rows if row.file}.values())
