"""Masked tokens are predicted together in a few steps (Chang et al. 2022): all at once, and the surest are kept."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from generation.ink.config import SLOTS, SamplingConfig
from generation.ink.text import Text
from generation.ink.transformer import TokenTransformer

LEAD = 100.0  # codes of structure are settled before those of detail

Step = Callable[[float], None]


@torch.inference_mode()
def predict(
    network: TokenTransformer, tokens: Tensor, gaps: Tensor, text: Text, nothing: Text,
    generators: Sequence[torch.Generator], sampling: SamplingConfig, step: Step = lambda share: None,
) -> Tensor:  # fmt: skip
    """Tokens (N, h, w, 5) with the gaps (N, h, w, 5) bool filled in `sampling.steps` parallel steps.

    text, nothing: the prompts and as many empty ones; generators: one for each picture, so that it comes out the same
    alone and in a batch. step hears the share that is done.
    """
    tokens, gaps = tokens.clone(), gaps.clone()
    whole = gaps.flatten(1).sum(1)
    for number in range(1, sampling.steps + 1):
        progress = number / sampling.steps
        drawn, sureness = _draw(network, tokens, gaps, text, nothing, generators, sampling)
        wander = sampling.restlessness * (1 - progress)
        order = sureness + wander * _gumbel(sureness.shape, generators).to(sureness)
        order[..., 0] += LEAD
        left = (whole * math.cos(math.pi / 2 * progress)).floor().long()
        settled = _surest(order, gaps, gaps.flatten(1).sum(1) - left)
        tokens, gaps = torch.where(settled, drawn, tokens), gaps & ~settled
        step(progress)
    return tokens


def _draw(
    network: TokenTransformer, tokens: Tensor, gaps: Tensor, text: Text, nothing: Text,
    generators: Sequence[torch.Generator], sampling: SamplingConfig,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """A draw of every code, and the logarithm of its probability: (N, h, w, 5) each."""
    logits = network(tokens, gaps, text)
    if sampling.guidance != 1:
        free = network(tokens, gaps, nothing)
        pairs = zip(free, logits, strict=True)
        logits = [torch.lerp(silent, told, sampling.guidance) for silent, told in pairs]
    drawn, sureness = [], []
    for part in logits:
        chances = (part / sampling.temperature).log_softmax(-1)
        codes = (chances + _gumbel(chances.shape, generators).to(chances)).argmax(-1)
        drawn.append(codes)
        sureness.append(chances.gather(-1, codes[..., None])[..., 0])
    return torch.cat(drawn, -1), torch.cat(sureness, -1)


def _surest(order: Tensor, gaps: Tensor, count: Tensor) -> Tensor:
    """The `count` (N,) gaps that come first: (N, h, w, 5) bool."""
    flat = order.masked_fill(~gaps, -math.inf).flatten(1)
    ranks = flat.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    return (ranks < count[:, None]).view_as(gaps) & gaps


def _gumbel(shape: Sequence[int], generators: Sequence[torch.Generator]) -> Tensor:
    """Gumbel noise (N, …), each picture's from its own generator."""
    uniform = torch.stack([torch.rand(tuple(shape[1:]), generator=generator) for generator in generators])
    return -torch.log(-torch.log(uniform.clamp(1e-9, 1 - 1e-7)))


def training_gaps(count: int, side: int, generator: torch.Generator) -> Tensor:
    """Gaps (N, side, side, 5) bool as they occur in sampling: a share by the cosine schedule of all codes, of a region
    or of a side; mostly structure before detail.
    """
    score = torch.rand(count, side, side, SLOTS, generator=generator)
    ordered = torch.rand(count, 1, 1, generator=generator) < 0.8
    score[..., 0] -= ordered.float() * 2
    region = torch.stack([_region(side, generator) for _ in range(count)])[..., None].expand_as(score)
    share = torch.cos(torch.rand(count, generator=generator) * math.pi / 2)
    wanted = (region.flatten(1).sum(1) * share).ceil().long()
    ranks = score.masked_fill(~region, -math.inf).flatten(1).argsort(1, descending=True).argsort(1)
    return (ranks < wanted[:, None]).view_as(score)


def _region(side: int, generator: torch.Generator) -> Tensor:
    """Which cells (side, side) may have gaps: half of the time all, else a rectangle that may touch the border."""
    cells = torch.ones(side, side, dtype=torch.bool)
    if torch.rand((), generator=generator) < 0.5:
        return cells
    first = torch.randint(-side // 2, side, (2,), generator=generator)
    last = first + torch.randint(side // 4 + 1, side + 1, (2,), generator=generator)
    rows, columns = (slice(max(0, int(a)), max(1, int(b))) for a, b in zip(first, last, strict=True))
    cells = torch.zeros(side, side, dtype=torch.bool)
    cells[rows, columns] = True
    return cells
