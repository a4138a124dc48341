"""The board of a study in a real browser: what an expert submits appears, and who writes a note keeps it."""

import re
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from review.models import Study
from review.services import sheets, studies
from tests.browser.conftest import aside, barriers, complaints  # noqa: F401
from tests.review.conftest import answers

pytestmark = pytest.mark.browser


def submit_one(study: Study, label: int, round: int) -> None:
    """The expert of this number submits the next picture of a round."""
    seat = study.seats.select_related("user").get(label=label)
    presentation = seat.presentations.filter(round=round, sheet=None).first()
    sheet = sheets.save(seat.user, presentation, answers(study, 4), 0, uuid.uuid4())
    sheets.submit(seat.user, presentation, sheet.version, None)


def test_what_is_submitted_appears_and_a_note_that_is_written_stays(
    page, log_in, running, coordinator, aside, barriers, complaints  # noqa: F811
):  # fmt: skip
    study = aside(running, "calibration")
    log_in(coordinator)
    page.goto(reverse("review:study", args=[study.pk]))
    expect(page.locator("[data-board][data-ready]")).to_be_visible()
    expect(page.get_by_text("Live: what is submitted shows here at once.")).to_be_visible()
    row = page.locator('[data-seat="2"]')
    expect(row).to_contain_text("0 / 4")
    page.get_by_label("What the panel is told of its differences").fill("Look at the wash again.")
    aside(submit_one, study, 2, 1)
    expect(row).to_contain_text("1 / 4")
    expect(row.locator("progress")).to_have_attribute("value", "1")
    expect(row.locator("time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\d$"))
    assert barriers(page) == []
    aside(studies.abandon, coordinator, study, "The museum closes.")
    expect(page.get_by_text("The study has moved on since this page was loaded.").first).to_be_visible()
    expect(page.get_by_label("What the panel is told of its differences")).to_have_value("Look at the wash again.")
    assert complaints == []
