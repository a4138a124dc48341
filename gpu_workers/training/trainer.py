"""The one trainer: fits a time budget, keeps a moving average, can be stopped and taken up again."""

import logging
import math
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gpu_workers.training.settings import Settings

log = logging.getLogger(__name__)
WARM_UP = 100


class Stage(Protocol):
    """What a network has to offer to be trained."""

    name: str

    def networks(self) -> dict[str, nn.Module]:
        """The modules that are trained, by optimiser; the one called critic is thrown away at the end."""

    def losses(self, progress: float, generator: torch.Generator) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """A loss for each optimiser that takes part now (``progress`` 0..1 of the budget), and figures to log. Figures
        stay on the device until they are reported: a card works on while the next batch is drawn.
        """


class Average:
    """Exponential moving average of a module's weights; its buffers are copied."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay, self.steps = decay, 0
        self.state = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        values = module.state_dict()
        learned = [name for name, _ in module.named_parameters() if name in values]
        torch._foreach_lerp_([self.state[name] for name in learned], [values[name] for name in learned], 1 - decay)
        for name in values.keys() - {*learned}:
            self.state[name].copy_(values[name])


class Trainer:
    """Trains one stage within ``settings.minutes``, counted over all calls that resume it."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        if settings.device == "cuda":
            torch.set_float32_matmul_precision("high")
        self.stage, self.settings = stage, settings
        self.networks = stage.networks()
        self.averages = {name: Average(net, settings.ema) for name, net in self.networks.items() if name != "critic"}
        self.optimisers = {
            name: torch.optim.AdamW(
                [p for p in net.parameters() if p.requires_grad], settings.rate, (0.9, 0.99), weight_decay=1e-4
            )
            for name, net in self.networks.items()
        }
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.step, self.spent, self.history = 0, 0.0, []
        self.path = settings.work / f"{settings.size}-{stage.name}.checkpoint"
        if settings.resume and self.path.exists():
            self._restore()

    @property
    def progress(self) -> float:
        """Share of the budget that is used, 0..1."""
        return min(1.0, self.spent / (self.settings.minutes * 60))

    def run(self) -> bool:
        """Train until the budget or this call's share of it is used up; True when the stage is finished."""
        started, begun = time.monotonic(), self.spent
        logged = saved = started
        figures: dict[str, list[Tensor]] = defaultdict(list)
        limit = (self.settings.at_most or math.inf) * 60
        while self.progress < 1 and time.monotonic() - started < limit:
            for name, value in self._train_step().items():
                figures[name].append(value)
            now = time.monotonic()
            self.spent = begun + now - started
            if now - logged >= 60 or self.progress >= 1:
                logged = now
                self._report(figures)
            if now - saved >= self.settings.checkpoint_minutes * 60:
                saved = now
                self.save()
        self.save()
        return self.progress >= 1

    def _train_step(self) -> dict[str, Tensor]:
        with torch.autocast(self.settings.device, torch.bfloat16, enabled=self.settings.bf16):
            losses, figures = self.stage.losses(self.progress, self.generator)
        rate = (
            self.settings.rate
            * min(1, (self.step + 1) / WARM_UP)
            * (0.02 + 0.49 * (1 + math.cos(math.pi * self.progress)))
        )
        for name, loss in losses.items():
            optimiser = self.optimisers[name]
            parameters = optimiser.param_groups[0]["params"]
            gradients = torch.autograd.grad(loss, parameters, allow_unused=True, retain_graph=len(losses) > 1)
            norm = nn.utils.get_total_norm([gradient for gradient in gradients if gradient is not None])
            usable = torch.isfinite(norm)
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = None if gradient is None else torch.where(usable, gradient, 0)
            nn.utils.clip_grads_with_norm_(parameters, self.settings.clip, torch.where(usable, norm, 0))
            optimiser.param_groups[0]["lr"] = rate
            optimiser.step()
            figures[f"{name} gradient"] = norm
        for name, average in self.averages.items():
            average.update(self.networks[name])
        self.step += 1
        return figures

    def _report(self, figures: dict[str, list[Tensor]]) -> None:
        means = {name: float(torch.stack(values).mean()) for name, values in figures.items() if values}
        figures.clear()
        self.history.append(
            {"step": self.step, "minutes": round(self.spent / 60, 2)} | {k: round(v, 5) for k, v in means.items()}
        )
        text = ", ".join(f"{name} {value:.4f}" for name, value in means.items())
        log.info(
            "%s: step %d, %.1f of %.1f minutes, %s",
            self.stage.name,
            self.step,
            self.spent / 60,
            self.settings.minutes,
            text,
        )

    def averaged(self) -> None:
        """Put the moving average in the place of the trained weights."""
        for name, average in self.averages.items():
            self.networks[name].load_state_dict(average.state)

    def save(self) -> None:
        """Write the checkpoint: all that is needed to go on."""
        state: dict[str, Any] = {
            "networks": {name: net.state_dict() for name, net in self.networks.items()},
            "averages": {name: (average.steps, average.state) for name, average in self.averages.items()},
            "optimisers": {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()},
            "generator": self.generator.get_state(),
            "torch": torch.get_rng_state(),
            "step": self.step, "spent": self.spent, "history": self.history,
        }  # fmt: skip
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".part")
        torch.save(state, temporary)
        os.replace(temporary, self.path)

    def _restore(self) -> None:
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        for name, net in self.networks.items():
            net.load_state_dict(state["networks"][name])
            self.optimisers[name].load_state_dict(state["optimisers"][name])
        for name, average in self.averages.items():
            average.steps = state["averages"][name][0]
            average.state = {k: v.to(average.state[k].device) for k, v in state["averages"][name][1].items()}
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["torch"])
        self.step, self.spent, self.history = state["step"], state["spent"], state["history"]


def checkpoint_path(work: Path, size: str, stage: str) -> Path:
    """Where a stage's checkpoint lies."""
    return work / f"{size}-{stage}.checkpoint"
