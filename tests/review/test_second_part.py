"""The second part of a result: kept when two people have lifted the blindness, said in words, handed out as files."""

import csv
import io
import json

import openpyxl
import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from review.models import Disclosure, Result, Study
from review.services import calibration, delphi, disclosure, renditions, studies, unblinding
from review.telling import of_blinding, of_engines
from tests.factories import ArtworkFactory
from tests.review.conftest import candidate_for, fresh, score_all

pytestmark = pytest.mark.django_db
TITLE = "=HYPERLINK(1)"


def guessed(item, seat):
    """Expert 1 sees through everything, expert 2 nothing, the others cannot tell; expert 3 knows one work."""
    right, wrong = ("authentic", "generated") if item.origin == "artwork" else ("generated", "authentic")
    known = seat.label == 3 and item.origin == "artwork" and item.artwork.title == TITLE
    return {"guess": {1: right, 2: wrong}.get(seat.label, "unsure"), "recognised": known}


def valued(item, seat, number):
    """Works of the museum get 5, Navier-Stokes 4, Telea 2, painted ones 3."""
    engines = {"telea": 2, "navier-stokes": 4}
    return {"artwork": 5, "painting": 3}.get(item.origin) or engines[item.candidate.restoration.engine]


@pytest.fixture
def closed(study_draft, seated, coordinator, collection):
    """A study of two authentic works, two painted ones, and two works that two engines restored each."""
    study = study_draft(authentic=1, generated=2, benchmark=3)
    works = [ArtworkFactory(collection=collection, title=title) for title in (TITLE, "Reeds")]
    restored = [candidate_for(work, engine) for work in works for engine in ("telea", "navier-stokes")]
    studies.add_items(coordinator, study, artworks=works[:1], candidates=restored)
    seated(study)
    renditions.build_renditions(coordinator, study)
    studies.start(coordinator, study)
    score_all(study, 1, lambda item, seat, number: 1 + number)
    calibration.close_calibration(coordinator, study)
    score_all(study, 0, valued, guessed)
    delphi.close_scoring(coordinator, study)
    return fresh(study)


@pytest.fixture
def opened(closed, coordinator, second):
    unblinding.ask(coordinator, closed, "The study is over.")
    unblinding.agree(second, closed)
    return fresh(closed)


