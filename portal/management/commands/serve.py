"""``manage.py serve``: the whole installation on one port, until Ctrl-C."""

from django.conf import settings
from django.core.management.base import BaseCommand

from portal import serving
from portal.preparation import prepare
from portal.supervisor import Supervisor


class Command(BaseCommand):
    help = "Serves the site: web, workers, clock and, unless REDIS_URL names one, Redis. Ctrl-C ends all of them."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options) -> None:
        serving.check_port(host, port)
        serving.check_redis()
        with serving.only_one(settings.HOME):
            prepare(self.say)
            self.say("Starting; Ctrl-C ends it.")
            supervisor = Supervisor(serving.children(host, port), self.say)
            supervisor.run(serving.Announcement(host, port, self.say))
        self.say("Stopped.")

    def say(self, line: str) -> None:
        """Write a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()
