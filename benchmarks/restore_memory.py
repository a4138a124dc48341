"""Peak memory and time of restoring one large picture: `python benchmarks/restore_memory.py [--engine telea] …`.

The picture is generated, 12,000 x 8,000 by default, with losses and cracks over about 2 % of it. Each engine runs in
a process of its own; the figure is that process's largest resident set, the interpreter and all libraries included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from gpu_workers.pictures import Picture, PictureInfo, read, write

LIMIT = 3 * 1024**3


def make_picture(path: Path, width: int, height: int, depth: int) -> None:
    """Write a generated landscape of waves and grain as a TIFF, by repeating one tile of 1000 x 1000."""
    y, x = np.mgrid[0:1000, 0:1000] * (2 * np.pi / 1000)
    waves = np.dstack([0.5 + 0.3 * np.sin(k * x) * np.cos((4 - k) * y) for k in (1, 2, 3)])
    tile = np.clip(waves + np.random.default_rng(0).normal(0, 0.03, waves.shape), 0, 1) * (2**depth - 1)
    tile = np.rint(tile).astype(np.uint8 if depth == 8 else np.uint16)
    pixels = np.tile(tile, (-(-height // 1000), -(-width // 1000), 1))[:height, :width]
    write(Picture(pixels, PictureInfo("tiff", width, height, 3, depth, compression="none")), path)


def make_mask(path: Path, width: int, height: int, share: float) -> None:
    """Write labels with losses of 10 to 120 pixels across and cracks, until `share` of the picture is damaged."""
    rng, labels = np.random.default_rng(1), np.zeros((height, width), np.uint8)
    while np.count_nonzero(labels) < share * labels.size:
        for _ in range(20):
            axes = tuple(int(half) for half in rng.integers(5, 60, 2))
            cv2.ellipse(labels, _point(rng, width, height), axes, int(rng.integers(180)), 0, 360, 1, -1)
        start, step = np.array(_point(rng, width, height)), rng.integers(-600, 600, 2)
        cv2.line(labels, tuple(start.tolist()), tuple((start + step).tolist()), 2, 3)
    write(Picture(labels[..., None], PictureInfo("png", width, height, 1, 8)), path)


def _point(rng: np.random.Generator, width: int, height: int) -> tuple[int, int]:
    return int(rng.integers(width)), int(rng.integers(height))


def measure(folder: Path, engine: str, candidates: int) -> dict:
    """Restore in this process and return its peak memory."""
    from gpu_workers.engines.pipeline import restore

    labels = np.ascontiguousarray(read(folder / "mask.png").pixels[..., 0])
    start = time.monotonic()
    result = restore(folder / "picture.tif", labels, engine, candidates=candidates, out_dir=folder)
    return {
        "engine": engine,
        "candidates": len(result.candidates),
        "windows": result.recipe["parameters"]["windows"],
        "seconds": round(time.monotonic() - start, 1),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "damaged_pixels": result.recipe["inputs"]["mask"]["damaged_pixels"],
        "seam": [file.seam for file in result.candidates],
        "max_outside": max(file.max_outside for file in result.candidates),
    }


def main() -> None:
    """Print one line of JSON an engine; end with 1 when one needs more than 3 GiB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", help="may be repeated (default: telea and patchmatch)")
    parser.add_argument("--width", type=int, default=12_000)
    parser.add_argument("--height", type=int, default=8_000)
    parser.add_argument("--depth", type=int, choices=(8, 16), default=8)
    parser.add_argument("--share", type=float, default=0.02, help="of the picture that is damaged")
    parser.add_argument("--candidates", type=int, default=2)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.engine[0], given.candidates)))
        return
    too_much = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_picture(folder / "picture.tif", given.width, given.height, given.depth)
        make_mask(folder / "mask.png", given.width, given.height, given.share)
        for engine in given.engine or ["telea", "patchmatch"]:
            command = [sys.executable, __file__, "--measure", name, "--engine", engine]
            command += ["--candidates", str(given.candidates)]
            line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            too_much |= json.loads(line)["peak_bytes"] > LIMIT
            print(line, flush=True)
    sys.exit(1 if too_much else 0)


if __name__ == "__main__":
    main()
