"""Works of others that nothing published may copy."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.errors import UserError
from review.guardrails.services import registers


class Command(BaseCommand):
    """Reads an external copyright list from a file; one of the same name is replaced."""

    help = "Read a list of works in copyright (CSV or JSON: title, sha256 or perceptual, owner, statement, url)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the list is called on the site")
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="where the list comes from")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = registers.import_copyright_list(options["name"], options["file"], options["source"])
        except UserError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{made.name}: {made.count} works.")
