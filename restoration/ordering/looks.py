"""Which works look alike: each sealed picture is described once, from its thumbnail, and compared by numbers alone."""

import logging
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from portal.audit.models import Event
from portal.catalogue.models import Picture
from restoration.nearness import VERSION, describe, nearness
from restoration.ordering.models import Look

logger = logging.getLogger("lacuna.looks")
UNSEEN = 1.0  # where a work stands that nobody has looked at yet: behind all others that share as much
AT_ONCE = 24  # pictures that one page may describe; the rest follows with the next ones
NEAR_COLOUR, FAR_COLOUR = 0.35, 0.6  # by a hundred old paintings: a fifth of all pairs is near, two thirds are far
NEAR_BRUSH, FAR_BRUSH = 0.1, 0.2


class Distance(NamedTuple):
    """How far two pictures are apart, each 0 to 1; `both` is one number to rank by."""

    colour: float
    brush: float
    both: float


def look_of(picture: Picture) -> bytes | None:
    """The description of a picture, made now where there is none; None for a picture whose thumbnail is gone."""
    known = Look.objects.filter(picture=picture, version=VERSION).values_list("data", flat=True).first()
    return bytes(known) if known else note_looks([picture]).get(picture.pk)


def note_looks(pictures: Iterable[Picture]) -> dict[Any, bytes]:
    """Describe pictures and keep it; key of the picture → description. One that cannot be read is left out."""
    made = {}
    for picture in pictures:
        try:
            file = picture.thumbnail.storage.open(picture.thumbnail.name, "rb")
            with file, Image.open(file) as image:
                made[picture.pk] = describe(np.asarray(image.convert("RGB")))
        except (OSError, UnidentifiedImageError) as problem:
            logger.warning("the thumbnail of picture %s cannot be read: %s", picture.pk, problem)
    Look.objects.bulk_create(
        [Look(picture_id=pk, version=VERSION, data=data) for pk, data in made.items()],
        update_conflicts=True,
        unique_fields=["picture"],
        update_fields=["version", "data"],
    )
    return made


def look_at_new_masters(event: Event) -> None:
    """Describe a photograph when it becomes the master of a work, so that the first who asks does not wait."""
    if event.action == "artwork.master_attached" and event.artwork and event.artwork.master:
        look_of(event.artwork.master)


def compare(one: bytes, others: dict[Any, bytes]) -> dict[Any, Distance]:
    """Key → how far it is from `one`."""
    if not others:
        return {}
    found = nearness(one, np.frombuffer(b"".join(others.values()), np.uint8).reshape(len(others), -1))
    columns = (found.colour.tolist(), found.brush.tolist(), found.both.tolist())
    return {key: Distance(*row) for key, *row in zip(others, *columns, strict=True)}


def words(distance: Distance | None) -> str:
    """The same as a person says it; empty where nothing is known."""
    if distance is None:
        return ""
    colour = _level(distance.colour, NEAR_COLOUR, FAR_COLOUR)
    brush = _level(distance.brush, NEAR_BRUSH, FAR_BRUSH)
    return {
        ("near", "near"): _("Near in colour and brushwork"),
        ("near", "between"): _("Near in colour, fairly near in brushwork"),
        ("near", "far"): _("Near in colour, far in brushwork"),
        ("between", "near"): _("Fairly near in colour, near in brushwork"),
        ("between", "between"): _("Fairly near in colour and brushwork"),
        ("between", "far"): _("Fairly near in colour, far in brushwork"),
        ("far", "near"): _("Far in colour, near in brushwork"),
        ("far", "between"): _("Far in colour, fairly near in brushwork"),
        ("far", "far"): _("Far in colour and brushwork"),
    }[colour, brush]


def _level(distance: float, near: float, far: float) -> str:
    return "near" if distance <= near else "far" if distance >= far else "between"
