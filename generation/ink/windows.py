"""Grids of tokens larger than the transformer's window: filled and decoded window by window, of any length."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

Step = Callable[[float], None]
DIRECTIONS = ("left", "right", "up", "down")


def starts(length: int, window: int, backwards: bool = False) -> list[int]:
    """Where windows begin that cover `length` cells and overlap by half."""
    step = max(1, window // 2)
    found = list(range(0, max(1, length - window + 1), step))
    if found[-1] + window < length:
        found.append(length - window)
    return [max(0, length - window) - start for start in found] if backwards else found


def complete(
    tokens: Tensor, gaps: Tensor, window: int, fill: Callable[[Tensor, Tensor, int, Step], Tensor],
    backwards: tuple[bool, bool] = (False, False), step: Step = lambda share: None,
) -> Tensor:  # fmt: skip
    """Tokens (N, h, w, 5) with the gaps (h, w, 5) bool filled by sliding windows that each see what is already there.

    fill(tokens, gaps, number, step) fills the gaps of one window; number counts them. backwards: whether windows go up
    instead of down, and left instead of right. step hears the share that is done.
    """
    tokens, gaps = tokens.clone(), gaps.clone()
    height, width = gaps.shape[:2]
    places = [
        (slice(top, top + window), slice(left, left + window))
        for top in starts(height, window, backwards[0])
        for left in starts(width, window, backwards[1])
    ]
    places = [place for place in places if gaps[place].any()]
    for number, (rows, columns) in enumerate(places):
        if gaps[rows, columns].any():

            def heard(share: float, number: int = number) -> None:
                step((number + share) / len(places))

            tokens[:, rows, columns] = fill(tokens[:, rows, columns], gaps[rows, columns], number, heard)
            gaps[rows, columns] = False
        step((number + 1) / len(places))
    return tokens


def enlarged(tokens: Tensor, direction: str, cells: int) -> tuple[Tensor, Tensor]:
    """Tokens (h, w, 5) with this many empty rows or columns at one side, and the gaps (h', w', 5) bool."""
    axis = 1 if direction in ("left", "right") else 0
    shape = list(tokens.shape)
    shape[axis] = cells
    empty = tokens.new_zeros(shape)
    parts = [empty, tokens] if direction in ("left", "up") else [tokens, empty]
    known = [torch.full(part.shape, part is empty) for part in parts]
    return torch.cat(parts, axis), torch.cat(known, axis)


def longer(shape: Sequence[int]) -> int:
    """The axis of the longer side: 0 for what is taller than wide, else 1."""
    return int(shape[1] >= shape[0])


def strips(tokens: Tensor, radius: int, cells: int, decode: Callable[[Tensor], np.ndarray]) -> Iterator[np.ndarray]:
    """The picture of tokens (h, w, 5) as strips of so many cells along its longer side, without seams.

    Each strip is decoded with `radius` cells of its surroundings, all that its pixels depend on.
    """
    axis = longer(tokens.shape)
    length = tokens.shape[axis]
    for start in range(0, length, cells):
        stop = min(start + cells, length)
        first, last = max(0, start - radius), min(length, stop + radius)
        picture = decode(tokens.narrow(axis, first, last - first))
        cell = picture.shape[axis] // (last - first)
        inner = slice((start - first) * cell, (stop - first) * cell)
        yield picture[:, inner] if axis else picture[inner]
