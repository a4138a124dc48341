"""Reversible residual blocks and squeezes: steps that can be undone exactly."""

from torch import Tensor, nn
from torch.nn import functional as F

from restoration.colour.adaptive import ContentAdaptiveFeatures
from restoration.colour.attention import DualPoolingChannelAttention

Halves = tuple[Tensor, Tensor]
RADIUS = 2  # pixels that F looks around it: a 3x3 convolution, then a pixel-adaptive one


class Gates:
    """The channel weights of every block in the order in which they are used.

    A picture's own are read from the picture; a window of it must use those of the whole. `Gates()` reads and keeps
    them; `gates.replay()` gives the same ones back.
    """

    def __init__(self, kept: list[Tensor] | None = None) -> None:
        self.kept: list[Tensor] = [] if kept is None else kept
        self._next = None if kept is None else iter(kept)

    def of(self, attention: DualPoolingChannelAttention, features: Tensor) -> Tensor:
        """The weights (N, C, 1, 1) for these features."""
        if self._next is not None:
            return next(self._next)
        self.kept.append(attention.weights(features))
        return self.kept[-1]

    def replay(self) -> "Gates":
        """The same weights once more, for a window."""
        return Gates(self.kept)


class ReversibleBlock(nn.Module):
    """y1 = x1 + F(x2), y2 = x2, and back x1 = y1 - F(x2) (eq. 1-4); F is DPCA, then CAFE.

    The halves change places afterwards, so that each is altered by every other block.
    """

    def __init__(self, channels: int, hidden: int, guide: int, dpca: bool = True, cafe: bool = True) -> None:
        super().__init__()
        self.attention = DualPoolingChannelAttention() if dpca else None
        self.features = ContentAdaptiveFeatures(channels, hidden, guide, cafe)

    def forward(self, halves: Halves, gates: Gates) -> Halves:
        x1, x2 = halves
        return x2, x1 + self._residual(x2, gates)

    def inverse(self, halves: Halves, gates: Gates) -> Halves:
        """Undo `forward`."""
        x2, y1 = halves
        return y1 - self._residual(x2, gates), x2

    def _residual(self, x2: Tensor, gates: Gates) -> Tensor:
        if self.attention is not None:
            x2 = x2 * gates.of(self.attention, x2)
        return self.features(x2)


class Squeeze(nn.Module):
    """Four neighbouring pixels become four times the channels: half the resolution, nothing lost."""

    def forward(self, halves: Halves, gates: Gates) -> Halves:
        return F.pixel_unshuffle(halves[0], 2), F.pixel_unshuffle(halves[1], 2)

    def inverse(self, halves: Halves, gates: Gates) -> Halves:
        """Undo `forward`."""
        return F.pixel_shuffle(halves[0], 2), F.pixel_shuffle(halves[1], 2)
