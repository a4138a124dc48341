"""A procedural painter of Chinese ink landscapes: seeded, with ageing and with damage whose true mask is known."""

from .ageing import age
from .damage import Damaged, damage
from .elements import ELEMENTS, paint_element
from .ground import GROUNDS
from .palette import PALETTES
from .scene import paint
from .wishes import SEASONS, Wishes

__all__ = [
    "ELEMENTS",
    "GROUNDS",
    "PALETTES",
    "SEASONS",
    "Damaged",
    "Wishes",
    "age",
    "damage",
    "paint",
    "paint_element",
]