def page_of(client, user, study) -> str:
    client.force_login(user)
    answer = client.get(reverse("review:result", args=[study.pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def sent(client, study, form: str) -> bytes:
    return client.get(reverse("review:scores", args=[study.pk, form])).content


def test_the_second_part_is_added_by_two_people_and_the_first_stays(closed, client, coordinator, second):
    unblinding.ask(coordinator, closed, "The study is over.")
    page = page_of(client, coordinator, closed)
    assert "Did blindness hold?" not in page
    assert "Engines compared" not in page
    assert "disclosure" not in json.loads(sent(client, closed, "json"))
    assert sent(client, closed, "csv").splitlines()[0] == b"item,rater,dimension,score,weight"
    assert openpyxl.load_workbook(io.BytesIO(sent(client, closed, "xlsx"))).sheetnames == ["scores"]
    made = disclosure._made(closed)
    with pytest.raises(Error), transaction.atomic():
        made.save()
    assert not Disclosure.objects.exists()

    before = Result.objects.values().get(study=closed)
    unblinding.agree(second, closed)
    unblinding.agree(second, closed)
    kept = Disclosure.objects.get(study=closed)
    assert Result.objects.values().get(study=closed) == before
    assert disclosure.disclose(closed).pk == kept.pk
    again = disclosure._made(closed)
    assert (again.data_sha256, again.statistics) == (kept.data_sha256, kept.statistics)
    with pytest.raises(Error), transaction.atomic():
        Disclosure.objects.filter(pk=kept.pk).update(seed=1)


def test_the_second_part_says_what_was_answered(opened, client, coordinator):
    holds(opened)
    is_said(opened, client, coordinator)
    is_handed_out(opened, client, coordinator)


def holds(opened):
    part = opened.disclosure.statistics
    blinding = part["blinding"]
    assert blinding["recognised"] == 1
    # 2 authentic works by 5 experts, one of them recognised; 6 other works by 5 experts
    assert blinding["answers"] == {
        "authentic": {"authentic": 2, "unsure": 5, "generated": 2},
        "generated": {"authentic": 6, "unsure": 18, "generated": 6},
    }
    interval = pytest.approx([-0.4356, 0.4356], abs=1e-4)
    assert blinding["panel"]["authentic"] == {"index": 0, "ci": interval, "answers": 9, "reason": ""}
    assert blinding["panel"]["area"] == 0.5
    assert [blinding["experts"][label]["generated"]["index"] for label in "12345"] == [1, -1, 0, 0, 0]
    assert blinding["experts"]["1"]["area"] == 1
    assert blinding["experts"]["1"]["d_prime"] == -blinding["experts"]["2"]["d_prime"] > 0
    assert blinding["experts"]["3"]["authentic"]["answers"] == 1
    assert {kind: (row["items"], row["mean"]) for kind, row in part["kinds"].items()} == {
        "artwork": (2, 5), "painting": (2, 3), "candidate": (4, 3),
    }  # fmt: skip
    assert {engine: (row["items"], row["mean"]) for engine, row in part["engines"]["means"].items()} == {
        "ink": (1, 3), "navier-stokes": (2, 4), "telea": (2, 2),
    }  # fmt: skip
    ((pair,),) = (group["pairs"] for group in part["engines"]["groups"])
    assert (pair["first"], pair["second"], pair["works"], pair["difference"]) == ("navier-stokes", "telea", 2, 2)
    assert (pair["p"], pair["corrected"]) == (0.5, 0.5)  # two works can show no more


def is_said(opened, client, coordinator):
    """In words, with names, and in Chinese; the database is asked a fixed number of questions."""
    page = page_of(client, coordinator, opened)
    assert "Nothing shows that the experts told authentic works from generated or restored ones (d′ 0.00" in page
    assert "What was said of authentic works looks like guessing" in page
    assert "Once an expert recognised a work" in page
    assert "=HYPERLINK(1): by 1 expert" in page
    assert "Navier-Stokes against Telea" in page
    assert "−1.00 <span" in page  # expert 2
    assert "The second part, after the blindness was lifted" in page
    with CaptureQueriesContext(connection) as captured:
        page_of(client, coordinator, opened)
    assert len(captured) <= 20  # and none for each of the 8 pictures or 5 experts
    client.cookies["django_language"] = "zh-hans"
    page = page_of(client, coordinator, opened)
    assert "没有迹象表明专家能区分真迹与生成或修复的作品" in page
    assert "Navier-Stokes 对 Telea" in page


def is_handed_out(opened, client, coordinator):
    """As files without a formula."""
    rows = list(csv.DictReader(io.StringIO(sent(client, opened, "csv").decode())))
    assert len(rows) == 8 * 5 * 4
    assert {row["origin"] for row in rows} == {"artwork", "painting", "candidate"}
    assert {(row["engine"], row["score"]) for row in rows if row["origin"] == "candidate"} == {
        ("telea", "2"), ("navier-stokes", "4"),
    }  # fmt: skip
    assert {row["work"] for row in rows if row["recognised"] == "yes"} == {f"'{TITLE}"}
    assert {row["score"] for row in rows if row["recognised"] == "yes"} == {""}
    book = openpyxl.load_workbook(io.BytesIO(sent(client, opened, "xlsx")))
    assert book.sheetnames == ["scores", "blinding", "told apart", "means", "pairs"]
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    of_panel = [row for row in book["blinding"].iter_rows(values_only=True) if row[:2] == ("all", "authentic")]
    assert of_panel[0][2:4] == (9, 0)
    assert list(book["pairs"].values)[2][:6] == ("navier-stokes", "telea", 2, 2, 0.5, 0.5)
    report = json.loads(sent(client, opened, "json"))
    assert report["disclosure"]["data_sha256"] == opened.disclosure.data_sha256
    assert report["disclosure"]["statistics"] == opened.disclosure.statistics
    assert report["statistics"] == opened.result.statistics


def test_a_panel_that_was_not_asked_says_so():
    unasked = [disclosure.Answer(1, "a", True, "", False), disclosure.Answer(1, "b", False, "", True)]
    blinding = disclosure._blinding(Study(ask_origin=False), unasked)
    assert of_blinding(blinding)[0].endswith("The panel was not asked what is authentic.")
    assert blinding["panel"]["authentic"]["index"] is None


SEEN = {"d_prime": 1.0, "area": 0.75, "area_ci": [0.6, 0.9], "reason": ""}


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ([0.2, 1.8], ("told authentic works from", "taken for authentic more often than for", "were seen through")),
        ([-0.2, 0.8], ("Nothing shows", "looks like guessing", "restored works looks like guessing")),
        ([-0.9, -0.1], ("took generated or restored works", "taken for a program’s", "works were taken for authentic")),
    ],
)
def test_a_sentence_follows_from_where_the_interval_lies(interval, words):
    index = {"index": sum(interval) / 2, "ci": interval, "answers": 9, "reason": ""}
    panel = SEEN | {"d_prime_ci": interval, "authentic": index, "generated": index}
    told = of_blinding({"panel": panel, "recognised": 0})
    assert [word in told[place] for place, word in zip((0, 2, 3), words, strict=True)] == [True] * 3
    assert "75 times in 100" in told[1]
    assert told[4] == "No expert recognised a work."


def group(p, corrected, difference=-0.5, reason=""):
    pair = {"first": "imagest", "second": "telea", "works": 9, "difference": difference, "p": p, "corrected": corrected}
    return {"engines": ["imagest", "telea"], "pairs": [pair], "friedman": {"p": p, "works": 9, "reason": reason}}


def test_engines_are_compared_in_words():
    told = of_engines({"means": {"imagest": 1, "telea": 1}, "groups": [group(0.0004, 0.0004)]})
    assert told[0] == "Imagest and Telea differ on the 9 works that all of them have (Friedman’s test, p < 0.001)."
    assert told[1].startswith("Telea scored higher than Imagest on the 9 works of both (median difference 0.50 points")
    assert of_engines({"means": {"telea": 1}, "groups": [group(0.01, 0.02, 0.5)]})[1].startswith(
        "Imagest scored higher"
    )
    told = of_engines({"means": {"telea": 1}, "groups": [group(0.3, 0.6)]})
    assert told[0].endswith("no difference shows (Friedman’s test, p = 0.300).")
    assert told[1].startswith("No two of them differ")
    told = of_engines({"means": {"telea": 1}, "groups": [group(None, None, None, "Fewer than two works.")]})
    assert told == ["Whether Imagest and Telea differ as a whole cannot be computed: Fewer than two works."]
    assert of_engines({"means": {"telea": 1}, "groups": []})[0].startswith("No two engines did the same")
    assert of_engines({"means": {}, "groups": []})[0].startswith("No picture that was scored")
