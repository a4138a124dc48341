"""What kind of file it is, judged by its first bytes; a file's name counts for nothing."""

from __future__ import annotations

from pathlib import Path

from .model import PictureError

_ALLOWED = "use TIFF, JPEG, PNG, WebP or PSD"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_KNOWN = (
    (b"GIF8", "a GIF"),
    (b"BM", "a Windows bitmap"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript document"),
    (b"v/1\x01", "an OpenEXR picture"),
)
_BRANDS = {b"avif": "an AVIF picture", b"avis": "an AVIF picture"}
_PNG = b"\x89PNG\r\n\x1a\n"


def sniff(path: Path) -> str:
    """Return "tiff", "jpeg", "png", "webp" or "psd"; anything else raises `PictureError` that names it."""
    with open(path, "rb") as file:
        head = file.read(1024)
    if not head:
        raise PictureError("The file is empty.")
    if head[:4] in _TIFF:
        return "tiff"
    if head[:4] == b"8BPS":
        return "psd"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(_PNG):
        _refuse_odd_png(path)
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        if head[12:16] == b"VP8X" and head[20:21] and head[20] & 0x02:
            raise PictureError("The WebP is animated; a master is one still picture.")
        return "webp"
    name = _name(head)
    if name is None:
        raise PictureError(f"This is not a picture in any known format, so it is not accepted as a master; {_ALLOWED}.")
    raise PictureError(f"This is {name}, which is not accepted as a master; {_ALLOWED}.")


def _name(head: bytes) -> str | None:
    """What a file seems to be, with its article, or None."""
    for magic, name in _KNOWN:
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "a HEIC picture or a film")
    if b"<svg" in head.lower():
        return "an SVG drawing"
    return None


def _refuse_odd_png(path: Path) -> None:
    """Refuse an animated PNG and one without pixels, from the chunks before the pixels."""
    with open(path, "rb") as file:
        file.seek(len(_PNG))
        for _ in range(1000):
            chunk = file.read(8)
            size, kind = int.from_bytes(chunk[:4]), chunk[4:]
            if kind in (b"IDAT", b"IEND", b""):
                return
            if kind == b"acTL":
                raise PictureError("The PNG is animated; a master is one still picture.")
            if kind == b"IHDR":
                header = file.read(size) if size == 13 else b""
                if header[:4] == b"\0\0\0\0" or header[4:8] == b"\0\0\0\0":
                    raise PictureError("The picture has no pixels: its width or height is zero.")
                size -= len(header)
            file.seek(size + 4, 1)
