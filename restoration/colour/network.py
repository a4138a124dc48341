"""The reversible colour network: channel expansion, reversible blocks, two squeezes, channel refinement (Fig. 1)."""

from pathlib import Path
from typing import Self

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from restoration.colour.config import ColourConfig
from restoration.colour.moments import Affine, Calibration, Moments
from restoration.colour.reversible import RADIUS, Gates, ReversibleBlock, Squeeze

CONFIG, WEIGHTS = "colour.json", "colour.safetensors"
MULTIPLE = 4  # two squeezes
# orthonormal: lightness first, then two opponent colours, so that the Cholesky factor takes lightness from itself alone
OPPONENT = ((1, 1, 1), (1, -1, 0), (1, 1, -2))


class LoadError(ValueError):
    """Weights that do not fit their configuration; `str()` is one sentence."""


class ColourNetwork(nn.Module):
    """Pictures to features in which colours are transferred, and back. `inverse(forward(x)) == x` but for rounding."""

    def __init__(self, config: ColourConfig) -> None:
        super().__init__()
        self.config = config
        steps: list[nn.Module] = []
        for level, count in enumerate(config.blocks):
            if level:
                steps.append(Squeeze())
            steps += [self._block(level) for _ in range(count)]
        steps += [self._block(2) for _ in range(config.refinement)]
        self.steps = nn.ModuleList(steps)
        self.calibration = Calibration(2 * config.channels) if config.calibrated else None

    def _block(self, level: int) -> ReversibleBlock:
        config = self.config
        channels = config.channels * 4**level
        return ReversibleBlock(channels, config.hidden[level], config.guide[level], config.dpca, config.cafe)

    @property
    def radius(self) -> int:
        """How many pixels around it a feature depends on, channel weights apart; a multiple of `MULTIPLE`."""
        blocks = (*self.config.blocks[:2], self.config.blocks[2] + self.config.refinement)
        reach = RADIUS * sum(count * 2**level for level, count in enumerate(blocks))
        return -(-reach // MULTIPLE) * MULTIPLE

    def forward(self, pictures: Tensor, gates: Gates | None = None) -> Tensor:
        """Pictures (N, 3, H, W) in 0..1 → features (N, refined, H', W'), H' and W' the next multiples of 4."""
        gates = gates or Gates()
        framed = _framed(pictures)
        colours = torch.einsum("dc,nchw->ndhw", _opponent(framed), framed * 2 - 1)
        expanded = F.pad(colours, (0, 0, 0, 0, 0, self.config.channels - 3))
        halves = (torch.zeros_like(expanded), expanded)
        for step in self.steps:
            halves = step(halves, gates)
        return torch.cat([F.pixel_shuffle(half, MULTIPLE) for half in halves], 1)

    def inverse(self, features: Tensor, size: tuple[int, int], gates: Gates | None = None) -> Tensor:
        """Features (N, refined, H', W') → pictures (N, 3, H, W) of this size; not clipped to 0..1."""
        gates = gates or Gates()
        first, second = (F.pixel_unshuffle(half, MULTIPLE) for half in features.chunk(2, 1))
        halves = (first, second)
        for step in reversed(self.steps):
            halves = step.inverse(halves, gates)
        colours = torch.einsum("dc,ndhw->nchw", _opponent(features), halves[1][:, :3])
        return (colours[:, :, : size[0], : size[1]] + 1) / 2

    def moments(self, features: Tensor, counted: Tensor | None = None) -> Moments:
        """The moments of features, steadied as configured; counted: (N, 1, H', W') or None."""
        return Moments.of(features, self.config.steadiness, counted)

    def between(self, content: Moments, reference: Moments) -> Affine:
        """What brings features of the content to the moments of the reference, calibrated if configured."""
        if self.calibration is not None:
            reference = self.calibration(content, reference)
        return Affine.between(content, reference)

    @classmethod
    def from_pretrained(cls, folder: Path) -> Self:
        """Load a network from its folder; `LoadError` or `ConfigError` say in one sentence what is wrong."""
        network = cls(ColourConfig.load(folder / CONFIG))
        try:
            state = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
            network.load_state_dict(state)
        except (OSError, RuntimeError, ValueError) as problem:
            raise LoadError(f"The weights in {folder.name} do not fit the colour network they name.") from problem
        return network.eval()

    def save(self, folder: Path) -> None:
        """Write configuration and fp16 weights."""
        folder.mkdir(parents=True, exist_ok=True)
        self.config.save(folder / CONFIG)
        save_file({name: value.half().contiguous() for name, value in self.state_dict().items()}, folder / WEIGHTS)


def _framed(pictures: Tensor) -> Tensor:
    """Pictures continued to multiples of four by their last row and column."""
    height, width = pictures.shape[2:]
    return F.pad(pictures, (0, -width % MULTIPLE, 0, -height % MULTIPLE), mode="replicate")


def _opponent(like: Tensor) -> Tensor:
    """The orthonormal matrix (3, 3) in the precision of another tensor."""
    matrix = torch.tensor(OPPONENT, dtype=like.dtype, device=like.device)
    return matrix / matrix.norm(dim=1, keepdim=True)
