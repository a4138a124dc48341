"""Plots of a result as plain numbers for SVG: widths and places in the units of a 100 wide drawing."""

from typing import Any

WIDTH = 100.0


def counts(statistics: dict[str, Any], key: str) -> list[dict[str, float]]:
    """How often each score from 1 to 5 was given on a dimension: count, and x, width and height of its bar."""
    totals = [sum(item[key]["counts"][value] for item in statistics["items"].values()) for value in range(5)]
    most = max([*totals, 1])
    return [
        {"value": value + 1, "count": count, "x": 2 + 20 * value, "height": round(36 * count / most, 2),
         "y": round(38 - 36 * count / most, 2)}
        for value, count in enumerate(totals)
    ]  # fmt: skip


def agreement(entry: dict[str, Any]) -> dict[str, float | None]:
    """α of a dimension or of the total with its interval, from -0.2 to 1, as places on a line 100 wide."""
    low, high = entry["alpha_ci"] or (None, None)
    return {"at": place(entry["krippendorff_alpha"]), "from": place(low), "to": place(high)}


def place(value: float | None) -> float | None:
    """Where a value between -0.2 and 1 lies on the line."""
    return None if value is None else round((min(max(value, -0.2), 1.0) + 0.2) / 1.2 * WIDTH, 2)
