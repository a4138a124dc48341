"""A whole study as a museum runs it: 11 experts and 40 pictures, by pages, API and a real browser, from the empty list
to the unblinded result. Calibration fails once, an expert leaves and is replaced, outliers are discussed and settle.
"""

import csv
import io
import json
import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import openpyxl
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from review.models import Argument, Seat, Study
from review.rubric import deduction_terms, default_rubric
from review.services import letters, sheets
from review.statistics import read_csv, report
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.factories import ArtworkFactory, painting_for, person
from tests.review.conftest import candidate_for

pytestmark = pytest.mark.browser
AUTHENTIC, PAINTED, RESTORED, MARKS, EXPERTS = 16, 12, 6, 4, 11  # RESTORED works by two engines each: 40 pictures
ENGINES = ("telea", "navier-stokes")
BROWSER, KEEPER, KNOWER, LEAVER, ANSWERER = 0, 4, 7, 9, 2  # experts that something happens to
KEYS = [row["key"] for row in default_rubric()]
TERMS = {row["dimension_key"]: row["key"] for row in deduction_terms() if row["key"] != "other"}
TYPICAL = {"artwork": 5, "painting": 3, "telea": 2, "navier-stokes": 4}
ARGUMENT = "Seen again beside the others, the wash is right."


@dataclass
class Plan:
    """What every expert is going to answer; drawn once, from a seed. Keys are items, by primary key."""

    values: dict[object, np.ndarray] = field(default_factory=dict)  # (dimensions, experts)
    guesses: dict[object, list[str]] = field(default_factory=dict)
    marks: dict[object, np.ndarray] = field(default_factory=dict)  # (rounds, experts)
    apart: dict[int, object] = field(default_factory=dict)  # expert → the item on which one score lies apart
    known: object = None  # the item that one expert recognises


def planned(study: Study) -> Plan:
    """Scores on which some see a point less, four or five of eleven at a time, which makes nobody an outlier."""
    rng, plan = np.random.default_rng(2026), Plan()
    items = study.items.select_related("candidate__restoration").order_by("origin", "rendition_sha256")
    scored = [item for item in items if not item.calibration]
    for item in scored:
        usual = TYPICAL[item.candidate.restoration.engine if item.candidate else item.origin]
        values = np.full((len(KEYS), EXPERTS), usual)
        for row in np.flatnonzero(rng.random(len(KEYS)) < 0.6):
            values[row, rng.permutation(EXPERTS)[: rng.integers(4, 6)]] -= 1
        plan.values[item.pk] = values
        seen = (0.55, 0.25, 0.2) if item.origin == "artwork" else (0.4, 0.4, 0.2)
        plan.guesses[item.pk] = [str(it) for it in rng.choice(["authentic", "generated", "unsure"], EXPERTS, p=seen)]
    authentic = [item.pk for item in scored if item.origin == "artwork"]
    restored = [item.pk for item in scored if item.candidate and item.candidate.restoration.engine == "telea"]
    plan.apart, plan.known = {BROWSER: authentic[0], KEEPER: restored[0]}, authentic[1]
    plan.values[authentic[0]][0], plan.values[restored[0]][0] = 5, 2
    plan.values[authentic[0]][0, BROWSER], plan.values[restored[0]][0, KEEPER] = 2, 5
    marks = [item.pk for item in items if item.calibration]
    first = np.stack([rng.permutation(len(marks)) + 2 for _ in range(EXPERTS)])
    second = np.tile(np.arange(len(marks)) + 2, (EXPERTS, 1))
    second[:2] = [2, 4, 3, 5]
    for place, pk in enumerate(marks):
        plan.marks[pk] = np.stack([first[:, place], second[:, place]])
    return plan


