"""Judging and reading masters. Nothing else in the project opens an image file that a user brought."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from PIL import ImageCms

from . import psd
from .model import Limits, Picture, PictureError, PictureInfo
from .orientation import upright
from .sniff import sniff
from .tiff import check_tiff
from .vips import damaged, field, open_image

STRIP = 256
_DEPTHS = {"uchar": 8, "ushort": 16}
_COMPRESSION = {"jpeg": "jpeg", "png": "deflate", "webp": "webp"}
_UNKNOWN_DPI = 25.4  # one pixel a millimetre: what libvips writes and reports where nothing is known


def probe(path: str | Path, limits: Limits | None = None) -> PictureInfo:
    """Judge a file by its content and its header alone, before any pixel is decoded.

    Raises `PictureError` for what is missing, empty, too large, of another format, animated, in CMYK or Lab, or of more
    than 16 bits a channel.
    """
    path, limits = Path(path), limits or Limits()
    _check_file(path, limits)
    kind = sniff(path)
    info = _PROBES.get(kind, _probe_plain)(path, kind)
    _check_size(info, limits)
    return info


def verify(path: str | Path, limits: Limits | None = None) -> PictureInfo:
    """`probe`, then decode every row in bounded memory; a file cut short raises `PictureError`."""
    info = probe(path, limits)
    try:
        opened(path, info).avg()
    except pyvips.Error as error:
        raise damaged(info.format) from error
    return info


def read(path: str | Path, limits: Limits | None = None) -> Picture:
    """Read a master upright, at its own depth. Its pixels are the only copy in memory and may be written to."""
    info = probe(path, limits)
    image = opened(path, info)
    try:
        data = image.write_to_memory()
    except pyvips.Error as error:
        raise damaged(info.format) from error
    stored = _array(data, image.height, info)
    return Picture(upright(stored, info.orientation), info)


def strips(path: str | Path, info: PictureInfo, height: int = STRIP) -> Iterator[tuple[int, np.ndarray]]:
    """Yield (top, rows (h, W, C)) down the picture *as stored*, `height` rows at a time; memory is a strip's."""
    image = opened(path, info)
    region = pyvips.Region.new(image)
    for top in range(0, image.height, height):
        rows = min(height, image.height - top)
        try:
            data = region.fetch(0, top, image.width, rows)
        except pyvips.Error as error:
            raise damaged(info.format) from error
        yield top, _array(data, rows, info)


def opened(path: str | Path, info: PictureInfo, access: str = "sequential") -> pyvips.Image:
    """The picture of a file that was probed, as stored."""
    which = {"page": info.page} if info.page else {}
    return open_image(Path(path), info.format, access, **which)


def _probe_plain(path: Path, kind: str) -> PictureInfo:
    return _describe(open_image(path, kind), kind, _COMPRESSION[kind])


def _probe_tiff(path: Path, kind: str) -> PictureInfo:
    head = check_tiff(path)
    info = _describe(open_image(path, kind, page=head.page), kind, head.compression)
    return replace(info, page=head.page, pages=head.pages)


def _probe_psd(path: Path, kind: str) -> PictureInfo:
    head = psd.header(path)
    icc = head.icc if head.icc and head.icc[16:20] == (b"GRAY" if head.bands == 1 else b"RGB ") else None
    return PictureInfo(
        format=kind,
        width=head.width,
        height=head.height,
        bands=head.bands,
        bit_depth=head.bit_depth,
        icc=icc,
        icc_name=_profile_name(icc) if icc else "",
        dpi=head.dpi,
        compression="other",
    )


_PROBES = {"tiff": _probe_tiff, "psd": _probe_psd}


def _array(data: Any, rows: int, info: PictureInfo) -> np.ndarray:
    dtype = np.uint8 if info.bit_depth == 8 else np.uint16
    return np.frombuffer(data, dtype=dtype).reshape(rows, info.stored_size[0], info.bands)


def _check_file(path: Path, limits: Limits) -> None:
    if path.is_dir():
        raise PictureError(f"{path.name} is a folder, not a picture.")
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except FileNotFoundError:
        raise PictureError(f"There is no file called {path.name}.") from None
    except OSError:
        raise PictureError(f"{path.name} cannot be opened.") from None
    if size > limits.max_bytes:
        raise PictureError(f"The file has {size:,} bytes; the limit is {limits.max_bytes:,}.")


def _check_size(info: PictureInfo, limits: Limits) -> None:
    pixels, side = info.width * info.height, max(info.width, info.height)
    if pixels > limits.max_pixels:
        raise PictureError(
            f"The picture is {info.width:,} x {info.height:,}, {pixels / 1e6:,.1f} megapixels; "
            f"the limit is {limits.max_pixels / 1e6:,.1f}."
        )
    if side > limits.max_side:
        raise PictureError(f"The picture is {side:,} pixels along one side; the limit is {limits.max_side:,}.")


def _describe(image: pyvips.Image, kind: str, compression: str) -> PictureInfo:
    _check_samples(image)
    orientation = int(field(image, "orientation", 1))
    orientation = orientation if 1 <= orientation <= 8 else 1
    width, height = (image.height, image.width) if orientation >= 5 else (image.width, image.height)
    icc = _profile(image)
    return PictureInfo(
        format=kind,
        width=width,
        height=height,
        bands=image.bands,
        bit_depth=_DEPTHS[image.format],
        icc=icc,
        icc_name=_profile_name(icc) if icc else "",
        dpi=_dpi(image),
        orientation=orientation,
        compression=compression,
    )


def _check_samples(image: pyvips.Image) -> None:
    if int(field(image, "n-pages", 1)) > 1 and image.get("vips-loader").startswith("webp"):
        raise PictureError("The WebP is animated; a master is one still picture.")
    if image.interpretation == "cmyk":
        raise PictureError("The picture is in CMYK; convert it to RGB with its profile first.")
    if image.interpretation in ("lab", "labs", "labq"):
        raise PictureError("The picture is in Lab; convert it to RGB first.")
    if image.format not in _DEPTHS:
        raise PictureError("The picture has more than 16 bits a channel; save it with 8 or 16.")
    if image.bands > 4 or (image.interpretation in ("b-w", "grey16") and image.bands > 2):
        raise PictureError(f"The picture has {image.bands} channels; gray or RGB with at most one alpha is accepted.")


def _dpi(image: pyvips.Image) -> tuple[float, float] | None:
    dpi = (round(image.xres * 25.4, 3), round(image.yres * 25.4, 3))
    known = all(0 < value < 1e6 for value in dpi) and dpi != (_UNKNOWN_DPI, _UNKNOWN_DPI)
    return dpi if known else None


def _profile(image: pyvips.Image) -> bytes | None:
    """The embedded profile, unless it is for another colour space than the pixels: such a one means nothing."""
    icc = bytes(field(image, "icc-profile-data") or b"")
    return icc if icc[16:20] == (b"GRAY" if image.bands < 3 else b"RGB ") else None


def _profile_name(icc: bytes) -> str:
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "unreadable profile"
