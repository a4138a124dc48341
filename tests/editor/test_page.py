"""The editor's page: who gets it, what it knows, and how little it asks the database."""

import json
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from restoration.views.editor_words import words
from tests.editor.conftest import ROOT
from tests.factories import ArtworkFactory, mask_for, person


@pytest.fixture
def visit(client, curator):
    """A function: artwork, query → the answer to the curator, or to `user`."""

    def visit(artwork, query="", user=None):
        client.force_login(user or curator)
        return client.get(reverse("restoration:mask-draw", args=[artwork.pk]) + query)

    return visit


def data(response, name: str):
    return json.loads(re.search(rf'id="{name}" type="application/json">(.*?)</script>', response.content.decode())[1])


def test_the_page_knows_the_addresses_it_needs(artwork, visit, client):
    setup = data(visit(artwork), "editor-setup")
    assert client.get(setup["info"]).json()["width"] == artwork.master.width
    assert client.get(f"{setup['picture']}full/max/0/default.png").status_code == 200
    mask = mask_for(artwork)
    assert client.get(setup["masks"].replace("{}", str(mask.pk))).json()["tiles"]
    assert client.get(f"{setup['drafts']}?artwork={setup['artwork']}").json()["count"] == 0


def test_the_colours_are_those_of_the_style_sheet(artwork, visit):
    tokens = (ROOT / "static/css/tokens.css").read_text()
    colours = data(visit(artwork), "editor-setup")["colours"]
    for colour, name in zip(colours[1:], ("loss", "crack", "stain", "fading"), strict=True):
        assert f"--{name}: #{bytes(colour).hex()};" in tokens


def test_a_version_to_draw_on_from_must_be_one_of_the_present_photograph(artwork, collection, visit):
    mask, foreign = mask_for(artwork), mask_for(ArtworkFactory(collection=collection))
    assert data(visit(artwork, f"?from={mask.pk}"), "editor-setup")["from"] == str(mask.pk)
    assert data(visit(artwork), "editor-setup")["from"] == ""
    for wrong in (foreign.pk, uuid.uuid4(), "nonsense"):
        assert visit(artwork, f"?from={wrong}").status_code == 404


def test_a_work_without_a_photograph_leads_back_to_its_masks(collection, visit):
    artwork = ArtworkFactory(collection=collection, master=None)
    assert visit(artwork).url == reverse("restoration:masks", args=[artwork.pk])


def test_only_who_may_add_a_mask_draws(artwork, collection, visit, stranger):
    assert visit(artwork).status_code == 200
    assert visit(artwork, user=person("consultant", collection)).status_code == 403
    assert visit(artwork, user=stranger).status_code == 404


def test_it_asks_as_much_for_many_versions_as_for_one(artwork, visit):
    mask_for(artwork)
    visit(artwork)  # whatever is remembered from the first time
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert visit(artwork).status_code == 200
        counts.append(len(asked))
        for _ in range(3):
            mask_for(artwork)
    assert counts[0] == counts[1]


def test_every_sentence_that_a_script_says_is_there():
    """A name with a part that is put in (`tool-${…}`) stands for all that begin so."""
    said, begun = set(), set()
    for script in (ROOT / "static/js/editor").glob("*.js"):
        text = script.read_text()
        said |= set(re.findall(r'(?:announce|\bsay)\("([\w-]+)"', text))
        begun |= set(re.findall(r"(?:announce|\bsay)\(`([\w-]+)\$", text))
    known = words()
    assert len(said) > 25
    assert said - known.keys() == set()
    assert {start for start in begun if not any(name.startswith(start) for name in known)} == set()
