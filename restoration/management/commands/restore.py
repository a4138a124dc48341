"""Restore pictures on files: no server, no database, no queue."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gpu_workers.engines import folders, registry
from gpu_workers.engines.contract import Cancelled, EngineError, Progress
from gpu_workers.engines.folders import Work
from gpu_workers.engines.pipeline import RestorationResult, restore
from gpu_workers.pictures import PictureError, appearing, probe
from restoration.masks import MaskError, check_mask, load_mask

_TICKS = 1000


class Command(BaseCommand):
    """`restore INPUT --mask MASK --out DIR`."""

    help = "Fill the damage of a picture, or of every picture in a folder, and leave every undamaged pixel as it is."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        engines = ", ".join(registry.engines())
        add = parser.add_argument
        add("input", metavar="INPUT", type=Path, help="a TIFF, JPEG, PNG or WebP, or a folder of them")
        add("--mask", required=True, type=Path, help="its mask; for a folder, a folder with the same base names")
        add("--style", type=Path, help="a style reference: an undamaged picture in the same manner")
        add("--engine", default="imagest", help=f"one of {engines} (default: imagest)")
        add("--candidates", type=int, default=1, metavar="N", help="how many, with the seeds S, S + 1, … (default: 1)")
        add("--seed", type=int, default=0, metavar="S", help="the same seed gives the same bytes (default: 0)")
        add("--steps", type=int, metavar="N", help="denoising steps (default: the engine's own)")
        add("--prompt", default="", metavar="TEXT", help="a text hint, for engines that take one")
        add("--device", help="cpu, cuda or mps (default: the best there is)")
        add("--out", required=True, type=Path, metavar="DIR", help="the folder for candidates and recipe.json")

    def handle(self, *args: object, **options: Any) -> None:
        """Restore every work; one that fails leaves nothing and does not keep the others from being done."""
        try:
            registry.get_spec(options["engine"])
            works = folders.works(*(Path(options[name]) for name in ("input", "mask", "out")))
            if options["style"]:
                probe(options["style"])
        except (EngineError, PictureError, OSError) as error:
            raise CommandError(_sentence(error)) from error
        alone = len(works) == 1
        with _Stop() as stop:
            failed = [work.picture.name for work in works if not self._attempt(work, options, alone, stop)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(works)} works could not be restored: {', '.join(failed)}.")

    def _attempt(self, work: Work, options: dict[str, Any], alone: bool, stop: _Stop) -> bool:
        try:
            result = self._restore(work, options, stop)
        except (KeyboardInterrupt, Cancelled):
            raise CommandError("Stopped; nothing unfinished was kept.", returncode=130) from None
        except (EngineError, PictureError, MaskError, OSError) as error:
            if alone:
                raise CommandError(_sentence(error)) from error
            self.stderr.write(f"{work.picture.name}: {_sentence(error)}")
            return False
        self._tell(work, result)
        return True

    def _restore(self, work: Work, options: dict[str, Any], stop: _Stop) -> RestorationResult:
        info = probe(work.picture)
        labels = check_mask(load_mask(work.mask, (info.width, info.height)))
        with folders.arriving(work.out) as folder, _bar(work.picture.name) as bar:

            def show(progress: Progress) -> None:
                bar.set_postfix_str(progress.stage, refresh=False)
                bar.update(round(progress.fraction * _TICKS) - bar.n)

            result = restore(
                work.picture,
                labels,
                options["engine"],
                style_path=options["style"],
                prompt=options["prompt"],
                candidates=options["candidates"],
                seed=options["seed"],
                steps=options["steps"],
                device=options["device"],
                out_dir=folder,
                progress=show,
                cancelled=lambda: stop.asked,
            )
            with appearing(folder / "recipe.json") as path:
                path.write_text(json.dumps(result.recipe, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return result

    def _tell(self, work: Work, result: RestorationResult) -> None:
        for note in result.notes:
            self.stdout.write(note)
        for file in result.candidates:
            self.stdout.write(
                f"{work.out / file.path.name}: seed {file.seed}, {file.changed_pixels:,} pixels changed, "
                f"none outside the mask, seam {file.seam:.2f}"
            )


def _bar(name: str) -> tqdm:
    """A progress bar on stderr that appears after a second, and only where somebody watches."""
    form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}<{remaining} {postfix}"
    size = shutil.get_terminal_size()  # tqdm draws nothing where a terminal does not know its size
    options = {"delay": 1, "disable": None, "file": sys.stderr, "leave": False, "bar_format": form}
    return tqdm(total=_TICKS, desc=name, ncols=size.columns, nrows=size.lines, **options)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"A file or folder cannot be used: {error.strerror or error}."
    return str(error)


class _Stop:
    """Lets Ctrl-C and SIGTERM end the work alike, so that what is unfinished is cleared away.

    The first signal only asks, and is answered between two windows: an exception out of a handler may hit Python while
    it tidies up an object, and is lost there. The second one insists.
    """

    def __init__(self) -> None:
        self.asked = False
        self.before: dict[int, Any] = {}

    def __enter__(self) -> _Stop:
        if threading.current_thread() is threading.main_thread():
            self.before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
