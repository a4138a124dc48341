"""How much faster the bootstrap of Krippendorff's α is than a loop over a public implementation, in one run.

    pip install --target /tmp/peer --no-deps krippendorff
    PYTHONPATH=/tmp/peer .venv/bin/python benchmarks/alpha_bootstrap.py

11 raters, 500 items, 4 dimensions, 10,000 draws; the dimensions of a rubric are drawn together, as `report` does it.
The loop is timed on a sample of draws and scaled up. Processor time, one thread, so that other work on the machine does
not blur the ratio. The peer is under the GPL and no part of Lacuna.
"""

import argparse
import json
import os
import time
import tracemalloc

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from review.statistics import alpha, bootstraps

RUNS = 5


def scores(seed: int, raters: int, items: int) -> np.ndarray:
    """A panel (raters, items) that agrees fairly well, 1 to 5, with a twentieth missing."""
    rng = np.random.default_rng(seed)
    found = np.clip(np.rint(rng.uniform(1, 5, items) + rng.normal(0, 0.7, (raters, items))), 1, 5)
    found[rng.random(found.shape) < 0.05] = np.nan
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--looped", type=int, default=100, help="draws of the loop that are timed")
    options = parser.parse_args()
    panels = [scores(seed, 11, 500) for seed in range(4)]
    started = time.process_time()
    for _ in range(RUNS):
        bootstraps(panels, ["ordinal"] * 4, options.draws, 1)
    ours = (time.process_time() - started) / RUNS
    tracemalloc.start()
    bootstraps(panels, ["ordinal"] * 4, options.draws, 1)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    found = {"draws": options.draws, "seconds": round(ours, 2), "peak_mb": round(peak, 1)}
    try:
        import krippendorff
    except ImportError:
        print("No peer is installed (see above); its ratio is left out.")
    else:
        rng, started = np.random.default_rng(1), time.process_time()
        for _ in range(options.looped):
            drawn = panels[0][:, rng.integers(500, size=500)]
            theirs = krippendorff.alpha(drawn, level_of_measurement="ordinal")
        one = (time.process_time() - started) / options.looped
        assert abs(theirs - alpha(drawn, "ordinal").value) < 1e-9
        found |= {
            "loop_seconds": round(one * options.draws * 4, 1),
            "times_faster": round(one * options.draws * 4 / ours),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
