"""Which draft suits a description: palette and ground of the procedural painter."""

from __future__ import annotations

from typing import Any

from .description import Description
from .lexicon import Lexicon

LANDSCAPES = {"landscape", "seasonal-landscape", "ink-painting"}
OTHER_MANNERS = {"impressionist-oil"}


def draft_of(description: Description, lexicon: Lexicon) -> dict[str, Any] | None:
    """`palette`, `ground` and `age` for a draft; None for what the painter does not draw: other themes and manners."""
    said = {*description.terms, *description.adjectives}
    themes = {term.id for term in lexicon.dimension("theme")}
    if said & OTHER_MANNERS or (said & themes) - LANDSCAPES:
        return None
    green, red = said & {"blue-and-green", "heavy-colour"}, said & {"light-crimson", "autumn"}
    palette = "blue-and-green" if green else "light-crimson" if red else "ink"
    silk = green or said & {"aged", "gongbi"}
    return {"palette": palette, "ground": "silk" if silk else "paper", "age": 0.9 if "aged" in said else 0.35}
