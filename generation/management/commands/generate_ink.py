"""Paint from words on the command line: no server, no database, no queue."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from generation import checks
from generation.lexicon import rivals
from generation.management.console import PaintingCommand, refused
from generation.words import lexicon
from gpu_workers.engines import folders
from gpu_workers.engines.contract import EngineError, Report, Stop


class Command(PaintingCommand):
    """`generate_ink "PROMPT" --out DIR`."""

    help = "Paint a description in English or Chinese in some variants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        parser.add_argument("prompt", metavar="PROMPT", help="what to paint, in English or Chinese")
        parser.add_argument(
            "--size", metavar="WxH", help="width and height in pixels, multiples of 32 (default: 256x256)"
        )
        self.sampling_arguments(parser, count=4)

    def handle(self, *args: object, **options: Any) -> None:
        """Check the prompt, tell what the lexicon made of it, and paint."""
        with refused():
            clean = checks.clean_prompt(options["prompt"])
            description, language = checks.describe(clean)
            size = _size(options["size"])
            folders.check_out(options["out"])
        caption = description.caption(lexicon(), language)
        self.stdout.write(f"Painting: {caption}")
        if description.extra:
            self.stdout.write(f"Not in the lexicon: {', '.join(description.extra)}; these words may have no effect.")

        def make(folder: Path, progress: Report, cancelled: Stop) -> Any:
            from gpu_workers.engines import painting

            steering = {"out_dir": folder, "device": options["device"], "progress": progress, "cancelled": cancelled}
            others = rivals(description, (), language, lexicon())
            steering |= {"draft": self.draft(description, options), "rivals": others, "size": size}
            return painting.generate(caption, self.sampling(options), **steering)

        self.paint(options["out"], "painting", make)


def _size(text: str | None) -> tuple[int, int] | None:
    """(height, width) of "WxH"."""
    if text is None:
        return None
    try:
        width, height = map(int, text.lower().split("x"))
    except ValueError:
        raise EngineError("Give the size as WIDTHxHEIGHT in pixels, such as 512x256.") from None
    return height, width
