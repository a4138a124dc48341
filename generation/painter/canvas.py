"""The sheet while it is painted: how much of the ground's light each pixel lets through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .noise import plane, smoothstep
from .palette import INK, Colour, Palette, absorption
from .wishes import BLOSSOM, Wishes


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels, clipped to the sheet; may be empty."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom - self.top, self.right - self.left

    @property
    def empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixel coordinates x (1, W) and y (H, 1), float32."""
        x = np.arange(self.left, self.right, dtype=np.float32)[None]
        y = np.arange(self.top, self.bottom, dtype=np.float32)[:, None]
        return x, y


class Canvas:
    """Transmission (H, W, 3) float32, 1 = bare ground; the ground itself is multiplied in at the very end.

    `unit` is the length in pixels that one thousandth of the sheet's diagonal-like size stands for, so that the same
    scene can be painted at any size.
    """

    def __init__(
        self, size: tuple[int, int], palette: Palette, rng: np.random.Generator, wishes: Wishes | None = None
    ) -> None:
        self.width, self.height = size
        self.palette = palette
        self.wishes = wishes or Wishes()
        self.shown: set[str] = set()  # of the wishes, what stands on the sheet by now
        self.unit = float(np.sqrt(self.width * self.height / (1024 * 768)))
        self.light = np.ones((self.height, self.width, 3), np.float32)
        shape, fine = (self.height, self.width), max(self.unit, 0.6)
        grain = 0.8 * plane(rng, shape, 1.9 * fine, octaves=1) + 0.6 * plane(rng, shape, (2.4 * fine, 9 * fine), 2)
        self.grain = np.tanh(grain / (1.6 * grain.std())) * 1.6

    @property
    def leaves(self) -> Colour | None:
        """The colour of leaves that are not green, where the season has one."""
        return {"spring": BLOSSOM, "autumn": self.palette.accent}.get(self.wishes.season)

    def wants(self, element: str, otherwise: bool) -> bool:
        """Whether to paint a thing that the scene has a place for: it is wished, or the seed says so."""
        wished = element in self.wishes.shows
        if wished:
            self.shown.add(element)
        return wished or otherwise

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The whole pixels around these edges that lie on the sheet."""
        low_x, low_y = max(int(np.floor(left)), 0), max(int(np.floor(top)), 0)
        return Box(low_x, low_y, min(int(np.ceil(right)), self.width), min(int(np.ceil(bottom)), self.height))

    def whole(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def wash(self, density: np.ndarray, box: Box, colour: Colour = INK, grain: float = 0.13) -> None:
        """Lay a transparent coat; `density` (h, w), 1 = the pigment's full colour, settles into the ground's grain."""
        coat = density * (1.0 + grain * self.grain[box.slices])
        self.light[box.slices] *= np.exp(-coat[..., None] * absorption(colour))

    def dry(self, density: np.ndarray, box: Box, dryness: float, colour: Colour = INK) -> None:
        """Lay a coat with a brush so dry that it catches only the raised grain; `dryness` 0 wet .. 1 bare."""
        caught = smoothstep(-0.7, 0.7, self.grain[box.slices] - (dryness * 5.0 - 3.2))
        self.wash(density * caught, box, colour, grain=0.0)

    def cover(self, alpha: np.ndarray, box: Box, colour: Colour = (1.0, 1.0, 1.0)) -> None:
        """Cover what lies below with an opaque coat; white here is the bare ground: mist, or a nearer thing's blank."""
        part = self.light[box.slices]
        part += alpha[..., None] * (np.array(colour, np.float32) - part)
