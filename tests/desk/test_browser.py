"""The desk in a real browser: the key that leads to the search, the bell and the jobs that change by themselves."""

from base64 import b64decode

import pytest

from gpu_workers import services as jobs
from portal.audit.services import record
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.desk.conftest import failed, ordered, proposal_for, started
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement === document.querySelector('input[data-search]')"


@pytest.fixture
def here(page, log_in, curator, complaints):  # noqa: F811
    """A signed-in curator's page; nothing may complain."""
    log_in(curator)
    yield page
    assert complaints == []


def test_a_key_leads_to_the_search_and_can_be_turned_off(here, until, artwork):  # noqa: F811
    here.goto("/collections/")
    here.keyboard.press("/")
    until(FOCUSED)
    here.keyboard.type("hills/rain")  # in a field it is a sign like any other
    assert here.locator("input[data-search]").input_value() == "hills/rain"
    here.keyboard.press("Enter")
    here.wait_for_url("**/search/?q=hills%2Frain")
    here.get_by_role("checkbox", name="leads to the search").uncheck()
    here.goto("/collections/")
    here.keyboard.press("/")
    assert not here.evaluate(FOCUSED)


def test_on_a_phone_the_key_leads_to_the_page_of_the_search(here, artwork):
    here.set_viewport_size({"width": 390, "height": 800})
    here.goto("/collections/")
    here.keyboard.press("/")
    here.wait_for_url("**/search/")


def test_the_bell_hears_of_news_without_the_page_being_loaded_again(here, aside, artwork, curator):  # noqa: F811
    here.goto("/collections/")
    bell = here.locator("[data-bell]")
    assert bell.get_attribute("aria-label") == "Notices"
    aside(record, "restoration.failed", artwork, artwork=artwork, owner=curator.pk, engine="telea")
    here.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    here.get_by_role("link", name="Notices, 1 unread").click()
    here.get_by_role("heading", name="Notices").wait_for()
    here.get_by_role("button", name="Mark all as read").click()
    here.get_by_text("All is read.").wait_for()


def test_the_desk_follows_its_jobs_and_a_failed_one_is_started_again(here, aside, artwork):  # noqa: F811
    order = aside(ordered, artwork)
    aside(started, order.job)
    here.goto("/desk/")
    here.evaluate("window.same = true")
    assert here.get_by_role("progressbar").count() == 1
    aside(jobs.fail, order.job, 1, "The engine ran out of memory.")
    here.get_by_text("The engine ran out of memory.").wait_for()
    assert here.evaluate("window.same")
    here.get_by_role("button", name="Try again").click()
    here.get_by_text("The job waits for a worker again.").wait_for()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_full_desk_has_no_barrier_and_fits_every_screen(
    here, live_site, barriers, aside, artwork, language, scheme  # noqa: F811
):  # fmt: skip
    def fill() -> None:
        proposal_for(artwork)
        failed(ordered(ArtworkFactory(collection=artwork.collection)))
        started(ordered(ArtworkFactory(collection=artwork.collection)).job)
        ordered(ArtworkFactory(collection=artwork.collection, master=artwork.master))

    aside(fill)
    here.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
    here.emulate_media(color_scheme=scheme)
    # the made-up proposal has no preview; a picture that does not arrive must not move anything either
    here.route("**/overlay", lambda route: route.fulfill(status=200, content_type="image/gif", body=GIF))
    for path in ("/desk/", "/desk/works/", "/activity/", "/search/?q=hills", "/notices/", "/notices/preferences/"):
        here.goto(path)
        assert barriers(here) == []
        for width in (320, 390, 820, 1440):
            here.set_viewport_size({"width": width, "height": 900})
            beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert here.evaluate(beyond) <= 0, (path, width)


GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
