"""Painting from words, and editing what was painted: the same steps for every order, from caption to files.

Only a worker or the command line imports this module: it meets torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from generation.ink import drafts, editing, redrawing
from generation.ink.drafts import Draft
from generation.ink.model import InkError, InkModel
from generation.ink.windows import DIRECTIONS, longer
from gpu_workers import devices, pictures
from gpu_workers.pictures import Picture, PictureInfo

from . import registry, tokens_file
from .common import calling, load, vanishing
from .contract import (
    LONGEST,
    MAX_PAINTINGS,
    TALLEST,
    Cancelled,
    EngineError,
    Progress,
    Report,
    Stop,
    inside,
    never_stop,
    no_report,
)
from .ink import InkEngine
from .recipe import FORMAT, code_version, libraries
from .tokens_file import Tokens

MAX_SEED = 2**32 - MAX_PAINTINGS
MAX_STEPS, MAX_GUIDANCE = 100, 30
TRIES = 3  # pictures that are made for each one that is asked for; CLIP keeps the nearest to the caption
PAINTING, WRITING = "Painting", "Writing and checking the paintings"
_PAINTED = 0.85  # the part of the work that is painting


@dataclass(frozen=True)
class Sampling:
    """count: paintings, 1 to 8; seed: of the first, each further one takes the next. steps, guidance: None = default.
    tries: see `TRIES`.
    """

    count: int = 4
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    tries: int = TRIES


@dataclass(frozen=True)
class Change:
    """How a painting is to be changed.

    kind: "replace" (what a region shows), "retune" (an attribute of the whole) or "extend" (the scene).
    caption: of the picture as it shall be. without: of the picture without the element that is to be replaced.
    region: for a replacement, left, top, width and height as shares of the picture; None: where `element` is found.
    strength: for a retuning, the share of the codes that are painted anew, or how far the tones change. direction,
    pixels: for an extension. draft, before: how the procedural painter would draw the picture as it shall be and as it
    was, shows: what it shall put into the place of an element; None and none: the networks do it themselves.
    rivals: captions that the new one is told apart from, to measure how well the change was made.
    """

    kind: str
    caption: str
    without: str = ""
    region: tuple[float, float, float, float] | None = None
    element: str = ""
    strength: float = 0.5
    direction: str = "right"
    pixels: int = 128
    rivals: tuple[str, ...] = field(default=())
    draft: Draft | None = None
    before: Draft | None = None
    shows: tuple[str, ...] = ()

    @property
    def redrawn(self) -> bool:
        """Whether the painter lends a hand."""
        if self.kind == "retune":
            return None not in (self.draft, self.before) and self.draft != self.before
        return self.draft is not None and (self.kind == "extend" or bool(self.shows))


@dataclass(frozen=True)
class PaintedFile:
    """A painting, PNG, and its tokens. agreement: cosine of picture and caption. likeness: of a changed picture and the
    one before, accuracy: the share of rival captions it agrees less with; None where there is nothing to compare.
    """

    path: Path
    sha256: str
    tokens: Path
    tokens_sha256: str
    seed: int
    width: int
    height: int
    agreement: float
    likeness: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class PaintingResult:
    """candidates: in the order of their seeds. recipe: JSON-ready. notes: sentences a person should read.
    region: what a replacement concerned, (left, top, width, height) as shares, else None.
    """

    candidates: list[PaintedFile]
    recipe: dict
    notes: list[str]
    region: tuple[float, float, float, float] | None = None


def generate(
    caption: str, sampling: Sampling, *, size: tuple[int, int] | None = None, rivals: Sequence[str] = (),
    draft: Draft | None = None, out_dir: str | Path, device: str | None = None, progress: Report = no_report,
    cancelled: Stop = never_stop,
) -> PaintingResult:  # fmt: skip
    """Paint a caption: painting-01.png … and their tokens, into `out_dir`, which exists.

    size: (height, width) in pixels, multiples of a cell; None: the square that the engine was trained on. draft: what
    is painted over; None: the networks lay the picture out themselves. The same caption, seed and weights give the
    same bytes on the same device. Raises `EngineError`, `Cancelled`; then nothing stays.
    """
    engine = _engine(device)
    model, cells = engine.model, _cells(engine, size)
    _check(sampling, [side * model.cell for side in cells])
    step = _step(progress, cancelled)
    seeds = range(sampling.seed, sampling.seed + sampling.count)
    progress(Progress(0.0, PAINTING))
    with calling(), _words():
        made = _imagined(engine, caption, seeds, sampling, cells, draft, step)
    new = [Tokens(codes, engine.weights_sha256 or "", caption, caption) for codes in made]
    about = {"caption": caption, "height": cells[0] * model.cell, "width": cells[1] * model.cell, **asdict(sampling)}
    about |= {"draft": asdict(draft) if draft else None}
    return _written(engine, new, list(seeds), None, rivals, about, {}, Path(out_dir), progress, cancelled)


def edit(
    tokens_path: str | Path, change: Change, sampling: Sampling, *, out_dir: str | Path, device: str | None = None,
    progress: Report = no_report, cancelled: Stop = never_stop,
) -> PaintingResult:  # fmt: skip
    """Change a painting, given by its tokens: painting-01.png … into `out_dir`. Raises as `generate` does.

    What a replacement does not touch, and what an extension starts from, keeps its codes; beyond the reach of the
    decoder (`Autoencoder.radius`) it keeps its pixels.
    """
    engine = _engine(device)
    old = tokens_file.read(Path(tokens_path))
    if old.weights != (engine.weights_sha256 or ""):
        raise EngineError("This painting was made with other weights, so it cannot be edited with these.")
    _check(sampling, _after(old.codes.shape, change, engine.model.cell))
    step = _step(progress, cancelled)
    seeds = list(range(sampling.seed, sampling.seed + sampling.count))
    progress(Progress(0.0, PAINTING))
    with calling(), _words():
        mask, seen = _concerned(engine, old, change, sampling.seed), _picture(engine, old)
        made = [
            _changed(engine, old, seen, change, mask, sampling, seed, lambda share, n=n: step((n + share) / len(seeds)))
            for n, seed in enumerate(seeds)
        ]
    manner = change.caption if change.kind == "retune" else old.manner
    new = [Tokens(codes, old.weights, change.caption, manner) for codes in made]
    about = {**asdict(change), **asdict(sampling)}
    inputs = {"tokens": {"sha256": pictures.sha256_file(tokens_path)}}
    region = _box(mask) if change.kind == "replace" else None
    return _written(
        engine, new, seeds, seen, change.rivals, about, inputs, Path(out_dir), progress, cancelled, region=region
    )


def _engine(device: str | None) -> InkEngine:
    spec = next(iter(registry.engines(registry.PAINT).values()))
    return cast(InkEngine, load(spec.name, device))


def _cells(engine: InkEngine, size: tuple[int, int] | None) -> tuple[int, int]:
    cell, window = engine.model.cell, engine.model.config.transformer.window
    if size is None:
        return window, window
    if any(side < cell or side % cell for side in size):
        raise EngineError(f"Height and width are multiples of {cell} pixels.")
    return size[0] // cell, size[1] // cell


def _check(sampling: Sampling, sides: Sequence[int]) -> None:
    if not 1 <= sampling.count <= MAX_PAINTINGS:
        raise EngineError(f"Ask for 1 to {MAX_PAINTINGS} paintings.")
    if not 0 <= sampling.seed <= MAX_SEED:
        raise EngineError(f"A seed lies between 0 and {MAX_SEED}.")
    if sampling.steps is not None and not 1 <= sampling.steps <= MAX_STEPS:
        raise EngineError(f"Text-to-ink takes 1 to {MAX_STEPS} steps.")
    if sampling.guidance is not None and not 0 <= sampling.guidance <= MAX_GUIDANCE:
        raise EngineError(f"The guidance lies between 0 and {MAX_GUIDANCE}.")
    if min(sides) > TALLEST or max(sides) > LONGEST:
        raise EngineError(
            f"A painting may be {LONGEST} pixels long and {TALLEST} across; this one would be {sides[1]} x {sides[0]}."
        )


def _after(shape: tuple[int, ...], change: Change, cell: int) -> tuple[int, int]:
    """Height and width in pixels of the changed picture."""
    if change.kind not in ("replace", "retune", "extend"):
        raise EngineError("A painting is changed by replacing an element, by an attribute, or by extending its scene.")
    if change.kind == "retune" and not 0 < change.strength <= 1:
        raise EngineError("The strength lies above 0 and is at most 1.")
    height, width = (side * cell for side in shape[:2])
    if change.kind != "extend":
        return height, width
    if change.direction not in DIRECTIONS or change.pixels < cell or change.pixels % cell:
        raise EngineError(f"A scene is extended left, right, up or down, by a multiple of {cell} pixels.")
    across = change.direction in ("left", "right")
    return (height, width + change.pixels) if across else (height + change.pixels, width)


def _concerned(engine: InkEngine, old: Tokens, change: Change, seed: int) -> np.ndarray | None:
    """The cells of a replacement (h, w), or the codes of a retuning (h, w, 5); bool."""
    if change.kind == "extend" or (change.kind == "retune" and change.redrawn):
        return None
    if change.kind == "retune":
        return editing.disagreeing(engine.model, old.codes, old.caption, change.caption, change.strength, seed)
    if change.region is None:
        return editing.locate(engine.model, old.codes, change.element, old.caption, change.without, seed)
    return _cells_of(change.region, old.codes.shape[:2])


def _imagined(
    engine: InkEngine, caption: str, seeds: Sequence[int], sampling: Sampling, cells: tuple[int, int],
    draft: Draft | None, step: Callable[[float], None],
) -> list[np.ndarray]:  # fmt: skip
    """Tokens of one painting for each seed."""
    rest = (sampling.steps, sampling.guidance)
    if draft is None:
        return list(engine.model.imagine([caption] * len(seeds), seeds, *rest, cells, sampling.tries, step))
    return [
        drafts.paint_over(
            engine.model, draft, caption, seed, cells, *rest, sampling.tries,
            lambda share, n=number: step((n + share) / len(seeds)),
        )
        for number, seed in enumerate(seeds)
    ]  # fmt: skip


def _cells_of(region: tuple[float, float, float, float], shape: tuple[int, ...]) -> np.ndarray:
    """The cells that a region of the picture touches."""
    if not inside(region):
        raise EngineError("The region lies outside the picture.")
    left, top, width, height = region
    cells = np.zeros(shape, bool)
    cells[_touched(top, height, shape[0]), _touched(left, width, shape[1])] = True
    return cells


def _touched(start: float, share: float, cells: int) -> slice:
    """Which of so many cells in a row a part of it touches; at least one."""
    first = min(cells - 1, int(start * cells + 1e-6))
    return slice(first, max(first + 1, int(np.ceil((start + share) * cells - 1e-6))))


def _changed(
    engine: InkEngine, old: Tokens, seen: np.ndarray, change: Change, mask: np.ndarray | None, sampling: Sampling,
    seed: int, step: Callable[[float], None],
) -> np.ndarray:  # fmt: skip
    """Tokens of the changed painting; seen: the picture (H, W, 3) uint8 of the old ones."""
    rest: dict[str, Any] = {"steps": sampling.steps, "guidance": sampling.guidance, "step": step}
    if change.redrawn:
        return _redrawn(engine.model, old, seen.astype(np.float32) / 255, change, mask, seed, rest)
    if mask is None:
        cells = change.pixels // engine.model.cell
        return engine.model.extend(old.codes, change.direction, cells, change.caption, seed, **rest)
    return engine.model.inpaint_tokens(old.codes, mask, change.caption, seed, against=old.caption, **rest)


def _redrawn(
    model: InkModel, old: Tokens, seen: np.ndarray, change: Change, mask: np.ndarray | None, seed: int,
    rest: dict[str, Any],
) -> np.ndarray:  # fmt: skip
    """The same with the painter's hand; seen: (H, W, 3) float32 in 0..1."""
    draft = cast(Draft, change.draft)
    if change.kind == "extend":
        cells = change.pixels // model.cell
        return drafts.go_on(model, draft, old.codes, seen, change.direction, cells, change.caption, seed, **rest)
    if change.kind == "retune":
        return redrawing.retone(model, cast(Draft, change.before), draft, seen, change.strength, seed)
    return redrawing.put_in(model, draft, old.codes, seen, cast(np.ndarray, mask), change.shows, seed)


