"""Writes: exhibitions and what hangs in them, for curators; concerns, which anybody may report."""

from .arranging import add_section, arrange, change_hanging, change_section, hang, move, remove_section, take_down
from .concerns import answer, report
from .exhibitions import change, close, create, open_, remove

__all__ = [
    "add_section", "answer", "arrange", "change", "change_hanging", "change_section", "close", "create", "hang", "move",
    "open_", "remove", "remove_section", "report", "take_down",
]  # fmt: skip
