"""Writes of the gate: the only way in which anything becomes public, and back."""

from .approvals import sign, standing
from .listening import on_published, on_withdrawn
from .preparing import judge, prepare, verdicts, what_blocks
from .publishing import discard, publish, withdraw

__all__ = [
    "discard",
    "judge",
    "on_published",
    "on_withdrawn",
    "prepare",
    "publish",
    "sign",
    "standing",
    "verdicts",
    "what_blocks",
    "withdraw",
]
