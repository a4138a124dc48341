"""The caption review in a real browser: open to everybody, by keyboard and by touch, on a phone."""

import pytest
from django.urls import reverse

from generation.models import Arbitration, CaptionScore
from tests.browser.conftest import barriers, complaints, until  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def paths(collection, samples, differ):
    """Every page, for somebody who may see them all."""
    differ(samples[0])
    pages = [reverse(f"generation:{name}", args=[collection.pk]) for name in ("collection", "result")]
    captions = [reverse(f"generation:{name}", args=[samples[0].pk]) for name in ("sample", "decide")]
    return [reverse("generation:captions"), *pages, *captions]


@pytest.fixture
def anybody(collection, arbiter):
    """An arbiter who is a curator too."""
    from tests.factories import GrantFactory

    GrantFactory(user=arbiter, role="curator", collection=collection)
    return arbiter


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_has_a_barrier(page, live_site, log_in, anybody, paths, language, barriers, complaints):  # noqa: F811
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
    page.emulate_media(reduced_motion="reduce")
    log_in(anybody)
    found = []
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        found += barriers(page)
        page.emulate_media(color_scheme="dark")
        found += barriers(page, ("color-contrast",))
        page.set_viewport_size({"width": 320, "height": 800})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {beyond} px too wide"] if beyond > 0 else []
    assert found == []
    assert complaints == []


def test_a_key_gives_a_score_and_leads_on(page, log_in, expert, samples, collection, until):  # noqa: F811
    log_in(expert)
    page.goto(reverse("generation:next", args=[collection.pk]))
    for number, sample in enumerate(samples, start=1):
        assert str(sample.pk) in page.url.partition("?")[0]
        until("document.activeElement.matches('.marks')")
        with page.expect_navigation():
            page.keyboard.press(str(number))
    assert list(CaptionScore.objects.order_by("sample__sha256").values_list("score", flat=True)) == [1, 2, 3, 4]
    assert page.url.partition("?")[0].endswith(reverse("generation:collection", args=[collection.pk]))


def test_a_digit_in_the_reason_is_no_score(page, log_in, arbiter, samples, differ):
    differ(samples[0])
    log_in(arbiter)
    page.goto(reverse("generation:decide", args=[samples[0].pk]))
    page.get_by_label("Reason").press("3")
    assert page.get_by_label("Reason").input_value() == "3"
    with page.expect_navigation():
        page.get_by_role("button", name="5").click()
    decision = Arbitration.objects.get()
    assert (decision.score, decision.note) == (5, "3")
