"""libvips, fenced: only four loaders stay open, and every open file has one of four shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyvips

from . import psd
from .model import PictureError

LOADERS = {"tiff": "tiffload", "jpeg": "jpegload", "png": "pngload", "webp": "webpload"}
_CLASSES = ("Tiff", "Jpeg", "Png", "Webp")
_INTERPRETATION = {
    ("uchar", False): "b-w",
    ("uchar", True): "srgb",
    ("ushort", False): "grey16",
    ("ushort", True): "rgb16",
}

pyvips.operation_block_set("VipsForeignLoad", True)
for _name in _CLASSES:
    pyvips.operation_block_set(f"VipsForeignLoad{_name}", False)
pyvips.block_untrusted_set(True)


def open_image(path: Path, kind: str, access: str = "sequential", **options: object) -> pyvips.Image:
    """Open a file with the one loader of its kind, as stored; no pixel is decoded yet. Raises `PictureError`.

    A Photoshop document has no loader in libvips and is decoded whole; `page` counts those of a TIFF from 0.
    """
    if kind == "psd":
        return psd.decode(path)
    try:
        return getattr(pyvips.Image, LOADERS[kind])(str(path), access=access, fail_on="truncated", **options)
    except pyvips.Error as error:
        raise damaged(kind) from error


def damaged(kind: str) -> PictureError:
    """The refusal of a file whose pixels cannot all be decoded."""
    names = {"tiff": "TIFF", "jpeg": "JPEG", "png": "PNG", "webp": "WebP", "psd": "PSD"}
    return PictureError(f"The {names[kind]} is damaged or cut short; it cannot be decoded to its end.")


def with_interpretation(image: pyvips.Image) -> pyvips.Image:
    """Name the colour space of an image made of bare memory: gray or RGB, 8 or 16 bit."""
    return image.copy(interpretation=_INTERPRETATION[image.format, image.bands > 2])


def field(image: pyvips.Image, name: str, default: Any = None) -> Any:
    """A header field, or `default` where the file has none."""
    return image.get(name) if image.get_typeof(name) else default
