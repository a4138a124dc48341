"""Captions for training text-to-ink: composed from the lexicon, or prepared beforehand."""

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from generation.corpus import captions as corpus
from generation.corpus.measures import measure
from generation.corpus.works import Row
from generation.lexicon import Lexicon
from gpu_workers.training import data

FILE = "captions.jsonl"
SHORTER = 3  # ways to say less, besides the whole caption
SAID = 0.6  # how much of the whole a shorter way says


@dataclass(frozen=True)
class Caption:
    """Ways to describe the painting in `file`, in both languages, the whole caption first."""

    file: str
    en: tuple[str, ...]
    zh: tuple[str, ...]


def composed(paintings: Sequence[data.Painting], work: Path | None = None) -> list[Caption]:
    """Captions of what is known and can be measured; those that are in `work` already are taken from there."""
    path = work / FILE if work else None
    known = {caption.file: caption for caption in read(path)} if path and path.is_file() else {}
    lexicon, made = Lexicon.load(), []
    for painting in tqdm(paintings, desc="captions", mininterval=10, disable=None):
        made.append(known.get(painting.file) or _compose(painting, lexicon))
    if path and any(painting.file not in known for painting in paintings):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        rows = (known | {caption.file: caption for caption in made}).values()
        lines = (json.dumps(asdict(caption), ensure_ascii=False) + "\n" for caption in rows)
        temporary.write_text("".join(lines), encoding="utf-8")
        os.replace(temporary, path)
    return made


def prepared(table: Path, paintings: Sequence[data.Painting]) -> list[Caption]:
    """Captions from the lines of JSON in `table`; `DataError` where they lack a painting."""
    known = {caption.file: caption for caption in read(table)}
    missing = [painting.file for painting in paintings if painting.file not in known]
    if missing:
        raise data.DataError(f"{table.name} has no captions for {len(missing)} paintings, among them {missing[0]}.")
    return [known[painting.file] for painting in paintings]


def read(table: Path) -> list[Caption]:
    """Lines of JSON with `file`, `en` and `zh`, each one caption or a list of them, as `prepare_corpus` writes them."""
    try:
        rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Caption(row["file"], _ways(row["en"]), _ways(row["zh"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise data.DataError(f"The captions in {table.name} cannot be read.") from problem


def spoken(caption: Caption, generator: torch.Generator) -> str:
    """One of the ways, in one of the languages; the whole caption half of the time."""
    language, whole, way = torch.rand(3, generator=generator).tolist()
    ways = caption.en if language < 0.5 else caption.zh
    return ways[0] if whole < 0.5 else ways[int(way * len(ways))]


def _ways(said: str | list[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _compose(painting: data.Painting, lexicon: Lexicon) -> Caption:
    fields = {name: getattr(painting, name, "") for name in Row.__dataclass_fields__}
    found = corpus.caption(Row(**fields), measure(data.load(painting.path)), lexicon)
    rng = np.random.default_rng(zlib.crc32(painting.file.encode()))
    choices = [(list(found.terms), list(found.adjectives))]
    for _ in range(SHORTER):
        terms = [key for key in found.terms if rng.random() < SAID]
        choices.append((terms or list(found.terms)[:1], [key for key in found.adjectives if rng.random() < SAID]))
    said = {
        language: tuple(dict.fromkeys(lexicon.compose(*choice, language) or "" for choice in choices))
        for language in ("en", "zh")
    }
    return Caption(painting.file, said["en"], said["zh"])
