"""Restoring one picture: the same steps for every engine, from the master to proven candidates and their recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from gpu_workers import devices, pictures
from gpu_workers.pictures import Limits, Picture, PictureInfo

from . import registry
from .common import check_size, load, picture_facts, scaled, vanishing
from .contract import Cancelled, Conditions, Engine, EngineError, Progress, Report, Stop, never_stop, no_report
from .feather import check_feather, fade_in
from .filling import Filling
from .fills import Fills
from .proof import prove, seam
from .recipe import FORMAT, code_version, libraries, sha256_labels
from .windows import plan

MAX_CANDIDATES = 32
STYLE_SIDE = 1024  # pixels; a style reference is shrunk to this before an engine sees it
_READ, _FILLED = 0.04, 0.86  # the parts of the whole work that end with reading and with filling


@dataclass(frozen=True)
class CandidateFile:
    """One written candidate.

    changed_pixels: damaged pixels that differ from the master. seam: see `proof.seam`. max_outside: the largest
    difference at an undamaged pixel, always 0: a candidate for which it is not is never handed out.
    """

    path: Path
    sha256: str
    seed: int
    changed_pixels: int
    seam: float
    max_outside: int = 0


@dataclass(frozen=True)
class RestorationResult:
    """uncertainty: an 8-bit gray PNG of the picture's size, 255 where candidates could not differ more, or None.

    recipe: JSON-ready. notes: sentences a person should read.
    """

    candidates: list[CandidateFile]
    uncertainty: Path | None
    recipe: dict
    notes: list[str]


def restore(
    picture_path: str | Path,
    labels: np.ndarray,
    engine_name: str,
    *,
    style_path: str | Path | None = None,
    prompt: str = "",
    candidates: int = 1,
    seed: int = 0,
    steps: int | None = None,
    feather: int = 0,
    directional: bool = False,
    out_dir: str | Path,
    device: str | None = None,
    progress: Report | None = None,
    cancelled: Stop | None = None,
    limits: Limits | None = None,
) -> RestorationResult:
    """Restore a picture file into `out_dir`, which exists: candidate-01.*, … and uncertainty.png.

    labels: (H, W) uint8, upright, above 0 = damaged. candidates: with the seeds seed, seed + 1, …; one only from an
    engine without chance. feather: over how many pixels, 0 to 64, new paint fades in inside the border of the damage.
    directional: no mirrored or turned paint may come in (sacred images).
    Every undamaged pixel of a candidate equals the master's, which is proven on the written file. A damaged pixel
    becomes opaque. Raises `PictureError`, `EngineError`, `Cancelled`; then nothing stays.
    """
    progress, cancelled = progress or no_report, cancelled or never_stop
    spec = registry.get_spec(engine_name)
    _check_request(candidates, seed, steps)
    check_feather(feather)
    progress(Progress(0.0, "Reading the picture"))
    picture = pictures.read(picture_path, limits)
    damaged = _damaged(labels, picture.info)
    conditions, notes = _conditions(spec, style_path, prompt, steps, limits)
    conditions = replace(conditions, directional=directional)
    if candidates > 1 and not spec.stochastic:
        candidates = 1
        notes.append(f"{spec.title} gives the same fill for every seed, so there is one candidate.")
    if spec.name == "patchmatch" and picture.info.bit_depth == 16:
        notes.append("PatchMatch works with 8 bits, so the filled pixels have 256 levels a channel.")
    seeds = [seed + index for index in range(candidates)]
    engine = cast(Engine, load(engine_name, device))
    work = Filling(picture, damaged, plan(damaged, spec.window, spec.max_window), seeds)
    progress(Progress(_READ, "Filling the losses"))
    fills = work.run(engine, conditions, scaled(progress, _READ, _FILLED), cancelled)
    if feather:
        fade_in(fills, picture.pixels, feather)
    writer = _Writer(Path(out_dir), Path(picture_path), picture, damaged, fills)
    files, uncertainty = writer.write(seeds, scaled(progress, _FILLED, 1.0), cancelled)
    recipe = {
        "format": FORMAT,
        "engine": {"name": spec.name, "version": engine.version, "weights_sha256": engine.weights_sha256},
        "parameters": {
            "prompt": conditions.prompt,
            "steps": conditions.steps,
            "feather": feather,
            "directional": directional,
            "window": spec.window,
            "max_window": spec.max_window,
            "windows": len(work.plan.windows),
        },
        "seeds": seeds,
        "inputs": _inputs(
            Path(picture_path), picture.info, labels, damaged, style_path if conditions.style is not None else None
        ),
        "code": code_version(),
        "device": devices.describe(engine.device),
        "libraries": {**libraries(), **engine.libraries},
        "outputs": [{**asdict(file), "path": file.path.name} for file in files],
        "uncertainty": writer.uncertainty_facts(uncertainty),
        "notes": notes,
    }
    progress(Progress(1.0, "Done"))
    return RestorationResult(files, uncertainty, recipe, notes)


def _check_request(candidates: int, seed: int, steps: int | None) -> None:
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise EngineError(f"The number of candidates must be from 1 to {MAX_CANDIDATES}.")
    if not 0 <= seed < 2**32 - MAX_CANDIDATES:
        raise EngineError("The seed must be a whole number from 0 to about four thousand million.")
    if steps is not None and not 1 <= steps <= 1000:
        raise EngineError("The number of steps must be from 1 to 1000.")


def _damaged(labels: np.ndarray, info: PictureInfo) -> np.ndarray:
    check_size(labels, info)
    damaged = np.ascontiguousarray(labels > 0)
    if not damaged.any():
        raise EngineError("The mask marks no damage, so there is nothing to restore.")
    if damaged.all():
        raise EngineError("The mask covers the whole picture, so there is nothing left to restore from.")
    return damaged


def _conditions(
    spec: registry.EngineSpec, style: str | Path | None, prompt: str, steps: int | None, limits: Limits | None
) -> tuple[Conditions, list[str]]:
    """What the engine takes of what is offered; a note says what it does not."""
    notes = []
    if style is not None and not spec.accepts_style:
        notes.append(f"{spec.title} does not use a style reference.")
        style = None
    if prompt and not spec.accepts_prompt:
        notes.append(f"{spec.title} does not use a text hint.")
        prompt = ""
    pixels = None
    if style is not None:
        pixels = pictures.read_small(style, STYLE_SIDE, limits).astype(np.float32) / 255
    return Conditions(pixels, prompt, steps), notes


def _inputs(path: Path, info: PictureInfo, labels: np.ndarray, damaged: np.ndarray, style: str | Path | None) -> dict:
    return {
        "picture": picture_facts(path, info),
        "mask": {"sha256": sha256_labels(labels), "damaged_pixels": int(np.count_nonzero(damaged))},
        "style": {"sha256": pictures.sha256_file(style)} if style is not None else None,
    }


class _Writer:
    """Writes and proves; whatever goes wrong, the files it made are gone."""

    def __init__(self, folder: Path, master: Path, picture: Picture, damaged: np.ndarray, fills: Fills) -> None:
        self.folder, self.master, self.picture, self.damaged, self.fills = folder, master, picture, damaged, fills
        self.spread: np.ndarray | None = None

    def write(self, seeds: Sequence[int], progress: Report, cancelled: Stop) -> tuple[list[CandidateFile], Path | None]:
        files, uncertainty = [], None
        with vanishing() as made:
            for index, seed in enumerate(seeds):
                if cancelled():
                    raise Cancelled
                progress(Progress(index / len(seeds), f"Writing and checking candidate {index + 1}"))
                suffix = pictures.output_suffix(self.picture.info)
                made.append(self.folder / f"candidate-{index + 1:02d}{suffix}")
                files.append(self._candidate(index, seed, made[-1]))
            if len(seeds) > 1:
                uncertainty = self.folder / "uncertainty.png"
                made.append(uncertainty)
                self._write_uncertainty(uncertainty)
        return files, uncertainty

    def _candidate(self, index: int, seed: int, path: Path) -> CandidateFile:
        self.fills.paste(index, self.picture.pixels)
        pictures.write(self.picture, path)
        changed = prove(self.master, path, self.picture.info, self.damaged)
        return CandidateFile(path, pictures.sha256_file(path), seed, changed, seam(self.picture, self.damaged))

    def _write_uncertainty(self, path: Path) -> None:
        self.spread = self.fills.spread()
        levels = np.zeros((*self.damaged.shape, 1), np.uint8)
        levels[self.damaged, 0] = np.rint(np.minimum(self.spread * 2, 1) * 255).astype(np.uint8)
        info = self.picture.info
        gray = PictureInfo("png", info.width, info.height, 1, 8, dpi=info.dpi, orientation=info.orientation)
        pictures.write(Picture(levels, gray), path)

    def uncertainty_facts(self, path: Path | None) -> dict | None:
        """Mean and maximum of the standard deviation over the damaged pixels, in parts of the full range."""
        if path is None or self.spread is None:
            return None
        return {
            "path": path.name,
            "sha256": pictures.sha256_file(path),
            "mean": round(float(self.spread.mean()), 6),
            "max": round(float(self.spread.max()), 6),
        }
