"""Where the run has PostgreSQL, what guards the truth about jobs and pictures is tested on SQLite, too: the default."""

import os
import re
import subprocess
import sys

import pytest

from tests.servers.processes import ROOT

CORE = ("tests/jobs", "tests/restoration", "tests/catalogue/test_sealing.py", "tests/catalogue/test_api.py")
AT_LEAST = 200


@pytest.mark.postgres  # on SQLite they are part of this very run
@pytest.mark.timeout(400)
def test_the_core_passes_on_sqlite_as_well():
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "PYTEST_"))}
    marks = "not s3 and not worker and not browser and not postgres"
    options = ["-q", "-m", marks, "-p", "no:randomly", "-p", "no:cacheprovider", "-n", "0"]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *CORE], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout[-5000:]
    assert int(re.search(r"(\d+) passed", answer.stdout)[1]) >= AT_LEAST
