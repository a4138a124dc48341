"""The walk in docs/integrators.md, run word for word against a real web server."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portal.accounts.services import create_token
from tests.factories import mask_pixels, painted, person
from tests.servers import LACKS

DOCUMENT = Path(__file__).parents[2] / "docs" / "integrators.md"
SECONDS = 120


@pytest.mark.xdist_group("servers")
@pytest.mark.filterwarnings("error:StreamingHttpResponse")  # a file goes out in pieces, never whole from memory
def test_the_documented_walk_leads_from_an_upload_to_the_restored_picture(live_site, periods, tmp_path):
    from gpu_workers.runner import run_next

    for program in ("bash", "curl", "sha256sum"):
        if not shutil.which(program):
            pytest.skip(f"{LACKS}{program}.")
    Image.fromarray(painted(seed=3)).save(tmp_path / "scroll.png")
    Image.fromarray(mask_pixels()).save(tmp_path / "mask.png")
    Image.fromarray(painted(seed=9)[..., ::-1]).save(tmp_path / "well-kept.png")
    _token, key = create_token(person("curator"), name="walk", scopes=["catalogue", "restoration"], days=1)
    script = "set -euo pipefail\n" + "\n".join(re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))

    environment = {"LACUNA": live_site, "TOKEN": key, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    with (tmp_path / "log").open("wb") as log:
        walk = subprocess.Popen(["bash", "-c", script], cwd=tmp_path, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + SECONDS
    while walk.poll() is None and time.monotonic() < deadline:
        run_next("test") or time.sleep(0.1)
    walk.kill()

    said = (tmp_path / "log").read_text()
    assert walk.wait() == 0, said
    assert "restored.png: OK" in said
    assert '"judgement":"picked"' in said
    restored, before = (np.asarray(Image.open(tmp_path / name)) for name in ("restored.png", "scroll.png"))
    lost = mask_pixels() > 0
    assert np.array_equal(restored[~lost], before[~lost])
    assert not np.array_equal(restored[lost], before[lost])
    assert not np.array_equal(np.asarray(Image.open(tmp_path / "recoloured.png")), before)
    assert np.asarray(Image.open(tmp_path / "difference.png")).max() > 0
