"""Measure the mask proposal, and fit its judge anew.

python benchmarks/mask_proposal.py                          on the painter's own pictures
python benchmarks/mask_proposal.py --data DIR               on DIR: pictures with masks by hand (name.jpg with
                                                            name-mask.png), or, where there are none, damaged here
python benchmarks/mask_proposal.py --data DIR --split test  on the files that DIR/metadata.csv (file, split) lists
python benchmarks/mask_proposal.py --fit [--data DIR --split train]
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.painter import PALETTES, age, damage, paint
from gpu_workers.pictures import PictureError, probe, read
from restoration.masks import DAMAGE_CLASSES, MaskError, classifier, load_mask
from restoration.masks.classifier import CLASSES
from restoration.masks.features import describe, overview
from restoration.masks.lab import shrink, to_lab
from restoration.masks.proposal import OVERVIEW, propose

SUFFIXES = (".jpg", ".png", ".tif", ".webp")
Sample = tuple[str, np.ndarray, np.ndarray]
KINDS = (("loss", "crack", "stain", "wormhole"), ("flake", "crack", "stain"))


def painted(seeds: range) -> Iterator[Sample]:
    """(name, picture, labels): the painter's landscapes, aged and damaged."""
    for seed in seeds:
        palette, ground = list(PALETTES)[seed % 3], ("paper", "silk")[seed // 3 % 2]
        worn = damage(
            age(paint(seed, (800, 600), palette, ground), seed, 0.15 * (seed % 5)),
            seed,
            KINDS[seed % 2],
            0.04 + 0.02 * (seed % 4),
        )
        yield f"painted {seed:03d} {palette}", worn.picture, worn.labels


def listed(path: Path, split: str | None) -> list[Path]:
    """The pictures of a folder, or those below it that its metadata.csv gives to `split`, by name."""
    if split:
        with (path / "metadata.csv").open(encoding="utf-8", newline="") as table:
            return sorted(path / row["file"] for row in csv.DictReader(table) if row["split"] == split)
    return sorted(f for f in path.iterdir() if f.suffix in SUFFIXES and not f.stem.endswith("-mask"))


def folder(path: Path, limit: int, split: str | None = None) -> Iterator[Sample]:
    """Up to `limit` pictures: with their masks by hand where they have them, else damaged by the painter."""
    files = listed(path, split)
    by_hand = [f for f in files if f.with_name(f"{f.stem}-mask.png").exists()]
    for i, file in enumerate((by_hand or files)[:: max(1, len(by_hand or files) // limit)][:limit]):
        picture = read(file).pixels[..., :3]
        if by_hand:
            yield file.stem, picture, drawn_by_hand(file, picture)
        else:
            worn = damage(picture, i + 1000, KINDS[i % 2], 0.04 + 0.02 * (i % 4))
            yield file.stem, worn.picture, worn.labels


def drawn_by_hand(file: Path, picture: np.ndarray) -> np.ndarray:
    mask = file.with_name(f"{file.stem}-mask.png")
    info = probe(mask)
    labels = load_mask(mask, (info.width, info.height))
    if labels.shape != picture.shape[:2]:
        print(f"{file.name}: the mask has another size, {info.width} x {info.height}; stretched")
    return cv2.resize(labels, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)


def scores(found: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and intersection over union of two masks (H, W) bool."""
    both = np.count_nonzero(found & truth)
    return (
        both / max(np.count_nonzero(found), 1), both / max(np.count_nonzero(truth), 1),
        both / max(np.count_nonzero(found | truth), 1),
    )  # fmt: skip


def measure(samples: Iterator[Sample], least: float) -> None:
    """Print precision, recall and IoU of each picture and of each class, and their means."""
    names = ["any", *(n for n in DAMAGE_CLASSES if n != "fading")]
    rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    print(f"{'picture':34} {'precision':>9} {'recall':>7} {'IoU':>6} {'seconds':>8}")
    for name, picture, labels in samples:
        start = time.perf_counter()
        found = propose(picture, least=least).labels
        spent = time.perf_counter() - start
        rows["any"].append(scores(found > 0, labels > 0))
        for damage_class in names[1:]:
            code = DAMAGE_CLASSES[damage_class]
            if (labels == code).any():
                rows[damage_class].append(scores(found == code, labels == code))
        print(
            f"{name[:34]:34} {rows['any'][-1][0]:9.3f} {rows['any'][-1][1]:7.3f} {rows['any'][-1][2]:6.3f} {spent:8.2f}"
        )
    for name, values in rows.items():
        if values:
            precision, recall, overlap = np.mean(values, axis=0)
            print(f"{'mean, ' + name:34} {precision:9.3f} {recall:7.3f} {overlap:6.3f}   of {len(values)}")


def photographed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture as another camera might give it: sharpness, exposure and compression vary."""
    sheet = picture.astype(np.float32) * rng.uniform(0.9, 1.05, 3) + rng.uniform(-6, 6)
    if rng.random() < 0.5:
        sheet = cv2.GaussianBlur(sheet, (0, 0), rng.uniform(0.4, 1.0))
    sheet = np.clip(sheet + rng.normal(0, rng.uniform(0.3, 2.5), sheet.shape), 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 97))]
    return cv2.imdecode(cv2.imencode(".jpg", sheet, quality)[1], cv2.IMREAD_COLOR_BGR)


def examples(samples: Iterator[Sample], each: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, F) and truth (N,) 0..3 of pixels drawn from every sample, about half of them intact."""
    rng, kept, truth = np.random.default_rng(0), [], []
    codes = [0, *(DAMAGE_CLASSES[name] for name in CLASSES[1:])]
    for _, picture, labels in samples:
        shown = photographed(picture, rng)
        features = describe(to_lab(shown), overview(to_lab(shrink(shown, OVERVIEW))))
        for number, code in enumerate(codes):
            spots = np.flatnonzero(labels == code)
            chosen = rng.choice(spots, min(len(spots), each * 3 if code == 0 else each), replace=False)
            kept.append(features.reshape(-1, features.shape[2])[chosen])
            truth.append(np.full(len(chosen), number))
    return np.concatenate(kept), np.concatenate(truth)


def fit(samples: Iterator[Sample]) -> None:
    """Fit the perceptron and store it beside the code."""
    features, truth = examples(samples)
    model = classifier.fit(features, truth)
    print(f"{len(truth)} pixels, {(model(features).argmax(axis=1) == truth).mean():.1%} of them classed rightly")
    classifier.store(model)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="DIR")
    parser.add_argument("--split")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--limit", type=int, default=24, help="how many pictures of DIR")
    parser.add_argument("--least", type=float, default=0.5, help="how likely damage must be to be marked")
    options = parser.parse_args()
    brought = folder(options.data, options.limit, options.split) if options.data else iter(())
    try:
        if options.fit:
            fit(chain(painted(range(100, 136)), brought))
        else:
            measure(brought if options.data else painted(range(12)), options.least)
    except (MaskError, PictureError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
