"""Reading and copying pieces of a file."""

from typing import BinaryIO

PIECE = 1 << 20
MOST = 1 << 20  # bytes of a packet that are read
MANY = 20_000  # pieces of a file that are looked at


def exactly(file: BinaryIO, size: int) -> bytes:
    """The next `size` bytes; `EOFError` where there are fewer."""
    found = file.read(size)
    if len(found) != size:
        raise EOFError
    return found


def copy(reading: BinaryIO, writing: BinaryIO, size: int | None = None) -> None:
    """Copy `size` bytes, or all that is left; `EOFError` where there are fewer."""
    left = size
    while left is None or left > 0:
        piece = reading.read(PIECE if left is None else min(PIECE, left))
        if not piece:
            break
        writing.write(piece)
        left = None if left is None else left - len(piece)
    if left:
        raise EOFError
