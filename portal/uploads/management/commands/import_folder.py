"""Bring every photograph of a folder into a collection, with a table of catalogue data or without."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from gpu_workers.pictures import sha256_file
from portal.accounts import policy
from portal.accounts.models import User
from portal.audit.services import record
from portal.catalogue.models import Collection
from portal.errors import UserError
from portal.uploads.bringing import bring, present, sentence
from portal.uploads.checking import Found, Line, Report, check
from portal.uploads.judging import judge
from portal.uploads.selectors import ACTION
from portal.uploads.tables import read_table
from restoration.management.console import Interruption, bar

TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"}


class Command(BaseCommand):
    help = "Bring the photographs of a folder into a collection. What is there already is not brought in twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="photographs, also in folders below it")
        parser.add_argument("--collection", required=True, metavar="NAME_OR_ID", help="where they belong")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="a curator of the collection")
        parser.add_argument("--table", type=Path, metavar="FILE", help="CSV or XLSX, with a column of file names")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and what is wrong, no more")

    def handle(self, *args: object, **options: Any) -> None:
        """Check everything, say what is wrong, then bring in what is ready, one whole work after the other."""
        try:
            user, collection = _user(options["user"]), _collection(options["collection"])
            policy.require(user, ACTION, collection)
            with Interruption() as stop:
                paths = _paths(options["folder"])
                files = [_found(path) for path in self._told("Reading", paths, stop)]
                report = self._check(collection, files, options["table"])
                done = 0 if options["dry_run"] else self._bring(user, collection, report, stop)
        except (UserError, PermissionDenied) as error:
            raise CommandError(sentence(error)) from error
        except OSError as error:
            raise CommandError(f"A file or folder cannot be used: {error.strerror or error}.") from error
        self._end(report, done, options["dry_run"])

    def _check(self, collection: Collection, files: list[Found], table: Path | None) -> Report:
        there = present(collection, [file.sha256 for file in files])
        files = [
            Found(file.key, file.name, file.sha256, file.kind, file.problem, file.notice, there.get(file.sha256))
            for file in files
        ]
        report = check(collection, files, read_table(table.read_bytes()) if table else None)
        for said in (*report.problems, *report.notices):
            self.stdout.write(said)
        for line in report.lines:
            for said in () if line.artwork else (*line.problems, *line.notices):
                self.stdout.write(f"{_name(line)}: {said}")
        return report

    def _bring(self, user: User, collection: Collection, report: Report, stop: Interruption) -> int:
        done = 0
        for line in self._told("Bringing in", report.ready, stop):
            try:
                path = Path(line.file.key) if line.file else Path()
                done += bring(user, collection, line.fields, path, name=path.name) is not None
            except UserError as error:
                line.problems.append(str(error))
                self.stderr.write(f"{_name(line)}: {error}")
        if done:
            record("upload.imported", collection, actor=user, count=done)
        return done

    def _told(self, doing: str, items: list[Any], stop: Interruption) -> Iterator[Any]:
        """Each item, with a bar on the terminal; Ctrl-C is answered between two of them."""
        with bar(doing) as shown:
            for number, item in enumerate(items, start=1):
                if stop.asked:
                    raise CommandError("Stopped; what was brought in so far is whole.", returncode=130)
                yield item
                shown.set_postfix_str(f"{number} of {len(items)}", refresh=False)
                shown.update(round(number / len(items) * shown.total) - shown.n)

    def _end(self, report: Report, done: int, dry: bool) -> None:
        there = sum(1 for line in report.lines if line.artwork)
        ready = f"{len(report.ready)} ready" if dry else f"{done} brought in"
        self.stdout.write(f"{ready}, {there} there already, {len(report.wrong)} left out.")
        if report.problems or report.wrong:
            raise CommandError(f"{len(report.wrong)} of {len(report.lines)} works have something in the way.")


def _user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is nobody called {username}.")
    return user


def _collection(name: str) -> Collection:
    try:
        rows = Collection.objects.filter(pk=UUID(name))
    except ValueError:
        rows = Collection.objects.filter(name=name)
    found = list(rows[:2])
    if len(found) != 1:
        raise CommandError(f"{'Several collections are' if found else 'There is no collection'} called {name}.")
    return found[0]


def _paths(folder: Path) -> list[Path]:
    """The files of a folder and those below it; hidden ones, tables and links are left out."""
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}.")
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(
        path
        for path in found
        if path.suffix.lower() not in TABLES and not any(part[0] == "." for part in path.relative_to(folder).parts)
    )


def _found(path: Path) -> Found:
    return Found(str(path), path.name, sha256_file(path), **judge(path))


def _name(line: Line) -> str:
    where = f"line {line.number}" if line.number else ""
    return ", ".join(part for part in (line.name, where) if part)
