"""The second duty, ownership: what others keep the rights in is not copied, unless a rights officer cleared it."""

from .gate import check, findings, register_of
from .near import Near, listed, nearest

__all__ = ["Near", "check", "findings", "listed", "nearest", "register_of"]
