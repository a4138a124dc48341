"""How near two pictures look, without a network: their colours, and how the brush moves. Plain NumPy and OpenCV."""

from .look import VERSION, Nearness, describe, nearness

__all__ = ["VERSION", "Nearness", "describe", "nearness"]
