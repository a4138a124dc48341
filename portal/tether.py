"""Run a command that must not outlive its parent: ``python tether.py PARENT_PID COMMAND [ARGUMENT …]``.

On Linux the kernel sends the command SIGTERM when the parent ends in whatever way, even by SIGKILL. Elsewhere the
command just runs, and only a parent that is killed outright leaves it behind. A script, not a module, so that it starts
in milliseconds; a program that replaces itself, not a hook between fork and exec, where Python may not run safely.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the line above
            raise SystemExit(1)
    os.execvp(command[0], command)  # noqa: S606  # no shell is meant


if __name__ == "__main__":
    main()
