"""Reconstruct the colours of pictures on files: no server, no database, no queue."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from gpu_workers.engines import folders, registry
from gpu_workers.engines.area import AREAS
from gpu_workers.engines.contract import EngineError, Report, Stop
from gpu_workers.engines.folders import Work
from gpu_workers.engines.reconstruction import ReconstructionResult, reconstruct
from gpu_workers.pictures import probe
from restoration.management.console import WorksCommand
from restoration.masks import load_mask


class Command(WorksCommand):
    """`reconstruct_colour INPUT --reference REF --out DIR`."""

    help = "Bring the colours of a faded picture, or of every picture in a folder, towards references; keep every line."
    verb = "reconstructed"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        engines = ", ".join(registry.engines(registry.COLOUR))
        areas = ", ".join(area for area in AREAS if area != "mask")
        add = parser.add_argument
        add("input", metavar="INPUT", type=Path, help="a TIFF, JPEG, PNG or WebP, or a folder of them")
        add("--reference", required=True, action="append", type=Path, metavar="REF",
            help="a well-kept picture of the same period and style; may be repeated; for a folder also a folder with "
            "the same base names")  # fmt: skip
        add("--engine", default="flow", help=f"one of {engines} (default: flow)")
        add("--strength", type=float, default=1.0, metavar="S", help="from 0, the master, to 1 (default: 1)")
        add("--area", help=f"what to recolour: {areas} (default: whole)")
        add("--mask", type=Path, help="recolour what this mask marks; for a folder, a folder with the same base names")
        add("--device", help="cpu, cuda or mps (default: the best there is)")
        add("--out", required=True, type=Path, metavar="DIR", help="the folder for candidate, maps and recipe.json")

    def works(self, options: dict[str, Any]) -> list[Work]:
        """See `WorksCommand.works`."""
        registry.get_spec(options["engine"], registry.COLOUR)
        if options["mask"] and options["area"]:
            raise EngineError("Give either --area or --mask, not both.")
        mask = Path(options["mask"]) if options["mask"] else None
        references = [Path(reference) for reference in options["reference"]]
        return folders.works(Path(options["input"]), Path(options["out"]), mask=mask, references=references)

    def make(
        self, work: Work, options: dict[str, Any], folder: Path, progress: Report, cancelled: Stop
    ) -> ReconstructionResult:
        """See `WorksCommand.make`."""
        labels = None
        if work.mask:
            info = probe(work.picture)
            labels = load_mask(work.mask, (info.width, info.height))
        return reconstruct(
            work.picture,
            options["engine"],
            work.references,
            area="mask" if work.mask else options["area"] or "whole",
            labels=labels,
            strength=options["strength"],
            device=options["device"],
            out_dir=folder,
            progress=progress,
            cancelled=cancelled,
        )

    def tell(self, work: Work, result: ReconstructionResult) -> None:
        """See `WorksCommand.tell`."""
        facts = result.recipe["inputs"]["picture"]
        for file in result.candidates:
            share = file.changed_pixels / (facts["width"] * facts["height"])
            self.stdout.write(
                f"{work.out / file.path.name}: {share:.1%} of the picture changed, mean ΔE "
                f"{file.measures['delta_e']['mean']:.1f}, SSIM {file.measures['ssim']['mean']:.3f}"
            )
