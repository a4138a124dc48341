"""Plots made on the server, as the coordinates that a template writes into an SVG."""

from typing import Any

WIDTH, HEIGHT = 320, 110


def histogram(values: dict[str, Any]) -> dict[str, Any]:
    """One histogram of the measures as curves in 320 by 110 units, and as rows for the table beside it.

    values: `from`, `to`, and the shares `before`, `after`, `reference` of equally many bins.
    """
    series = {name: values[name] for name in ("before", "after", "reference")}
    top = max(max(shares, default=0) for shares in series.values()) or 1
    first, step = values["from"], (values["to"] - values["from"]) / len(series["before"])
    starts = [first + step * index for index in range(len(series["before"]))]
    return {
        "curves": {name: _curve(shares, top) for name, shares in series.items()},
        "ticks": [values["from"], (values["from"] + values["to"]) / 2, values["to"]],
        "rows": [
            {"start": start, "end": start + step, "before": before, "after": after, "reference": reference}
            for start, before, after, reference in zip(starts, *series.values(), strict=True)
        ],
    }


def _curve(shares: list[float], top: float) -> str:
    """Points through the middles of the bins, from the ground up and down to it again."""
    width = WIDTH / len(shares)
    points = [(width * (index + 0.5), HEIGHT * (1 - share / top)) for index, share in enumerate(shares)]
    ends = [(0, HEIGHT), *points, (WIDTH, HEIGHT)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in ends)
