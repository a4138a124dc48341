"""What a IIIF Image API 3.0 request asks of a picture (https://iiif.io/api/image/3.0/, sections 4.1 to 4.5)."""

import math
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.errors import UserError

MAX_AREA = 16_777_216  # pixels of one answer
QUALITIES = ("default", "color", "gray", "bitonal")
FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
REGION = re.compile(rf"(pct:)?({NUMBER}),({NUMBER}),({NUMBER}),({NUMBER})")
SIZE = re.compile(r"(!?)(0*[1-9][0-9]{0,8})?,(0*[1-9][0-9]{0,8})?")
PERCENT = re.compile(rf"pct:({NUMBER})")
ROTATION = re.compile(r"(!?)(0|90|180|270|360)(?:\.0+)?")


@dataclass(frozen=True)
class ImageRequest:
    """x, y, w, h: of the upright picture, inside it; width, height: of the answer, before rotation; all in pixels."""

    x: int
    y: int
    w: int
    h: int
    width: int
    height: int
    mirror: bool
    degrees: int
    quality: str
    format: str


def parse(picture: tuple[int, int], region: str, size: str, rotation: str, quality: str, format: str) -> ImageRequest:
    """Read the five parameters for a picture of (width, height); `UserError` names the one that makes no sense."""
    x, y, w, h = _region(region, *picture)
    width, height = _size(size, w, h)
    turned = ROTATION.fullmatch(rotation)
    if not turned:
        raise UserError(_("Rotation is 0, 90, 180 or 270, with ! before it to mirror."))
    if quality not in QUALITIES:
        raise UserError(_("Quality is one of %(names)s.") % {"names": ", ".join(QUALITIES)})
    if format not in FORMATS:
        raise UserError(_("Format is one of %(names)s.") % {"names": ", ".join(FORMATS)})
    return ImageRequest(x, y, w, h, width, height, bool(turned[1]), int(turned[2]) % 360, quality, format)


def _region(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    match = REGION.fullmatch(text)
    if not match or (not match[1] and "." in text):
        raise UserError(_("Region is full, square, x,y,w,h or pct:x,y,w,h."))
    x, y, w, h = (float(number) for number in match.groups()[1:])
    if match[1]:
        x, w, y, h = x * width / 100, w * width / 100, y * height / 100, h * height / 100
    left, top = round(x), round(y)
    right, bottom = min(round(x + w), width), min(round(y + h), height)
    if right <= left or bottom <= top:
        raise UserError(_("The region is empty or lies outside the picture."))
    return left, top, right - left, bottom - top


def _size(text: str, w: int, h: int) -> tuple[int, int]:
    upscale = text.startswith("^")
    text = text.removeprefix("^")
    width, height = _largest(w, h, upscale) if text == "max" else _asked(text, w, h, upscale)
    if not upscale and (width > w or height > h):
        raise UserError(_("The size is larger than the region; put ^ before it to enlarge."))
    if width * height > MAX_AREA:
        raise UserError(_("An answer has at most %(limit)s pixels.") % {"limit": MAX_AREA})
    return width, height


def _largest(w: int, h: int, upscale: bool) -> tuple[int, int]:
    scale = math.sqrt(MAX_AREA / (w * h))
    scale = scale if upscale else min(1.0, scale)
    return max(1, math.floor(w * scale)), max(1, math.floor(h * scale))


def _asked(text: str, w: int, h: int, upscale: bool) -> tuple[int, int]:
    if percent := PERCENT.fullmatch(text):
        return _scaled(w, h, float(percent[1]) / 100)
    match = SIZE.fullmatch(text)
    width, height = (int(match[2] or 0), int(match[3] or 0)) if match else (0, 0)  # 0: not given
    if not match or not (width or height) or (match[1] and not (width and height)):
        raise _no_size()
    if match[1]:
        scale = min(width / w, height / h)
        return _scaled(w, h, scale if upscale else min(1.0, scale))
    if width and height:
        return width, height
    return (width, max(1, round(h * width / w))) if width else (max(1, round(w * height / h)), height)


def _scaled(w: int, h: int, scale: float) -> tuple[int, int]:
    if scale <= 0:
        raise _no_size()
    return max(1, round(w * scale)), max(1, round(h * scale))


def _no_size() -> UserError:
    return UserError(_("Size is max, w,h, w, ,h, !w,h or pct:n, each above zero, with ^ before it to enlarge."))
