"""Say what picture files are, as the verify page does: their credentials, their signer, what a machine made of them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gpu_workers.pictures import PictureError
from portal.exhibitions import telling
from portal.exhibitions.checking import compared
from portal.exhibitions.credentials import read_file
from portal.exhibitions.keys import trusted_roots


class Command(BaseCommand):
    help = "Verify the content credentials of picture files; ends with 1 unless each is valid and trusted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--roots", type=Path, help="trust these certificates (PEM) instead of the site's")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            roots = options["roots"].read_text() if options["roots"] else trusted_roots()
        except OSError as error:
            raise CommandError(f"{options['roots']} cannot be read.") from error
        failed = [path for path in options["files"] if not self._verify(path, roots)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(options['files'])} files are not valid and trusted.")

    def _verify(self, path: Path, roots: str) -> bool:
        try:
            finding = compared(read_file(path, roots))
        except (PictureError, OSError) as error:
            self.stdout.write(f"{path}: {error}")
            return False
        report = finding.report
        self.stdout.write(f"{path}: {report.state}{', trusted' if report.trusted else ''}")
        for sentence in telling.sentences(finding):
            self.stdout.write(f"  {sentence}")
        for row in telling.actions(report) + telling.ingredients(report):
            self.stdout.write(f"  {' · '.join(filter(None, (row.what, row.words, row.detail)))}")
        return report.state == "valid" and report.trusted
