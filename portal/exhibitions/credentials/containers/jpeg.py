"""JPEG: a packet is an APP1 segment of its own, after the JFIF and Exif segments. Of application segments only those
pass that a decoder needs, and nothing after the end of the picture.
"""

import mmap
import re
from collections.abc import Iterator
from typing import BinaryIO

from portal.exhibitions.credentials.containers import tiff
from portal.exhibitions.credentials.containers.parts import MANY, copy

HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXIF = b"Exif\0\0"
APP0, APP1, APP2, APP14, APP15, COM, SOS, EOI = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE, 0xDA, 0xD9
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # a marker after coded data


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    writing.write(b"\xff\xd8")
    placed = False
    with mmap.mmap(reading.fileno(), 0, access=mmap.ACCESS_READ) as file:
        for marker, start, end, last in _segments(file):
            if not placed and not (marker == APP0 or (marker == APP1 and file[start:end].startswith(EXIF))):
                _write(writing, APP1, HEADER + packet)
                placed = True
            if body := _passing(marker, file[start:end]):
                _write(writing, marker, body)
            reading.seek(end)
            copy(reading, writing, last - end)
    writing.write(bytes([0xFF, EOI]))


def extract(reading: BinaryIO) -> bytes:
    with mmap.mmap(reading.fileno(), 0, access=mmap.ACCESS_READ) as file:
        for marker, start, end, _last in _segments(file):
            if marker == APP1 and file[start:end].startswith(HEADER):
                return file[start + len(HEADER) : end]
            if marker == SOS:
                break
    return b""


def _passing(marker: int, body: bytes) -> bytes:
    """What of a segment is passed on; b"" for nothing."""
    if marker == APP0:
        return body[:12] + b"\0\0" if body.startswith(b"JFIF\0") else b""  # without its thumbnail
    if marker == APP1:
        kept = tiff.kept_of_exif(body[len(EXIF) :]) if body.startswith(EXIF) else b""
        return EXIF + kept if kept else b""
    if marker == APP2:
        return body if body.startswith(b"ICC_PROFILE\0") else b""
    if marker == APP14:
        return body if body.startswith(b"Adobe") else b""  # how its colours are coded
    return b"" if APP0 <= marker <= APP15 or marker == COM else body


def _write(writing: BinaryIO, marker: int, body: bytes) -> None:
    writing.write(bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body)


def _segments(file: mmap.mmap) -> Iterator[tuple[int, int, int, int]]:
    """(marker, start and end of its body, end of the coded data that follows it) of each segment of the picture."""
    at, scanned = 2, False
    for _ in range(MANY):
        while file[at : at + 2] == b"\xff\xff":
            at += 1
        if file[at : at + 2] == bytes([0xFF, EOI]) or (scanned and at >= len(file)):
            return
        if file[at : at + 1] != b"\xff":
            raise ValueError
        marker, end = file[at + 1], at + 2 + int.from_bytes(file[at + 2 : at + 4])
        if not at + 4 <= end <= len(file):
            raise EOFError
        last = end
        if marker == SOS:
            scanned = True
            following = _NEXT.search(file, end)
            last = following.start() if following else len(file)
        yield marker, at + 4, end, last
        at = last
    raise ValueError
