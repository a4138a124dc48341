"""Writing masters and candidates: lossless, at the depth, profile, resolution and orientation they came with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips

from .colour import profile_of
from .files import appearing
from .model import Picture, PictureError, PictureInfo
from .orientation import as_stored
from .vips import with_interpretation

_SUFFIX = {"tiff": ".tif", "jpeg": ".png", "png": ".png", "webp": ".webp", "psd": ".tif"}
_DTYPES = {8: np.uint8, 16: np.uint16}
_CLASSIC_TIFF = 3_900_000_000
_WEBP_SIDE = 16383


def output_suffix(info: PictureInfo) -> str:
    """The suffix of what `write` makes of such a picture: PNG for a JPEG, TIFF for a PSD, else its own format."""
    return _SUFFIX[info.format]


def write(picture: Picture, path: str | Path) -> None:
    """Write a picture without loss, in the format of `output_suffix`, turned back to its stored orientation.

    TIFF keeps none, LZW or deflate, and takes deflate for what was lossy; PNG and TIFF keep 16 bits; WebP is lossless
    and exact, so colour under full transparency stays. The file appears whole or not at all. Raises `PictureError`.
    """
    info = picture.info
    _check(picture)
    stored = np.ascontiguousarray(as_stored(picture.pixels, info.orientation))
    with appearing(path) as temporary:
        image = _with_header(with_interpretation(pyvips.Image.new_from_array(stored)), info)
        _save(image, info, str(temporary), stored.nbytes)


def _check(picture: Picture) -> None:
    info, pixels = picture.info, picture.pixels
    if pixels.dtype != _DTYPES[info.bit_depth] or pixels.shape != (info.height, info.width, info.bands):
        raise PictureError("The pixels do not have the size, channels or depth that their header states.")
    if info.format == "webp" and (info.bit_depth != 8 or info.bands < 3 or max(pixels.shape[:2]) > _WEBP_SIDE):
        raise PictureError("WebP holds 8-bit RGB of at most 16,383 pixels a side only.")


def _with_header(image: pyvips.Image, info: PictureInfo) -> pyvips.Image:
    if info.dpi:
        image = image.copy(xres=info.dpi[0] / 25.4, yres=info.dpi[1] / 25.4)
    if info.icc:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", info.icc)
    if info.orientation != 1:
        image.set_type(pyvips.GValue.gint_type, "orientation", info.orientation)
    return image


def _save(image: pyvips.Image, info: PictureInfo, path: str, size: int) -> None:
    if info.format in ("tiff", "psd"):
        compression = info.compression if info.compression in ("none", "lzw", "deflate") else "deflate"
        predictor = "none" if compression == "none" else "horizontal"
        image.tiffsave(path, compression=compression, predictor=predictor, resunit="inch", bigtiff=size > _CLASSIC_TIFF)
    elif info.format == "webp":
        image.webpsave(path, lossless=True, exact=True)
    else:
        _save_png(image, info, path)


def _save_png(image: pyvips.Image, info: PictureInfo, path: str) -> None:
    try:
        image.pngsave(path)
    except pyvips.Error as error:
        if profile_of(info.icc).refused:  # libpng checks a profile before it takes it
            raise PictureError("The colour profile is damaged, and PNG takes sound ones only.") from error
        raise
