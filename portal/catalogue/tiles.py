"""Parts of pictures as image files, cut from their pyramids; the last ones are kept, for visitors look at the same."""

import logging
import threading
from collections import OrderedDict
from functools import lru_cache

import pyvips
from django.conf import settings
from django.http import Http404

from gpu_workers.pictures import PictureError, PyramidReader
from portal.catalogue.files import local_path
from portal.catalogue.iiif_request import ImageRequest
from portal.catalogue.models import Picture

logger = logging.getLogger("lacuna.catalogue")
LARGEST_KEPT = 1 << 20  # a single answer


class Kept:
    """Answers by what they are of, the ones unused for longest forgotten first. Who may see them is asked before."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._rows: OrderedDict[tuple, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple) -> bytes | None:
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
            return self._rows.get(key)

    def keep(self, key: tuple, body: bytes) -> None:
        if len(body) > LARGEST_KEPT:
            return
        with self._lock:
            self.size += len(body) - len(self._rows.pop(key, b""))
            self._rows[key] = body
            while self.size > self.most:
                self.size -= len(self._rows.popitem(last=False)[1])


KEPT = Kept(settings.TILES_KEPT_BYTES)


def rendered(picture: Picture, asked: ImageRequest) -> bytes:
    """The bytes of what was asked, of a picture that never changes; `Http404` where its pyramid cannot be read."""
    try:
        with local_path(picture.pyramid) as path:
            key = (str(path), picture.sha256, asked)
            body = KEPT.get(key) or _encoded(_reader(*key[:2]), asked)
    except (FileNotFoundError, PictureError, pyvips.Error) as error:
        logger.error("The pyramid of picture %s cannot be read: %s", picture.pk, error)
        raise Http404 from error
    KEPT.keep(key, body)
    return body


@lru_cache(maxsize=64)
def _reader(path: str, sha256: str) -> PyramidReader:
    return PyramidReader(path)


def _encoded(reader: PyramidReader, asked: ImageRequest) -> bytes:
    part = reader.region(asked.x, asked.y, asked.w, asked.h, asked.width, asked.height)
    if asked.mirror:
        part = part.fliphor()
    if asked.degrees:
        part = part.rot(f"d{asked.degrees}")
    if asked.quality in ("gray", "bitonal"):
        part = part.colourspace("b-w")
    if asked.quality == "bitonal":
        part = part > 127
    return _bytes(part, asked.format)


def _bytes(part: pyvips.Image, format: str) -> bytes:
    if format == "png":
        return part.pngsave_buffer(keep="none", compression=3)
    if format == "webp":
        return part.webpsave_buffer(keep="none", Q=85, effort=2)
    return part.jpegsave_buffer(keep="none", Q=85)
