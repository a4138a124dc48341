"""What the commands that paint share: options, a progress bar, one sentence for every mistake."""

from __future__ import annotations

import contextlib
import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.lexicon import Description, draft_of
from generation.words import lexicon
from gpu_workers.engines import folders
from gpu_workers.engines.contract import Cancelled, EngineError, Progress, Report, Stop
from gpu_workers.pictures import PictureError, appearing
from portal.errors import UserError
from restoration.management.console import Interruption, bar, sentence


class PaintingCommand(BaseCommand):
    """A command that paints pictures into a folder, with their tokens and a recipe."""

    requires_system_checks = []

    def sampling_arguments(self, parser: ArgumentParser, count: int) -> None:
        """Declare what every order of paintings takes."""
        add = parser.add_argument
        add("--count", type=int, default=count, help=f"how many variants, 1 to 8 (default: {count})")
        add("--seed", type=int, default=0, help="of the first variant; each further one takes the next (default: 0)")
        add("--steps", type=int, help="parallel steps of the sampling (default: as the weights say)")
        add("--guidance", type=float, help="how much the words count, 1 = as learned (default: as the weights say)")
        add("--no-draft", action="store_true", help="let the networks lay the scene out, not the procedural painter")
        add("--device", help="cpu, cuda or mps (default: the best there is)")
        add("--out", required=True, type=Path, metavar="DIR", help="the folder for paintings, tokens and recipe.json")

    def sampling(self, options: dict[str, Any]) -> Any:
        """The `Sampling` of these options."""
        from gpu_workers.engines.painting import Sampling

        return Sampling(options["count"], options["seed"], options["steps"], options["guidance"])

    def draft(self, description: Description, options: dict[str, Any], shows: tuple[str, ...] | None = None) -> Any:
        """What is painted over, unless the networks shall lay the picture out themselves; shows: what it holds."""
        from generation.ink.drafts import Draft

        suits = None if options["no_draft"] else draft_of(description, lexicon())
        return Draft(**suits | ({} if shows is None else {"shows": shows})) if suits else None

    def paint(self, out: Path, name: str, make: Callable[[Path, Report, Stop], Any]) -> None:
        """Let `make(folder, progress, cancelled)` paint; its files and the recipe arrive in `out` together, or none."""
        try:
            with refused(), Interruption() as stop, folders.arriving(out) as folder, bar(name) as shown:

                def show(progress: Progress) -> None:
                    shown.set_postfix_str(progress.stage, refresh=False)
                    shown.update(round(progress.fraction * shown.total) - shown.n)

                result = make(folder, show, lambda: stop.asked)
                with appearing(folder / "recipe.json") as path:
                    path.write_text(json.dumps(result.recipe, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except (KeyboardInterrupt, Cancelled):
            raise CommandError("Stopped; nothing unfinished was kept.", returncode=130) from None
        for note in result.notes:
            self.stdout.write(note)
        for file in result.candidates:
            self.stdout.write(f"{out / file.path.name}: seed {file.seed}, {_figures(file)}")


@contextlib.contextmanager
def refused() -> Any:
    """Every mistake as one sentence."""
    try:
        yield
    except (EngineError, PictureError, UserError, OSError) as error:
        raise CommandError(sentence(error)) from error


def _figures(file: Any) -> str:
    named = (("agreement", file.agreement), ("style similarity", file.likeness), ("accuracy", file.accuracy))
    return ", ".join(f"{name} {value:.2f}" for name, value in named if value is not None)
