"""Fills the same holes in the same test crops by Imagest and its peers, and measures all of them in one go."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from gpu_workers.evaluation import holes, metrics
from gpu_workers.evaluation.lpips import FILE as LPIPS_FILE
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.evaluation.peers import Fill
from gpu_workers.training import data

SIZE = 256
COLUMNS = (
    ("hole", "kind", None), ("method", "method", None), ("PSNR dB", "psnr", 2), ("SSIM", "ssim", 3),
    ("LPIPS", "lpips", 4), ("FID", "fid", 1), ("s a crop", "seconds", 2),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One crop (h, w, 3) float32 in 0..1 and one hole (h, w) bool; ``seed`` tells it from the others."""

    truth: np.ndarray
    mask: np.ndarray
    kind: str
    seed: int


@dataclass(frozen=True)
class Row:
    """One line of the table; None where a figure was not computed."""

    kind: str
    method: str
    psnr: float
    ssim: float
    lpips: float | None
    fid: float | None
    seconds: float


def cases(folder: Path, kind: str, limit: int | None, split: str = "test", seed: int = 0) -> list[Case]:
    """The test crops with one hole of ``kind`` each; ``limit`` takes that many, the same ones and more as it grows."""
    paintings = data.paintings(folder, split)
    order = np.random.default_rng(seed).permutation(len(paintings))[:limit]
    shapes, result = data.overlays(folder), []
    for index in sorted(order.tolist()):
        rng = np.random.default_rng((seed, holes.KINDS.index(kind), index))
        truth = data.centre_crop(data.load(paintings[index].path), SIZE).astype(np.float32) / 255
        result.append(Case(truth, holes.draw(kind, SIZE, rng, shapes), kind, index))
    return result


class Meter:
    """Measures fillings; says what it cannot compute and why."""

    def __init__(self, backbones: Path | None) -> None:
        self.lpips = self.inception = None
        self.missing: dict[str, str] = {}
        for name, file in (("LPIPS", LPIPS_FILE), ("FID", metrics.INCEPTION_FILE)):
            if backbones is None or not (backbones / file).is_file():
                self.missing[name] = f"not computed: there is no {file}" + (
                    "" if backbones else " (--backbones was not given)"
                )
        if "LPIPS" not in self.missing:
            self.lpips = Lpips.load(backbones)
        if "FID" not in self.missing:
            self.inception = metrics.Inception(backbones)

    def measure(
        self, method: str, rows: list[Case], filled: list[np.ndarray], seconds: float, real: np.ndarray | None
    ) -> Row:
        """One line of the table; pixels outside the holes are taken from the truth for every method alike."""
        whole = [np.where(c.mask[..., None], f, c.truth).astype(np.float32) for c, f in zip(rows, filled, strict=True)]
        pairs = list(zip(rows, whole, strict=True))
        return Row(
            kind=rows[0].kind,
            method=method,
            psnr=float(np.mean([metrics.psnr_inside(c.truth, f, c.mask) for c, f in pairs])),
            ssim=float(np.mean([metrics.ssim_inside(c.truth, f, c.mask) for c, f in pairs])),
            lpips=None if self.lpips is None else float(np.mean([self._distance(c.truth, f) for c, f in pairs])),
            fid=None if real is None else metrics.frechet_distance(real, self.inception(np.stack(whole))),
            seconds=seconds,
        )

    @torch.inference_mode()
    def _distance(self, first: np.ndarray, second: np.ndarray) -> float:
        one, other = (torch.from_numpy(p).permute(2, 0, 1)[None] * 2 - 1 for p in (first, second))
        return float(self.lpips(one, other))

    def reference(self, rows: list[Case]) -> np.ndarray | None:
        """Features of the undamaged crops, where FID can be computed."""
        return None if self.inception is None else self.inception(np.stack([case.truth for case in rows]))


class Cache:
    """Fillings kept on disk, so that an interrupted measurement goes on where it stopped.

    ``tags`` gives for a method what its fillings depend on besides the crop, such as the hash of its weights.
    """

    def __init__(self, folder: Path | None, tags: dict[str, str] | None = None) -> None:
        self.folder, self.tags = folder, tags or {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def fill(self, method: str, fill: Fill, case: Case) -> tuple[np.ndarray, float]:
        """The filling and how many seconds it took."""
        if self.folder is None:
            return _timed(fill, case)
        digest = hashlib.sha256(case.truth.tobytes() + np.packbits(case.mask).tobytes()).hexdigest()[:16]
        path = self.folder / f"{method}{self.tags.get(method, '')}-{case.kind}-{digest}.npz"
        if path.exists():
            with np.load(path) as kept:
                return kept["filled"].astype(np.float32) / 255, float(kept["seconds"])
        filled, seconds = _timed(fill, case)
        np.savez(path, filled=np.rint(np.clip(filled, 0, 1) * 255).astype(np.uint8), seconds=seconds)
        return filled, seconds


def _timed(fill: Fill, case: Case) -> tuple[np.ndarray, float]:
    from time import perf_counter

    started = perf_counter()
    filled = fill(case.truth, case.mask, case.seed)
    return filled, perf_counter() - started


def measure(
    folder: Path, methods: dict[str, Fill], meter: Meter, *, limit: int | None = None, split: str = "test",
    cache: Cache | None = None, kinds: tuple[str, ...] = holes.KINDS, finished: Callable[[Row], None] | None = None,
) -> list[Row]:  # fmt: skip
    """All lines of the table. Every method gets the same crops with the same holes; its own pixels count inside the
    holes only.
    """
    return list(_rows(folder, methods, meter, limit, split, cache or Cache(None), kinds, finished))


def _rows(
    folder: Path, methods: dict[str, Fill], meter: Meter, limit: int | None, split: str, cache: Cache,
    kinds: tuple[str, ...], finished: Callable[[Row], None] | None,
) -> Iterator[Row]:  # fmt: skip
    for kind in kinds:
        rows = cases(folder, kind, limit, split)
        real = meter.reference(rows)
        for method, fill in methods.items():
            results = [cache.fill(method, fill, case) for case in tqdm(rows, desc=f"{kind}, {method}", disable=None)]
            row = meter.measure(method, rows, [f for f, _ in results], float(np.mean([s for _, s in results])), real)
            if finished is not None:
                finished(row)
            yield row
