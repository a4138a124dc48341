"""The default rubric and the lexicon of deductions, as data."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "rubric.toml"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def default_rubric() -> list[dict[str, Any]]:
    """Four dimensions as `services.studies.set_rubric` takes them."""
    return [
        {
            "key": row["key"],
            "weight": row["weight"],
            **{f"name_{tag}": row["name"][tag] for tag in ("en", "zh")},
            **{f"question_{tag}": row["question"][tag] for tag in ("en", "zh")},
            "levels": [{f"text_{tag}": level[tag] for tag in ("en", "zh")} for level in row["levels"]],
        }
        for row in _data()["dimension"]
    ]


def deduction_terms() -> list[dict[str, str]]:
    """The terms of the lexicon: key, name_en, name_zh, dimension_key."""
    return [
        {
            "key": row["key"],
            "name_en": row["name"]["en"],
            "name_zh": row["name"]["zh"],
            "dimension_key": row["dimension"],
        }
        for row in _data()["deduction"]
    ]