class Expert:
    """One expert with a browser of their own: by pages, or by API."""

    def __init__(self, number: int, path: str, by_api: bool) -> None:
        self.number, self.path, self.by_api, self.client = number, path, by_api, Client()

    def accept(self) -> None:
        """Open the letter's link, accept, declare no conflicts, and check the display."""
        assert b"Accept" in self.client.get(self.path).content
        self.home = self.client.post(self.path, {"answer": "accept"})["Location"]
        self.seat = Seat.objects.get(pk=self.home.split("/")[-2])
        page = self.client.get(self.home).content.decode()
        assert "Say whether you have conflicts of interest" in page
        asked = self.client.get(reverse("panel:conflicts", args=[self.seat.pk])).content.decode()
        names = set(re.findall(r'type="radio" name="([0-9a-f]{32})"', asked))
        self.client.post(reverse("panel:conflicts", args=[self.seat.pk]), dict.fromkeys(names, "no"))
        self.client.post(reverse("panel:display", args=[self.seat.pk]), {"dark": 9, "light": 10, "neutral": "on"})
        page = self.client.get(self.home).content.decode()
        assert "Look again" in page or "Begin" in page

    def score(self, plan: Plan, round: int, most: int = 1000) -> None:
        """Submit what is open, in the order in which it is shown."""
        shown = self.seat.presentations.filter(round=round, sheet__submitted_at=None).order_by("position")[:most]
        for code, item in shown.values_list("code", "item"):
            content = content_of(plan, item, self.number, round)
            sent = {"content": content, "version": 0, "request": str(uuid.uuid4())}
            path = f"/api/v1/panel/sheets/{code}/submit/" if self.by_api else reverse("panel:submit", args=[code])
            answer = self.client.post(path, json.dumps(sent), content_type="application/json")
            assert answer.status_code == 200, answer.content

    def argue(self, argument: Argument, after: int, text: str) -> None:
        if self.by_api:
            path, sent = f"/api/v1/panel/discussions/{argument.pk}/argue/", json.dumps({"after": after, "text": text})
            assert self.client.post(path, sent, content_type="application/json").status_code == 200
        else:
            path = reverse("panel:argue", args=[argument.pk])
            assert self.client.post(path, {"after": after, "text": text}).status_code == 302


def content_of(plan: Plan, item: object, expert: int, round: int) -> dict:
    """The answers of one expert to one item, with a reason for every deduction."""
    values = [plan.marks[item][round - 1, expert]] * len(KEYS) if round else plan.values[item][:, expert]
    scores = {key: int(value) for key, value in zip(KEYS, values, strict=True)}
    reason = [{"term": "balance", "text": "", "region": None}]
    return sheets.EMPTY | {
        "scores": scores,
        "deductions": {key: reason for key, value in scores.items() if value < 5},
        "guess": plan.guesses[item][expert] if not round else "unsure",
        "recognised": expert == KNOWER and item == plan.known,
        "seconds": 20,
    }


