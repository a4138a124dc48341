"""Exhibitions in a browser: no barrier in either scheme, no script needed, layers by key, works put in order."""

import re

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from portal.exhibitions import services
from portal.exhibitions.models import Exhibition
from tests.browser.conftest import barriers, complaints, until  # noqa: F401
from tests.factories import picture_bytes

pytestmark = pytest.mark.browser


@pytest.fixture
def work(transactional_db, on_show):
    """A restoration on show beside an original, with every layer and text."""
    release = on_show("restoration", maker="Guo Xi", subjects="pines, mist", technique="Ink on silk")
    order = release.candidate.restoration
    order.uncertainty.save("u.png", ContentFile(picture_bytes(np.full((64, 96), 128, np.uint8))))
    hanging = release.hangings.get()
    curator = release.prepared_by
    services.hang(curator, hanging.exhibition, on_show(title="Old temple"))
    services.change_hanging(curator, hanging, alt="Pines on a ridge.", text="Look at the ridge.")
    services.change(curator, hanging.exhibition, introduction="Hills and what is lost of them.")
    return release


@pytest.fixture
def hall(work):
    return Exhibition.objects.order_by("created_at").first()


def public_pages(work, hall):
    address = reverse("exhibitions:work", args=[work.pk])
    return [
        reverse("exhibitions:list"),
        reverse("exhibitions:exhibition", args=[hall.slug]),
        reverse("exhibitions:section", args=[hall.slug, 1]),
        reverse("exhibitions:works") + "?subject=mist",
        address,
        address + "?xywh=10,10,40,30",
        reverse("exhibitions:provenance", args=[work.pk]),
        reverse("exhibitions:report", args=[work.pk]),
        reverse("exhibitions:exhibition", args=["no-such-exhibition"]),
    ]


@pytest.mark.timeout(300)
def test_no_page_has_a_barrier_or_a_cookie_or_is_too_wide(page, work, hall, barriers, complaints):  # noqa: F811
    page.emulate_media(reduced_motion="reduce")
    found, wide = [], []
    for path in public_pages(work, hall):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        page.wait_for_load_state("load")
        if "/works/" in path and page.locator("[data-exhibit]").count():
            page.wait_for_selector("[data-exhibit][data-ready]")
        found += barriers(page)
        page.emulate_media(color_scheme="dark")
        found += barriers(page, ("color-contrast",))
        page.set_viewport_size({"width": 320, "height": 700})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(path)
        if path == reverse("exhibitions:exhibition", args=[hall.slug]):
            hung = page.locator(".room .hung img").first
            assert hung.bounding_box()["width"] == page.evaluate("document.documentElement.clientWidth")
    assert found == []
    assert wide == []
    assert page.context.cookies() == []
    assert [it for it in complaints if "404" not in it] == []


def test_no_page_of_the_editor_has_a_barrier(page, log_in, curator, work, hall, barriers, complaints):  # noqa: F811
    log_in(curator)
    hanging = hall.hangings.first()
    concern = services.report(work, kind="fact", text="The maker is another.")
    found = []
    for path in (
        reverse("curating:list"),
        reverse("curating:exhibition", args=[hall.pk]),
        reverse("curating:words", args=[hall.pk]),
        reverse("curating:works", args=[hall.pk]),
        reverse("curating:section", args=[hanging.section_id]),
        reverse("curating:hanging", args=[hanging.pk]),
        reverse("curating:preview-exhibition", args=[hall.pk]),
        reverse("curating:concerns"),
        reverse("curating:concern", args=[concern.pk]),
    ):
        page.emulate_media(color_scheme="light")
        page.goto(path)
        found += barriers(page)
        page.emulate_media(color_scheme="dark")
        found += barriers(page, ("color-contrast",))
    assert found == []
    assert complaints == []


