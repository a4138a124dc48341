"""The walk of text-to-ink in docs/integrators.md, run word for word against a real web server."""

import json

import numpy as np
import pytest
from PIL import Image

from portal.accounts.services import create_token
from tests.factories import person
from tests.walks import walk


@pytest.mark.xdist_group("servers")
@pytest.mark.filterwarnings("error:StreamingHttpResponse")
def test_the_documented_walk_leads_from_words_to_a_scroll(live_site, ink_weights, tmp_path):
    _token, key = create_token(person("curator"), name="walk", scopes=["catalogue", "generation"], days=1)
    said = walk("Paintings from words", live_site, key, tmp_path)
    assert "雄浑秋日的山水，有松树，浓墨" in said
    assert "painting.safetensors: OK" in said
    assert "['winter', 'light-ink']" in said
    sizes = [np.asarray(Image.open(tmp_path / f"{name}.png")).shape for name in ("painting", "scroll")]
    assert sizes == [(256, 256, 3), (256, 512, 3)]
    assert json.loads((tmp_path / "lexicon.json").read_text())["dimensions"][0]["id"] == "category"
