"""`manage.py verify_integrity`: every sealed file hashed again, every file accounted for."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portal.catalogue import files, integrity


class Command(BaseCommand):
    help = "Hash every sealed file and the shipped weights again; report what is missing, altered or nobody's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--grace", type=int, default=60, metavar="MINUTES",
            help="how old a file without a row must be to count as an orphan (default 60)",
        )  # fmt: skip
        parser.add_argument("--remove-orphans", action="store_true", help="delete the orphans that were found")

    def handle(self, *args: Any, **options: Any) -> None:
        total = integrity.count_files()
        with tqdm(total=total, unit="file", disable=None, desc="Files") as bar:
            troubles = [self._report(trouble, bar) for trouble in integrity.check_files(bar.update)]
            troubles += [self._report(trouble, bar) for trouble in integrity.check_weights()]
        left = self._orphans(timedelta(minutes=options["grace"]), options["remove_orphans"])
        if troubles or left:
            raise CommandError(f"{len(troubles)} of {total} files and weights are in trouble; {left} are nobody's.")
        self.stdout.write(f"{total} files and the shipped weights are as they should be.")

    def _report(self, trouble: integrity.Trouble, bar: tqdm) -> integrity.Trouble:
        bar.clear()
        self.stdout.write(str(trouble))
        return trouble

    def _orphans(self, grace: timedelta, remove: bool) -> int:
        found = integrity.orphans(grace)
        for name in found:
            self.stdout.write(f"{'removed orphan' if remove else 'orphan'}: {name}")
        if remove:
            files.delete_unused(found)
        return 0 if remove else len(found)
