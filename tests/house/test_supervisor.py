"""The supervisor: restarts what dies, ends everything, leaves nothing behind even when it is killed itself."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from portal.supervisor import LONGEST_PAUSE, Child, Supervisor

SLEEP = [sys.executable, "-S", "-c", "import time; print('here', flush=True); time.sleep(60)"]


def run_until(supervisor, condition, seconds=10):
    """Let the supervisor work until the condition holds."""
    deadline = time.monotonic() + seconds

    def look():
        if condition() or time.monotonic() > deadline:
            supervisor.stopping = True

    supervisor.run(look)
    assert time.monotonic() <= deadline, "it took too long"


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone(pid, seconds=5):
    """Whether the process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_lines_carry_the_name_of_who_said_them():
    lines = []
    run_until(Supervisor([Child("sleeper", SLEEP)], lines.append), lambda: lines)
    assert lines == ["sleeper | here"]


def test_a_dead_child_starts_again_and_a_line_says_so():
    lines = []
    child = Child("short", [sys.executable, "-S", "-c", "raise SystemExit(3)"])
    run_until(Supervisor([child], lines.append), lambda: len(lines) >= 2)
    assert lines[0] == "short | This process ended with exit status 3. It starts again in 1 s."
    assert lines[1] == "short | This process ended with exit status 3. It starts again in 2 s."


def test_a_killed_child_starts_again_and_the_signal_is_named():
    lines = []
    child = Child("sleeper", SLEEP)
    supervisor = Supervisor([child], lines.append)
    first = []

    def kill_once():
        if lines and not first:
            first.append(child.process.pid)
            os.kill(child.process.pid, signal.SIGKILL)
        return lines.count("sleeper | here") == 2

    run_until(supervisor, kill_once)
    assert "sleeper | This process was ended by SIGKILL. It starts again in 1 s." in lines
    assert child.process.pid != first[0]


def test_the_pause_doubles_up_to_a_limit_and_begins_anew_after_a_steady_minute():
    child = Child("any", SLEEP, started_at=time.monotonic())
    assert [child.pause() for _ in range(7)] == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    child.started_at -= 61
    assert child.pause() == 1


def test_stopping_leaves_no_child():
    lines = []
    children = [Child("one", SLEEP), Child("two", SLEEP)]
    run_until(Supervisor(children, lines.append), lambda: len(lines) == 2)
    assert all(child.process.returncode == -signal.SIGTERM for child in children)


def test_a_child_that_ignores_sigterm_is_killed_with_what_it_started(monkeypatch):
    monkeypatch.setattr("portal.supervisor.GRACE", 0.5)
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    lines = []
    child = Child("deaf", [sys.executable, "-c", code])
    run_until(Supervisor([child], lines.append), lambda: lines)
    assert child.process.returncode == -signal.SIGKILL
    assert gone(int(lines[0].split()[-1]))


def test_a_foundation_ends_last():
    code = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit()));"
    code += "print('here', flush=True); time.sleep(60)"
    lines = []
    command = [sys.executable, "-c", code]
    children = [Child("base", command, foundation=True), Child("top", command)]
    run_until(Supervisor(children, lines.append), lambda: len(lines) == 2)
    assert [line for line in lines if "bye" in line] == ["top  | bye", "base | bye"]


@pytest.mark.skipif(sys.platform != "linux", reason="The tie to the parent is Linux's prctl")
def test_a_killed_supervisor_leaves_no_orphan(tmp_path):
    code = (
        "import sys; from portal.supervisor import Child, Supervisor;"
        "child = Child('c', [sys.executable, '-S', '-c', 'import time; time.sleep(60)']);"
        "s = Supervisor([child]); s.turn(); print(child.process.pid, flush=True); import time; time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    time.sleep(0.5)  # the tether has tied itself
    assert alive(pid)
    parent.kill()
    parent.wait()
    assert gone(pid)
