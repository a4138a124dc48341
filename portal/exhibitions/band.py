"""A picture with its visible label on a band beneath it, for who asks for such a copy. The picture itself is untouched
but for its size: at most `LONGEST` pixels a side, 8-bit sRGB, JPEG. The letters of the mark are at least 5 % of its
shorter side high.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

from gpu_workers.pictures import read_small
from portal.exhibitions.ai_label import labels_of
from portal.exhibitions.credentials import CredentialError
from portal.exhibitions.facts import Facts

LONGEST = 4096
SHARE = 0.05  # height of the mark's letters over the shorter side: what GB 45438-2025 asks for
CAPITAL, LINE = 0.66, 1.45  # height of a capital, and of a line, over the size of a font
PAPER, INK = (250, 250, 250), (26, 26, 26)
QUALITY = 92
LATIN = "vendor/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
CHINESE = "vendor/noto-sans-sc/wght.css"
# pieces that lines are made of: a line never begins with a stop
PIECES = re.compile(r"[\u2e80-\uffef][，。：；、！？）」』]*|\s+|[^\s\u2e80-\uffef]+")
_FACE = re.compile(r"url\(\./(files/[^)]+)\)[^}]*unicode-range: ([^;]+);")


def write_labelled(source: Path, target: Path, facts: Facts) -> Path:
    """Write the labelled copy; returns `target`. Raises `CredentialError` without the fonts of the site."""
    picture = Image.fromarray(read_small(source, LONGEST)).convert("RGB")
    labels = labels_of(facts).values()
    large = max(14, round(SHARE * min(picture.size) / CAPITAL))
    small = max(12, round(large * 0.45))
    rows = [(" · ".join(label.mark for label in labels), large)]
    rows += [(f"{label.sentence} {label.share}".strip(), small) for label in labels]
    rows.append((f"{facts.title} · {facts.publisher} · {facts.uri}", small))
    band = _band(rows, picture.width)
    whole = Image.new("RGB", (picture.width, picture.height + band.height), PAPER)
    whole.paste(picture, (0, 0))
    whole.paste(band, (0, picture.height))
    whole.save(target, "JPEG", quality=QUALITY, subsampling=0)
    return target


def _band(texts: list[tuple[str, int]], width: int) -> Image.Image:
    """Lines of text, each with the size of its letters, on paper as wide as the picture."""
    margin = max(12, texts[0][1] // 2)
    rows = [(row, size) for text, size in texts for row in _wrapped(text, size, width - 2 * margin)]
    band = Image.new("RGB", (width, 2 * margin + sum(round(size * LINE) for _row, size in rows)), PAPER)
    drawing, y = ImageDraw.Draw(band), margin
    for row, size in rows:
        _write(drawing, row, margin, y, size)
        y += round(size * LINE)
    return band


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """Lines no wider than `width`: broken between words, and anywhere in Chinese or in a word longer than a line."""
    rows, row = [], ""
    for piece in PIECES.findall(text):
        if row and _length(row + piece, size) > width:
            rows.append(row.strip())
            row = ""
        row += piece
        while _length(row, size) > width and len(row) > 1:
            fits = next((n for n in range(len(row) - 1, 1, -1) if _length(row[:n], size) <= width), 1)
            rows.append(row[:fits])
            row = row[fits:]
    return [*rows, row.strip()] if row.strip() else rows


def _length(text: str, size: int) -> float:
    return sum(_font(_face(char), size).getlength(char) for char in text)


def _write(drawing: ImageDraw.ImageDraw, text: str, x: float, y: float, size: int) -> None:
    for char in text:
        font = _font(_face(char), size)
        drawing.text((x, y + size), char, INK, font=font, anchor="ls")
        x += font.getlength(char)


@cache
def _face(char: str) -> str:
    """The file of the site's fonts that has this letter."""
    if ord(char) < 0x2E80 and (latin := finders.find(LATIN)):
        return str(latin)
    for path, ranges in _faces():
        if any(low <= ord(char) <= high for low, high in ranges):
            return path
    raise CredentialError(f"No font of the site has the letter U+{ord(char):04X} for the label.")


@cache
def _faces() -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    sheet = finders.find(CHINESE)
    if sheet is None:
        raise CredentialError("The fonts of the site are not installed, so no label can be written.")
    folder = Path(str(sheet)).parent
    return tuple(
        (str(folder / path), tuple(_range(part) for part in ranges.split(",")))
        for path, ranges in _FACE.findall(Path(str(sheet)).read_text())
    )


def _range(part: str) -> tuple[int, int]:
    low, _dash, high = part.strip().removeprefix("U+").partition("-")
    return int(low, 16), int(high or low, 16)


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([400])
    return font
