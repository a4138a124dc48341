"""An expert scores in a real browser, on a touch screen and in two windows, and no page of the panel has a barrier."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from review.models import Argument, Presentation, Seat, Sheet, Study
from review.services import renditions, studies
from tests.browser.conftest import barriers, complaints, until  # noqa: F401
from tests.factories import UserFactory
from tests.review.test_examples import upload, with_example

pytestmark = pytest.mark.browser
TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def seat(study_draft, coordinator):
    """An expert with two pictures to score, and a rubric with one example picture."""
    study = study_draft(1, 1, 0)
    studies.set_rubric(coordinator, study, with_example(study, upload()))
    study = renditions.build_renditions(coordinator, study)
    seat = Seat.objects.create(study=study, email="a@example.org", user=UserFactory(), state="accepted", label=1)
    for position, item in enumerate(study.items.all(), start=1):
        Presentation.objects.create(seat=seat, item=item, position=position)
    Study.objects.filter(pk=study.pk).update(state="scoring", frozen_at=timezone.now())
    return seat


@pytest.fixture
def tablet(browser, live_site, log_in, page, seat):
    """A context like a tablet that is touched, in which the expert is signed in."""
    log_in(seat.user)
    context = browser.new_context(base_url=live_site, viewport=TABLET, has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    context.add_cookies(page.context.cookies())
    yield context
    context.close()


def tap(page, key: str, value: int) -> None:
    page.locator(f'[data-dimension="{key}"] .level', has=page.locator(f'input[value="{value}"]')).tap()


def saved(page) -> None:
    expect(page.locator("[data-state]")).to_contain_text("Saved at")


def open_sheet(context, seat):
    page = context.new_page()
    page.goto(reverse("panel:score", args=[seat.presentations.first().code]))
    page.wait_for_selector("[data-panel-picture] .viewer-still", state="detached")
    return page


def test_an_expert_scores_by_touch_and_two_windows_lose_nothing(tablet, seat):
    first = open_sheet(tablet, seat)
    tap(first, "type", 3)
    row = first.locator('[data-dimension="type"]')
    row.get_by_label("In your words").fill("The wash is too even here.")
    row.get_by_role("button", name="Mark what is in sight").tap()
    expect(row.locator("[data-reasons] li")).to_contain_text("The wash is too even here.")
    for key in ("elements", "relation", "composition"):
        tap(first, key, 5)
    first.locator('[name="guess"][value="unsure"]').tap()
    saved(first)
    first.reload()
    expect(first.locator('[name="score-type"][value="3"]')).to_be_checked()
    expect(row.get_by_label("In your words")).to_have_value("The wash is too even here.")
    expect(row.get_by_role("button", name="Show the place")).to_be_visible()

    second = open_sheet(tablet, seat)
    tap(second, "elements", 4)
    second.locator('[data-dimension="elements"]').get_by_label("In your words").fill("A boat is missing.")
    saved(second)
    first.bring_to_front()
    tap(first, "relation", "none")
    expect(first.get_by_text("These answers were changed in another window.")).to_be_visible()
    first.get_by_role("button", name="Take the answers of the other window").tap()
    expect(first.locator('[name="score-elements"][value="4"]')).to_be_checked()
    expect(first.locator('[name="score-relation"][value="5"]')).to_be_checked()

    first.locator('[data-dimension="elements"]').get_by_label("In your words").fill("x")
    first.get_by_role("button", name="Submit for good").tap()
    expect(first.locator("[data-problem]")).to_contain_text("has a deduction without a reason")
    first.locator('[data-dimension="elements"]').get_by_label("In your words").fill("A boat is missing.")
    first.get_by_role("button", name="Submit for good").tap()
    first.wait_for_url(f"**{reverse('panel:score', args=[seat.presentations.last().code])}")
    sheet = Sheet.objects.get(presentation=seat.presentations.first())
    assert sheet.submitted_at
    assert dict(sheet.scores.values_list("dimension__key", "value")) == {
        **{"type": 3, "elements": 4},
        **{"relation": 5, "composition": 5},
    }
    assert sheet.revisions.filter(submitted=True).count() == 1


def test_a_score_is_given_by_a_key(tablet, seat):
    page = open_sheet(tablet, seat)
    page.locator('[name="score-type"]').first.focus()
    page.keyboard.press("4")
    expect(page.locator('[name="score-type"][value="4"]')).to_be_checked()
    expect(page.locator('[data-dimension="type"] [data-deduction]')).to_be_visible()
    page.keyboard.press("5")
    expect(page.locator('[data-dimension="type"] [data-deduction]')).to_be_hidden()


def test_an_example_is_enlarged_and_put_away_by_keyboard(tablet, seat):
    page = open_sheet(tablet, seat)
    small = page.get_by_role("button", name="Example of Painting type and technique 5: show it large")
    large = page.get_by_role("img", name="Example of Painting type and technique 5", exact=True)
    expect(large).to_be_hidden()
    small.focus()
    page.keyboard.press("Enter")
    expect(large).to_be_visible()
    assert large.evaluate("it => it.decode().then(() => it.naturalWidth)") == 768
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(small).to_be_focused()
    expect(page.locator("[name=score-type]:checked")).to_have_count(0)


@pytest.mark.timeout(600)
def test_no_page_of_the_panel_has_a_barrier(page, log_in, running, coordinator, seat, barriers, complaints):  # noqa: F811
    closed, talking = running("closed"), running("delphi")
    argument = Argument.objects.filter(discussion__study=talking, flagged=True).first()
    found = []
    pages = [(seat.user, reverse("panel:score", args=[seat.presentations.first().code]))]
    pages += [(seat.user, reverse(f"panel:{name}", args=[seat.pk])) for name in ("seat", "conflicts", "display")]
    pages += [(coordinator, reverse(f"review:{name}", args=[closed.pk])) for name in ("study", "result", "panel")]
    pages += [(coordinator, reverse("review:study", args=[talking.pk]))]
    pages += [(argument.seat.user, reverse("panel:discussion", args=[argument.pk]))]
    for user, path in pages:
        log_in(user)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.goto(path)
            found += barriers(page)
        page.set_viewport_size({"width": 390, "height": 844})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {beyond} pixels too wide"] if beyond > 0 else []
        page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []
    assert complaints == []
