"""The sizes of the colour network. What is not in the paper (Sun et al. 2025) is said so in the docstring."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


class ConfigError(ValueError):
    """A configuration that no network can be built from; `str()` is one sentence."""


@dataclass(frozen=True)
class ColourConfig:
    """A colour network.

    channels: of each half at full resolution; the picture's three are padded with zeros to twice as many.
    blocks: reversible residual blocks before, between and after the two squeezes; refinement: blocks of channel
        refinement behind them.
    hidden, guide: channels of the vectors v and f of CAFE, at each of the three resolutions.
    dpca, cafe: whether the blocks have them; without CAFE they have a plain 3x3 convolution in its place.
    calibrated: whether the reference's moments are calibrated (`moments.Calibration`), which the paper does not do.
    steadiness: added to the diagonal of each covariance, in squared units of the features (colours span -1..1), so that
        a gray or one-colour reference has a Cholesky factor, too.
    """

    channels: int
    blocks: tuple[int, int, int]
    refinement: int
    hidden: tuple[int, int, int]
    guide: tuple[int, int, int]
    dpca: bool = True
    cafe: bool = True
    calibrated: bool = True
    steadiness: float = 1e-4

    def __post_init__(self) -> None:
        if self.channels < 3:
            raise ConfigError("A colour network needs at least the three channels of a picture in each half.")

    @classmethod
    def named(cls, size: str) -> Self:
        """`compact` or `paper`; anything else raises `ConfigError`."""
        if size not in SIZES:
            raise ConfigError(f"There is no size “{size}” of the colour network; choose {' or '.join(SIZES)}.")
        return cls(**SIZES[size])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a configuration; one that is not one raises `ConfigError`."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{name: tuple(it) if isinstance(it, list) else it for name, it in values.items()})
        except (OSError, ValueError, TypeError, AttributeError) as problem:
            raise ConfigError(f"{path.name} is not the configuration of a colour network.") from problem

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


# The paper gives no widths; those of its basis, CAP-VSTNet (Wen et al. 2023), stand in for them.
SIZES: dict[str, dict] = {
    "compact": {
        "channels": 8, "blocks": (2, 2, 3), "refinement": 1, "hidden": (8, 16, 32), "guide": (4, 8, 8),
    },
    "paper": {
        "channels": 16, "blocks": (10, 10, 10), "refinement": 2, "hidden": (16, 16, 64), "guide": (16, 16, 64),
        "calibrated": False,
    },
}  # fmt: skip
