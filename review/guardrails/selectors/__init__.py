"""Reads of the gate: what the public may see, which starts here and nowhere else, and what members may."""

from .releases import get_release, newest, published, published_for, releases_for

__all__ = ["get_release", "newest", "published", "published_for", "releases_for"]
