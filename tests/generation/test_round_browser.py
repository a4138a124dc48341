"""Text-to-ink in a real browser: from a prompt to an extended scene, by hand and by keyboard, open to everybody."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from generation.models import Round
from generation.services import rounds as services
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.factories import painted
from tests.generation.hanging import finish

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ink_weights", "calls")]
WORK = 60_000


@pytest.fixture
def first(curator, collection, aside) -> Round:  # noqa: F811
    ordered = aside(services.order_paintings, curator, collection, prompt="misty landscape with pines", count=2, seed=1)
    return finish(ordered, [painted(128, 128, seed=number) for number in range(2)])


@pytest.fixture
def scroll(curator, first, aside) -> Round:  # noqa: F811
    """The first leaf extended to a scroll four times as wide as high, with a region as if it had been replaced."""
    leaf = first.paintings.first()
    ordered = aside(services.extend_scene, curator, leaf, direction="left", cells=12, count=1)
    return finish(ordered, [painted(1024, 256)], region=[0.5, 0.25, 0.25, 0.5])


@pytest.fixture
def paths(curator, first, scroll, aside) -> list[str]:  # noqa: F811
    """Every page, with a leaf, a scroll, a round that waits, and a prompt that says much."""
    leaf = first.paintings.first()
    region = (0.25, 0.25, 0.5, 0.5)
    changed = finish(
        aside(services.replace_element, curator, leaf, by="a bridge", region=region, count=1), region=region
    )
    waiting = aside(services.retune, curator, leaf, values=["winter"])
    rounds = [reverse("generation:round", args=[it.pk]) for it in (first, changed, scroll, waiting)]
    pictures = [reverse("generation:painting", args=[it.paintings.get().pk]) for it in (changed, scroll)]
    said = "?prompt=court+ladies,+unicorn,+spring,+winter"
    return [reverse("generation:ink"), reverse("generation:prompt") + said, *rounds, *pictures]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_has_a_barrier(page, live_site, log_in, curator, paths, language, barriers, complaints):  # noqa: F811
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
    page.emulate_media(reduced_motion="reduce")
    log_in(curator)
    found = []
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        page.evaluate("document.querySelectorAll('details:not(.menu, [name])').forEach(it => it.open = true)")
        for way in page.locator("details[name=change]").all() or [None]:
            if way:
                way.evaluate("it => it.open = true")
            found += barriers(page)
        page.emulate_media(color_scheme="dark")
        found += barriers(page, ("color-contrast",))
        page.set_viewport_size({"width": 320, "height": 800})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {beyond} px too wide"] if beyond > 0 else []
    assert found == []
    assert complaints == []


def test_from_words_to_an_extended_scene(page, until, log_in, curator, collection, work, aside, complaints):  # noqa: F811
    log_in(curator)
    page.goto(reverse("generation:ink"))
    page.get_by_role("link", name="Paint from words").click()
    text = page.get_by_label("What does the painting show?")
    text.fill("misty unicorn")
    expect(page.get_by_text("Not in the lexicon")).to_be_visible()
    text.fill("misty")
    page.get_by_role("checkbox", name=re.compile("^landscape 山水")).check(force=True)
    expect(text).to_have_value("misty, landscape")
    expect(page.get_by_text("misty landscape", exact=True)).to_be_visible()
    expect(page.get_by_text("迷蒙的山水", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^thick ink")).press("Space")
    expect(text).to_have_value("misty, landscape, thick ink")
    page.get_by_text("Qualities", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("^misty")).uncheck(force=True)
    expect(text).to_have_value("landscape, thick ink")
    page.get_by_label("Variants").fill("2")
    page.get_by_role("button", name="Another seed").click()
    page.get_by_role("button", name="Paint", exact=True).click()

    expect(page.get_by_text("Next in the queue")).to_be_visible()
    assert aside(work).status == "succeeded"
    variants = page.get_by_role("list", name="Variants").first
    expect(variants.get_by_role("listitem")).to_have_count(2, timeout=WORK)
    variants.get_by_role("link", name="Variant 2").click()
    until("document.querySelector('[data-deepzoom]').viewer?.world?.getItemCount() === 1")

    page.get_by_text("Extend the scene").click()
    page.get_by_label("Cells").fill("8")
    page.get_by_label("What comes there").fill("river with a boat")
    page.get_by_role("button", name="Extend it").click()
    assert aside(work).status == "succeeded"
    expect(page.get_by_text("Style similarity", exact=True).first).to_be_visible(timeout=WORK)
    history = page.get_by_role("group", name="Rounds")
    expect(history.get_by_role("link", name="Painted from words")).to_be_visible()
    expect(history.get_by_role("link", name="Scene extended")).to_have_attribute("aria-current", "page")
    page.get_by_role("list", name="Variants").first.get_by_role("link").first.click()
    expect(page.get_by_role("region", name=re.compile("Hand scroll"))).to_be_visible()
    assert complaints == []


def test_a_hand_scroll_begins_at_the_right_and_is_walked_by_keys_wheel_and_strip(page, until, log_in, curator, scroll):  # noqa: F811
    page.emulate_media(reduced_motion="reduce")
    log_in(curator)
    page.goto(reverse("generation:painting", args=[scroll.paintings.get().pk]))
    stage = page.locator("[data-stage]")
    until("!document.querySelector('[data-walk]').hidden")
    where = "Math.round(document.querySelector('[data-stage]').scrollLeft)"
    room = "(it => it.scrollWidth - it.clientWidth)(document.querySelector('[data-stage]'))"
    until(f"{room} > 500")
    assert page.evaluate(where) == 0
    stage.focus()
    page.keyboard.press("ArrowLeft")
    until(f"{where} < -200")
    page.keyboard.press("End")
    until(f"Math.abs({where} + {room}) < 2")
    page.keyboard.press("Home")
    until(f"{where} === 0")
    stage.hover()
    page.mouse.wheel(0, 300)
    until(f"{where} === -300")
    page.mouse.down()
    page.mouse.move(700, 300)
    page.mouse.up()
    until(f"{where} !== -300")
    page.locator("[data-strip]").click(position={"x": 5, "y": 5})
    until(f"Math.abs({where} + {room}) < 2")
    page.get_by_role("button", name="Read from the left").click()
    until(f"{where} === 0")
    page.keyboard.press("Tab")
    page.locator("[data-stage]").press("PageDown")
    until(f"{where} > 500")
    page.get_by_role("button", name="Outline of what was replaced").click()
    expect(page.locator(".scroll-stage .region")).to_be_hidden()


def test_a_place_is_drawn_and_can_be_typed_and_cleared(page, log_in, curator, first):
    log_in(curator)
    page.goto(reverse("generation:painting", args=[first.paintings.first().pk]))
    marker = page.locator("[data-marker]")
    marker.scroll_into_view_if_needed()
    box = marker.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    page.mouse.up()
    sides = {name: float(page.get_by_label(f"{name} %").input_value()) for name in ("Left", "Top", "Width", "Height")}
    assert sides == pytest.approx({"Left": 25, "Top": 25, "Width": 50, "Height": 25}, abs=1)
    expect(page.locator("[data-mark]")).to_be_visible()
    page.get_by_role("button", name="No place").click()
    expect(page.locator("[data-mark]")).to_be_hidden()
    assert page.get_by_label("Left %").input_value() == ""


def test_a_prompt_is_ordered_without_scripts(browser, live_site, page, log_in, curator, collection):
    log_in(curator)
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(reverse("generation:prompt"))
    plain.get_by_role("checkbox", name=re.compile("^landscape 山水")).check(force=True)
    plain.get_by_role("button", name="Paint", exact=True).click()
    plain.wait_for_url("**/ink/*-*/")
    assert Round.objects.get().prompt == "landscape"
    context.close()


def test_an_example_fills_the_field(page, log_in, curator, collection):
    log_in(curator)
    page.goto(reverse("generation:prompt"))
    page.get_by_role("link", name="冬日的写意山水").click()
    expect(page.get_by_label("What does the painting show?")).to_have_value(re.compile("^冬日的写意山水"))
    expect(page.get_by_role("checkbox", name=re.compile("^freehand"))).to_be_checked()
    expect(page.locator(".reading-caption[lang=en]")).to_contain_text("winter landscape")
