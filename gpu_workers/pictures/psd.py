"""Photoshop documents (PSD, PSB): the merged picture in them, gray or RGB of 8 or 16 bits. Layers are not drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyvips
from psd_tools.compression import decode_rle
from psd_tools.constants import ColorMode, Compression, Resource
from psd_tools.psd.color_mode_data import ColorModeData
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_resources import ImageResources

from .model import PictureError

_BANDS = {ColorMode.GRAYSCALE: 1, ColorMode.RGB: 3}
_NAMES = {ColorMode.CMYK: "CMYK", ColorMode.LAB: "Lab"}
_INTERPRETATION = {(1, 8): "b-w", (3, 8): "srgb", (1, 16): "grey16", (3, 16): "rgb16"}
_BROKEN = "The PSD is damaged or cut short; it cannot be decoded to its end."
_PER_CENTIMETRE = 2  # a unit of the resolution


@dataclass(frozen=True)
class Head:
    """What a document says of its merged picture. `channels` may be more than `bands`: the rest is no colour."""

    width: int
    height: int
    bands: int
    bit_depth: int
    channels: int
    version: int
    icc: bytes | None
    dpi: tuple[float, float] | None
    compression: int
    start: int  # of the compressed pixels in the file


def header(path: Path) -> Head:
    """Read everything but the pixels. Raises `PictureError` for what is no gray or RGB picture of 8 or 16 bits."""
    try:
        with path.open("rb") as file:
            head = FileHeader.read(file)
            _check(head)
            ColorModeData.read(file)
            resources = ImageResources.read(file)
            _skip_layers(file, head.version)
            compression, start = int.from_bytes(_exactly(file, 2)), file.tell()
    except PictureError:
        raise
    except Exception as error:  # psd-tools raises whatever its parsing meets in a broken file
        raise PictureError(_BROKEN) from error
    if (version := _data(resources, Resource.VERSION_INFO)) is not None and not version.has_composite:
        raise PictureError("The Photoshop document holds layers only; save it again with maximised compatibility.")
    bands = _BANDS[head.color_mode]
    return Head(
        head.width, head.height, bands, head.depth, head.channels, head.version,
        icc=bytes(_data(resources, Resource.ICC_PROFILE) or b"") or None,
        dpi=_dpi(_data(resources, Resource.RESOLUTION_INFO)),
        compression=compression,
        start=start,
    )  # fmt: skip


def decode(path: Path) -> pyvips.Image:
    """The merged picture; the whole of it is in memory. Raises `PictureError`."""
    head = header(path)
    planes = np.frombuffer(_planes(path, head), np.uint8 if head.bit_depth == 8 else ">u2")
    if planes.size != head.bands * head.height * head.width:
        raise PictureError(_BROKEN)
    shaped = planes.reshape(head.bands, head.height, head.width).transpose(1, 2, 0)
    image = pyvips.Image.new_from_array(np.ascontiguousarray(shaped, dtype=planes.dtype.newbyteorder("=")))
    image = image.copy(interpretation=_INTERPRETATION[head.bands, head.bit_depth])
    if head.dpi:
        image = image.copy(xres=head.dpi[0] / 25.4, yres=head.dpi[1] / 25.4)
    if head.icc and head.icc[16:20] == (b"GRAY" if head.bands == 1 else b"RGB "):
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", head.icc)
    return image


def _check(head: FileHeader) -> None:
    if head.color_mode in _NAMES:
        raise PictureError(f"The picture is in {_NAMES[head.color_mode]}; convert it to RGB first.")
    if head.color_mode not in _BANDS or head.channels < _BANDS[head.color_mode]:
        raise PictureError("The Photoshop document is neither RGB nor gray; convert it to RGB first.")
    if head.depth not in (8, 16):
        raise PictureError(f"The Photoshop document has {head.depth} bits a channel; save it with 8 or 16.")


def _skip_layers(file: BinaryIO, version: int) -> None:
    size = int.from_bytes(_exactly(file, 8 if version == 2 else 4))
    file.seek(size, 1)


def _planes(path: Path, head: Head) -> bytes:
    """The colour planes one after the other, big-endian; planes beyond the colours are not decoded."""
    rows = head.bands * head.height
    with path.open("rb") as file:
        file.seek(head.start)
        if head.compression == Compression.RAW:
            return _exactly(file, rows * head.width * head.bit_depth // 8)
        if head.compression != Compression.RLE:
            raise PictureError("The Photoshop document is packed in a way that is not accepted; save it again.")
        wide = 2 if head.version == 1 else 4
        lengths = _exactly(file, wide * head.channels * head.height)[: wide * rows]
        packed = _exactly(file, int(np.frombuffer(lengths, f">u{wide}").sum(dtype=np.int64)))
    try:
        return decode_rle(lengths + packed, head.width, rows, head.bit_depth, head.version)
    except Exception as error:  # see `header`
        raise PictureError(_BROKEN) from error


def _exactly(file: BinaryIO, size: int) -> bytes:
    """Exactly so many bytes. What the file does not have is not asked of memory either."""
    here = file.tell()
    if size > file.seek(0, 2) - here:
        raise PictureError(_BROKEN)
    file.seek(here)
    return file.read(size)


def _data(resources: ImageResources, key: Resource) -> Any:
    found = resources.get(key)
    return found.data if found is not None else None


def _dpi(resolution: Any) -> tuple[float, float] | None:
    """Dots an inch; the file counts 65536ths, of an inch or a centimetre."""
    if resolution is None or not resolution.horizontal or not resolution.vertical:
        return None
    units = (resolution.horizontal_unit, resolution.vertical_unit)
    scales = [2.54 if unit == _PER_CENTIMETRE else 1.0 for unit in units]
    values = (resolution.horizontal, resolution.vertical)
    across, down = (round(value / 65536 * scale, 3) for value, scale in zip(values, scales, strict=True))
    return across, down
