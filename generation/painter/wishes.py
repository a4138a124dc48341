"""What a scene is asked to hold; what nobody asks for stays the seed's own choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .palette import Colour, Palette

SEASONS = ("spring", "summer", "autumn", "winter")
LAYOUTS = ("level", "corner", "hanging")
BLOSSOM: Colour = (0.88, 0.50, 0.50)
KINDS_OF_TREES = {"pines": "pine", "trees": "leafy", "willows": "willow", "bamboo": "bamboo"}


@dataclass(frozen=True)
class Wishes:
    """shows: of `ELEMENTS`. texture: of `TEXTURES`, layout: of `LAYOUTS`, season: of `SEASONS`; "" = the seed's.
    ink: how dense the ink is, mist: how much of it there is; 1 = as usual. upright: the scene is never mirrored.
    """

    shows: tuple[str, ...] = ()
    texture: str = ""
    layout: str = ""
    season: str = ""
    ink: float = 1.0
    mist: float = 1.0
    upright: bool = False

    @property
    def trees(self) -> list[str]:
        """The kinds of trees on the near bank; none: as the seed has it."""
        if asked := [kind for name, kind in KINDS_OF_TREES.items() if name in self.shows]:
            return asked
        return {"winter": ["bare"], "spring": ["leafy", "willow"], "summer": ["leafy", "pine"]}.get(self.season, [])

    def palette(self, palette: Palette) -> Palette:
        """The palette in the season."""
        leaves = {"spring": 1.3, "summer": 1.8, "winter": 0.3}.get(self.season, 1.0)
        seasonal = replace(palette, foliage_strength=min(1.0, palette.foliage_strength * leaves))
        return replace(seasonal, lit_strength=0.4 * palette.lit_strength) if self.season == "winter" else seasonal
