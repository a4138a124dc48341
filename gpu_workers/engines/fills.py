"""The fills of all candidates, kept for the damaged pixels alone."""

from __future__ import annotations

import numpy as np

from .windows import Box

FULL = 65535


class Fills:
    """What the candidates hold where the picture is damaged: memory grows with the damage, not with the picture.

    values: (candidates, n, channels) uint16 over the n damaged pixels in reading order, 0..65535 whatever the master's
    depth. weight: (n,) float32, how much has been written to a pixel so far. settled: (n,) bool, no longer changed.
    """

    def __init__(self, damaged: np.ndarray, candidates: int, channels: int) -> None:
        """damaged: (H, W) bool. channels: 1 or 3, alpha is not filled."""
        self.damaged = damaged
        self.starts = np.concatenate([[0], np.cumsum(np.count_nonzero(damaged, axis=1), dtype=np.int64)])
        self.count = int(self.starts[-1])
        self.values = np.zeros((candidates, self.count, channels), np.uint16)
        self.weight = np.zeros(self.count, np.float32)
        self.settled = np.zeros(self.count, bool)

    def index(self, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """(mask (h, w) bool, ranks): the damaged pixels of a box inside the picture, and where they are in `values`."""
        mask = self.damaged[box.y0 : box.y1, box.x0 : box.x1]
        before = np.count_nonzero(self.damaged[box.y0 : box.y1, : box.x0], axis=1)
        inside = np.count_nonzero(mask, axis=1)
        first = self.starts[box.y0 : box.y1] + before
        shift = np.cumsum(inside) - inside
        return mask, np.repeat(first - shift, inside) + np.arange(inside.sum())

    def add(self, candidate: int, ranks: np.ndarray, colours: np.ndarray, weight: np.ndarray) -> None:
        """Blend colours (k, channels) float in 0..1 into a candidate by the running weighted mean.

        Call `advance` with the same ranks and weights once all candidates have theirs.
        """
        share = (weight / (self.weight[ranks] + weight))[:, None]
        old = self.values[candidate, ranks].astype(np.float32)
        new = np.clip(colours, 0, 1) * FULL
        self.values[candidate, ranks] = np.rint(old + (new - old) * share).astype(np.uint16)

    def advance(self, ranks: np.ndarray, weight: np.ndarray) -> None:
        """Remember how much was written."""
        self.weight[ranks] += weight

    def at_depth(self, candidate: int, rows: slice, bit_depth: int) -> np.ndarray:
        """The values of some rows, rounded to the nearest level of 8 or 16 bits: (k, channels) uint8 or uint16."""
        values = self.values[candidate, self.starts[rows.start] : self.starts[rows.stop]]
        if bit_depth == 16:
            return values
        return ((values.astype(np.uint32) * 255 + FULL // 2) // FULL).astype(np.uint8)

    def paste(self, candidate: int, pixels: np.ndarray, strip: int = 256) -> None:
        """Put a candidate into a picture (H, W, C), in place; alpha, where there is one, becomes opaque under the mask.

        All candidates fill the same pixels, so pasting another one needs no undoing.
        """
        channels = self.values.shape[2]
        depth = pixels.dtype.itemsize * 8
        for top in range(0, len(pixels), strip):
            rows = slice(top, min(top + strip, len(pixels)))
            mask = self.damaged[rows]
            if mask.any():
                part = pixels[rows]
                part[mask, :channels] = self.at_depth(candidate, rows, depth)
                part[mask, channels:] = np.iinfo(pixels.dtype).max

    def spread(self) -> np.ndarray:
        """The standard deviation over the candidates, mean of the channels: (n,) float32, 0..0.5."""
        spread = np.empty(self.count, np.float32)
        for start in range(0, self.count, 1 << 20):
            part = self.values[:, start : start + (1 << 20)].astype(np.float32) / FULL
            spread[start : start + (1 << 20)] = part.std(axis=0).mean(axis=-1)
        return spread
