"""PNG: a packet is an iTXt chunk with the keyword XML:com.adobe.xmp, right after the header. Only chunks pass that say
how the picture is to be shown.
"""

import zlib
from typing import BinaryIO

from portal.exhibitions.credentials.containers import tiff
from portal.exhibitions.credentials.containers.parts import MANY, MOST, copy, exactly

KEYWORD = b"XML:com.adobe.xmp\0"
PLAIN = b"\0\0\0\0"  # not compressed, no language, no translated keyword
PASSING = (
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"sBIT", b"pHYs",
    b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"mDCV", b"cLLI",
)  # fmt: skip


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    writing.write(exactly(reading, 8))
    for _ in range(MANY):
        head = exactly(reading, 8)
        size, kind = int.from_bytes(head[:4]), head[4:]
        if kind in PASSING:
            writing.write(head)
            copy(reading, writing, size + 4)
        elif kind == b"eXIf" and size <= MOST:
            if kept := tiff.kept_of_exif(exactly(reading, size)):
                _write(writing, kind, kept)
            reading.seek(4, 1)
        else:
            reading.seek(size + 4, 1)
        if kind == b"IHDR":
            _write(writing, b"iTXt", KEYWORD + PLAIN + packet)
        if kind == b"IEND":
            return
    raise ValueError


def extract(reading: BinaryIO) -> bytes:
    exactly(reading, 8)
    for _ in range(MANY):
        head = exactly(reading, 8)
        size, kind = int.from_bytes(head[:4]), head[4:]
        if kind == b"IEND":
            return b""
        if kind == b"iTXt" and size <= MOST:
            body = exactly(reading, size)
            if body.startswith(KEYWORD + b"\0"):
                return body[len(KEYWORD) + 2 :].partition(b"\0")[2].partition(b"\0")[2]
            reading.seek(4, 1)
        else:
            reading.seek(size + 4, 1)
    return b""


def _write(writing: BinaryIO, kind: bytes, body: bytes) -> None:
    writing.write(len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4))
