"""Masked latent sampling: fills holes while the known latents are put back at every step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import torch
from torch import Tensor

from restoration.imagest.autoencoder import make_context
from restoration.imagest.crops import Box, crop_around
from restoration.imagest.drawing import draw_latents
from restoration.imagest.layers import latent_mask, touched
from restoration.imagest.model import Imagest
from restoration.imagest.prefill import prefill
from restoration.imagest.unet import ProjectedStyle

GRID = 64
Progress = Callable[[int, int, "np.ndarray | None"], None]


class Cancelled(Exception):
    """The caller asked to stop."""

    def __str__(self) -> str:
        return "The restoration was cancelled."


@dataclass(frozen=True)
class Options:
    """How to draw; None takes the configuration's value. ``strength`` 0..1 is the noise level to start from, 1 = pure
    noise.
    """

    steps: int | None = None
    strength: float | None = None
    solver: str | None = None
    prompt: str = ""
    style: np.ndarray | None = None
    preview_every: int = 0


@dataclass(frozen=True)
class _Job:
    """What does not change from step to step, for crops of one size, cut at ``boxes`` from the windows ``rows``."""

    rows: list[int]
    boxes: list[Box]
    known: Tensor
    hole: Tensor
    share: Tensor
    context: Tensor
    noise: Tensor
    text: Tensor
    style: ProjectedStyle


class Sampler:
    """Draws fillings from an Imagest. Rows never depend on each other: a batch gives what single calls give."""

    def __init__(self, model: Imagest) -> None:
        self.model = model.eval()
        self.sampling = model.config.sampling
        self.device = next(model.parameters()).device
        self.multiple = model.autoencoder.factor * 2 ** (len(model.config.denoiser.options["block_out_channels"]) - 1)

    @torch.inference_mode()
    def fill(
        self,
        windows: np.ndarray,
        masks: np.ndarray,
        seeds: Sequence[int],
        options: Options | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> np.ndarray:
        """Fill windows (N, h, w, 3) float32 in 0..1 where masks (N, h, w) are True, one seed a window.

        Returns the shape of windows; nothing changes where the masks are False. Raises ``Cancelled`` where
        ``cancelled()`` is true before a step. ``progress(step, steps, preview)`` is called after each step, with a
        preview (N, h, w, 3) every ``preview_every`` steps and None otherwise.
        """
        options, progress, cancelled = options or Options(), progress or _silent, cancelled or _never
        height, width = windows.shape[1:3]
        patch, tone = self._prefilled(windows, masks, seeds, cancelled)
        damage = self._padded(masks)
        style, filled = self._style(patch, options), patch.copy()
        groups = self._groups(damage)
        for number, (rows, boxes) in enumerate(groups):
            job = self._job(rows, boxes, patch, tone, damage, seeds, style, options)

            def watch(step: int, steps: int, latents: Tensor, job: _Job = job, number: int = number) -> None:
                if step:
                    show = options.preview_every and step % options.preview_every == 0
                    if show:
                        self._decode(job, torch.where(job.hole > 0, latents, job.known), filled)
                    preview = np.where(masks[..., None], filled[:, :height, :width], windows) if show else None
                    progress(number * steps + step, len(groups) * steps, preview)
                if step < steps and cancelled():
                    raise Cancelled

            latents = draw_latents(
                self.model, job.known, job.hole, job.share, job.noise, job.text, job.style,
                steps=options.steps, strength=options.strength, solver=options.solver, watch=watch,
            )  # fmt: skip
            self._decode(job, latents, filled)
        return np.where(masks[..., None], filled[:, :height, :width], windows).astype(np.float32)

    def _prefilled(
        self, windows: np.ndarray, masks: np.ndarray, seeds: Sequence[int], cancelled: Callable[[], bool]
    ) -> tuple[np.ndarray, np.ndarray]:
        fillings = []
        for window, mask, seed in zip(windows, masks, seeds, strict=True):
            if cancelled():
                raise Cancelled
            fillings.append(prefill(window, mask, seed))
        return self._padded(np.stack([f.patch for f in fillings])), self._padded(np.stack([f.tone for f in fillings]))

    def _padded(self, arrays: np.ndarray) -> np.ndarray:
        height, width = (ceil(side / self.multiple) * self.multiple - side for side in arrays.shape[1:3])
        return np.pad(arrays, [(0, 0), (0, height), (0, width)] + [(0, 0)] * (arrays.ndim - 3), mode="edge")

    def _style(self, patch: np.ndarray, options: Options) -> ProjectedStyle:
        """K and V of the style: of the reference, else of each window's own pre-filling."""
        references = patch if options.style is None else options.style[None]
        style = self.model.denoiser.project_style(self.model.style(self._tensor(references)))
        return style if options.style is None else style.repeat(len(patch))

    def _groups(self, damage: np.ndarray) -> list[tuple[list[int], list[Box]]]:
        """Windows whose damage fits in crops of one size, together; windows without damage are left out."""
        groups: dict[tuple[int, int], tuple[list[int], list[Box]]] = {}
        for row, mask in enumerate(damage):
            if mask.any():
                box = crop_around(mask, self.sampling.margin, max(GRID, self.multiple))
                rows, boxes = groups.setdefault((box.height, box.width), ([], []))
                rows.append(row)
                boxes.append(box)
        return list(groups.values())

    def _job(
        self, rows: list[int], boxes: list[Box], patch: np.ndarray, tone: np.ndarray, damage: np.ndarray,
        seeds: Sequence[int], style: ProjectedStyle, options: Options,
    ) -> _Job:  # fmt: skip
        def cut(arrays: np.ndarray) -> np.ndarray:
            return np.stack([arrays[row][box.slices] for row, box in zip(rows, boxes, strict=True)])

        filled, smooth = self._tensor(cut(patch)), self._tensor(cut(tone))
        masks = torch.from_numpy(cut(damage)[:, None]).to(self.device)
        known, factor = self.model.autoencoder.encode(filled), self.model.autoencoder.factor
        generators = [torch.Generator().manual_seed(seeds[row] % 2**63) for row in rows]
        noise = torch.stack([torch.randn(known.shape[1:], generator=generator) for generator in generators])
        return _Job(
            rows=rows,
            boxes=boxes,
            known=known,
            hole=touched(masks, factor),
            share=latent_mask(masks, factor),
            context=make_context(filled, smooth, masks),
            noise=noise.to(self.device),
            text=self.model.text([options.prompt]).expand(len(rows), -1, -1),
            style=style.select(rows),
        )

    def _tensor(self, pictures: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(np.ascontiguousarray(pictures, np.float32)).to(self.device).permute(0, 3, 1, 2)
        return (tensor * 2 - 1).contiguous(memory_format=torch.channels_last)

    def _decode(self, job: _Job, latents: Tensor, filled: np.ndarray) -> None:
        """Decode crops into their places in ``filled``."""
        decoded = self.model.autoencoder.decode(latents, job.context if self.model.autoencoder.sees_context else None)
        pictures = ((decoded + 1) / 2).clamp(0, 1).permute(0, 2, 3, 1).float().cpu().numpy()
        for row, box, picture in zip(job.rows, job.boxes, pictures, strict=True):
            filled[row][box.slices] = picture


def _silent(step: int, steps: int, preview: np.ndarray | None) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False