class Coordinator:
    """The coordinator's pages, as a person reads them."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user)

    def sees(self, name: str, *args) -> str:
        answer = self.client.get(reverse(f"review:{name}", args=args))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    def sends(self, name: str, *args, status: int = 302, **data) -> str:
        answer = self.client.post(reverse(f"review:{name}", args=args), data)
        assert answer.status_code == status, answer.content
        return answer.content.decode()


def letters_sent() -> dict[str, str]:
    """Let the post go out: address → where the link of the latest letter leads."""
    mail.outbox.clear()
    letters.send_due(timezone.now())
    return {it.to[0]: urlsplit(re.search(r"https?://\S+", it.body)[0]).path for it in mail.outbox}


def set_up(coordinator: Coordinator, collection) -> Study:
    """From the empty list to a study whose panel is invited."""
    works = [ArtworkFactory(collection=collection) for _ in range(AUTHENTIC + MARKS)]
    paintings = [painting_for(collection, caption=f"pines {number}") for number in range(PAINTED)]
    hurt = [ArtworkFactory(collection=collection) for _ in range(RESTORED)]
    waiting = [candidate_for(work, engine).nominations.get() for work in hurt for engine in ENGINES]
    assert "A study goes this way:" in coordinator.sees("studies")
    coordinator.sends("study-new", title="Ink and restoration", collection=collection.pk)
    study = Study.objects.get()
    chosen = {"nomination": [it.pk for it in waiting], "painting": [it.pk for it in paintings]}
    coordinator.sends("pictures", study.pk, **chosen, artwork=[it.pk for it in works[:AUTHENTIC]])
    coordinator.sends("pictures", study.pk, artwork=[it.pk for it in works[AUTHENTIC:]], benchmark="on")
    assert '<span class="count">44</span>' in coordinator.sees("pictures", study.pk)
    for number in range(EXPERTS):
        coordinator.sends("panel", study.pk, email=f"expert{number}@example.org", language="en")
    assert "5 more experts have to accept" in coordinator.sees("study", study.pk)
    return study


def seated(paths: dict[str, str]) -> list[Expert]:
    """All experts but the one in the browser accept, declare and check."""
    found = [Expert(number, paths[f"expert{number}@example.org"], number % 2 == 0) for number in range(1, EXPERTS)]
    for expert in found:
        expert.accept()
    return found


def replaced(coordinator: Coordinator, study: Study, leaver: Expert, plan: Plan) -> Expert:
    """An expert leaves after five pictures; somebody else takes the place and scores all of them."""
    leaver.score(plan, 0, most=5)
    leaver.client.post(reverse("panel:leave", args=[leaver.seat.pk]), {"reason": "Called away."})
    assert leaver.client.get(leaver.home).status_code == 404
    assert "Called away." in coordinator.sees("panel", study.pk)
    coordinator.sends("seat", leaver.seat.pk, move="replace", email="newcomer@example.org")
    newcomer = Expert(leaver.number, letters_sent()["newcomer@example.org"], leaver.by_api)
    newcomer.accept()
    return newcomer


# ---- the expert in the browser ----


@pytest.fixture(autouse=True)
def patience(page):
    """A machine may be busy with much else."""
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


def accept_in_browser(page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Answer", exact=True).click()
    for choice in page.locator('input[type="radio"][value="no"]').all():
        choice.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Check", exact=True).click()
    page.get_by_label("How many of the dark steps can you tell apart?").fill("9")
    page.get_by_label("How many of the light steps can you tell apart?").fill("10")
    page.get_by_role("checkbox", name="The wall around the display is neutral").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The coordinator starts the study when everybody is ready")).to_be_visible()


def score_in_browser(page, plan: Plan, items: dict[str, object], round: int, home: str) -> None:
    """Score picture by picture, as the pages lead from one to the next."""
    page.goto(home)
    page.get_by_role("link", name="Begin").click()
    for done in range(len(items)):
        page.wait_for_selector("[data-sheet][data-ready]")
        expect(page.get_by_text(f"{done} submitted")).to_be_visible()
        here = page.url
        content = content_of(plan, items[here.rstrip("/").rpartition("/")[2]], BROWSER, round)
        for key, value in content["scores"].items():
            page.locator(f'[name="score-{key}"]').first.press(str(value))
            if value < 5:
                page.locator(f"#term-{key}").select_option(TERMS[key])
        page.locator(f'[name="guess"][value="{content["guess"]}"]').check()
        page.get_by_role("button", name="Submit for good").click()
        page.wait_for_url(lambda url, here=here: url != here)
    expect(page.get_by_text("You have submitted everything of this round. Thank you.")).to_be_visible()


def argue_in_browser(page, home: str) -> None:
    page.goto(home)
    expect(page.get_by_text("Your score lies far from the others")).to_have_count(1)
    page.get_by_role("link", name="Painting type and technique").first.click()
    expect(page.locator("tr[aria-current]")).to_contain_text("2 yours")
    expect(page.locator(".tally tbody tr").nth(4)).to_contain_text("10")
    page.locator('[name="after"][value="5"]').check()
    page.get_by_label("Why you keep or change it").fill(ARGUMENT)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("You have answered.")).to_be_visible()


def keep_picture(page, name: str) -> None:
    """Keep what the page looks like, where a person wants to see it."""
    if folder := os.environ.get("WALK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


# ---- the walk ----


@pytest.mark.timeout(600)
def test_a_study_from_the_empty_list_to_the_unblinded_result(
    page, log_in, collection, aside, complaints, tmp_path  # noqa: F811
):  # fmt: skip
    steering = person("coordinator", collection)
    other = person("rights_officer", collection)
    coordinator = Coordinator(steering)
    study = aside(set_up, coordinator, collection)
    paths = aside(letters_sent)
    accept_in_browser(page, paths["expert0@example.org"])
    home = page.url
    experts = aside(seated, paths)
    own = Seat.objects.get(pk=home.rstrip("/").rpartition("/")[2])

    def steer(name: str, **data) -> None:
        aside(coordinator.sends, "move", study.pk, move=name, **data)

    def look(name: str = "study") -> str:
        return aside(coordinator.sees, name, study.pk)

    def all_score(round: int) -> None:
        aside(lambda: [expert.score(plan, round) for expert in experts])
        shown = own.presentations.filter(round=round)
        score_in_browser(page, plan, dict(shown.values_list("code", "item")), round, home)

    steer("renditions")
    assert "Ready to start" in look()
    plan = aside(planned, study)
    steer("start")

    # calibration: nobody sees alike, then everybody does
    all_score(1)
    steer("calibration", note="Look at the blank space again.")
    assert re.search(r"Round 1: W 0\.[0-4]\d\d · not passed", look())
    assert "Calibration, round 2" in look()
    page.goto(home)
    expect(page.get_by_role("heading", name="What the last round showed")).to_be_visible()
    expect(page.get_by_text("Look at the blank space again.")).to_be_visible()
    keep_picture(page, "last-round")
    all_score(2)
    steer("calibration")
    assert re.search(r"Round 2: W 0\.9\d\d · passed", look())

    # scoring, while one expert leaves and another one comes
    leaver = next(it for it in experts if it.number == LEAVER)
    newcomer = aside(replaced, coordinator, study, leaver, plan)
    experts[experts.index(leaver)] = newcomer
    assert "experts have not submitted everything yet" in aside(
        coordinator.sends, "move", study.pk, status=400, move="scoring"
    )
    all_score(0)
    steer("scoring")

    # two scores lie apart: one is changed at once, the other is kept and changed in the second round
    assert "0 of 2 outlying scores have been answered" in look()
    keeper, answerer = (next(it for it in experts if it.number == number) for number in (KEEPER, ANSWERER))
    argue_in_browser(page, home)
    flagged = Argument.objects.filter(flagged=True, answered_at=None)
    aside(lambda: keeper.argue(flagged.get(), 5, "The tear is closed without a seam, so I keep it."))
    said = Argument.objects.get(seat=answerer.seat, discussion__item=plan.apart[KEEPER])
    path = f"/api/v1/panel/discussions/{said.pk}/answer/"
    sent = json.dumps({"text": "There is a seam at the left edge."})
    assert aside(answerer.client.post, path, sent, content_type="application/json").status_code == 200
    assert "2 of 2 outlying scores have been answered" in look()
    steer("discussion")
    assert "0 of 1 outlying scores have been answered" in look()
    again = flagged.get()
    heard = aside(keeper.client.get, f"/api/v1/panel/discussions/{again.pk}/").json()
    assert "There is a seam at the left edge." in heard["said"]
    assert heard["counts"] == [0, 10, 0, 0, 1]
    aside(lambda: keeper.argue(again, 2, "I see the seam now, at the left edge."))
    steer("discussion")
    page.goto(home)
    expect(page.get_by_text("This study is closed. Thank you for your judgement.")).to_be_visible()

    # the result on codes, and its files
    result = look("result")
    assert "11 experts scored 40 pictures" in result
    assert "They agree reliably" in result
    assert "Did blindness hold?" not in result
    found = json.loads(aside(exported, coordinator, study, "json"))
    total = found["statistics"]["total"]
    assert f"the weighted mean is {total['mean']:.2f} of 5" in result
    assert f"{total['alpha_ci'][0]:.3f} to {total['alpha_ci'][1]:.3f}" in result
    assert not [it for entry in found["statistics"]["dimensions"].values() for it in entry["outliers"]]
    assert (total["n_items"], total["n_raters"], total["n_missing"]) == (40, 11, 1)  # one expert recognised one work
    (tmp_path / "scores.csv").write_bytes(aside(exported, coordinator, study, "csv"))
    again = report(read_csv(tmp_path / "scores.csv"), "ordinal", found["draws"], found["seed"])
    assert again["total"]["kendall_w"] == pytest.approx(total["kendall_w"])
    assert again["total"]["alpha_ci"] == pytest.approx(total["alpha_ci"])

    # two people lift the blindness
    aside(coordinator.sends, "unblind", study.pk, move="ask", reason="The study is over.")
    assert "A second person has to agree." in look("result")
    log_in(other)
    page.goto(reverse("review:result", args=[study.pk]))
    keep_picture(page, "result-blind")
    page.get_by_role("button", name="Agree, and unblind").click()
    expect(page.get_by_role("heading", name="Did blindness hold?")).to_be_visible()
    expect(page.get_by_role("heading", name="Engines compared")).to_be_visible()
    expect(page.get_by_text("Navier-Stokes scored higher than Telea on the 6 works of both")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^The whole panel"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(r"^Expert \d+ "))).to_have_count(EXPERTS)
    expect(page.locator("li", has_text="by 1 expert")).to_have_count(1)
    keep_picture(page, "result-open")
    opened = json.loads(aside(exported, coordinator, study, "json"))
    assert opened["statistics"] == found["statistics"]  # the first part stays as it was
    answered = opened["disclosure"]["statistics"]["blinding"]["answers"]
    assert sum(answered["authentic"].values()) == AUTHENTIC * EXPERTS - 1
    assert sum(answered["generated"].values()) == (PAINTED + 2 * RESTORED) * EXPERTS
    rows = list(csv.DictReader(io.StringIO(aside(exported, coordinator, study, "csv").decode())))
    assert (len(rows), {row["engine"] for row in rows}) == (40 * 11 * 4, {"", "ink", *ENGINES})
    book = openpyxl.load_workbook(io.BytesIO(aside(exported, coordinator, study, "xlsx")))
    assert book.sheetnames[0] == "scores"
    assert book["scores"].max_row == 1 + 40 * 11 * 4
    assert complaints == []


def exported(coordinator: Coordinator, study: Study, form: str) -> bytes:
    answer = coordinator.client.get(reverse("review:scores", args=[study.pk, form]))
    assert answer.status_code == 200
    return answer.content
