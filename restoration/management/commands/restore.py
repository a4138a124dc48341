"""Restore pictures on files: no server, no database, no queue."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from gpu_workers.engines import folders, registry
from gpu_workers.engines.contract import Report, Stop
from gpu_workers.engines.folders import Work
from gpu_workers.engines.pipeline import RestorationResult, restore
from gpu_workers.pictures import probe
from restoration.management.console import WorksCommand
from restoration.masks import check_mask, load_mask


class Command(WorksCommand):
    """`restore INPUT --mask MASK --out DIR`."""

    help = "Fill the damage of a picture, or of every picture in a folder, and leave every undamaged pixel as it is."

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
        add("--feather", type=int, default=0, metavar="N", help="fade new paint in over N pixels inside (default: 0)")
        add("--prompt", default="", metavar="TEXT", help="a text hint, for engines that take one")
        add("--device", help="cpu, cuda or mps (default: the best there is)")
        add("--out", required=True, type=Path, metavar="DIR", help="the folder for candidates and recipe.json")

    def works(self, options: dict[str, Any]) -> list[Work]:
        """See `WorksCommand.works`."""
        registry.get_spec(options["engine"])
        works = folders.works(Path(options["input"]), Path(options["out"]), mask=Path(options["mask"]))
        if options["style"]:
            probe(options["style"])
        return works

    def make(
        self, work: Work, options: dict[str, Any], folder: Path, progress: Report, cancelled: Stop
    ) -> RestorationResult:
        """See `WorksCommand.make`."""
        info = probe(work.picture)
        return restore(
            work.picture,
            check_mask(load_mask(work.mask, (info.width, info.height))),
            options["engine"],
            style_path=options["style"],
            prompt=options["prompt"],
            candidates=options["candidates"],
            seed=options["seed"],
            steps=options["steps"],
            feather=options["feather"],
            device=options["device"],
            out_dir=folder,
            progress=progress,
            cancelled=cancelled,
        )

    def tell(self, work: Work, result: RestorationResult) -> None:
        """See `WorksCommand.tell`."""
        for file in result.candidates:
            self.stdout.write(
                f"{work.out / file.path.name}: seed {file.seed}, {file.changed_pixels:,} pixels changed, "
                f"none outside the mask, seam {file.seam:.2f}"
            )
