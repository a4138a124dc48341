"""What a TIFF header says that libvips does not pass on: pages, samples, alpha and compression."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import tifffile

from .model import PictureError

_COMPRESSION = {1: "none", 5: "lzw", 7: "jpeg", 8: "deflate", 32946: "deflate"}
_REDUCED, _TRANSPARENCY = 1, 4
_UNSIGNED, _ASSOCIATED_ALPHA, _CMYK = 1, 1, 5
_COLOURS = {0: "gray", 1: "gray", 2: "RGB", 3: "palette", 6: "YCbCr"}
_LAB = (8, 9, 10)
_MOST_PAGES = 1000

logging.getLogger("tifffile").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class TiffHead:
    """`page`: where the picture stands in the file, counted from 0; `pages`: how many pictures the file holds."""

    compression: str
    page: int
    pages: int


def check_tiff(path: Path) -> TiffHead:
    """Refuse what a master may not be, from the header alone.

    1 to 16 bits of unsigned integers a sample, gray, RGB or palette, at most one straight alpha. Of several pages the
    first is the picture. Reduced images (thumbnails, the levels of a pyramid) and transparency masks are no pages.
    Raises `PictureError`.
    """
    try:
        with tifffile.TiffFile(path) as file:
            found = list(islice(file.pages, _MOST_PAGES))
            whole = [number for number, page in enumerate(found) if not _is_part(page)] or [0]
            tags = _Tags(found[whole[0]])
    except Exception as error:  # tifffile raises whatever its parsing meets in a broken header
        raise PictureError("The TIFF is damaged or cut short; its header cannot be read.") from error
    tags.check()
    return TiffHead(_COMPRESSION.get(tags.compression, "other"), whole[0], len(whole))


def _is_part(page: Any) -> bool:
    return bool(int(page.subfiletype or 0) & (_REDUCED | _TRANSPARENCY))


class _Tags:
    def __init__(self, page: Any) -> None:
        self.width, self.height = int(page.imagewidth), int(page.imagelength)
        self.photometric = int(page.photometric)
        self.bits = int(page.bitspersample)
        self.sample_format = int(page.sampleformat or _UNSIGNED)
        self.samples = int(page.samplesperpixel)
        self.extra = [int(sample) for sample in page.extrasamples or ()]
        self.compression = int(page.compression)

    def check(self) -> None:
        if self.width == 0 or self.height == 0:
            raise PictureError("The picture has no pixels: its width or height is zero.")
        if self.photometric == _CMYK:
            raise PictureError("The picture is in CMYK; convert it to RGB with its profile first.")
        if self.photometric in _LAB:
            raise PictureError("The picture is in Lab; convert it to RGB first.")
        if self.photometric not in _COLOURS:
            raise PictureError("The TIFF stores its colours in a way that is not accepted; convert it to RGB or gray.")
        if self.sample_format != _UNSIGNED:
            raise PictureError("The TIFF holds floating-point or signed samples; save it with 8 or 16 bits a channel.")
        if self.bits > 16:
            raise PictureError(f"The TIFF has {self.bits} bits a channel; save it with 8 or 16.")
        if _ASSOCIATED_ALPHA in self.extra and self.samples in (2, 4):
            raise PictureError(
                "The TIFF has premultiplied alpha, which cannot be returned unchanged; save it with straight alpha."
            )