def _box(mask: np.ndarray | None) -> tuple[float, float, float, float] | None:
    if mask is None or not mask.any():
        return None
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    height, width = mask.shape[:2]
    return (
        float(columns[0] / width), float(rows[0] / height),
        float((columns[-1] + 1 - columns[0]) / width), float((rows[-1] + 1 - rows[0]) / height),
    )  # fmt: skip


def _written(
    engine: InkEngine, new: list[Tokens], seeds: list[int], seen: np.ndarray | None, rivals: Sequence[str],
    about: dict[str, Any], inputs: dict[str, Any], out: Path, progress: Report, cancelled: Stop,
    region: tuple[float, float, float, float] | None = None,
) -> PaintingResult:  # fmt: skip
    before = None if seen is None else _judged(seen, about)
    files: list[PaintedFile] = []
    with vanishing() as made:
        for number, (tokens, seed) in enumerate(zip(new, seeds, strict=True), 1):
            if cancelled():
                raise Cancelled
            pixels = _picture(engine, tokens)
            progress(Progress(_PAINTED + (1 - _PAINTED) * number / (len(new) + 1), WRITING, pixels[:2048, :2048]))
            path, beside = (out / f"painting-{number:02d}{suffix}" for suffix in (".png", tokens_file.SUFFIX))
            made += [path, beside]
            info = PictureInfo("png", pixels.shape[1], pixels.shape[0], 3, 8)
            pictures.write(Picture(pixels, info), path)
            tokens_file.write(tokens, beside)
            measures = _measures(engine, tokens, _judged(pixels, about), before, rivals)
            files.append(
                PaintedFile(
                    path,
                    pictures.sha256_file(path),
                    beside,
                    pictures.sha256_file(beside),
                    seed,
                    *pixels.shape[1::-1],
                    **measures,
                )
            )
        recipe = {
            "format": FORMAT,
            "engine": {"name": "ink", "version": engine.version, "weights_sha256": engine.weights_sha256},
            "parameters": about | ({"concerned": region} if region else {}),
            "inputs": inputs,
            "code": code_version(),
            "device": devices.describe(engine.device),
            "libraries": {**libraries("safetensors", "transformers"), **engine.libraries},
            "outputs": [_output_facts(file) for file in files],
            "notes": [],
        }
    progress(Progress(1.0, "Done"))
    return PaintingResult(files, recipe, [], region)


