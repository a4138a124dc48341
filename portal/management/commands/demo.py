"""``manage.py demo``: the whole way of a damaged painting, on this machine, with nothing prepared."""

import threading
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.urls import reverse
from tqdm import tqdm

from gpu_workers.engines.contract import EngineError
from gpu_workers.engines.registry import get_spec
from gpu_workers.models import Job
from gpu_workers.weights.registry import installed
from portal import demo, serving
from portal.errors import UserError
from portal.preparation import prepare
from portal.supervisor import Supervisor


class Command(BaseCommand):
    help = "Makes the demo collection, serves it, restores its damaged painting (or your own picture), goes on serving."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--image", type=_path, help="restore this picture instead of the demo's")
        parser.add_argument("--mask", type=_path, help="where it is damaged; without it, a mask is proposed and used")
        parser.add_argument("--style", type=_path, help="a picture whose manner the restoration leans on")
        parser.add_argument("--engine", default="imagest", help="imagest (default), patchmatch, telea, navier-stokes")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--once", action="store_true", help="stop after the restoration")

    def handle(self, *, host: str, port: int, **options) -> None:
        _check_files(options)
        serving.check_port(host, port)
        serving.check_redis()
        with serving.only_one(settings.HOME), (settings.HOME / "serve.log").open("a", buffering=1) as log:
            Run(self.say, host, port, log, **options).whole()

    def say(self, line: str = "") -> None:
        """Write a line at once, above the progress bar if there is one."""
        with tqdm.external_write_mode():
            self.stdout.write(line)
            self.stdout.flush()


class Run:
    """One run of the demo. The servers are watched in the main thread; the steps of the demo go in a second one."""

    def __init__(self, say, host, port, log, *, image, mask, style, engine, once, **options) -> None:
        self.say, self.host, self.port, self.log = say, host, port, log
        self.image, self.mask, self.style, self.once = image, mask, style, once
        self.engine = engine_at_hand(engine, say)
        self.failure: str | None = None

    def whole(self) -> None:
        """All steps; raises `CommandError` with the sentence of the one that failed."""
        try:
            self.catalogue()
        except UserError as error:
            raise CommandError(str(error)) from error
        self.say("[3/5] Starting web server, worker, clock and Redis …")
        self.supervisor = Supervisor(serving.children(self.host, self.port), self.hear)
        ready = serving.Announcement(self.host, self.port, lambda line: self.say(f"      {line}"))
        steps = threading.Thread(target=self.steps, daemon=True)

        def each_turn() -> None:
            if not ready.ready:
                ready()
                if ready.ready:
                    steps.start()

        self.supervisor.run(each_turn)
        self.say("Stopped.")
        if self.failure:
            raise CommandError(self.failure)

    def hear(self, line: str) -> None:
        """What the servers say goes to a file; that one of them died is said here, too."""
        self.log.write(f"{line}\n")
        if "| This process " in line:
            self.say(f"      {line}")

    def catalogue(self) -> None:
        """Set the site up and paint; the visitor's own pictures are looked at here, before anything is started."""
        self.say("[1/5] Setting up …")
        prepare(lambda line: self.say(f"      {line}"))
        self.say(f"[2/5] The demo collection “{demo.COLLECTION}”")
        self.demo = demo.make_demo(lambda works: tqdm(works, "      painting", unit=" works") if works else works)
        self.artwork, self.reference = self.demo.damaged, self.demo.style
        if self.image:
            self.artwork, self.reference = demo.own_artwork(self.demo, self.image), None
        if self.style:
            self.reference = demo.own_artwork(self.demo, self.style)
        self.confirmed = demo.mask_of(self.demo, self.artwork, self.mask)

    def steps(self) -> None:
        """What needs the servers: a mask if there is none, the restoration, where to look."""
        try:
            self.restore()
        except UserError as error:
            self.failure = str(error)
            self.supervisor.stopping = True
        finally:
            connection.close()
        if self.once:
            self.supervisor.stopping = True

    def restore(self) -> None:
        self.accounts()
        if self.confirmed is None:
            self.confirmed = self.proposed_mask()
        restoration = demo.order(
            self.demo, self.artwork, self.confirmed, self.engine, self.reference, anyway=bool(self.image)
        )
        how = "was restored before" if restoration.job.status in Job.TERMINAL else "is being restored"
        where = self.url("jobs:detail", restoration.job)
        self.say(f"[4/5] “{self.artwork.title}” {how} with {self.engine}: {where}")
        self.wait(restoration.job)
        number = restoration.candidates.count()
        self.say(f"[5/5] Done, {number} candidate{'s' * (number != 1)}: {self.url('restoration:detail', restoration)}")
        if not self.once:
            self.say(f"Serving {serving.address(self.host, self.port)} until Ctrl-C. Log: {self.log.name}")

    def proposed_mask(self):
        """A mask proposed by image analysis and confirmed unseen, which only a demo may do."""
        from restoration.services import confirm_mask

        job = demo.order_mask(self.demo, self.artwork)
        self.say(f"[4/5] No mask was given, so one is proposed and used as it is: {self.url('jobs:detail', job)}")
        self.wait(job)
        mask = confirm_mask(self.demo.curator, job.mask)
        self.say(f"      Look at it: {self.url('restoration:mask', mask)}")
        return mask

    def wait(self, job: Job) -> None:
        """Show a job's progress until it ends; a failure becomes a `UserError` with the job's own sentence."""
        with tqdm(total=100, desc="      waiting", bar_format="{desc:<34.34} {bar} {n:3.0f} % {elapsed}") as bar:
            while job.status not in Job.TERMINAL:
                job.refresh_from_db()
                bar.set_description_str(f"      {job.stage or job.get_status_display()}", refresh=False)
                bar.n = 100 * job.fraction
                bar.refresh()
                time.sleep(0.3)
            bar.n = 100 if job.status == Job.Status.SUCCEEDED else bar.n
            bar.refresh()
        if job.status != Job.Status.SUCCEEDED:
            raise UserError(job.message or f"The job was {job.get_status_display().lower()}.")

    def accounts(self) -> None:
        self.say("      Sign in to look; one account a role (user name, password):")
        for name, user in self.demo.people.people.items():
            self.say(f"        {name:<12} {self.demo.people.password}   {user.display_name}")

    def url(self, name: str, thing) -> str:
        return serving.address(self.host, self.port).rstrip("/") + reverse(name, args=[thing.pk])


def engine_at_hand(wanted: str, say) -> str:
    """The engine asked for; PatchMatch, with a plain sentence, when the weights it needs are not here."""
    try:
        weights = get_spec(wanted).weights
    except EngineError as error:
        raise CommandError(str(error)) from error
    if weights and not installed(weights):
        say(f"The weights of {wanted} are not here, so PatchMatch restores instead.")
        return "patchmatch"
    return wanted


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _check_files(options: dict) -> None:
    """Raise `CommandError` for a file that is not there, before anything is made."""
    for name in ("image", "mask", "style"):
        path = options[name]
        if path is not None and not path.is_file():
            raise CommandError(f"There is no file {path}.")
    if options["mask"] and not options["image"]:
        raise CommandError("A mask needs the picture that it belongs to: give --image as well.")
