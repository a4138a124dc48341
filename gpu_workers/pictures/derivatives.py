"""What the site shows of a master: a pyramid for deep zoom and thumbnails, all sRGB, 8 bit and upright."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from .files import appearing
from .model import Limits, PictureInfo
from .reading import opened, probe
from .vips import damaged

TILE = 256
_WHITE = [255]


def make_pyramid(src: str | Path, dst: str | Path) -> None:
    """Make a tiled pyramidal BigTIFF (JPEG Q90, tiles of 256) of a master; alpha is laid over white."""
    info = probe(src)
    access = "sequential" if info.orientation in (1, 2) else "random"  # turning needs rows out of their order
    image = _srgb(opened(src, info, access), info).autorot()
    with appearing(dst) as temporary:
        _attempt(info, image.tiffsave, str(temporary), tile=True, pyramid=True, compression="jpeg", Q=90, bigtiff=True,
                 tile_width=TILE, tile_height=TILE, region_shrink="mean", keep="none")  # fmt: skip


def make_thumbnail(src: str | Path, dst: str | Path, size: int) -> None:
    """Make a WebP that fits into `size` x `size` pixels, never enlarged; alpha is laid over white."""
    info = probe(src)
    size = min(size, max(info.width, info.height))
    image = _shrunk(src, info, size)
    with appearing(dst) as temporary:
        _attempt(info, _srgb(image, info).webpsave, str(temporary), Q=82, keep="none")


def _shrunk(path: str | Path, info: PictureInfo, size: int) -> pyvips.Image:
    """Upright, fitted into a square; libvips shrinks while it loads where it may choose how to load."""
    if info.page or info.format == "psd":
        return _attempt(info, opened(path, info).thumbnail_image, size, height=size, size="down")
    return _attempt(info, pyvips.Image.thumbnail, str(path), size, height=size, size="down", fail_on="truncated")


def _attempt(info: PictureInfo, operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        return operation(*args, **options)
    except pyvips.Error as error:
        if "No space left" in str(error):
            raise
        raise damaged(info.format) from error


def _srgb(image: pyvips.Image, info: PictureInfo) -> pyvips.Image:
    if image.get_typeof("icc-profile-data"):
        try:
            image = image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True)
        except pyvips.Error:
            image = image.colourspace("srgb")
    else:
        image = image.colourspace("srgb")
    return image.flatten(background=_WHITE).cast("uchar") if image.hasalpha() else image.cast("uchar")


def read_small(path: str | Path, size: int, limits: Limits | None = None) -> np.ndarray:
    """Read a picture as sRGB, upright, shrunk to fit into `size` x `size`: (h, w, 3) uint8."""
    info = probe(path, limits)
    image = _shrunk(path, info, size)
    image = _srgb(image, info)
    return _attempt(info, image.numpy).reshape(image.height, image.width, 3)
