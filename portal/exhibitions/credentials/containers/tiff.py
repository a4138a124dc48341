"""TIFF and BigTIFF: a packet is tag 700 of the first directory. A new directory is put at the end of the file and the
header points to it; every other byte stays where it was, so that no offset in the file goes wrong.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from portal.exhibitions.credentials.containers.parts import MOST, copy, exactly

XMP, BYTE = 700, 1


@dataclass(frozen=True)
class Layout:
    """order: "<" or ">". offset, count: codes of struct. entry: bytes of one entry of a directory."""

    order: str
    pointer: int
    offset: str
    count: str
    entry: int

    def unpack(self, code: str, found: bytes) -> int:
        return struct.unpack(self.order + code, found)[0]

    def pack(self, code: str, value: int) -> bytes:
        return struct.pack(self.order + code, value)


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    layout = _layout(reading)
    entries, following = _directory(reading, layout)
    reading.seek(0)
    copy(reading, writing)
    at = _even(writing)
    writing.write(packet)
    kept = [entry for entry in entries if layout.unpack("H", entry[:2]) != XMP]
    mark = layout.pack("H", XMP) + layout.pack("H", BYTE)
    mark += layout.pack(layout.offset, len(packet)) + layout.pack(layout.offset, at)
    listed = sorted([*kept, mark], key=lambda entry: layout.unpack("H", entry[:2]))
    directory = _even(writing)
    writing.write(layout.pack(layout.count, len(listed)) + b"".join(listed) + following)
    if layout.offset == "I" and writing.tell() >= 1 << 32:
        raise ValueError
    writing.seek(layout.pointer)
    writing.write(layout.pack(layout.offset, directory))


def extract(reading: BinaryIO) -> bytes:
    layout = _layout(reading)
    for entry in _directory(reading, layout)[0]:
        if layout.unpack("H", entry[:2]) == XMP:
            half = (len(entry) - 4) // 2
            size = layout.unpack(layout.offset, entry[4 : 4 + half])
            if size > MOST:
                return b""
            if size <= half:
                return entry[4 + half :][:size]
            reading.seek(layout.unpack(layout.offset, entry[4 + half :]))
            return exactly(reading, size)
    return b""


def _layout(reading: BinaryIO) -> Layout:
    head = exactly(reading, 16) if reading.seek(0) == 0 else b""
    order = {b"II": "<", b"MM": ">"}[head[:2]] if head[:2] in (b"II", b"MM") else ""
    version = struct.unpack(order + "H", head[2:4])[0] if order else 0
    if version == 42:
        return Layout(order, 4, "I", "H", 12)
    if version == 43:
        return Layout(order, 8, "Q", "Q", 20)
    raise ValueError


def _directory(reading: BinaryIO, layout: Layout) -> tuple[list[bytes], bytes]:
    """The entries of the first directory, and the pointer to the next as it stands in the file."""
    size = struct.calcsize(layout.order + layout.offset)
    reading.seek(layout.pointer)
    reading.seek(layout.unpack(layout.offset, exactly(reading, size)))
    count = layout.unpack(layout.count, exactly(reading, struct.calcsize(layout.order + layout.count)))
    if not 0 < count < 5000:
        raise ValueError
    entries = [exactly(reading, layout.entry) for _ in range(count)]
    return entries, exactly(reading, size)


def _even(writing: BinaryIO) -> int:
    """Where the next bytes are put: directories and values begin at even offsets."""
    writing.write(b"\0" * (writing.tell() % 2))
    return writing.tell()