def _picture(engine: InkEngine, tokens: Tokens) -> np.ndarray:
    """The picture (H, W, 3) uint8, decoded strip by strip."""
    with calling(), _words():
        parts = engine.model.decode_strips(tokens.codes, tokens.manner)
        return np.concatenate([np.rint(part * 255).astype(np.uint8) for part in parts], longer(tokens.codes.shape))


def _judged(pixels: np.ndarray, about: dict[str, Any]) -> np.ndarray:
    """What of a picture is measured, (h, w, 3) float32 in 0..1: all, or the square at the new end of an extension."""
    if about.get("kind") == "extend":
        side, direction = min(pixels.shape[:2]), about["direction"]
        start = {"left": np.s_[:, :side], "right": np.s_[:, -side:], "up": np.s_[:side], "down": np.s_[-side:]}
        pixels = pixels[start[direction]]
    return pixels.astype(np.float32) / 255


def _measures(
    engine: InkEngine, tokens: Tokens, picture: np.ndarray, before: np.ndarray | None, rivals: Sequence[str]
) -> dict[str, float | None]:
    with calling():
        return {
            "agreement": engine.model.similarity(picture, tokens.caption),
            "likeness": None if before is None else editing.likeness(engine.model, picture, before),
            "accuracy": editing.accuracy(engine.model, picture, tokens.caption, rivals),
        }


def _output_facts(file: PaintedFile) -> dict:
    return {**asdict(file), "path": file.path.name, "tokens": file.tokens.name}


def _step(progress: Report, cancelled: Stop) -> Callable[[float], None]:
    def step(share: float) -> None:
        if cancelled():
            raise Cancelled
        progress(Progress(_PAINTED * share, PAINTING))

    return step


@contextmanager
def _words() -> Iterator[None]:
    """A refusal of the networks as an `EngineError`."""
    try:
        yield
    except InkError as problem:
        raise EngineError(str(problem)) from problem
