"""The table of a measurement as text and as JSON."""

import json
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

Column = tuple[str, str, int | None]  # heading, field of the row, digits behind the point or None for words


def table(rows: Iterable[Any], columns: Sequence[Column]) -> str:
    """The rows as a Markdown table; a dash stands for what was not computed."""
    lines = ["| " + " | ".join(heading for heading, _field, _digits in columns) + " |", "|" + "---|" * len(columns)]
    lines += [
        "| " + " | ".join(_cell(getattr(row, field), digits) for _heading, field, digits in columns) + " |"
        for row in rows
    ]
    return "\n".join(lines)


def _cell(value: Any, digits: int | None) -> str:
    if digits is None:
        return str(value)
    return "-" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def write_json(path: Path, rows: Iterable[Any], facts: dict[str, Any]) -> None:
    """Write rows and facts about the run (weights, data, what was not computed) to a JSON file."""
    text = json.dumps(facts | {"rows": [asdict(row) for row in rows]}, indent=2, ensure_ascii=False) + "\n"
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
