"""Captions for text-to-ink: those that were prepared, or what is known and can be measured of a painting."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from skimage.color import rgb2lab

from gpu_workers.training import data

SUBJECTS = {
    "landscape-2192": ("Chinese landscape painting", "山水画"),
    "masters": ("Chinese painting", "中国画"),
    "monet2photo": ("oil painting in the manner of Monet", "莫奈风格油画"),
}
DROP = 0.25  # how often one of the parts of a caption is left out in training
MARKS = {"en": ", ", "zh": "，"}


@dataclass(frozen=True)
class Caption:
    """What a painting is described by, in both languages; the parts are separated by commas."""

    path: Path
    en: str
    zh: str


Captioner = Callable[[Sequence[data.Painting], np.ndarray], list[Caption]]


def measured(paintings: Sequence[data.Painting], squares: np.ndarray) -> list[Caption]:
    """Captions from the table and from each painting's square (N, s, s, 3) uint8."""
    return [_caption(painting, square) for painting, square in zip(paintings, squares, strict=True)]


def prepared(table: Path) -> Captioner:
    """Captions from the lines of JSON in `table`, each with `file`, `en` and `zh`; the others are measured."""
    try:
        rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines() if line.strip()]
        known = {Path(row["file"]).name: (row["en"], row["zh"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise data.DataError(f"The captions in {table.name} cannot be read.") from problem

    def captions(paintings: Sequence[data.Painting], squares: np.ndarray) -> list[Caption]:
        made = measured(paintings, squares)
        return [Caption(c.path, *known[c.path.name]) if c.path.name in known else c for c in made]

    return captions


def spoken(caption: Caption, generator: torch.Generator) -> str:
    """The caption in one of its languages, with some parts left out at random, never the first."""
    chances = torch.rand(32, generator=generator).tolist()
    language = "en" if chances[0] < 0.5 else "zh"
    first, *rest = getattr(caption, language).split(MARKS[language])
    kept = [part for part, chance in zip(rest, chances[1:], strict=False) if chance >= DROP]
    return MARKS[language].join([first, *kept])


def _caption(painting: data.Painting, square: np.ndarray) -> Caption:
    subject = SUBJECTS.get(painting.set, ("painting", "绘画"))
    parts = [subject, *_palette(square), *_ink(square), *_known(painting)]
    return Caption(painting.path, *(MARKS[name].join(p[i] for p in parts if p[i]) for i, name in enumerate(MARKS)))


def _known(painting: data.Painting) -> list[tuple[str, str]]:
    if painting.set != "masters":
        return []
    return [("", painting.title), ("", painting.artist), (painting.period, "")]


def _palette(square: np.ndarray) -> list[tuple[str, str]]:
    """Tone of the ground and the colours, from CIELAB of a small copy."""
    lab = rgb2lab(square[::4, ::4] / 255.0).reshape(-1, 3)
    ground = np.percentile(lab, 75, axis=0)
    chroma = np.hypot(lab[:, 1] - ground[1], lab[:, 2] - ground[2])
    cool = float(np.mean((lab[:, 1] < -3) | (lab[:, 2] < -3)))
    parts = [("dark aged silk", "深色旧绢")] if ground[0] < 50 else []
    parts += [("pale paper", "浅色纸本")] if ground[0] > 78 else []
    parts += [("warm brown tone", "暖褐色调")] if ground[2] > 18 else []
    if cool > 0.15:
        return [*parts, ("blue and green", "青绿")]
    colours = ("light colours", "浅设色") if np.percentile(chroma, 90) > 12 else ("monochrome ink", "水墨")
    return [*parts, colours]


def _ink(square: np.ndarray) -> list[tuple[str, str]]:
    """Ink density and blank space, against the tone of the ground."""
    light = square[::2, ::2].mean(-1) / 255
    ground = np.percentile(light, 80)
    dark, blank = float(np.mean(light < 0.5 * ground)), float(np.mean(np.abs(light - ground) < 0.08))
    parts = [("thick ink", "浓墨")] if dark > 0.15 else [("pale ink", "淡墨")] if dark < 0.012 else []
    parts += [("much blank space", "大片留白")] if blank > 0.62 else []
    return parts + ([("densely painted", "布局繁密")] if blank < 0.3 else [])
