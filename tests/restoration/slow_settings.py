"""Settings of a worker under test whose engines wait to be killed the first time they fill a window."""

import os
import time
from pathlib import Path

from gpu_workers.engines import registry
from portal.settings import *  # noqa: F403

load = registry.load


def slow_load(name, device=None):
    engine, pid_file = load(name, device), Path(os.environ["PID_FILE"])
    fill = engine.fill

    def slow_fill(*windows, **how):
        if not pid_file.exists():
            pid_file.write_text(str(os.getpid()))
            time.sleep(60)
        return fill(*windows, **how)

    engine.fill = slow_fill
    return engine


registry.load = slow_load
