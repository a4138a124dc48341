"""`manage.py verify_integrity`: files hashed again and accounted for, the log and what is public compared."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portal.audit import chain
from portal.audit.selectors import count_events
from portal.catalogue import files, integrity
from review.guardrails import integrity as gate


class Command(BaseCommand):
    help = (
        "Hash every sealed file and the shipped weights again, follow the chain of the log, and compare what is public"
        " with what was approved; report what is missing, altered or nobody's."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--grace", type=int, default=60, metavar="MINUTES",
            help="how old a file without a row must be to count as an orphan (default 60)",
        )  # fmt: skip
        parser.add_argument("--remove-orphans", action="store_true", help="delete the orphans that were found")

        parser.add_argument("--log", action="store_true", help="look at the log and the releases alone, at no file")
        parser.add_argument(
            "--head", default="", metavar="HASH", help="a head of the log that was noted earlier: it must be part of it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for looks in [self._log] if options["log"] else [self._log, self._files]:
            try:
                looks(options)
            except CommandError as error:  # the rest is looked at all the same
                failed.append(str(error))
        if failed:
            raise CommandError(" ".join(failed))

    def _log(self, options: dict[str, Any]) -> None:
        with tqdm(total=count_events(), unit="event", disable=None, desc="Log") as bar:
            troubles = [*chain.faults(bar.update, options["head"]), *gate.faults()]
        for trouble in troubles:
            self.stdout.write(f"log: {trouble}")
        if troubles:
            raise CommandError(f"The log or what is public is not as it should be: {troubles[0]}.")
        number, digest = chain.head()
        self.stdout.write(f"The log holds {number} linked events and is whole; its head is {digest or 'empty'}.")

    def _files(self, options: dict[str, Any]) -> None:
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
