"""Starts child processes, shows what they say, restarts the ones that die, and ends them all. No Django in here.

All of it happens in the thread that calls `run`: the kernel ties a child to the *thread* that started it (tether.py).
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
STEADY = 60.0  # seconds after which a child counts as well again
GRACE = 6.0  # seconds to end in peace


@dataclass
class Child:
    """One process to keep running. ``foundation``: the others need it, so it is started first and ended last."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    foundation: bool = False
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    start_at: float | None = 0.0  # when to start it next; None while it runs
    failures: int = 0

    def start(self) -> None:
        """Start it in a process group of its own, tied to this thread."""
        tether = [sys.executable, "-S", "-E", str(TETHER), str(os.getpid())]
        self.process = subprocess.Popen(
            [*tether, *self.command],
            env=os.environ | self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self.started_at, self.start_at = time.monotonic(), None

    def pause(self) -> float:
        """Seconds to wait before the next start: 1, 2, 4 … 30, and from 1 again after a steady minute."""
        if time.monotonic() - self.started_at > STEADY:
            self.failures = 0
        self.failures += 1
        return min(2.0 ** (self.failures - 1), LONGEST_PAUSE)

    def send(self, number: int) -> None:
        """Send a signal to the process; SIGKILL goes to its whole group."""
        if self.process is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            elif self.process.poll() is None:
                self.process.send_signal(number)
        except ProcessLookupError:
            pass


class Supervisor:
    """Keeps children running until somebody sets ``stopping`` or a signal arrives.

    write: called with each line, prefixed with the child's name.
    """

    def __init__(self, children: list[Child], write: Callable[[str], None] = print) -> None:
        self.children = children
        self.write = write
        self.stopping = False
        self._selector = selectors.DefaultSelector()
        self._rests: dict[str, bytes] = {}
        self._width = max(len(child.name) for child in children)

    def run(self, each_turn: Callable[[], None] = lambda: None) -> None:
        """Start all, watch until told to stop (SIGINT, SIGTERM, SIGHUP or ``stopping``), end all.

        each_turn: called about four times a second.
        """
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            while not self.stopping:
                self.turn()
                each_turn()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def turn(self, seconds: float = 0.25) -> None:
        """Start what is due, pass on what the children say, notice the dead."""
        for child in self.children:
            if child.start_at is not None and child.start_at <= time.monotonic():
                child.start()
                self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        for key, _ in self._selector.select(seconds):
            self._pass_on(key.data)
        for child in self.children:
            if child.start_at is None and child.process.poll() is not None:
                self._bury(child)

    def stop(self) -> None:
        """End all children, foundations last; whoever is still there after the grace is killed."""
        self.stopping = True
        for foundation in (False, True):
            group = [c for c in self.children if c.foundation is foundation and c.process]
            for child in group:
                child.send(signal.SIGTERM)
            deadline = time.monotonic() + GRACE
            while time.monotonic() < deadline and any(child.process.poll() is None for child in group):
                for key, _ in self._selector.select(0.1):
                    self._pass_on(key.data)
            for child in group:
                child.send(signal.SIGKILL)
                child.process.wait()
                self._close(child)

    def _on_signal(self, number: int, frame: object) -> None:
        self.stopping = True

    def _pass_on(self, child: Child) -> bool:
        """Write the whole lines that the child said; False once it has closed its mouth or has nothing to say now."""
        pipe = child.process.stdout
        try:
            data = b"" if pipe.closed else os.read(pipe.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data and not pipe.closed:
            self._selector.unregister(pipe)
            pipe.close()
        *lines, self._rests[child.name] = (self._rests.get(child.name, b"") + data).split(b"\n")
        for line in lines:
            if line.strip():
                self._say(child, line.decode(errors="replace"))
        return bool(data)

    def _close(self, child: Child) -> None:
        """Pass on its last words and close the pipe, even when something it started still holds the other end."""
        while self._pass_on(child):
            pass
        if not child.process.stdout.closed:
            self._selector.unregister(child.process.stdout)
            child.process.stdout.close()

    def _say(self, child: Child, line: str) -> None:
        self.write(f"{child.name:<{self._width}} | {line}")

    def _bury(self, child: Child) -> None:
        """Say that it died, end what it left behind, and decide when to start it again."""
        child.send(signal.SIGKILL)
        self._close(child)
        status = child.process.returncode
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with exit status {status}"
        pause = child.pause()
        child.start_at = time.monotonic() + pause
        self._say(child, f"This process {how}. It starts again in {pause:.0f} s.")
