"""Reads of the gate: what the public may see, which starts here and nowhere else, and what members may."""

from .publishable import on_its_way, publishable
from .releases import VIEW, get_release, lapsed, newest, published, published_for, releases_for

__all__ = [
    "VIEW",
    "get_release",
    "lapsed",
    "newest",
    "on_its_way",
    "publishable",
    "published",
    "published_for",
    "releases_for",
]
