"""The losses of a mask as regions of the picture, found once and remembered, and windows to look at them through."""

import pyvips
from django.core.cache import cache
from django.http import Http404

from portal.catalogue.files import local_path
from restoration.layers import shrunk
from restoration.masks.regions import Region, regions
from restoration.models import Mask

LIMIT = 60
REACH = 0.01  # of the longer side: damage nearer than that is looked at together
LARGEST = 0.25  # of the longer side: a longer place is looked at in parts
REMEMBERED = 7 * 24 * 3600
LEAST = 320  # pixels of the picture in a window, or half of a small picture
AROUND = 1.7  # a window over the box in it
SHAPE = 4 / 3


def losses_of(mask: Mask) -> list[Region]:
    """The losses of a mask in pixels of the picture, the largest first, at most 60."""
    key = f"losses-1-{mask.sha256}"
    if (found := cache.get(key)) is None:
        found = _find(mask)
        cache.set(key, found, REMEMBERED)
    return [Region(*row) for row in found]


def window(place: Region, width: int, height: int) -> tuple[int, int, int, int]:
    """What to show of a picture of (width, height) to judge a place in its surroundings: x, y, w, h, 4 to 3."""
    w = max(place.width * AROUND, place.height * AROUND * SHAPE, min(LEAST, width / 2))
    h = w / SHAPE
    shrink = min(1, width / w, height / h)
    w, h = max(1, round(w * shrink)), max(1, round(h * shrink))
    x = round(place.x + place.width / 2 - w / 2)
    y = round(place.y + place.height / 2 - h / 2)
    return min(max(0, x), width - w), min(max(0, y), height - h), w, h


def _find(mask: Mask) -> list[tuple[int, int, int, int, int]]:
    """Looked for in a copy of at most 2000 pixels a side in which every damaged spot is kept."""
    try:
        with local_path(mask.file) as path:
            image = pyvips.Image.new_from_file(str(path), access="sequential")[0]
            seen = (shrunk(image > 0) > 0).numpy()
    except FileNotFoundError as error:
        raise Http404 from error
    height, width = seen.shape
    longer, scale = max(width, height), max(image.width, image.height) / max(width, height)
    found = regions(seen, reach=max(1, round(REACH * longer)), largest=round(LARGEST * longer), limit=LIMIT)
    return [
        (
            int(it.x * scale),
            int(it.y * scale),
            min(image.width - int(it.x * scale), max(1, round(it.width * scale))),
            min(image.height - int(it.y * scale), max(1, round(it.height * scale))),
            round(it.damaged * scale * scale),
        )
        for it in found
    ]
