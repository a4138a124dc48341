"""What the public walks through: exhibitions, sections, works that hang there, and what visitors object to."""

from .concerns import Concern
from .exhibitions import Exhibition
from .hangings import Hanging, Section
from .signed import SignedFile

__all__ = ["Concern", "Exhibition", "Hanging", "Section", "SignedFile"]
