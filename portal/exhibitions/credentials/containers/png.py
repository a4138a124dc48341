"""PNG: a packet is an iTXt chunk with the keyword XML:com.adobe.xmp, right after the header."""

import zlib
from typing import BinaryIO

from portal.exhibitions.credentials.containers.parts import MANY, MOST, copy, exactly

KEYWORD = b"XML:com.adobe.xmp\0"
PLAIN = b"\0\0\0\0"  # not compressed, no language, no translated keyword


def embed(reading: BinaryIO, writing: BinaryIO, packet: bytes) -> None:
    writing.write(exactly(reading, 8))
    for _ in range(MANY):
        head = exactly(reading, 8)
        size, kind = int.from_bytes(head[:4]), head[4:]
        start = reading.tell()
        if kind == b"iTXt" and exactly(reading, min(size, len(KEYWORD))) == KEYWORD:
            reading.seek(start + size + 4)
            continue
        reading.seek(start)
        writing.write(head)
        copy(reading, writing, size + 4)
        if kind == b"IHDR":
            body = b"iTXt" + KEYWORD + PLAIN + packet
            writing.write((len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4))
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
