"""Labels in tiles: squares of 512 pixels, cut at the right and lower edge, as 8-bit gray PNGs.

Pure functions over bytes and arrays. What a person sends is judged before it is decoded, so that no tile costs more
than its own pixels.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from django.utils.translation import gettext as _

from gpu_workers.pictures import probe, strips
from portal.errors import UserError
from restoration.masks.labels import HIGHEST_CODE

TILE = 512
UNTOUCHED = 255  # in a patch: leave the label as it is
MAX_PNG = 300_000  # bytes; a tile that nothing could compress has some 263,000
_RUNS = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]  # small and quick
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PLAIN = 8, 0, 0, 0, 0  # bit depth, gray, deflate, adaptive filters, not interlaced


class Tile(NamedTuple):
    """The tile in column `x` and row `y`; labels (h, w) uint8."""

    x: int
    y: int
    labels: np.ndarray


def size_of(x: int, y: int, width: int, height: int) -> tuple[int, int] | None:
    """The (width, height) of a tile of a picture of `width` by `height` pixels; None where there is no such tile."""
    size = min(TILE, width - x * TILE), min(TILE, height - y * TILE)
    return size if x >= 0 and y >= 0 and min(size) > 0 else None


def decode_patch(png: bytes, size: tuple[int, int]) -> np.ndarray:
    """What somebody sent for a tile of (width, height) `size`: (h, w) uint8, labels 0 to 4, or 255 for untouched.

    Raises `UserError` for what is not a whole 8-bit gray PNG of exactly this size with these values alone.
    """
    values = cv2.imdecode(np.frombuffer(_plain(png, size), np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.shape != size[::-1] or values.dtype != np.uint8:
        raise UserError(_("A tile is damaged and cannot be read."))
    if ((values > HIGHEST_CODE) & (values != UNTOUCHED)).any():
        raise UserError(_("A tile holds labels other than 0 to 4, or 255 for untouched."))
    return values


def encode(labels: np.ndarray) -> bytes:
    """Labels (h, w) uint8 as PNG."""
    done, png = cv2.imencode(".png", labels, _RUNS)
    if not done:
        raise ValueError("These labels cannot be written.")
    return png.tobytes()


def decode(png: bytes) -> np.ndarray:
    """What `encode` wrote."""
    labels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if labels is None:
        raise ValueError("This is no tile that was written here.")
    return labels.astype(np.uint8, copy=False)


def merged(labels: np.ndarray, patch: np.ndarray) -> np.ndarray:
    """Labels with a patch laid over them."""
    return np.where(patch == UNTOUCHED, labels, patch)


def cut(path: Path) -> Iterator[Tile]:
    """The tiles of a stored mask that mark anything, row by row; memory is that of one row of tiles."""
    for top, rows in strips(path, probe(path), TILE):
        for left in range(0, rows.shape[1], TILE):
            labels = rows[:, left : left + TILE, 0]
            if labels.any():
                yield Tile(left // TILE, top // TILE, np.ascontiguousarray(labels))


def compose(tiles: Iterable[Tile], width: int, height: int) -> np.ndarray:
    """The whole label picture (height, width) uint8 of tiles; what no tile covers is intact."""
    labels = np.zeros((height, width), np.uint8)
    for x, y, part in tiles:
        labels[y * TILE : y * TILE + part.shape[0], x * TILE : x * TILE + part.shape[1]] = part
    return labels


def _plain(png: bytes, size: tuple[int, int]) -> bytes:
    """The PNG with nothing in it but the picture, after its header and its amount of data were found right."""
    if len(png) > MAX_PNG or not png.startswith(_SIGNATURE):
        raise UserError(_("A tile is not a PNG, or far larger than it need be."))
    header, data = b"", []
    for kind, body in _chunks(png):
        if kind == b"IHDR" and not header:
            header = body
        elif kind == b"IDAT":
            data.append(body)
    if header != struct.pack(">IIBBBBB", *size, *_PLAIN):
        raise UserError(
            _("A tile is not an 8-bit gray PNG of %(width)d x %(height)d pixels.")
            % {"width": size[0], "height": size[1]}
        )
    packed = b"".join(data)
    _check_amount(packed, (size[0] + 1) * size[1])
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's name and body up to the end; `UserError` where one is cut short or altered."""
    at = len(_SIGNATURE)
    while at + 12 <= len(png):
        (length,), kind = struct.unpack_from(">I", png, at), png[at + 4 : at + 8]
        body, sum_at = png[at + 8 : at + 8 + length], at + 8 + length
        if png[sum_at : sum_at + 4] != struct.pack(">I", zlib.crc32(kind + body)):
            break
        if kind == b"IEND":
            return
        yield kind, body
        at = sum_at + 4
    raise UserError(_("A tile is damaged and cannot be read."))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _check_amount(packed: bytes, wanted: int) -> None:
    """Whether compressed data is whole and holds exactly `wanted` bytes; no more than these are ever unpacked."""
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, wanted + 1)
    except zlib.error:
        unpacked = b""
    if len(unpacked) != wanted or not unpacking.eof:
        raise UserError(_("A tile is damaged and cannot be read."))
