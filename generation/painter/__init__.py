"""A procedural painter of Chinese ink landscapes: seeded, with ageing and with damage whose true mask is known."""

from .ageing import age
from .damage import Damaged, damage
from .ground import GROUNDS
from .palette import PALETTES
from .scene import paint

__all__ = ["GROUNDS", "PALETTES", "Damaged", "age", "damage", "paint"]
