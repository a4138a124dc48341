"""What is written beside trained weights: figures of each stage, the register of training samples, the model card's
training part.
"""

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_workers.training import data
from gpu_workers.training.settings import Settings

if TYPE_CHECKING:
    from gpu_workers.training.trainer import Trainer

TRAINING = "training.json"
REGISTER = "register.csv"


def note(out: Path, stage: str, trainer: "Trainer", settings: Settings) -> None:
    """Add the figures of one stage to ``training.json``: steps, minutes, batch, rate, and the log from first to last
    minute.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / TRAINING
    notes = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    notes[stage] = {
        "steps": trainer.step,
        "minutes": round(trainer.spent / 60, 1),
        "batch": settings.batch,
        "crop": settings.crop,
        "rate": settings.rate,
        "device": settings.device,
        "threads": settings.threads,
        "seed": settings.seed,
        "first minute": trainer.history[0] if trainer.history else None,
        "last minute": trainer.history[-1] if trainer.history else None,
    }
    _replace(path, json.dumps(notes, indent=2) + "\n")


def write_register(out: Path, paintings: list[data.Painting]) -> None:
    """Write the training register: file name, SHA-256, set, museum and rights of every painting that was trained on."""
    path = out / REGISTER
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(["file", "sha256", "set", "museum", "rights"])
        for painting in paintings:
            rows.writerow([painting.file, data.sha256(painting.path), painting.set, painting.museum, painting.rights])
    os.replace(temporary, path)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
