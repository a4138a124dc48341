"""WebP: a packet is a chunk of the extended format; a file of the simple format is made one of the extended. Only the
chunks of the still picture and its profile pass.
"""

from collections.abc import Iterator
from typing import BinaryIO

from portal.exhibitions.credentials.containers import tiff
from portal.exhibitions.credentials.containers.parts import MANY, MOST, copy, exactly

XMP_FLAG, EXIF_FLAG, ALPHA_FLAG = 0x04, 0x08, 0x10
PASSING = (b"VP8 ", b"VP8L", b"ALPH", b"ICCP")


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    writing.write(exactly(reading, 12))
    head, exif = b"", b""
    for kind, size in _chunks(reading):
        start = reading.tell()
        if not head and kind in (b"VP8X", b"VP8 ", b"VP8L"):
            first = exactly(reading, min(size, 16))
            head = first if kind == b"VP8X" else _extended(kind, first)
            flags_at = writing.tell() + 8
            _write(writing, b"VP8X", head)
            reading.seek(start)
        if kind in PASSING:
            writing.write(kind + size.to_bytes(4, "little"))
            copy(reading, writing, size)
            writing.write(b"\0" * (size % 2))
        elif kind == b"EXIF" and size <= MOST:
            exif = tiff.kept_of_exif(exactly(reading, size))
        reading.seek(start + size + size % 2)
    if not head:
        raise ValueError
    if exif:
        _write(writing, b"EXIF", exif)
    _write(writing, b"XMP ", packet)
    length = writing.tell() - 8
    writing.seek(4)
    writing.write(length.to_bytes(4, "little"))
    writing.seek(flags_at)
    writing.write(bytes([head[0] & ~EXIF_FLAG | XMP_FLAG | (EXIF_FLAG if exif else 0)]))


def extract(reading: BinaryIO) -> bytes:
    exactly(reading, 12)
    for kind, size in _chunks(reading):
        if kind == b"XMP " and size <= MOST:
            return exactly(reading, size)
        reading.seek(size + size % 2, 1)
    return b""


def _chunks(reading: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """(kind, size) of each chunk; the caller moves the file to the next one."""
    for _ in range(MANY):
        head = reading.read(8)
        if len(head) < 8:
            return
        yield head[:4], int.from_bytes(head[4:], "little")


def _write(writing: BinaryIO, kind: bytes, body: bytes) -> None:
    writing.write(kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2))


def _extended(kind: bytes, head: bytes) -> bytes:
    """The header of the extended format for a picture of the simple one, from its first bytes."""
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        width, height, alpha = bits & 0x3FFF, bits >> 14 & 0x3FFF, bits >> 28 & 1
    else:
        width = (int.from_bytes(head[6:8], "little") & 0x3FFF) - 1
        height = (int.from_bytes(head[8:10], "little") & 0x3FFF) - 1
        alpha = 0
    return bytes([ALPHA_FLAG if alpha else 0, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
