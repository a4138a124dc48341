"""Reconstructing the colours of one picture: the same steps for every engine, from the master to a proven candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np

from gpu_workers import devices, pictures
from gpu_workers.pictures import Limits, Picture, Profile, profile_of

from . import registry
from .area import check_area, find_area
from .common import calling, load, picture_facts, scaled, vanishing
from .contract import (
    MAX_REFERENCES,
    ColourEngine,
    EngineError,
    Progress,
    Report,
    Stop,
    Study,
    never_stop,
    no_report,
)
from .copies import study_picture, study_reference
from .evidence import DIFFERENCE, STRUCTURE, measure
from .proof import RECOLOURED, prove
from .recipe import FORMAT, code_version, libraries, sha256_labels
from .recolouring import STAGE, Recolouring

_READ, _STUDIED, _RECOLOURED, _PROVEN = 0.08, 0.2, 0.7, 0.8  # the parts of the whole work that end with each


@dataclass(frozen=True)
class ReconstructedFile:
    """The written candidate, what it changed, and two maps of it, 8-bit gray PNGs.

    changed_pixels: pixels that differ from the master. max_outside: the largest difference outside the area, always 0:
    a candidate for which it is not is never handed out. measures: see `evidence.measure`. difference: CIEDE2000.
    structure: SSIM.
    """

    path: Path
    sha256: str
    changed_pixels: int
    measures: dict
    difference: Path
    structure: Path
    max_outside: int = 0


@dataclass(frozen=True)
class ReconstructionResult:
    """candidates: one. recipe: JSON-ready. notes: sentences a person should read."""

    candidates: list[ReconstructedFile]
    recipe: dict
    notes: list[str]


def reconstruct(
    picture_path: str | Path,
    engine_name: str,
    reference_paths: Sequence[str | Path],
    *,
    area: str = "whole",
    labels: np.ndarray | None = None,
    strength: float = 1.0,
    out_dir: str | Path,
    device: str | None = None,
    progress: Report | None = None,
    cancelled: Stop | None = None,
    limits: Limits | None = None,
) -> ReconstructionResult:
    """Bring the colours of a picture file towards references: candidate-01.*, difference.png and structure.png.

    They are written into `out_dir`, which exists. reference_paths: 1 to 8 picture files. area: "whole", "pigment",
    "ground", or "mask" with labels (H, W) uint8, upright, above 0 = recolour; of the references the same kind of area
    counts. strength: 0 (the master) to 1. Opacity, and every pixel outside the area, equals the master's, which is
    proven on the written file; the change sets in over a few pixels from the area's rim. Raises `PictureError`,
    `EngineError`, `Cancelled`; then nothing stays.
    """
    progress, cancelled = progress or no_report, cancelled or never_stop
    spec = registry.get_spec(engine_name, registry.COLOUR)
    _check_request(reference_paths, area, labels, strength)
    progress(Progress(0.0, "Reading the picture"))
    picture = _read(picture_path, limits)
    profile, notes = profile_of(picture.info.icc), []
    if profile.refused:
        notes.append("The picture's colour profile cannot be used, so its colours were taken for sRGB.")
    found = find_area(area, picture, labels)
    engine = cast(ColourEngine, load(engine_name, device))
    references = _study_references(reference_paths, area, engine.side, limits, notes)
    progress(Progress(_READ, "Studying the colours"))
    with calling():
        transfer = engine.study(
            study_picture(picture, profile, found, engine.side),
            references,
            progress=scaled(progress, _READ, _STUDIED),
            cancelled=cancelled,
        )
    progress(Progress(_STUDIED, STAGE))
    work = Recolouring(picture, profile, found, strength)
    pixels = work.run(transfer, spec.window, scaled(progress, _STUDIED, _RECOLOURED), cancelled)
    with vanishing() as made:
        progress(Progress(_RECOLOURED, "Writing and checking candidate 1"))
        name = f"candidate-01{pictures.output_suffix(picture.info)}"
        made += [Path(out_dir) / part for part in (name, DIFFERENCE, STRUCTURE)]
        path, difference, structure = made
        pictures.write(Picture(pixels, picture.info), path)
        changed = prove(Path(picture_path), path, picture.info, found.open_to, bands=3, refusal=RECOLOURED)
        measuring = scaled(progress, _PROVEN, 1.0)
        measures = measure(picture, pixels, profile, found.open_to, references, Path(out_dir), measuring, cancelled)
        file = ReconstructedFile(path, pictures.sha256_file(path), changed, measures, difference, structure)
        recipe = {
            "format": FORMAT,
            "engine": {"name": spec.name, "version": engine.version, "weights_sha256": engine.weights_sha256},
            "parameters": {
                "area": area,
                "strength": strength,
                "window": spec.window,
                "margin": transfer.margin,
                "side": engine.side,
                **_profiles(picture, profile),
            },
            "inputs": _inputs(Path(picture_path), picture, labels if area == "mask" else None, reference_paths),
            "code": code_version(),
            "device": devices.describe(engine.device),
            "libraries": {**libraries("scikit-image"), **engine.libraries},
            "outputs": [_output_facts(file)],
            "notes": notes,
        }
    progress(Progress(1.0, "Done"))
    return ReconstructionResult([file], recipe, notes)


def _check_request(references: Sequence[str | Path], area: str, labels: np.ndarray | None, strength: float) -> None:
    if not 0 <= strength <= 1:
        raise EngineError("The strength must lie between 0 and 1.")
    if not references:
        raise EngineError("Choose a reference: a picture that has the colours the painting may once have had.")
    if len(references) > MAX_REFERENCES:
        raise EngineError(f"There may be at most {MAX_REFERENCES} references.")
    check_area(area, labels)


def _read(path: str | Path, limits: Limits | None) -> Picture:
    info = pictures.probe(path, limits)
    if info.bands < 3:
        raise EngineError("The picture is gray, and a gray file has no room for colour; save it as RGB first.")
    return pictures.read(path, limits)


def _study_references(
    paths: Sequence[str | Path], area: str, side: int, limits: Limits | None, notes: list[str]
) -> list[Study]:
    studies = []
    for number, path in enumerate(paths, 1):
        study, odd = study_reference(path, number, area, side, limits)
        studies.append(study)
        notes += odd
    return studies


def _profiles(picture: Picture, profile: Profile) -> dict[str, str]:
    if picture.info.icc is None:
        name = "none, taken for sRGB"
    else:
        name = "unusable, taken for sRGB" if profile.refused else picture.info.icc_name
    return {
        "picture_profile": name,
        "working_profile": pictures.WORKING,
        "rendering_intent": pictures.INTENT,
    }


def _inputs(path: Path, picture: Picture, labels: np.ndarray | None, references: Sequence[str | Path]) -> dict:
    return {
        "picture": picture_facts(path, picture.info),
        "references": [{"sha256": pictures.sha256_file(reference)} for reference in references],
        "mask": {"sha256": sha256_labels(labels)} if labels is not None else None,
    }


def _output_facts(file: ReconstructedFile) -> dict:
    maps = {name: getattr(file, name) for name in ("difference", "structure")}
    hashed = {name: {"path": path.name, "sha256": pictures.sha256_file(path)} for name, path in maps.items()}
    return {**asdict(file), "path": file.path.name, **hashed}
