"""TIFF and BigTIFF: a packet is tag 700. The picture is written into a file of its own: its coded strips or tiles byte
for byte, and of the tags only those that say how it is to be read. Other pages, thumbnails and all else stay behind.
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from portal.exhibitions.credentials.containers.parts import MOST, copy, exactly

XMP, ICC, SUBFILE, ORIENTATION = 700, 34675, 254, 274
BYTE, SHORT, LONG, LONG8 = 1, 3, 4, 16
CODED = {273: 279, 324: 325}  # where strips and tiles lie, and how long each is
RESOLUTION = (282, 283, 296)
PASSING = {
    SUBFILE, 256, 257, 258, 259, 262, 266, *CODED, ORIENTATION, 277, 278, *CODED.values(), *RESOLUTION, 284, 290, 291,
    292, 293, 301, 317, 318, 319, 320, 322, 323, 338, 339, 347, 529, 530, 531, 532, ICC,
}  # fmt: skip
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_CODES = {BYTE: "B", SHORT: "H", LONG: "I", LONG8: "Q"}
_PART = 1 | 4  # a smaller copy, or a mask of transparency: no picture
_LARGEST = 64 << 20  # bytes of a tag
Tag = tuple[int, int, bytes]  # type, count, value
Tags = dict[int, Tag]


@dataclass(frozen=True)
class Layout:
    """order: "<" or ">". offset, count: codes of struct. whole: the type of a number as long as an offset."""

    order: str
    pointer: int
    offset: str
    count: str
    whole: int

    @property
    def wide(self) -> int:
        return struct.calcsize(self.order + self.offset)

    def unpack(self, code: str, found: bytes) -> int:
        return int(struct.unpack(self.order + code, found)[0])

    def pack(self, code: str, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}{code}", *values)

    def numbers(self, tag: Tag) -> tuple[int, ...]:
        kind, count, value = tag
        if kind not in _CODES:
            raise ValueError
        return struct.unpack(f"{self.order}{count}{_CODES[kind]}", value)


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    layout = _layout(reading)
    tags = {number: tag for number, tag in _picture(reading, layout).items() if number in PASSING}
    reading.seek(0)
    writing.write(exactly(reading, layout.pointer) + bytes(layout.wide))
    for starts, lengths in CODED.items():
        if starts in tags:
            tags[starts] = _copied(reading, writing, layout, tags[starts], tags[lengths])
    tags[XMP] = (BYTE, len(packet), packet)
    _write(writing, layout, tags)
    if layout.offset == "I" and writing.seek(0, 2) >= 1 << 32:
        raise ValueError


def extract(reading: BinaryIO) -> bytes:
    layout = _layout(reading)
    return _picture(reading, layout).get(XMP, (BYTE, 0, b""))[2][:MOST]


def kept_of_exif(exif: bytes) -> bytes:
    """How a picture is turned and its resolution, as an Exif block of nothing else; b"" where it says neither."""
    reading, writing = io.BytesIO(exif.removeprefix(b"Exif\0\0")), io.BytesIO()
    try:
        layout = _layout(reading)
        tags = _directory(reading, layout, layout.unpack(layout.offset, _at_pointer(reading, layout)))[0]
    except (struct.error, ValueError, KeyError, EOFError):
        return b""
    kept = {number: tags[number] for number in (ORIENTATION, *RESOLUTION) if number in tags}
    if not kept:
        return b""
    reading.seek(0)
    writing.write(exactly(reading, layout.pointer) + bytes(layout.wide))
    _write(writing, layout, kept)
    return writing.getvalue()


def _layout(reading: BinaryIO) -> Layout:
    reading.seek(0)
    head = exactly(reading, 4)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    version = struct.unpack(order + "H", head[2:])[0] if order else 0
    if version == 42:
        return Layout(order, 4, "I", "H", LONG)
    if version == 43:
        return Layout(order, 8, "Q", "Q", LONG8)
    raise ValueError


def _at_pointer(reading: BinaryIO, layout: Layout) -> bytes:
    reading.seek(layout.pointer)
    return exactly(reading, layout.wide)


def _picture(reading: BinaryIO, layout: Layout) -> Tags:
    """The first directory that is a whole picture, as a master is read; without one, the first."""
    found: list[Tags] = []
    at = layout.unpack(layout.offset, _at_pointer(reading, layout))
    while at and len(found) < 1000:
        tags, at = _directory(reading, layout, at)
        found.append(tags)
        if SUBFILE not in tags or not layout.numbers(tags[SUBFILE])[0] & _PART:
            return tags
    return found[0]


def _directory(reading: BinaryIO, layout: Layout, at: int) -> tuple[Tags, int]:
    """The tags of the directory at an offset, and where the next one is."""
    reading.seek(at)
    count = layout.unpack(layout.count, exactly(reading, struct.calcsize(layout.order + layout.count)))
    if not 0 < count < 5000:
        raise ValueError
    entry = 4 + 2 * layout.wide
    entries = [exactly(reading, entry) for _ in range(count)]
    following = layout.unpack(layout.offset, exactly(reading, layout.wide))
    return dict(_tag(reading, layout, row) for row in entries), following


def _tag(reading: BinaryIO, layout: Layout, entry: bytes) -> tuple[int, Tag]:
    number, kind = layout.unpack("H", entry[:2]), layout.unpack("H", entry[2:4])
    count, value = layout.unpack(layout.offset, entry[4 : 4 + layout.wide]), entry[4 + layout.wide :]
    size = _SIZES.get(kind, 0) * count
    if number not in PASSING and number != XMP:
        return number, (kind, 0, b"")
    if size > _LARGEST:
        raise ValueError
    if size > layout.wide:
        reading.seek(layout.unpack(layout.offset, value))
        value = exactly(reading, size)
    return number, (kind, count, value[:size])


def _copied(reading: BinaryIO, writing: BinaryIO, layout: Layout, starts: Tag, lengths: Tag) -> Tag:
    """Copy strips or tiles; returns where they lie now."""
    placed = []
    for start, length in zip(layout.numbers(starts), layout.numbers(lengths), strict=True):
        reading.seek(start)
        placed.append(_even(writing) if length else 0)
        copy(reading, writing, length)
    return layout.whole, len(placed), layout.pack(layout.offset, *placed)


def _write(writing: BinaryIO, layout: Layout, tags: Tags) -> None:
    """Write a directory, the only one of its file."""
    entries = []
    for number, (kind, count, value) in sorted(tags.items()):
        if len(value) > layout.wide:
            at = _even(writing)
            writing.write(value)
            value = layout.pack(layout.offset, at)
        head = layout.pack("H", number, kind) + layout.pack(layout.offset, count)
        entries.append(head + value.ljust(layout.wide, b"\0"))
    at = _even(writing)
    writing.write(layout.pack(layout.count, len(entries)) + b"".join(entries) + bytes(layout.wide))
    writing.seek(layout.pointer)
    writing.write(layout.pack(layout.offset, at))


def _even(writing: BinaryIO) -> int:
    """Where the next bytes are put: directories and values begin at even offsets."""
    writing.write(b"\0" * (writing.tell() % 2))
    return writing.tell()
