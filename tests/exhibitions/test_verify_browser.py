"""The verify page in a browser: dropped or chosen, with and without scripts, nothing in anybody's way."""

import os
from pathlib import Path

import pytest

from portal.exhibitions.credentials import sign_file
from tests.browser.conftest import barriers, complaints  # noqa: F401  fixtures
from tests.exhibitions.examples import chain, facts, save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed(tmp_path):
    target = tmp_path / "hermits.jpg"
    sign_file(save(tmp_path / "a.jpg", "jpeg"), target, facts(), chain()[0])
    return target


def shoot(page, name):
    """A picture for whoever works on the page: SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_chosen_file_is_looked_at_and_nothing_is_in_the_way(width, scheme, page, barriers, complaints, signed):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/verify/")
    page.wait_for_selector("[data-ready]")
    shoot(page, f"verify-{width}-{scheme}")
    assert barriers(page) == []
    page.set_input_files("#file", signed)
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_selector("[data-verdict]")
    shoot(page, f"verified-{width}-{scheme}")
    assert "test certificate" in page.inner_text("[data-verdict]")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.context.cookies() == []
    assert complaints == []


def test_a_dropped_file_is_looked_at_at_once(page, signed):
    page.goto("/verify/?lang=zh")
    page.wait_for_selector("[data-ready]")
    data = page.evaluate_handle(
        """(bytes) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "hermits.jpg", { type: "image/jpeg" }));
            return carried;
        }""",
        list(signed.read_bytes()),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    page.wait_for_selector("[data-verdict]")
    assert "测试证书" in page.inner_text("[data-verdict]")
    shoot(page, "verified-zh")


def test_without_a_script_the_form_does_the_same(browser, live_site, signed):
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/verify/")
    page.set_input_files("#file", signed)
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_selector("[data-verdict]")
    context.close()
