"""The table of a measurement as text and as JSON."""

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gpu_workers.evaluation.benchmark import Row

COLUMNS = ("hole", "method", "PSNR dB", "SSIM", "LPIPS", "FID", "s a crop")


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table; a dash stands for what was not computed."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for row in rows:
        figures = (
            _figure(row.psnr, 2),
            _figure(row.ssim, 3),
            _figure(row.lpips, 4),
            _figure(row.fid, 1),
            _figure(row.seconds, 2),
        )
        lines.append("| " + " | ".join((row.kind, row.method, *figures)) + " |")
    return "\n".join(lines)


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def write_json(path: Path, rows: Iterable[Row], facts: dict[str, Any]) -> None:
    """Write rows and facts about the run (weights, data, what was not computed) to a JSON file."""
    text = json.dumps(facts | {"rows": [asdict(row) for row in rows]}, indent=2, ensure_ascii=False) + "\n"
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
