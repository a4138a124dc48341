"""JPEG: a packet is an APP1 segment of its own, after the JFIF and Exif segments."""

from collections.abc import Iterator
from typing import BinaryIO

from portal.exhibitions.credentials.containers.parts import MANY, copy, exactly

HEADER = b"http://ns.adobe.com/xap/1.0/\0"
APP0, APP1, SOS = 0xE0, 0xE1, 0xDA


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    writing.write(exactly(reading, 2))
    ours = b"\xff\xe1" + (len(HEADER) + len(packet) + 2).to_bytes(2) + HEADER + packet
    placed = False
    for marker, body in _segments(reading):
        first = marker == APP0 or (marker == APP1 and body.startswith(b"Exif\0"))
        if not placed and not first:
            writing.write(ours)
            placed = True
        if not (marker == APP1 and body.startswith(HEADER)):
            writing.write(bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body)
    copy(reading, writing)


def extract(reading: BinaryIO) -> bytes:
    exactly(reading, 2)
    for marker, body in _segments(reading):
        if marker == APP1 and body.startswith(HEADER):
            return body[len(HEADER) :]
    return b""


def _segments(reading: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(marker, body) of each segment up to and with the start of the scan; then the file stands at the coded data."""
    for _ in range(MANY):
        if exactly(reading, 1) != b"\xff":
            raise ValueError
        while (marker := exactly(reading, 1)[0]) == 0xFF:
            pass
        size = int.from_bytes(exactly(reading, 2))
        yield marker, exactly(reading, size - 2)
        if marker == SOS:
            return
    raise ValueError
