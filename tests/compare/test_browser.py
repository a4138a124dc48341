"""Comparing in a real browser: pictures in step, under a curtain, as difference; by keyboard, mouse and fingers."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.compare.watching import READY, STACK, STILL, VIEWERS, WHERE, drawn, in_step, level, places
from tests.factories import mask_pixels

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_panes_move_as_one_by_keyboard_wheel_and_button(page, until, show, complaints):
    show(4)
    assert page.locator("[data-pane]").count() == 4
    before = places(page)[0]
    page.keyboard.press("2")
    expect(page.locator(".openseadragon-canvas").nth(1)).to_be_focused()
    for key in ("+", "+", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    until(f"{VIEWERS}[1].viewport.getZoom(true) > 2 * {1 / before[2]} && {STILL}")
    assert in_step(page)
    assert places(page)[0] != before
    box = page.locator("[data-pane]").nth(3).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.wheel(0, -300)
    until(f"{VIEWERS}[3].viewport.getZoom(true) > 3 * {1 / before[2]} && {STILL}")
    assert in_step(page)
    page.get_by_role("button", name="Turn by a quarter").click()
    until(f"{VIEWERS}.every(it => it.viewport.getRotation(true) === 90)")
    assert in_step(page)
    page.keyboard.press("0")
    until(f"{VIEWERS}.every(it => it.viewport.getRotation(true) === 0) && {STILL}")
    assert places(page)[0][:2] == pytest.approx(before[:2], abs=1e-6)
    assert complaints == []


def test_an_address_shows_a_colleague_the_same(page, until, show):
    show(3)
    page.keyboard.press("n")
    page.keyboard.press("c")
    drawn(until, "curtain")
    for _ in range(5):
        page.keyboard.press("]")
    page.keyboard.press("3")
    page.keyboard.press("m")
    until("new URLSearchParams(location.search).get('layers') === 'outline'")
    asked = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert (asked["mode"], asked["by"], asked["pair"], asked["layers"]) == ("curtain", "60", "1,3", "outline")
    view = page.evaluate(f"({WHERE})({STACK})")
    page.reload()
    until(READY)
    drawn(until, "curtain")
    assert page.evaluate(f"({WHERE})({STACK})") == pytest.approx(view, abs=1e-4)
    assert page.get_by_role("slider", name="Border").input_value() == "60"
    expect(page.get_by_role("button", name="Mask outline")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("s")
    page.go_back()
    until("document.querySelector('[data-comparer]').dataset.mode === 'curtain'")
    page.go_forward()
    until("document.querySelector('[data-comparer]').dataset.mode === 'side'")


def test_junk_in_the_address_is_passed_over(page, until, show, complaints):
    show(2, "&mode=burn&by=x&pair=7,7&at=a,b&turn=13&layers=a,b,<b>")
    assert page.locator("[data-comparer]").get_attribute("data-mode") == "side"
    page.keyboard.press("d")
    drawn(until, "difference")
    assert complaints == []


def test_the_curtain_is_moved_by_keyboard_and_by_hand(page, until, show, artwork):
    show(2, "&mode=curtain&by=20")
    drawn(until, "curtain")
    slider = page.get_by_role("slider", name="Border")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("21")
    page.keyboard.press("End")
    expect(slider).to_have_value("100")
    middle = (85 + 21, 64 + 16)  # inside the loss
    under = level(page, *middle)
    page.keyboard.press("Home")
    expect(slider).to_have_value("0")
    over = level(page, *middle)
    assert under != over
    line = page.locator(".curtain").bounding_box()
    stage = page.locator("[data-stack] [data-view]").bounding_box()
    page.mouse.move(line["x"] + line["width"] / 2, line["y"] + 20)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.75, line["y"] + 20, steps=4)
    page.mouse.up()
    expect(slider).to_have_value("75")
    assert level(page, *middle) == under


def test_the_difference_is_black_outside_the_mask_and_not_inside(page, until, show):
    show(2, "&mode=difference")
    drawn(until, "difference")
    until(f"{STACK}.world.getItemCount() === 3 && {STACK}.world.getItemAt(2).getFullyLoaded()")
    damaged = mask_pixels(256, 192) > 0
    inside = [level(page, x, y) for x, y in ((95, 70), (106, 80), (120, 90))]
    assert all(max(colour) > 8 for colour in inside), inside
    near = [
        (x, y) for y in range(60, 101, 5) for x in range(78, 135, 5) if not damaged[y - 2 : y + 3, x - 2 : x + 3].any()
    ]
    assert len(near) > 20
    assert {tuple(level(page, x, y)) for x, y in near} == {(0, 0, 0)}
    page.get_by_role("slider", name="Amplified").fill("16")
    assert page.evaluate(f"{STACK}.drawer.canvas.style.filter") == "brightness(16)"
    page.keyboard.press("Tab")
    page.keyboard.press("o")
    drawn(until, "overlay")
    assert page.evaluate(f"{STACK}.drawer.canvas.style.filter") == ""


def test_blinking_is_slow_by_hand_where_less_motion_is_wanted_and_stops(page, until, show):
    show(2, motion="reduce")
    page.keyboard.press("b")
    drawn(until, "blink")
    opacity = f"{STACK}.world.getItemAt(1).getOpacity()"
    assert page.evaluate(opacity) == 0
    expect(page.get_by_role("button", name="Blink by itself")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator("[data-run]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press(" ")
    assert page.evaluate(opacity) == 1
    page.get_by_role("button", name="Change", exact=True).click()
    assert page.evaluate(opacity) == 0
    page.emulate_media(reduced_motion="no-preference")
    page.keyboard.press("s")
    page.keyboard.press("b")
    run = page.get_by_role("button", name="Blink by itself")
    expect(run).to_have_attribute("aria-pressed", "false")
    assert float(page.get_by_role("slider", name="Changes a second").get_attribute("max")) < 6  # two changes, one flash
    run.press("Enter")
    expect(run).to_have_attribute("aria-pressed", "true")
    until(f"{opacity} === 1")
    run.press("Enter")
    expect(run).to_have_attribute("aria-pressed", "false")


def test_letters_can_be_switched_off(page, until, show):
    show(2)
    page.keyboard.press("?")
    box = page.get_by_role("checkbox", name="Use single letters as keys")
    box.uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("c")
    assert page.locator("[data-comparer]").get_attribute("data-mode") == "side"
    page.reload()
    until(READY)
    page.keyboard.press("c")
    assert page.locator("[data-comparer]").get_attribute("data-mode") == "side"


def test_a_text_field_keeps_its_letters(page, show):
    show(2)
    note = page.get_by_label(re.compile("^Note"))
    note.click()
    page.keyboard.type("cbd")
    expect(note).to_have_value("cbd")
    assert page.locator("[data-comparer]").get_attribute("data-mode") == "side"


def test_two_fingers_zoom_all_panes(browser, live_site, client, curator, artwork, candidates):
    from django.conf import settings

    client.force_login(curator)
    context = browser.new_context(
        base_url=live_site, viewport={"width": 820, "height": 1180}, has_touch=True, reduced_motion="reduce"
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_site}])
    page = context.new_page()
    page.goto(f"{reverse('restoration:compare', args=[artwork.pk])}?show=original,{candidates[0].pk}")
    page.wait_for_selector("[data-ready]")
    box = page.locator("[data-pane] .openseadragon-canvas").nth(1).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)
    before = places(page)[0][2]

    def fingers(kind, apart):
        points = [{"x": middle[0] + sign * apart, "y": middle[1], "id": sign + 1} for sign in (-1, 1)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    fingers("touchStart", 30)
    for apart in range(40, 121, 10):
        fingers("touchMove", apart)
        page.wait_for_timeout(20)
    fingers("touchEnd", 0)
    page.wait_for_timeout(300)
    assert places(page)[0][2] < before / 2
    assert in_step(page)
    context.close()
