"""The pages of webhooks in a real browser: open to everybody, on every screen, alive while a message is on its way."""

# ruff: noqa: F401, F811
import pytest
from django.urls import reverse
from django.utils import timezone

from portal.hooks import delivering
from portal.hooks.models import Delivery, Webhook
from tests.browser.conftest import aside, barriers, complaints, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def paths(hook, happen):
    """Every page, of a webhook that was sent things with every outcome."""
    webhook = hook(events=["artwork.changed", "candidate.picked"])
    hook("https://archive.museum.example/incoming/lacuna", active=False)
    for state in ("delivered", "failed", "waiting"):
        happen()
        fresh = Delivery.objects.filter(webhook=webhook, tries=0)
        fresh.update(state=state, tries=3, reason="" if state == "delivered" else "status", status_code=500)
    pages = [reverse(f"hooks:{name}", args=[webhook.pk]) for name in ("webhook", "edit", "delete")]
    return [reverse("hooks:webhooks"), reverse("hooks:new") + f"?collection={webhook.collection_id}", *pages]


def test_no_page_has_a_barrier_or_is_wider_than_its_screen(
    page,
    log_in,
    curator,
    paths,
    barriers,
    complaints,
    live_site,
):
    log_in(curator)
    found, wide = [], []
    for language in ("en", "zh-hans"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
        for path in paths:
            page.goto(path)
            for choice in page.locator("[name=scope][value=some]").all():
                choice.check()
            for details in page.locator(".delivery").all():
                details.evaluate("it => it.open = true")
            found += barriers(page)
            for width in (320, 390, 820, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wide += [f"{path} at {width}: {beyond}"] if beyond > 0 else []
    assert (found, wide) == ([], [])
    assert complaints == []


def test_a_webhook_is_made_tested_and_heard_of_by_keyboard(
    page,
    log_in,
    curator,
    collection,
    receiver,
    until,
    aside,
    complaints,
):
    log_in(curator)
    page.goto(reverse("hooks:webhooks"))
    page.get_by_role("link", name="New webhook").press("Enter")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Only some of it").check()
    page.get_by_label("catalogued").press("Space")
    page.get_by_role("button", name="Make the webhook").press("Enter")
    assert page.locator(".key-shown").inner_text().startswith("whsec_")
    page.get_by_role("button", name="Send a test").press("Enter")
    row = page.locator("[data-delivery]")
    row.get_by_text("Waiting").wait_for()
    row.locator("summary").press("Enter")
    assert Webhook.objects.get().events == ["artwork.created"]
    assert aside(delivering.deliver_due, timezone.now()) == 1
    row.get_by_text("Delivered").wait_for()
    assert row.locator("details").evaluate("it => it.open")  # what a person was reading stays open
    until("document.querySelector('[data-heard]').textContent.includes('Delivered')")
    assert [body["type"] for body in receiver.bodies()] == ["webhook.ping"]
    assert complaints == []


def test_one_that_was_switched_off_says_why_and_is_resumed(page, log_in, curator, hook):
    webhook = hook(disabled_at=timezone.now(), disabled_reason="time", failures=8)
    log_in(curator)
    page.goto(reverse("hooks:webhook", args=[webhook.pk]))
    page.get_by_text("No answer came in time.").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("The webhook works again.").wait_for()
    assert Webhook.objects.get().sends
