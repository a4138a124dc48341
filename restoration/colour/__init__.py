"""Colour reconstruction with a reversible network (Sun et al. 2025): plain PyTorch, no Django."""
