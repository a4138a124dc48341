"""``manage.py train``: train the networks that come with Lacuna."""

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

SIZES = ("compact", "paper")
STAGES = {"imagest": ("autoencoder", "denoiser", "decoder"), "colour": (), "ink": ("clip", "vqgan", "tokens")}
MODULES = {"imagest": (), "colour": ("dpca", "cafe", "ccpl", "calibration"), "ink": ("clip", "alignment", "dense")}


class Command(BaseCommand):
    help = "Train a network of Lacuna's on a folder of paintings with metadata.csv, within a budget of minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("network", choices=list(STAGES))
        parser.add_argument(
            "--data", type=Path, required=True, help="folder with metadata.csv and the paintings it names"
        )
        parser.add_argument("--backbones", type=Path, help="folder with lpips_alexnet.pth or vgg19_normalised.pth")
        parser.add_argument(
            "--stable-diffusion", help="folder of Stable Diffusion 1.4, from which the paper size starts"
        )
        parser.add_argument("--size", choices=SIZES, default="compact")
        parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
        parser.add_argument(
            "--minutes", type=float, help="budget for all stages together, over all calls that resume it"
        )
        parser.add_argument("--at-most", type=float, help="stop this call after so many minutes; --resume goes on")
        parser.add_argument(
            "--resume", action="store_true", help="go on from the last checkpoint, else from the weights in --out"
        )
        parser.add_argument(
            "--stage", choices=[*sum(STAGES.values(), ()), "all"], default="all", help="imagest, ink: one alone"
        )
        parser.add_argument(
            "--without", action="append", default=[], choices=sum(MODULES.values(), ()),
            help="colour, ink: leave a module out, for the ablation",
        )  # fmt: skip
        parser.add_argument(
            "--captions", type=Path, help="ink: lines of JSON with file, en and zh; else they are composed"
        )
        parser.add_argument("--out", type=Path, help="where weights, card and register go; default: trained/NETWORK")
        parser.add_argument("--work", type=Path, help="where prepared crops and checkpoints go; default: OUT/work")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--threads", type=int, help="processor threads; one is often faster on a busy machine")

    def handle(self, *args: Any, **options: Any) -> None:
        from gpu_workers.training.settings import Settings

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
        logging.getLogger("gpu_workers.training").setLevel(logging.INFO)
        network = options["network"]
        if options["stage"] not in ("all", *STAGES[network]):
            raise CommandError(f"There is no stage {options['stage']} in the training of {network}.")
        if wrong := [name for name in options["without"] if name not in MODULES[network]]:
            raise CommandError(f"The network {network} has no module {wrong[0]} that could be left out.")
        options["out"] = options["out"] or Path("trained") / network
        chosen = (
            "data",
            "backbones",
            "stable_diffusion",
            "size",
            "minutes",
            "at_most",
            "resume",
            "out",
            "seed",
            "threads",
        )
        changes = {name: options[name] for name in chosen if options[name] is not None}
        work = options["work"] or options["out"] / "work"
        settings = Settings.preset(options["preset"], network, work=work, **changes)
        run = {"imagest": self._imagest, "colour": self._colour, "ink": self._ink}[network]
        finished = run(settings, options)
        self.stdout.write(
            f"Weights are in {settings.out}."
            if finished
            else "Stopped before the budget was used up; go on with --resume."
        )

    def _imagest(self, settings: Any, options: dict[str, Any]) -> bool:
        from gpu_workers.training import runs
        from gpu_workers.training.data import DataError
        from gpu_workers.training.settings import STAGES
        from restoration.imagest.config import ConfigError
        from restoration.imagest.model import LoadError

        stages = STAGES if options["stage"] == "all" else (options["stage"],)
        if options["stage"] == "all" and options["size"] == "paper":
            stages = ("denoiser",)
        try:
            if not settings.resume:
                runs.clear(settings.work, settings.size, stages)
            return runs.train(settings, stages)
        except (runs.TrainingError, DataError, ConfigError, LoadError) as problem:
            raise CommandError(str(problem)) from problem

    def _colour(self, settings: Any, options: dict[str, Any]) -> bool:
        from gpu_workers.training import colour_run
        from gpu_workers.training.data import DataError
        from restoration.colour.config import ConfigError
        from restoration.colour.network import LoadError

        try:
            if not settings.resume:
                colour_run.clear(settings)
            return colour_run.train(settings, options["without"])
        except (DataError, ConfigError, LoadError) as problem:
            raise CommandError(str(problem)) from problem

    def _ink(self, settings: Any, options: dict[str, Any]) -> bool:
        from generation.ink.config import ConfigError
        from generation.ink.storage import LoadError
        from gpu_workers.training import ink_run
        from gpu_workers.training.data import DataError

        stages = STAGES["ink"] if options["stage"] == "all" else (options["stage"],)
        try:
            if not settings.resume:
                ink_run.clear(settings, stages)
            return ink_run.train(settings, stages, options["without"], options["captions"])
        except (DataError, ConfigError, LoadError) as problem:
            raise CommandError(str(problem)) from problem
