"""The walk in docs/integrators.md, run word for word against a real web server."""

import numpy as np
import pytest
from PIL import Image

from portal.accounts.services import create_token
from tests.factories import mask_pixels, painted, person
from tests.walks import walk

TITLE = "A complete walk: from an upload to the restored picture"


@pytest.mark.xdist_group("servers")
@pytest.mark.filterwarnings("error:StreamingHttpResponse")  # a file goes out in pieces, never whole from memory
def test_the_documented_walk_leads_from_an_upload_to_the_restored_picture(live_site, periods, tmp_path):
    Image.fromarray(painted(seed=3)).save(tmp_path / "scroll.png")
    Image.fromarray(mask_pixels()).save(tmp_path / "mask.png")
    Image.fromarray(painted(seed=9)[..., ::-1]).save(tmp_path / "well-kept.png")
    _token, key = create_token(person("curator"), name="walk", scopes=["catalogue", "restoration"], days=1)
    said = walk(TITLE, live_site, key, tmp_path)
    assert "restored.png: OK" in said
    assert '"judgement":"picked"' in said
    restored, before = (np.asarray(Image.open(tmp_path / name)) for name in ("restored.png", "scroll.png"))
    lost = mask_pixels() > 0
    assert np.array_equal(restored[~lost], before[~lost])
    assert not np.array_equal(restored[lost], before[lost])
    assert not np.array_equal(np.asarray(Image.open(tmp_path / "recoloured.png")), before)
    assert np.asarray(Image.open(tmp_path / "difference.png")).max() > 0
