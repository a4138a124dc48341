"""Plots of a result as plain numbers for SVG: widths and places in the units of a 100 wide drawing."""

from typing import Any

WIDTH = 100.0
AGREEMENT, INDEX, SCORE = (-0.2, 1.0), (-1.0, 1.0), (1.0, 5.0)  # from where to where a line reaches


def counts(statistics: dict[str, Any], key: str) -> dict[str, Any]:
    """How often each score from 1 to 5 was given on a dimension, and where its mean lies with its interval.

    bars: value, count, and x, y and height of each; mean: as `span` gives it, on the line below the bars.
    """
    totals = [sum(item[key]["counts"][value] for item in statistics["items"].values()) for value in range(5)]
    most = max([*totals, 1])
    bars = [
        {"value": value + 1, "count": count, "x": 2 + 20 * value, "height": round(36 * count / most, 2),
         "y": round(38 - 36 * count / most, 2)}
        for value, count in enumerate(totals)
    ]  # fmt: skip
    entry = statistics["dimensions"][key]
    return {"bars": bars, "mean": span(entry["mean"], entry["mean_ci"], (0.5, 5.5))}


def agreement(entry: dict[str, Any]) -> dict[str, float | None]:
    """α of a dimension or of the total with its interval, on a line from -0.2 to 1."""
    return span(entry["krippendorff_alpha"], entry["alpha_ci"], AGREEMENT)


def span(value: float | None, interval: list[float] | None, line: tuple[float, float]) -> dict[str, float | None]:
    """A value with its interval as places on a line: `at`, `from` and `to`; None where there is none."""
    low, high = interval or (None, None)
    return {"at": place(value, line), "from": place(low, line), "to": place(high, line)}


def place(value: float | None, line: tuple[float, float] = AGREEMENT) -> float | None:
    """Where a value lies on a line; one beyond its end lies at the end."""
    least, most = line
    return None if value is None else round((min(max(value, least), most) - least) / (most - least) * WIDTH, 2)
