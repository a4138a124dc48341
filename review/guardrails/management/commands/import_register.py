"""Which pictures weights were trained on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.errors import UserError
from review.guardrails.services import registers


class Command(BaseCommand):
    """Reads a register of training samples; with --shipped those of the weights that come with Lacuna."""

    help = "Read the register of training samples of a set of weights (CSV), so that outputs can be compared with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("weights", nargs="?", help="name of the weights, such as imagest")
        parser.add_argument("file", nargs="?", type=Path, help="table with the columns file, sha256 and rights")
        parser.add_argument("--pictures", type=Path, help="folder in which the files lie, to describe them")
        parser.add_argument(
            "--fingerprint", default="", help="SHA-256 over the files of weights that are not installed"
        )
        parser.add_argument("--shipped", action="store_true", help="those of the weights that come with Lacuna")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["shipped"]:
                found = registers.import_shipped()
            elif options["weights"] and options["file"]:
                about = (options["weights"], options["file"], options["pictures"], options["fingerprint"])
                found = [registers.import_register(*about)]
            else:
                raise CommandError("Name the weights and the file of their register, or say --shipped.")
        except UserError as problem:
            raise CommandError(str(problem)) from None
        for register in found:
            self.stdout.write(f"{register.name}: {register.count} samples.")
        if not found:
            self.stdout.write("All registers are there already.")
