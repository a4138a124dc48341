"""What tells the training pictures of the shipped weights again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.errors import UserError
from review.guardrails.services import registers


class Command(BaseCommand):
    """Writes the compact table of hashes and descriptions that ships with Lacuna; no picture is kept."""

    help = "Describe the training pictures of the shipped weights from a folder of data (for those who train them)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the data folder that the registers name files of")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = registers.describe_samples(options["folder"])
        except UserError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{count} pictures described.")
