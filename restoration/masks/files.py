"""Reading and writing masks as image files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips

from gpu_workers.pictures import PictureError, appearing, probe, read

from .labels import HIGHEST_CODE, MaskError, check_labels, class_code

LOSSLESS = ("png", "tiff")


def load_mask(path: str | Path, size: tuple[int, int], damage_class: str = "loss") -> np.ndarray:
    """Read a mask image as labels (H, W) uint8, upright; `size` is the (width, height) of the upright picture.

    1, 8 or 16 bits, gray, RGB, RGBA or palette; PNG, TIFF, JPEG or WebP. Where all values lie within 0..4 and one
    exceeds 1 they are damage codes. Otherwise the mask is binary and marks `damage_class`: {0, 1} as it is, anything
    else from half of its range up. In colour the brightest channel counts; where transparency alone carries the
    drawing, it is the mask. The header is judged before a pixel is decoded. `MaskError` for what is no image, and for
    a size that is not the picture's.
    """
    code, path = class_code(damage_class), Path(path)
    try:
        info = probe(path)
        _check_size(path.name, (info.width, info.height), size)
        values = _single_band(read(path).pixels)
    except PictureError as error:
        raise MaskError(f"The mask {path.name} cannot be used: {error}") from error
    highest, lossless = int(values.max(initial=0)), info.format in LOSSLESS
    if lossless and 1 < highest <= HIGHEST_CODE:
        return values.astype(np.uint8)
    threshold = 1 if lossless and highest <= 1 else (_white(values) + 1) // 2
    return np.where(values >= threshold, np.uint8(code), np.uint8(0))


def save_mask(labels: np.ndarray, path: str | Path) -> None:
    """Write labels (H, W) uint8 as an 8-bit gray PNG of the codes 0..4; the file appears whole or not at all."""
    write_png(check_labels(labels), path)


def write_png(pixels: np.ndarray, path: str | Path) -> None:
    """Write (H, W) or (H, W, 3) uint8 as PNG, whole or not at all; `MaskError` where it cannot be written."""
    image = pyvips.Image.new_from_array(pixels, interpretation="b-w" if pixels.ndim == 2 else "srgb")
    try:
        with appearing(path) as temporary:
            temporary.write_bytes(image.pngsave_buffer())
    except PictureError as error:
        raise MaskError(str(error)) from error


def _check_size(name: str, found: tuple[int, int], wanted: tuple[int, int]) -> None:
    if found != tuple(wanted):
        raise MaskError(
            f"The mask {name} is {found[0]} x {found[1]} pixels, but the picture is {wanted[0]} x {wanted[1]}."
        )


def _single_band(pixels: np.ndarray) -> np.ndarray:
    """(H, W, C) as (H, W): the brightest colour channel where it is not transparent."""
    if pixels.shape[2] not in (2, 4):
        return pixels.max(axis=2)
    colour, opacity = pixels[..., :-1], pixels[..., -1]
    if np.all(opacity == opacity.flat[0]):
        return colour.max(axis=2)
    flat = all(np.all(band == band.flat[0]) for band in np.moveaxis(colour, 2, 0))
    return opacity if flat else np.where(opacity > _white(opacity) // 2, colour.max(axis=2), 0)


def _white(values: np.ndarray) -> int:
    """White: of 8 bits where the values fit in them, as many programs save them in 16."""
    return 255 if values.max(initial=0) <= 255 else int(np.iinfo(values.dtype).max)
