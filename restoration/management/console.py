"""What the commands that work on files share: works one after the other, a progress bar, clean stops, one sentence."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gpu_workers.engines import folders
from gpu_workers.engines.contract import Cancelled, EngineError, Progress, Report, Stop
from gpu_workers.engines.folders import Work
from gpu_workers.pictures import PictureError, appearing
from restoration.masks import MaskError

_TICKS = 1000


class WorksCommand(BaseCommand):
    """A command that makes candidates and a recipe of one picture, or of every picture in a folder.

    A subclass says what the works are, makes the results of one, and tells what they are.
    """

    requires_system_checks = []
    verb = "restored"

    def works(self, options: dict[str, Any]) -> list[Work]:
        """Check what can be checked before any work, and list the works. Raises `EngineError`, `PictureError`."""
        raise NotImplementedError

    def make(self, work: Work, options: dict[str, Any], folder: Path, progress: Report, cancelled: Stop) -> Any:
        """Write the files of one work into `folder`; return a result with `recipe` and `notes`."""
        raise NotImplementedError

    def tell(self, work: Work, result: Any) -> None:
        """Print what was made."""
        raise NotImplementedError

    def handle(self, *args: object, **options: Any) -> None:
        """Do every work; one that fails leaves nothing and does not keep the others from being done."""
        try:
            works = self.works(options)
        except (EngineError, PictureError, OSError) as error:
            raise CommandError(sentence(error)) from error
        alone = len(works) == 1
        with Interruption() as stop:
            failed = [work.picture.name for work in works if not self._attempt(work, options, alone, stop)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(works)} works could not be {self.verb}: {', '.join(failed)}.")

    def _attempt(self, work: Work, options: dict[str, Any], alone: bool, stop: Interruption) -> bool:
        try:
            result = self._make(work, options, stop)
        except (KeyboardInterrupt, Cancelled):
            raise CommandError("Stopped; nothing unfinished was kept.", returncode=130) from None
        except (EngineError, PictureError, MaskError, OSError) as error:
            if alone:
                raise CommandError(sentence(error)) from error
            self.stderr.write(f"{work.picture.name}: {sentence(error)}")
            return False
        for note in result.notes:
            self.stdout.write(note)
        self.tell(work, result)
        return True

    def _make(self, work: Work, options: dict[str, Any], stop: Interruption) -> Any:
        with folders.arriving(work.out) as folder, bar(work.picture.name) as shown:

            def show(progress: Progress) -> None:
                shown.set_postfix_str(progress.stage, refresh=False)
                shown.update(round(progress.fraction * _TICKS) - shown.n)

            result = self.make(work, options, folder, show, lambda: stop.asked)
            with appearing(folder / "recipe.json") as path:
                path.write_text(json.dumps(result.recipe, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return result


def sentence(error: Exception) -> str:
    """An error as one sentence for a person."""
    if isinstance(error, OSError):
        return f"A file or folder cannot be used: {error.strerror or error}."
    return str(error)


def bar(name: str) -> tqdm:
    """A progress bar on stderr that appears after a second, and only where somebody watches."""
    form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}<{remaining} {postfix}"
    size = shutil.get_terminal_size()  # tqdm draws nothing where a terminal does not know its size
    options = {"delay": 1, "disable": None, "file": sys.stderr, "leave": False, "bar_format": form}
    return tqdm(total=_TICKS, desc=name, ncols=size.columns, nrows=size.lines, **options)


class Interruption:
    """Lets Ctrl-C and SIGTERM end the work alike, so that what is unfinished is cleared away.

    The first signal only asks, and is answered between two windows: an exception out of a handler may hit Python while
    it tidies up an object, and is lost there. The second one insists.
    """

    def __init__(self) -> None:
        self.asked = False
        self.before: dict[int, Any] = {}

    def __enter__(self) -> Interruption:
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
