"""Colour reconstruction: the reversible network under the paper's losses, and the truth where it is known."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_workers.training.pairs import KNOWN_SHARE, PairMaker, Pairs
from restoration.colour.lab import difference
from restoration.colour.losses import contrastive_coherence, evenness, matting_laplacian, style
from restoration.colour.network import ColourNetwork
from restoration.colour.transfer import reconstruct
from restoration.colour.vgg import Vgg19

CYCLE_EVERY = 4


@dataclass(frozen=True)
class Weights:
    """Weights of the losses: those of eq. 6, and two of ours: against halos, and for the truth where it is known."""

    coherence: float = 5.0
    style: float = 1.0
    matting: float = 1500.0
    cycle: float = 10.0
    evenness: float = 6000.0
    truth: float = 5.0


class ColourStage:
    """One network, one optimiser, two phases of the budget.

    Pairs whose truth is known teach the colour difference to it, really faded ones style, coherence and evenness, all
    of them matting and cycle. Up to `style_from` (a share of the budget) only known pairs are drawn and VGG19, half of
    the work, rests. The cycle is run every fourth step, at four times its weight.
    """

    name = "colour"

    def __init__(
        self, network: ColourNetwork, pairs: PairMaker, vgg: Vgg19 | None, weights: Weights, style_from: float = 0.5
    ) -> None:
        self.network, self.pairs, self.vgg, self.weights = network, pairs, vgg, weights
        self.style_from, self.steps = style_from, 0

    def networks(self) -> dict[str, nn.Module]:
        return {"network": self.network}

    def losses(self, progress: float, generator: torch.Generator) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        whole = self.vgg is not None and progress >= self.style_from
        pairs, weights = self.pairs.draw(generator, KNOWN_SHARE if whole else 1.0), self.weights
        result = reconstruct(self.network, pairs.faded, pairs.reference)
        parts = {"matting": matting_laplacian(result, pairs.faded) * weights.matting}
        taught = ~pairs.known
        if taught.any():  # where the truth is known it speaks against halos itself, and stains may go
            parts["evenness"] = evenness(result[taught], pairs.faded[taught]) * weights.evenness
        if self.steps % CYCLE_EVERY == 0:
            back = reconstruct(self.network, result, pairs.faded)
            parts["cycle"] = F.l1_loss(back, pairs.faded) * weights.cycle * CYCLE_EVERY
        if whole and not pairs.known.all():
            parts |= self._activation_losses(result, pairs, generator)
        if pairs.known.any():
            parts["truth"] = difference(result[pairs.known], pairs.truth[pairs.known]).mean() * weights.truth
        self.steps += 1
        total = torch.stack(list(parts.values())).sum()
        return {"network": total}, {name: value.detach() for name, value in parts.items()}

    def _activation_losses(self, result: Tensor, pairs: Pairs, generator: torch.Generator) -> dict[str, Tensor]:
        taught = ~pairs.known
        with torch.no_grad():
            fixed = self.vgg(torch.cat([pairs.faded[taught], pairs.reference[taught]]))
        faded, wanted = ([layer.chunk(2)[side] for layer in fixed] for side in (0, 1))
        reached = self.vgg(result[taught])
        losses = {"style": style(reached, wanted) * self.weights.style}
        if self.weights.coherence:
            layers = [contrastive_coherence(a, b, generator) for a, b in zip(reached[1:], faded[1:], strict=True)]
            losses["coherence"] = torch.stack(layers).mean() * self.weights.coherence
        return losses
