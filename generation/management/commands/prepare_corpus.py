"""``manage.py prepare_corpus``: pictures of one size, captions and a split from a folder of paintings."""

from __future__ import annotations

import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from generation.corpus import prepare
from generation.corpus.errors import CorpusError
from generation.lexicon import Lexicon, LexiconError
from gpu_workers.pictures import PictureError
from portal.errors import UserError


class Command(BaseCommand):
    """`prepare_corpus --data DIR --out DIR`."""

    help = "Crop, scale, caption and split a folder of paintings with metadata.csv; a run that was stopped goes on."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        add = parser.add_argument
        add("--data", type=Path, required=True, metavar="DIR", help="the folder with metadata.csv and the paintings")
        add("--out", type=Path, required=True, metavar="DIR", help="the folder for pictures, captions, split, report")
        add("--size", type=int, default=256, help="pixels along a side of the prepared pictures (default: 256)")
        add("--resnet", type=Path, metavar="FOLDER", help="weights of a ResNet-50 of timm for the four classes")
        add("--limit", type=int, default=0, metavar="N", help="only the first N rows of the table")
        add("--into", metavar="COLLECTION", help="then let people validate the captions in this collection (its id)")
        add("--by", metavar="USER", help="a curator of that collection, who answers for the import")
        add("--sample", type=int, default=0, metavar="N", help="let them validate only N of the captions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and say what came of it."""
        if options["limit"] < 0 or options["sample"] < 0:
            raise CommandError("The limit must be a number from 1.")
        people = self._people(options)
        order = prepare.Order(options["data"], options["out"], options["size"], options["limit"])
        try:
            lexicon = Lexicon.load(settings.LEXICON_FOLDER or None)
            classifier = self._classifier(options["resnet"])
            with _bar() as bar:
                report = prepare.prepare(order, lexicon, classifier, lambda done, of: _show(bar, done, of))
        except (CorpusError, PictureError, LexiconError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"A file or folder cannot be used: {error.strerror or error}.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; the same command goes on from here.", returncode=130) from None
        self._tell(report, order.out)
        if people:
            self._import(*people, order.out, options["sample"])

    def _people(self, options: dict[str, Any]) -> tuple[Any, Any] | None:
        """The curator and the collection that were named, or None where none was."""
        if not options["into"]:
            return None
        from portal.accounts.models import User
        from portal.catalogue.models import Collection

        user = User.objects.filter(username=options["by"] or "").first()
        if user is None:
            raise CommandError("Say with --by which curator answers for the import.")
        try:
            return user, Collection.objects.get(pk=options["into"])
        except (Collection.DoesNotExist, ValidationError):
            raise CommandError(f"There is no collection {options['into']}.") from None

    def _import(self, user: Any, collection: Any, out: Path, most: int) -> None:
        from generation.services.captions import import_captions

        try:
            count = import_captions(user, collection, out, most)
        except (UserError, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} captions are ready to be validated in {collection}.")

    def _classifier(self, folder: Path | None) -> prepare.Classifier | None:
        if folder is None:
            self.stdout.write("Without --resnet no picture is screened; all of the table are taken for paintings.")
            return None
        from generation.corpus.screening import Screener

        return Screener.load(folder)

    def _tell(self, report: dict[str, Any], out: Path) -> None:
        parts = ", ".join(f"{count} {name}" for name, count in report["split"].items())
        self.stdout.write(f"{report['prepared']} of {report['rows']} pictures of {report['works']} works: {parts}.")
        for reason, count in report["refused"].items():
            self.stdout.write(f"  refused {count}: {reason}")
        self.stdout.write(f"Captions, split and report are in {out}.")


def _bar() -> tqdm:
    size = shutil.get_terminal_size()
    return tqdm(desc="pictures", delay=1, disable=None, file=sys.stderr, leave=False, ncols=size.columns)


def _show(bar: tqdm, done: int, of: int) -> None:
    bar.total = of
    bar.update(done - bar.n)
