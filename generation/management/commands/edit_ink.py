"""Edit a painting that text-to-ink made, by its tokens: replace an element, tune an attribute, extend the scene."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from generation import checks
from generation.lexicon import Description, drawn, rivals
from generation.management.console import PaintingCommand, refused
from generation.words import lexicon
from gpu_workers.engines import folders
from gpu_workers.engines.contract import EngineError, Report, Stop


class Command(PaintingCommand):
    """`edit_ink painting-01.safetensors --extend right --cells 8 --out DIR`, or `--replace`, or `--tune`."""

    help = "Change a painting by its tokens: replace an element, tune an attribute, or extend the scene."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        parser.add_argument("tokens", metavar="TOKENS", type=Path, help="the .safetensors file beside a painting")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--replace", metavar="ELEMENT", help="a word of the caption; with --by")
        what.add_argument("--tune", metavar="VALUE", action="append", help="such as winter or “thick ink”; repeatable")
        what.add_argument("--extend", choices=list(checks.DIRECTIONS), help="where the scene goes on")
        parser.add_argument("--by", default="", help="what takes the place of the element, or comes to the scene")
        parser.add_argument("--region", help="left,top,width,height as shares of the picture, such as 0.5,0,0.5,1")
        parser.add_argument("--strength", type=float, default=0.5, help="share that --tune paints anew (default: 0.5)")
        parser.add_argument("--cells", type=int, default=4, help="of 32 pixels, to extend by (default: 4)")
        self.sampling_arguments(parser, count=2)

    def handle(self, *args: object, **options: Any) -> None:
        """Work out what the picture shall be, and paint it."""
        from gpu_workers.engines import painting, tokens_file

        with refused():
            folders.check_out(options["out"], options["tokens"])
            old = tokens_file.read(options["tokens"])
            before, language = checks.describe(old.caption)
            wanted, keys, change = _change(before, language, options)
        caption = wanted.caption(lexicon(), language)
        shows = drawn(keys) if options["extend"] else None
        change |= {"draft": self.draft(wanted, options, shows), "before": self.draft(before, options)}
        change |= {"shows": drawn(keys)} if options["replace"] else {}
        change |= {"caption": caption, "rivals": rivals(wanted, keys, language, lexicon())}
        self.stdout.write(f"Painting: {caption}")

        def make(folder: Path, progress: Report, cancelled: Stop) -> Any:
            steering = {"out_dir": folder, "device": options["device"], "progress": progress, "cancelled": cancelled}
            return painting.edit(options["tokens"], painting.Change(**change), self.sampling(options), **steering)

        self.paint(options["out"], options["tokens"].stem, make)


def _change(
    before: Description, language: str, options: dict[str, Any]
) -> tuple[Description, tuple[str, ...], dict[str, Any]]:
    """What the picture shall be, the ids of the instruction, and the arguments of `painting.Change` but the caption."""
    said = checks.clean_prompt(options["by"]) if options["by"].strip() else ""
    new = checks.describe(said)[0] if said else Description()
    keys = (*new.terms, *new.adjectives)
    if options["extend"]:
        change = {"kind": "extend", "direction": options["extend"], "pixels": options["cells"] * checks.CELL}
        return checks.saying(before, keys, new.extra), keys, change
    if options["tune"]:
        found = lexicon().parse(", ".join(options["tune"]))
        if found.unknown or not (found.terms or found.adjectives):
            raise EngineError(f"The lexicon has no “{', '.join(found.unknown or options['tune'])}”.")
        values = (*found.terms, *found.adjectives)
        return checks.saying(before, values), values, {"kind": "retune", "strength": options["strength"]}
    if not said:
        raise EngineError("Say with --by what takes the place of the element.")
    gone = set(lexicon().parse(options["replace"]).terms)
    kept, region = before.without(gone), _region(options["region"])
    if region is None and kept == before:
        raise EngineError("The caption of the painting has no such element; give its place with --region.")
    change = {"kind": "replace", "element": options["replace"], "region": region}
    return checks.saying(kept, keys, new.extra), keys, change | {"without": kept.caption(lexicon(), language)}


def _region(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        left, top, width, height = map(float, text.split(","))
    except ValueError:
        raise EngineError("Give the region as LEFT,TOP,WIDTH,HEIGHT in shares, such as 0.5,0,0.5,1.") from None
    checks.check_region((left, top, width, height))
    return left, top, width, height
