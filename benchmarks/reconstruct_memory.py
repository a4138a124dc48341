"""Peak memory and time of recolouring a 12-megapixel painting: `python benchmarks/reconstruct_memory.py [--engine …]`.

The painting is the painter's, 4000 x 3000 by default, aged, in 8 and in 16 bits; the reference is another one of its
landscapes, well kept. Each engine runs in a process of its own; the figure is that process's largest resident set, the
interpreter and all libraries included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from generation.painter import age, paint
from gpu_workers.engines import registry
from gpu_workers.pictures import Picture, PictureInfo, write

LIMIT = 3 * 1024**3


def make_pictures(folder: Path, width: int, height: int) -> None:
    """Write faded-8.tif, faded-16.tif and reference.tif."""
    save(folder / "reference.tif", paint(2, (1600, 1200), "blue-and-green", "silk"))
    faded = age(paint(1, (width, height), "blue-and-green", "silk"), 1, 0.8)
    save(folder / "faded-8.tif", faded)
    grain = np.random.default_rng(0).integers(0, 256, faded.shape, dtype=np.uint16)
    save(folder / "faded-16.tif", faded.astype(np.uint16) * 256 + grain)


def save(path: Path, pixels: np.ndarray) -> None:
    height, width, bands = pixels.shape
    write(Picture(pixels, PictureInfo("tiff", width, height, bands, pixels.itemsize * 8, compression="none")), path)


def measure(folder: Path, engine: str, depth: int, area: str) -> dict:
    """Recolour in this process and return its peak memory."""
    from gpu_workers.engines.reconstruction import reconstruct

    start = time.monotonic()
    result = reconstruct(folder / f"faded-{depth}.tif", engine, [folder / "reference.tif"], area=area, out_dir=folder)
    (file,) = result.candidates
    return {
        "seconds": time.monotonic() - start,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "delta_e": file.measures["delta_e"]["mean"],
        "ssim": file.measures["ssim"]["mean"],
    }


def main() -> None:
    """Print one line an engine and depth; end with 1 when one needs more than 3 GiB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", help="may be repeated (default: every one for colours)")
    parser.add_argument("--width", type=int, default=4000)
    parser.add_argument("--height", type=int, default=3000)
    parser.add_argument("--area", default="whole", help="whole (the default), pigment or ground")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--depth", type=int, choices=(8, 16), action="append", help="default: both")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.engine[0], given.depth[0], given.area)))
        return
    too_much = False
    with tempfile.TemporaryDirectory() as name:
        painter = Process(target=make_pictures, args=(Path(name), given.width, given.height))
        painter.start()  # in a process of its own too: a child inherits the peak of its parent
        painter.join()
        print(f"{'engine':<12}{'bits':>5}{'seconds':>9}{'peak MiB':>10}{'mean ΔE':>9}{'SSIM':>8}")
        for engine in given.engine or registry.engines(registry.COLOUR):
            for depth in given.depth or (8, 16):
                command = [sys.executable, __file__, "--measure", name, "--engine", engine, "--depth", str(depth)]
                command += ["--area", given.area]
                run = subprocess.run(command, capture_output=True, text=True)
                if run.returncode:
                    print(f"{engine:<12}{depth:>5}  {run.stderr.strip().splitlines()[-1]}", flush=True)
                    too_much = True
                    continue
                found = json.loads(run.stdout)
                too_much |= found["peak_bytes"] > LIMIT
                print(
                    f"{engine:<12}{depth:>5}{found['seconds']:>9.1f}{found['peak_bytes'] / 2**20:>10.0f}"
                    f"{found['delta_e']:>9.2f}{found['ssim']:>8.3f}",
                    flush=True,
                )
    sys.exit(1 if too_much else 0)


if __name__ == "__main__":
    main()
