"""Imagest beside its peers, and its few-step solver beside thirty DDIM steps."""

from pathlib import Path
from typing import Any

import numpy as np

from gpu_workers.evaluation.benchmark import Cache, Meter, Row, measure
from gpu_workers.evaluation.peers import Fill, peers
from gpu_workers.weights import fingerprint, resolve
from restoration.imagest.model import Imagest
from restoration.imagest.sampler import Options, Sampler

NAME = "imagest"
OURS = "Imagest"


def fillers(sampler: Sampler, solvers: bool) -> dict[str, Fill]:
    """Candidate 1 as configured; with ``solvers`` also by thirty DDIM steps, and with no denoising at all."""
    chosen = {OURS: _filler(sampler, Options())}
    if solvers:
        chosen[f"{OURS}, 30 DDIM steps"] = _filler(sampler, Options(steps=30, solver="ddim"))
        chosen[f"{OURS}, decoder alone"] = _filler(sampler, Options(strength=0.0))
    return chosen


def _filler(sampler: Sampler, options: Options) -> Fill:
    def fill(picture: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
        damaged = np.where(mask[..., None], 0, picture).astype(np.float32)
        return sampler.fill(damaged[None], mask[None], [seed], options)[0]

    return fill


def evaluate(
    data: Path, weights: Path | None = None, backbones: Path | None = None, split: str = "test",
    limit: int | None = None, cache: Path | None = None, solvers: bool = False,
) -> tuple[list[Row], dict[str, Any]]:  # fmt: skip
    """All rows of the table, and the facts of the run: weights, data, and what was not computed and why."""
    folder = weights or resolve(NAME).folder
    sampler = Sampler(Imagest.from_pretrained(folder))
    weights_sha256 = fingerprint(folder)
    others, missing = peers(backbones)
    meter = Meter(backbones)
    ours = fillers(sampler, solvers)
    kept = Cache(cache, dict.fromkeys(ours, f"-{weights_sha256[:12]}"))
    rows = measure(data, others | ours, meter, limit=limit, split=split, cache=kept)
    facts = {
        "weights": weights_sha256,
        "split": split,
        "limit": limit,
        "steps": sampler.sampling.steps,
        "strength": sampler.sampling.strength,
        "not computed": {**missing, **meter.missing},
    }
    return rows, facts
