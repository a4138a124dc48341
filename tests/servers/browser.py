"""Fixtures: a real browser (the machine's chromium, driven by Playwright) on the real web server."""

import os
import shutil

import pytest

from tests.servers import LACKS

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    """A running chromium without a window.

    It ends with its file: while it runs, Playwright keeps an event loop in this thread, and no test can run another.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        pytest.skip(f"{LACKS}a browser (chromium).")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright keeps an event loop in this thread; tests use models in it
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser, live_site):
    """A fresh page in a context of its own; relative addresses are the live site's."""
    context = browser.new_context(base_url=live_site, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def log_in(page, live_site, client):
    """A function that logs a person into the browser."""
    from django.conf import settings

    def log_in(user) -> None:
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_site}])

    return log_in
