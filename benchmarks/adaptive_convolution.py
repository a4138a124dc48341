"""Pixel-adaptive convolution beside the plain one that unfolds its inputs, in one run, as a ratio.

python benchmarks/adaptive_convolution.py [--side 512] [--threads 2]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from restoration.colour.adaptive import adaptive_convolution
from restoration.colour.config import ColourConfig

ROUNDS = 5


def plain(values: Tensor, guide: Tensor, kernel: Tensor) -> Tensor:
    """Eq. 5 as it stands: unfold both, nine differences for every pixel, then one contraction."""
    count, channels, height, width = values.shape
    around_v = F.unfold(values, 3, padding=1).view(count, channels, 9, -1)
    around_f = F.unfold(guide, 3, padding=1).view(count, guide.shape[1], 9, -1)
    weights = torch.exp(-0.5 * (around_f - guide.flatten(2)[:, :, None]).square().sum(1))
    return torch.einsum("nctp,ntp,dct->ndp", around_v, weights, kernel.flatten(2)).unflatten(2, (height, width))


@torch.inference_mode()
def compare(side: int, level: int) -> None:
    """One line: a picture of this side at one of the three resolutions of the compact network."""
    config = ColourConfig.named("compact")
    size, channels = side >> level, config.channels * 4**level
    torch.manual_seed(0)
    values, guide = torch.randn(1, config.hidden[level], size, size), torch.randn(1, config.guide[level], size, size)
    kernel = torch.randn(channels, config.hidden[level], 3, 3)
    expected = plain(values, guide, kernel)
    apart = float((adaptive_convolution(values, guide, kernel) - expected).abs().max() / expected.abs().max())
    seconds = {False: 0.0, True: 0.0}
    for _ in range(ROUNDS):  # turn about, so that whatever else the machine does hits both alike
        seconds[True] += _timed(lambda: adaptive_convolution(values, guide, kernel))
        seconds[False] += _timed(lambda: plain(values, guide, kernel))
    ours, theirs = (seconds[kind] / ROUNDS * 1e3 for kind in (True, False))
    channels_said = f"{config.hidden[level]} → {channels} channels"
    print(
        f"{size} px, {channels_said}: ours {ours:.1f} ms, unfolding {theirs:.1f} ms, {theirs / ours:.1f} times; "
        f"apart by {apart:.0e} of the largest value"
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=512, help="of the picture at full resolution")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for number in range(3):
        compare(options.side, number)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB, both together")
