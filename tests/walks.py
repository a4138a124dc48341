"""The commands of docs/integrators.md, run as a reader would run them, while a worker does the jobs."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.servers import LACKS

DOCUMENT = Path(__file__).parents[1] / "docs" / "integrators.md"
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
SECONDS = 120


def walk(title: str, site: str, key: str, folder: Path, **more: str) -> str:
    """Run the functions that all walks share and the commands under a heading, with more variables of the environment;
    returns what was printed.
    """
    from gpu_workers.runner import run_next

    for program in ("bash", "curl", "sha256sum"):
        if not shutil.which(program):
            pytest.skip(f"{LACKS}{program}.")
    functions = BLOCK.findall(DOCUMENT.read_text())[0]
    section = DOCUMENT.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    commands = [block for block in BLOCK.findall(section) if block != functions]
    assert commands, f"There is no walk called {title}."
    script = "\n".join(["set -euo pipefail", functions, *commands])
    environment = {"LACUNA": site, "TOKEN": key, "PATH": "/usr/local/bin:/usr/bin:/bin", **more}
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(["bash", "-c", script], cwd=folder, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + SECONDS
    while running.poll() is None and time.monotonic() < deadline:
        run_next("test") or time.sleep(0.1)
    running.kill()
    said = (folder / "log").read_text()
    assert running.wait() == 0, said
    return said
