"""``manage.py prepare``: database, translations and static files, each only when stale."""

from django.core.management.base import BaseCommand

from portal.preparation import prepare


class Command(BaseCommand):
    help = "Brings database, translations and static files up to date; does nothing when they are."

    def handle(self, *args, **options) -> None:
        done: list[str] = []
        prepare(lambda line: (done.append(line), self.stdout.write(line)))
        if not done:
            self.stdout.write("Database, translations and static files are up to date.")
