"""Serving tiles from the pyramids that `make_pyramid` wrote."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyvips

from .model import PictureError
from .vips import open_image


class PyramidReader:
    """The levels of one pyramid, the largest first. Pixels are read on demand; instances may be shared by threads."""

    def __init__(self, path: str | Path) -> None:
        """Open the header of every level; a file that is no pyramid raises `PictureError`."""
        base = open_image(Path(path), "tiff", access="random")
        count = int(base.get("n-pages")) if base.get_typeof("n-pages") else 1
        self.levels = [base, *(open_image(Path(path), "tiff", access="random", page=page) for page in range(1, count))]
        self.width, self.height = base.width, base.height

    def region(self, x: int, y: int, w: int, h: int, out_w: int, out_h: int) -> pyvips.Image:
        """The region (x, y, w, h) of the full picture, scaled to exactly out_w x out_h."""
        if min(x, y) < 0 or min(w, h, out_w, out_h) < 1 or x + w > self.width or y + h > self.height:
            raise PictureError("The region lies outside the picture or is empty.")
        level = self._level(min(1.0, max(out_w / w, out_h / h)))
        across, down = level.width / self.width, level.height / self.height
        left, top = min(int(x * across), level.width - 1), min(int(y * down), level.height - 1)
        width = max(1, min(round(w * across), level.width - left))
        height = max(1, min(round(h * down), level.height - top))
        part = level.crop(left, top, width, height)
        if (width, height) == (out_w, out_h):
            return part
        return part.thumbnail_image(out_w, height=out_h, size="force")

    def tile(self, x: int, y: int, w: int, h: int, out_w: int, out_h: int, quality: int = 85) -> bytes:
        """`region` as JPEG bytes."""
        try:
            return self.region(x, y, w, h, out_w, out_h).jpegsave_buffer(Q=quality, keep="none")
        except pyvips.Error as error:
            raise PictureError("The pyramid is damaged; make it anew from its master.") from error

    def _level(self, scale: float) -> pyvips.Image:
        large_enough = [level for level in self.levels if level.width >= self.width * scale * 0.99]
        return large_enough[-1] if large_enough else self.levels[0]


@lru_cache(maxsize=32)
def _reader(path: str, changed: int) -> PyramidReader:
    return PyramidReader(path)


def tile(path: str | Path, x: int, y: int, w: int, h: int, out_w: int, out_h: int) -> bytes:
    """JPEG bytes of a region of a pyramid, scaled to exactly out_w x out_h; the last readers stay open.

    Raises `PictureError` for a region outside the picture, FileNotFoundError for a pyramid that is not there.
    """
    return _reader(str(path), Path(path).stat().st_mtime_ns).tile(x, y, w, h, out_w, out_h)
