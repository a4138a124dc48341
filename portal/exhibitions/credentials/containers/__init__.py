"""XMP packets in and out of JPEG, PNG, TIFF and WebP files; the coded picture is copied, never decoded.

What leaves is chosen by what may pass, never by what may not: the picture, its colour profile, how it is turned and its
resolution. Where and by whom it was taken, comments, thumbnails and earlier credentials stay behind.
"""

import struct
from pathlib import Path

from portal.exhibitions.credentials.containers import jpeg, png, tiff, webp
from portal.exhibitions.credentials.errors import CredentialError

_FORMATS = {"jpeg": jpeg, "png": png, "tiff": tiff, "webp": webp}


def embed(source: Path, target: Path, format: str, packet: bytes) -> None:
    """Write the picture in `source` to `target` with `packet` and nothing else. Raises `CredentialError`."""
    try:
        with open(source, "rb") as reading, open(target, "wb") as writing:
            _FORMATS[format].embed(reading, writing, packet)
    except (struct.error, ValueError, LookupError, EOFError) as error:
        raise CredentialError("The file is damaged or cut short, so it cannot be marked.") from error


def extract(path: Path, format: str) -> bytes:
    """The packet of a file; b"" where it has none or cannot be read that far."""
    try:
        with open(path, "rb") as reading:
            return _FORMATS[format].extract(reading)
    except (struct.error, ValueError, LookupError, EOFError):
        return b""
