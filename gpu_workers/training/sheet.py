"""The sample sheet: what a person looks at after a training run."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from gpu_workers.evaluation import holes
from gpu_workers.evaluation.benchmark import cases
from gpu_workers.training.settings import Settings
from restoration.imagest.model import Imagest
from restoration.imagest.prefill import prefill
from restoration.imagest.sampler import Sampler

A_KIND = 3


def draw(model: Imagest, settings: Settings, path: Path, split: str = "validation") -> None:
    """Rows of damaged picture, pre-filling, two candidates and truth, for a few paintings that were not trained on."""
    sampler, rows = Sampler(model), []
    for kind in holes.KINDS:
        for case in cases(settings.data, kind, A_KIND, split):
            damaged = np.where(case.mask[..., None], 1, case.truth).astype(np.float32)
            filled = sampler.fill(
                np.stack([damaged] * 2), np.stack([case.mask] * 2), [settings.seed, settings.seed + 1]
            )
            rows.append(np.hstack([damaged, prefill(damaged, case.mask, settings.seed).patch, *filled, case.truth]))
    save(rows, path)


def save(rows: list[np.ndarray], path: Path) -> None:
    """Write pictures (h, w, 3) in 0..1, all of one width, below each other."""
    temporary = path.with_name(path.name + ".part")
    Image.fromarray(np.rint(np.clip(np.vstack(rows), 0, 1) * 255).astype(np.uint8)).save(temporary, "PNG")
    os.replace(temporary, path)
