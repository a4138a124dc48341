"""Drawing latents in a hole, step by step, with the known latents put back at every step."""

from collections.abc import Callable

import torch
from torch import Tensor

from restoration.imagest.model import Imagest
from restoration.imagest.unet import ProjectedStyle

from diffusers import DDIMScheduler, DPMSolverMultistepScheduler  # isort: skip


def draw_latents(
    model: Imagest, known: Tensor, hole: Tensor, share: Tensor, noise: Tensor, text: Tensor,
    style: ProjectedStyle | None, *, steps: int | None = None, strength: float | None = None, solver: str | None = None,
    watch: Callable[[int, int, Tensor], None] | None = None,
) -> Tensor:  # fmt: skip
    """Draw latents where ``hole`` (N, 1, h, w) is 1, from ``known`` (N, C, h, w) noised to the starting level.

    Before each step the known latents are put back, noised to that step by the same ``noise``; in the end they are put
    back as they are. ``watch(step, steps, latents)`` is called before the first and after each step.
    """
    scheduler, levels = schedule(model, steps, strength, solver)
    latents = known
    for index, step in enumerate(levels):
        rows = step.to(known.device).expand(len(known))
        signal, level = model.denoiser.levels(rows)
        noised = signal * known + level * noise
        latents = noised if index == 0 else torch.where(hole > 0, latents, noised)
        if watch and index == 0:
            watch(0, len(levels), latents)
        predicted = model.denoiser(latents, rows, known, share, text, style)
        latents = scheduler.step(predicted, step, latents).prev_sample
        if watch:
            watch(index + 1, len(levels), latents)
    return torch.where(hole > 0, latents, known)


def schedule(
    model: Imagest, steps: int | None = None, strength: float | None = None, solver: str | None = None
) -> tuple[DDIMScheduler | DPMSolverMultistepScheduler, Tensor]:
    """A fresh scheduler and its ``steps`` steps from the noise level ``strength`` downwards; None takes the
    configuration's value.
    """
    sampling = model.config.sampling
    count = steps or sampling.steps
    strength = sampling.strength if strength is None else strength
    if (solver or sampling.solver) == "ddim":
        scheduler = DDIMScheduler(**sampling.scheduler, clip_sample=False, set_alpha_to_one=True)
    else:
        scheduler = DPMSolverMultistepScheduler(**sampling.scheduler, solver_order=2, algorithm_type="dpmsolver++")
    if strength <= 0:
        return scheduler, torch.empty(0)
    scheduler.set_timesteps(max(count, round(count / min(strength, 1.0))))
    start = len(scheduler.timesteps) - count
    if isinstance(scheduler, DPMSolverMultistepScheduler):
        scheduler.set_begin_index(start)
    return scheduler, scheduler.timesteps[start:]