def test_everything_can_be_read_without_scripts(browser, live_site, work, hall):
    context = browser.new_context(base_url=live_site, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(reverse("exhibitions:exhibition", args=[hall.slug]))
    page.get_by_role("link", name=re.compile("Pines")).last.click()
    page.wait_for_load_state("networkidle")
    picture = page.locator("img.viewer-still")
    assert picture.get_attribute("alt") == "Pines on a ridge."
    assert picture.evaluate("it => it.complete && it.naturalWidth > 0")
    assert page.get_by_text("of this picture is conjecture").is_visible()
    for name in ("Before: the photograph of the original", "After: with what the engine painted"):
        assert page.get_by_role("img", name=name).bounding_box()["width"] > 100
    assert page.locator("[data-layers]").is_hidden()
    page.get_by_role("link", name="Where it comes from").click()
    assert page.get_by_text(work.content_hash).is_visible()
    assert context.cookies() == []
    context.close()


OPACITIES = """() => { const { world } = document.querySelector('[data-exhibit]').viewer;
    return [...Array(world.getItemCount()).keys()].map((it) => world.getItemAt(it).getOpacity()); }"""


def test_layers_and_what_it_was_before_are_laid_over_by_key_and_by_button(page, work, until):  # noqa: F811
    page.goto(reverse("exhibitions:work", args=[work.pk]))
    page.wait_for_selector("[data-exhibit][data-ready]")
    page.locator(".openseadragon-canvas").focus()
    for key in "bmu":
        page.keyboard.press(key)
    until(f"(({OPACITIES})()).length === 4")
    assert page.evaluate(OPACITIES) == [1, 1, 1, 1]
    ring = "getComputedStyle(document.querySelector('[data-viewer]'), '::after').outlineStyle"
    assert page.evaluate(ring) == "solid"  # above the picture, however far it is zoomed in
    page.get_by_role("button", name="Before", exact=True).click()
    assert page.evaluate(OPACITIES) == [1, 0, 1, 1]
    assert page.get_by_role("button", name="How uncertain it is").get_attribute("aria-pressed") == "true"


def test_a_link_to_a_detail_opens_there(page, work):
    path = reverse("exhibitions:work", args=[work.pk])
    page.goto(path + "?xywh=20,10,40,30")
    page.wait_for_selector("[data-exhibit][data-ready]")
    page.get_by_role("button", name="Link to this detail").click()
    page.wait_for_selector("[data-said]:not(:empty)")
    x, y, w, h = map(int, re.search(r"xywh=(\d+)%2C(\d+)%2C(\d+)%2C(\d+)", page.url).groups())
    assert x <= 20 <= 60 <= x + w
    assert y <= 10 <= 40 <= y + h
    assert w < 96 or h < 64


def test_works_are_put_in_order_by_keyboard_and_by_dragging(page, log_in, curator, work, hall, until):  # noqa: F811
    log_in(curator)
    page.goto(reverse("curating:exhibition", args=[hall.pk]))
    page.wait_for_selector("[data-arrange][data-ready]")
    down = page.get_by_role("button", name=re.compile("Move Pines one place down"))
    down.focus()
    page.keyboard.press("Enter")
    until("document.querySelector('[data-said]').textContent === 'Moved: place 2 of 2.'")
    assert down.evaluate("it => it === document.activeElement")
    page.reload()
    page.wait_for_selector("[data-arrange][data-ready]")
    names = page.locator("[data-hanging] h3")
    assert names.all_inner_texts() == ["Old temple", "Pines"]
    handle, first = page.locator("[data-hanging] [data-handle]").nth(1), page.locator("[data-hanging]").nth(0)
    handle.hover()
    page.mouse.down()
    box = first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2, steps=4)
    page.mouse.move(box["x"] + 20, box["y"] + 4, steps=4)
    page.mouse.up()
    until("document.querySelector('[data-said]').textContent === 'Moved: place 1 of 2.'")
    page.reload()
    assert names.all_inner_texts() == ["Pines", "Old temple"]


def test_sections_are_dragged_by_mouse_and_by_touch(page, log_in, curator, hall, until):  # noqa: F811
    services.change_section(curator, hall.sections.get(), title="First")
    for title in ("Second", "Third"):
        services.add_section(curator, hall, title=title)
    log_in(curator)
    page.goto(reverse("curating:exhibition", args=[hall.pk]))
    page.wait_for_selector("[data-arrange][data-ready]")
    names = page.locator("[data-section] h2")

    def centre(name, what="[data-handle]"):
        box = (
            page.get_by_role("region")
            .filter(has=page.get_by_role("heading", name=name))
            .locator(what)
            .first.bounding_box()
        )
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.move(*centre("First"))
    page.mouse.down()
    x, y = centre("Third")  # where it is while the works are folded away
    page.mouse.move(x, y + 4, steps=6)
    page.mouse.up()
    until("document.querySelector('[data-said]').textContent === 'Moved: place 3 of 3.'")
    assert names.all_inner_texts() == ["Second", "Third", "First"]
    assert page.locator("[data-hanging]").first.is_visible()
    touch = page.context.new_cdp_session(page)

    def touched(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touched("touchStart", centre("Third"))
    x, y = centre("Second")
    for over in (y, y - 8):
        touched("touchMove", (x, over))
    touched("touchEnd")
    until("document.querySelector('[data-said]').textContent === 'Moved: place 1 of 3.'")
    page.reload()
    assert names.all_inner_texts() == ["Third", "Second", "First"]
