"""Choosing and judging in a real browser, by keyboard alone and without scripts; open to everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from restoration.models import Candidate
from review.models import Nomination
from tests.compare.watching import READY, drawn, places

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pick_send_and_reject_by_keyboard_alone(page, until, show, candidates, complaints):
    show(2)
    page.locator("[data-do='keys']").focus()

    def reach(name):
        for _ in range(60):
            if focused(page, name):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"{name} is not reached by Tab")

    reach("Note")
    page.keyboard.type("The line goes on.")
    reach("Pick")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-said")).to_be_focused()
    expect(page.get_by_text("The line goes on.").first).to_be_visible()
    reach("Send it to the panel")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It waits for a coordinator")).to_be_visible()
    assert Nomination.objects.get().candidate == candidates[0]
    page.locator(".verdict-said").focus()
    reach("Judge anew…")
    page.keyboard.press("Enter")
    reach("Invented motif")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    reach("Reject it for this reason")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-said .tag.rejected")).to_be_visible()
    row = Candidate.objects.get(pk=candidates[0].pk)
    assert (row.judgement, row.judgement_reason) == ("rejected", "colour")
    assert Nomination.objects.get().state == "withdrawn"
    assert complaints == []


def focused(page, name):
    """Whether the keyboard is on what is called so."""
    words = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    return page.evaluate(words).startswith(name)


def test_choosing_on_the_sheet_leads_to_the_same_loss(page, until, log_in, curator, artwork, candidates, complaints):
    log_in(curator)
    page.goto(reverse("restoration:candidates", args=[artwork.pk]))
    page.get_by_role("link", name="The same loss").click()
    for name in ("PatchMatch 1", "PatchMatch 2", "Telea 1"):
        page.get_by_role("checkbox", name=name).check()
    expect(page.get_by_text("4 of 4 chosen")).to_be_visible()
    page.get_by_role("checkbox", name="Original").uncheck()
    page.get_by_role("button", name="Compare the chosen").click()
    until(READY)
    assert page.locator("[data-pane]").count() == 3
    asked = [float(it) / 100 for it in page.evaluate("new URLSearchParams(location.search).get('at')").split(",")]
    x, y, width, height, _turn = places(page)[0]
    assert (x + width / 2, (y + height / 2) * 256 / 192) == pytest.approx(asked[:2], abs=1e-3)
    assert min(width, height) == pytest.approx(asked[2], abs=1e-3)
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_has_a_barrier(
    page, until, live_site, show, curator, artwork, candidates, barriers, complaints, language, aside
):  # fmt: skip
    from restoration.judging import judge_candidate
    from review.services.nominations import nominate

    aside(judge_candidate, curator, candidates[1], "rejected", reason="seam")
    aside(nominate, curator, aside(judge_candidate, curator, candidates[0], "picked", "Calm."))
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
    found = []

    def look():
        page.emulate_media(color_scheme="light")
        found.extend(barriers(page))
        page.emulate_media(color_scheme="dark")
        found.extend(barriers(page, ("color-contrast",)))
        page.set_viewport_size({"width": 320, "height": 800})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found.extend([f"{page.url} is {beyond} px too wide"] if beyond > 0 else [])
        page.set_viewport_size({"width": 1280, "height": 900})

    show(4)
    page.evaluate("document.querySelectorAll('details:not(.menu, [name])').forEach(it => it.open = true)")
    look()
    page.keyboard.press("d")
    drawn(until, "difference")
    look()
    page.keyboard.press("?")
    look()
    for path in (
        reverse("restoration:candidates", args=[artwork.pk]),
        reverse("restoration:candidates", args=[artwork.pk]) + "?view=losses",
        reverse("review:nominations"),
        reverse("review:nominations") + "?state=taken",
    ):
        page.goto(path)
        look()
    assert found == []
    assert complaints == []


def test_without_scripts_the_pictures_stand_side_by_side(browser, live_site, client, curator, artwork, candidates):
    from django.conf import settings

    client.force_login(curator)
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_site}])
    page = context.new_page()
    page.goto(reverse("restoration:compare", args=[artwork.pk]))
    expect(page.locator(".viewer-still")).to_have_count(2)
    page.get_by_role("button", name="Pick").click()
    expect(page.locator(".verdict-said .tag.picked")).to_be_visible()
    context.close()
