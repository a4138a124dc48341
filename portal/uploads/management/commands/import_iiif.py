"""Bring works of other museums into a collection by the addresses of their IIIF manifests."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import User
from portal.catalogue.models import Collection
from portal.errors import UserError
from portal.uploads.iiif.importing import import_iiif


class Command(BaseCommand):
    help = "Fetch IIIF manifests (Presentation 2 or 3), each with its first picture, and catalogue the works."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("urls", nargs="+", metavar="URL")
        parser.add_argument("--collection", required=True, help="key of the collection that takes the works")
        parser.add_argument("--user", required=True, help="name of a curator of that collection")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            collection = Collection.objects.get(pk=options["collection"])
            user = User.objects.get(username=options["user"])
        except (Collection.DoesNotExist, User.DoesNotExist, ValidationError) as error:
            raise CommandError("There is no such collection, or nobody of that name.") from error
        failed = 0
        for url in options["urls"]:
            try:
                artwork = import_iiif(user, collection, url)
            except (UserError, PermissionDenied) as error:
                self.stdout.write(f"{url}: {error}")
                failed += 1
            else:
                self.stdout.write(f"{url}: {artwork} ({artwork.pk})")
        if failed:
            raise CommandError(f"{failed} of {len(options['urls'])} works were not brought in.")
