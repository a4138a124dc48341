"""The colours in which a map of measures is laid over a picture, and the key that says what they mean."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

KEY_WIDTH = 300


@dataclass(frozen=True)
class Scale:
    """stops: (value, colour as (R, G, B), opacity 0 to 1), in the order of the key; ends hold beyond themselves.

    level: the gray level 0 to 255 of a value in the stored map. ticks: the values that the key names; `around` stands
    before and after the last of them.
    """

    stops: tuple[tuple[float, tuple[int, int, int], float], ...]
    level: Callable[[float], float]
    ticks: tuple[float, ...]
    around: tuple[str, str]

    def table(self) -> np.ndarray:
        """The colour of each gray level, (256, 4) uint8 RGBA."""
        levels = np.array([self.level(value) for value, _colour, _opacity in self.stops])
        columns = np.array([[*colour, 255 * opacity] for _value, colour, opacity in self.stops])
        order = np.argsort(levels)
        known = levels[order]
        parts = [np.interp(np.arange(256), known, columns[order, band]) for band in range(4)]
        return np.rint(np.stack(parts, axis=1)).astype(np.uint8)

    def key(self) -> dict:
        """What a template draws: `stops` with offset, colour and opacity, and `ticks` with x in 0 to 300 and value."""
        first, last = self.stops[0][0], self.stops[-1][0]

        def along(value: float) -> float:
            return (value - first) / (last - first)

        return {
            "stops": [
                {"offset": f"{along(value):.4f}", "colour": f"rgb{colour}", "opacity": f"{opacity:.2f}"}
                for value, colour, opacity in self.stops
            ],
            "around": self.around,
            "ticks": [{"x": f"{KEY_WIDTH * along(value):.1f}", "value": value} for value in self.ticks],
        }


# The hues of viridis (Smith & van der Walt 2015): even steps for the eye, also for one that confuses red and green.
DIFFERENCE = Scale(
    stops=(
        (0, (68, 1, 84), 0),
        (1, (68, 1, 84), 0),
        (2, (70, 50, 126), 0.7),
        (5, (54, 92, 141), 0.85),
        (10, (31, 161, 135), 0.9),
        (20, (160, 218, 57), 0.9),
        (30, (253, 231, 37), 0.9),
    ),
    level=lambda delta_e: 5 * delta_e,
    ticks=(0, 5, 10, 20, 30),
    around=("", "+"),
)
STRUCTURE = Scale(
    stops=(
        (1.0, (253, 212, 158), 0),
        (0.98, (253, 212, 158), 0),
        (0.95, (253, 212, 158), 0.5),
        (0.8, (239, 101, 72), 0.85),
        (0.5, (127, 0, 0), 0.9),
    ),
    level=lambda ssim: 255 * ssim,
    ticks=(1.0, 0.9, 0.8, 0.7, 0.6, 0.5),
    around=("≤ ", ""),
)
