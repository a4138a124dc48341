"""The editor's modules in node, so that NumPy can judge what they compute."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import LACKS

ROOT = Path(settings.BASE_DIR)
FIRST = """
const fs = await import("node:fs");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const answer = (value) => console.log(JSON.stringify(value, (key, it) => (ArrayBuffer.isView(it) ? [...it] : it)));
"""


@pytest.fixture(scope="session")
def node() -> str:
    """The node program: the one beside this Python, else the machine's."""
    own = ROOT / ".venv/bin/node"
    program = str(own) if own.exists() else shutil.which("node")
    if not program:
        pytest.skip(f"{LACKS}node.")
    return program


@pytest.fixture(scope="session")
def modules(tmp_path_factory) -> Path:
    """The editor's scripts as modules that node takes for such."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(ROOT / "static/js/editor", folder / "editor")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


@pytest.fixture
def js(node, modules):
    """A function: the text of a module that reads `given` and calls `answer(value)` → that value."""

    def js(source: str, given=None):
        command = [node, "--input-type=module", "--eval", FIRST + source]
        ran = subprocess.run(command, cwd=modules, input=json.dumps(given), capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return js


@pytest.fixture
def filled():
    """A function: runs [y, from, to, …] and a size → (height, width), how often each pixel is in."""
    import numpy as np

    def filled(spans, width: int, height: int):
        out = np.zeros((height, width), int)
        for y, start, end in zip(spans[::3], spans[1::3], spans[2::3], strict=True):
            if 0 <= y < height:
                out[y, max(0, start) : max(0, end)] += 1
        return out

    return filled
