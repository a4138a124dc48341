"""The reversible network of `restoration.colour` as a colour engine, on the weights that come with Lacuna."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from gpu_workers import devices
from gpu_workers.weights import WeightsError, resolve
from restoration.colour import transfer
from restoration.colour.config import ConfigError
from restoration.colour.network import ColourNetwork, LoadError

from .contract import Cancelled, ColourTransfer, EngineError, Progress, Report, Stop, Study, never_stop, no_report
from .registry import EngineSpec

SIDE = 768
STAGE = "Studying the colours"


class FlowEngine:
    """The network, compact or paper size, as its weights say."""

    version = "1"
    side = SIDE

    def __init__(self, network: ColourNetwork, weights_sha256: str | None, device: str = "cpu") -> None:
        self.network = network.to(device)
        self.weights_sha256, self.device = weights_sha256, device
        self.libraries = {"torch": version("torch")}

    def study(
        self,
        picture: Study,
        references: Sequence[Study],
        *,
        progress: Report = no_report,
        cancelled: Stop = never_stop,
    ) -> ColourTransfer:
        """See `ColourEngine.study`."""

        def step(share: float) -> None:
            if cancelled():
                raise Cancelled
            progress(Progress(share, STAGE))

        copies = [(one.pixels, one.counted) for one in references]
        return transfer.study(self.network, (picture.pixels, picture.counted), copies, step)


def load(spec: EngineSpec, device: str | None = None) -> FlowEngine:
    """Load the checked weights onto a device; `EngineError` says in one sentence what is wrong with them."""
    try:
        weights = resolve(spec.weights or spec.name)
        devices.limit_threads()
        return FlowEngine(ColourNetwork.from_pretrained(weights.folder), weights.sha256, devices.choose(device))
    except (WeightsError, LoadError, ConfigError, devices.DeviceError) as problem:
        raise EngineError(str(problem)) from problem
