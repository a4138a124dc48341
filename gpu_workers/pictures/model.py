"""What a picture is to the rest of the project, and the one error that a person sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


class PictureError(ValueError):
    """A picture that cannot be taken or written; `str()` is one sentence for a person."""


@dataclass(frozen=True)
class Limits:
    """How large a picture may be: bytes of the file, pixels in all, pixels along one side."""

    max_bytes: int = 2 * 1024**3
    max_pixels: int = 200_000_000
    max_side: int = 100_000


@dataclass(frozen=True)
class PictureInfo:
    """The header of a master.

    format: "tiff", "jpeg", "png", "webp" or "psd", judged by content.
    width, height: of the upright picture, in pixels.
    bands: 1 gray, 2 gray with alpha, 3 RGB, 4 RGB with alpha; palettes and 1-bit pictures count as what they expand to.
    bit_depth: 8 or 16 a band.
    icc: the embedded profile, or None; icc_name: its description, "" without one.
    dpi: (horizontal, vertical) as stored, or None where the file does not say.
    orientation: 1..8, the EXIF/TIFF tag: how the stored rows are to be turned to stand upright.
    compression: of the file, such as "deflate", "lzw", "none", "jpeg", "webp".
    pages: how many pictures the file holds; page: which of its pages is this one, counted from 0.
    """

    format: str
    width: int
    height: int
    bands: int
    bit_depth: int
    icc: bytes | None = None
    icc_name: str = ""
    dpi: tuple[float, float] | None = None
    orientation: int = 1
    compression: str = "none"
    pages: int = 1
    page: int = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of how the file is taken, one sentence each."""
        found = []
        if self.pages > 1:
            found.append(f"The file holds {self.pages} pages; the first one is the picture, the others are only kept.")
        if self.format == "psd":
            found.append("The picture is what the Photoshop document shows as a whole; its layers are only kept.")
        return tuple(found)

    @property
    def has_alpha(self) -> bool:
        """Whether the last band is opacity."""
        return self.bands in (2, 4)

    @property
    def stored_size(self) -> tuple[int, int]:
        """(width, height) of the rows as they lie in the file."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


@dataclass(frozen=True)
class Picture:
    """`pixels`: (H, W, C) uint8 or uint16, upright, C = `info.bands`; straight alpha. `info`: see `PictureInfo`."""

    pixels: np.ndarray
    info: PictureInfo
