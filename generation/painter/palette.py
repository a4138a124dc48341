"""Pigments and the three palettes: ink alone, mineral blue-and-green, ink with light crimson."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]

INK: Colour = (0.105, 0.100, 0.105)
INDIGO: Colour = (0.26, 0.37, 0.47)
OCHRE: Colour = (0.72, 0.46, 0.28)
CRIMSON: Colour = (0.70, 0.27, 0.19)
AZURITE: Colour = (0.17, 0.36, 0.56)
MALACHITE: Colour = (0.33, 0.58, 0.45)
PALE_MALACHITE: Colour = (0.56, 0.72, 0.56)
LEAF: Colour = (0.42, 0.50, 0.26)
CINNABAR: Colour = (0.74, 0.16, 0.10)
LEAD_WHITE: Colour = (1.04, 1.03, 1.0)
GAMBOGE: Colour = (0.86, 0.68, 0.30)


def absorption(colour: Colour) -> np.ndarray:
    """(3,) float32: how strongly a coat of density 1 absorbs red, green and blue (Beer and Lambert's law)."""
    return -np.log(np.array(colour, np.float32))


@dataclass(frozen=True)
class Palette:
    """Which pigment goes where. A wash is transparent, a mineral covers; strengths 0 leave it out."""

    name: str
    distance: Colour
    shadow: Colour
    lit: Colour
    lit_strength: float
    foliage: Colour
    foliage_strength: float
    accent: Colour
    accent_strength: float
    minerals: tuple[Colour, ...] = ()
    mineral_strength: float = 0.0
    ink_strength: float = 1.0


PALETTES: dict[str, Palette] = {
    "ink": Palette(
        "ink", distance=(0.11, 0.11, 0.12), shadow=INK, lit=INK, lit_strength=0.0,
        foliage=INK, foliage_strength=0.25, accent=OCHRE, accent_strength=0.12,
    ),
    "blue-and-green": Palette(
        "blue-and-green", distance=INDIGO, shadow=(0.20, 0.25, 0.26), lit=OCHRE, lit_strength=0.42,
        foliage=(0.22, 0.42, 0.28), foliage_strength=0.7, accent=CINNABAR, accent_strength=0.8,
        minerals=(MALACHITE, AZURITE), mineral_strength=0.9, ink_strength=0.72,
    ),
    "light-crimson": Palette(
        "light-crimson", distance=INDIGO, shadow=(0.16, 0.18, 0.21), lit=OCHRE, lit_strength=0.55,
        foliage=(0.36, 0.46, 0.33), foliage_strength=0.55, accent=CRIMSON, accent_strength=0.75, ink_strength=0.9,
    ),
}  # fmt: skip
