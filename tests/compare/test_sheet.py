"""The contact sheet: what it shows of whom, the same loss of every candidate, and the forms that judge."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from restoration.figures import seam_reading
from restoration.judging import judge_candidate
from restoration.models import Candidate
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sheet(visit, artwork):
    """A function: a query → the page of candidates."""

    def sheet(query=""):
        response = visit(f"{reverse('restoration:candidates', args=[artwork.pk])}?{query}")
        assert response.status_code == 200
        return response.content.decode()

    return sheet


def shown(html):
    """The names of the cards, in order."""
    return re.findall(r'name="show" value="[^"]+"(?: checked)?>([^<]+)</span>', html)


def test_every_candidate_of_every_order_is_there_beside_the_original(sheet, candidates):
    assert shown(sheet()) == ["Original", "Telea 1", "PatchMatch 1", "PatchMatch 2"]


def test_the_sheet_is_narrowed_and_ordered(sheet, candidates, curator):
    judge_candidate(curator, candidates[1], "picked")
    judge_candidate(curator, candidates[2], "rejected", reason="seam")
    for seam, candidate in zip((3.0, 0.9, None), candidates, strict=True):
        Candidate.objects.filter(pk=candidate.pk).update(seam=seam)
    order = candidates[0].restoration_id
    for query, names in {
        "engine=telea": ["Telea 1"],
        f"order={order}": ["PatchMatch 1", "PatchMatch 2"],
        "judgement=picked": ["PatchMatch 2"],
        "judgement=none": ["PatchMatch 1"],
        "sort=judged": ["PatchMatch 2", "PatchMatch 1", "Telea 1"],
        "sort=seam": ["PatchMatch 2", "PatchMatch 1", "Telea 1"],
        "engine=telea&judgement=picked": [],
        "engine=junk&sort=junk&judgement=junk&order=junk&page=junk": ["Telea 1", "PatchMatch 1", "PatchMatch 2"],
    }.items():
        assert shown(sheet(query))[1:] == names, query


def test_the_same_loss_is_cut_out_of_every_picture(sheet, candidates, client):
    html = sheet("view=losses")
    assert "Loss 1 of 1" in html
    crops = re.findall(r'<img src="(/iiif/[^"]+)" width="(\d+)" height="(\d+)"', html)
    assert len(crops) == 4
    assert len({url.split("/")[3] for url, _w, _h in crops}) == 4  # four pictures
    assert len({tuple(url.split("/")[4:]) for url, _w, _h in crops}) == 1  # at one place
    for url, _width, _height in crops:
        assert client.get(url).status_code == 200
    assert 'name="at" value=' in html


@pytest.mark.parametrize(
    "query", ["loss=0", "loss=-1", "loss=99999999999", "loss=²", "loss=x", "mask=7&loss=1", "mask=x"]
)
def test_a_loss_that_is_not_there_is_the_nearest(sheet, candidates, query):
    assert "Loss 1 of 1" in sheet(f"view=losses&{query}")


def test_a_work_without_candidates_is_told_how_to_get_some(visit, collection):
    bare = ArtworkFactory(collection=collection)
    for query in ("", "?view=losses"):
        html = visit(reverse("restoration:candidates", args=[bare.pk]) + query).content.decode()
        assert "No candidates yet" in html


def test_the_sheet_asks_as_much_for_many_as_for_one(visit, artwork, candidates):
    def queries(query):
        path = f"{reverse('restoration:candidates', args=[artwork.pk])}?{query}"
        visit(path)
        with CaptureQueriesContext(connection) as captured:
            visit(path)
        return len(captured)

    assert queries("engine=telea") == queries("") < 20
    assert queries("engine=telea&view=losses") == queries("view=losses") < 20


def test_a_judgement_leads_back_to_where_it_was_given(client, curator, candidate, artwork):
    client.force_login(curator)
    url = reverse("restoration:judge", args=[candidate.pk])
    back = reverse("restoration:compare", args=[artwork.pk]) + "?show=original"
    answer = client.post(url, {"judgement": "picked", "next": back, "seen": "0"})
    assert (answer.status_code, answer["Location"]) == (302, f"{back}#verdict-{candidate.pk}")
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = client.post(url, {"judgement": "", "next": evil})
        assert answer["Location"].startswith("/restorations/"), evil


def test_a_rejection_without_a_reason_keeps_what_was_written(client, curator, candidate):
    client.force_login(curator)
    url = reverse("restoration:judge", args=[candidate.pk])
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(url, {"judgement": "rejected", "note": "The roof is new."}, headers=headers)
        html = answer.content.decode()
        assert answer.status_code == 400
        assert "choose a reason" in html
        assert "The roof is new." in html
        assert ("<html" in html) == (not headers)
    candidate.refresh_from_db()
    assert candidate.judgement == ""


def test_a_script_gets_the_verdict_alone_and_hears_of_others(client, curator, candidate):
    client.force_login(curator)
    url = reverse("restoration:judge", args=[candidate.pk])
    said = {"judgement": "rejected", "reason": "seam", "seen": "0"}
    answer = client.post(url, said, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert "Visible seam" in html
    answer = client.post(url, {"judgement": "picked", "seen": "0"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Somebody else judged" in answer.content.decode()


def test_the_report_says_why(visit, candidate, curator):
    judge_candidate(curator, candidate, "rejected", "Gray.", reason="colour")
    said = visit(reverse("restoration:report", args=[candidate.restoration_id])).json()["candidates"][0]
    assert (said["judgement"], said["reason"], said["note"]) == ("rejected", "colour", "Gray.")
    assert said["judged"]


@pytest.mark.parametrize(
    ("seam", "words"),
    [
        (None, ""),
        (0, ""),
        (0.3, "blur"),
        (0.6, "does not show"),
        (1.25, "does not show"),
        (1.5, "faintly"),
        (4, "shows"),
    ],
)
def test_a_seam_is_read_in_words(seam, words):
    assert words in seam_reading(seam)
    assert bool(words) == bool(seam_reading(seam))
