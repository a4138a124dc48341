"""The walk of docs/integrators.md that brings many works in, run word for word against a real web server."""

import pytest

from portal.accounts.services import create_token
from portal.catalogue.models import Artwork
from tests.factories import painted, person, picture_bytes
from tests.walks import walk


@pytest.fixture
def calls():
    """Here the broker is real."""


@pytest.mark.xdist_group("servers")
def test_the_documented_walk_brings_two_works_in(live_site, tmp_path):
    for seed, name in enumerate(("hills.png", "river.png")):
        (tmp_path / name).write_bytes(picture_bytes(painted(seed=seed)))
    (tmp_path / "works.csv").write_text("File name,Title,Accession number\nhills.png,Hills,1\nriver.png,River,2\n")
    _token, key = create_token(person("curator"), name="walk", scopes=["catalogue"], days=1)
    said = walk("Many works at once: resumable uploads and deliveries", live_site, key, tmp_path)
    assert "2 works are ready" in said
    assert said.rstrip().endswith("2")
    assert sorted(Artwork.objects.values_list("title", "master__original_name")) == [
        ("Hills", "hills.png"),
        ("River", "river.png"),
    ]
