"""The contact sheet of a work: its orders, and the same damaged place cut out of every picture."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import User
from portal.catalogue.models import Artwork, Picture
from restoration.losses import losses_of, window
from restoration.masks.regions import Region
from restoration.models import Mask, Restoration
from restoration.selectors import restorations_for

ORDERS = 100
CROP_SIDE = 640  # pixels of a crop on the page


@dataclass(frozen=True)
class Crop:
    """A part of a picture as a IIIF address, and its size on the page."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Crops:
    """The place that is looked at: number `number` of the losses of a mask, counted from 1."""

    mask: Mask
    masks: list[Mask]  # that can be chosen
    losses: list[Region]
    number: int

    @classmethod
    def asked(cls, query: Mapping[str, str], artwork: Artwork, orders: list[Restoration]) -> "Crops | None":
        """What ``view``, ``mask`` (a version) and ``loss`` ask for; None where no mask was ever restored from."""
        masks = list({it.mask.pk: it.mask for it in orders if it.mask}.values())
        if query.get("view") != "losses" or not masks:
            return None
        mask = next((it for it in masks if str(it.version) == query.get("mask")), masks[0])
        losses = losses_of(mask)
        asked = query.get("loss", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        return cls(mask, masks, losses, min(max(1, number), len(losses))) if losses else None

    @property
    def master(self) -> Picture:
        return self.mask.master

    @property
    def count(self) -> int:
        return len(self.losses)

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.count else None

    @property
    def at(self) -> str:
        """The window for the address of the compare page: its middle and its height, in per cent (see state.js)."""
        x, y, w, h = self._window()
        width, height = self.master.width, self.master.height
        parts = (x + w / 2) / width, (y + h / 2) / height, h / width
        return ",".join(f"{100 * part:.3f}" for part in parts)

    def of(self, picture: Picture) -> Crop | None:
        """The place in a picture; None where the picture has another size than the mask."""
        if (picture.width, picture.height) != (self.master.width, self.master.height):
            return None
        x, y, w, h = self._window()
        scale = min(1.0, CROP_SIDE / max(w, h))
        width, height = max(1, round(w * scale)), max(1, round(h * scale))
        base = reverse("catalogue:iiif-info", args=[picture.pk]).removesuffix("info.json")
        return Crop(f"{base}{x},{y},{w},{h}/{width},{height}/0/default.jpg", width, height)

    def _window(self) -> tuple[int, int, int, int]:
        return window(self.losses[self.number - 1], self.master.width, self.master.height)


def orders_of(user: User, artwork: Artwork) -> list[Restoration]:
    """The orders of a work that have brought candidates, the latest first, with their masks; at most a hundred."""
    rows = restorations_for(user, artwork).filter(candidates__isnull=False).distinct().prefetch_related(None)
    return list(rows.select_related("mask__master")[:ORDERS])
