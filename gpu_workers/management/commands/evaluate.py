"""``manage.py evaluate``: measure an engine beside its peers on test paintings."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Measure a network of Lacuna's beside its peers, on paintings that were not trained on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("network", choices=["imagest", "colour", "ink"])
        parser.add_argument(
            "--data", type=Path, required=True, help="folder with metadata.csv and the paintings it names"
        )
        parser.add_argument("--weights", type=Path, help="folder of weights; default: those that come with Lacuna")
        parser.add_argument(
            "--backbones",
            type=Path,
            help="folder with lpips_alexnet.pth, inception_fid.pt, migan_pipeline_v2.onnx; vgg19_normalised.pth",
        )
        parser.add_argument("--split", choices=["test", "validation"], default="test")
        parser.add_argument("--limit", type=int, help="measure on so many paintings only, drawn once and for all")
        parser.add_argument(
            "--solvers", action="store_true", help="imagest: also 30 DDIM steps and the decoder without denoising"
        )
        parser.add_argument(
            "--cache", type=Path, help="imagest, ink: keep fillings, or captions, here for the next measurement"
        )
        parser.add_argument(
            "--ablation", type=Path, help="colour, ink: folder of folders with weights trained `--without` a module"
        )
        parser.add_argument("--json", type=Path, help="write the figures to this file as well")

    def handle(self, *args: Any, **options: Any) -> None:
        from generation.ink import config as ink_config
        from generation.ink import storage as ink_storage
        from gpu_workers.evaluation import benchmark, colour, imagest, ink, report
        from gpu_workers.training.data import DataError
        from gpu_workers.weights import WeightsError
        from restoration.colour import config as colour_config
        from restoration.colour import network as colour_network
        from restoration.imagest.config import ConfigError
        from restoration.imagest.model import LoadError

        if options["limit"] is not None and options["limit"] < 2:
            raise CommandError("The limit must be at least 2 paintings.")
        shared = (options["data"], options["weights"], options["backbones"], options["split"], options["limit"])
        wrong = (
            DataError, WeightsError, LoadError, ConfigError, colour_config.ConfigError, colour_network.LoadError,
            ink_config.ConfigError, ink_storage.LoadError,
        )  # fmt: skip
        try:
            if options["network"] == "colour":
                columns, (rows, facts) = colour.COLUMNS, colour.evaluate(*shared, options["ablation"])
            elif options["network"] == "ink":
                rest = (options["ablation"], options["cache"])
                columns, (rows, facts) = ink.COLUMNS, ink.evaluate(*shared, *rest)
            else:
                rest = (options["cache"], options["solvers"])
                columns, (rows, facts) = benchmark.COLUMNS, imagest.evaluate(*shared, *rest)
        except wrong as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(report.table(rows, columns))
        for name, reason in facts["not computed"].items():
            self.stdout.write(f"{name}: {reason}")
        if options["json"]:
            report.write_json(options["json"], rows, facts)
