"""Which draft suits a description: what the procedural painter is asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .description import ATTRIBUTES, Description
from .lexicon import Lexicon

LANDSCAPES = {"landscape", "seasonal-landscape", "ink-painting"}
OTHER_MANNERS = {"impressionist-oil"}
DRAWN = {  # term → what the painter calls it
    "fisherman": "boat", "stream": "river", "birds": "geese",
    **{name: name for name in (
        "boat", "bridge", "pavilion", "hut", "temple", "waterfall", "mountains", "rocks", "pines", "trees", "willows",
        "bamboo", "geese", "moon", "river", "mist",
    )},
}  # fmt: skip
TEXTURES = {"hemp-fibre-cun": "hemp", "axe-cut-cun": "axe", "raindrop-cun": "rain"}
LAYOUTS = {"spacious": "corner", "towering": "hanging", "majestic": "hanging", "distant": "level"}
INK = {"thick-ink": 1.45, "accumulated-ink": 1.3, "light-ink": 0.6, "dry-brush": 0.85}
MIST = {"misty": 1.9, "mist": 1.6, "rain": 1.7, "dense": 0.7}


def draft_of(description: Description, lexicon: Lexicon) -> dict[str, Any] | None:
    """The fields of `ink.drafts.Draft`; None for what the painter does not draw: other themes and manners."""
    said = {*description.terms, *description.adjectives}
    themes = {term.id for term in lexicon.dimension("theme")}
    if said & OTHER_MANNERS or (said & themes) - LANDSCAPES:
        return None
    season = next((name for name in ATTRIBUTES["season"] if name in said), "winter" if "snow" in said else "")
    green, red = said & {"blue-and-green", "heavy-colour"}, said & {"light-crimson", "autumn"}
    palette = "blue-and-green" if green else "light-crimson" if red else "ink"
    silk = green or said & {"aged", "gongbi"}
    return {
        "palette": palette,
        "ground": "silk" if silk else "paper",
        "age": 0.9 if "aged" in said else 0.35,
        "shows": drawn(description.terms),
        "texture": _first(TEXTURES, said, ""),
        "layout": _first(LAYOUTS, said, ""),
        "season": season,
        "ink": _first(INK, said, 1.0),
        "mist": _first(MIST, said, 1.0),
    }


def drawn(keys: Collection[str]) -> tuple[str, ...]:
    """What the painter is to put in for these terms, as far as it can draw them."""
    return tuple(dict.fromkeys(DRAWN[key] for key in keys if key in DRAWN))


def _first(table: dict[str, Any], said: set[str], otherwise: Any) -> Any:
    return next((value for key, value in table.items() if key in said), otherwise)
