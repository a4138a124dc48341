"""A curator's whole day in a real browser: by mouse, by keyboard alone and by touch, with real servers and a worker.

With the environment variable WALK_PAINTING the days are spent on that file instead of a small painted landscape, and
with WALK_PICTURES each main step of the first day is kept as a picture in that folder.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from generation.painter import paint
from portal.catalogue.services import seal_picture
from restoration.models import Candidate, Mask
from tests.browser.keyboard import reach, step, use, use_past_the_head, write
from tests.browser.test_whole_way import sign_in
from tests.browser.touch import FINGER, fits, tap
from tests.compare.watching import drawn
from tests.editor.test_browser import Fingers, click, on_screen, stroke
from tests.factories import ArtworkFactory, CollectionFactory, person

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.timeout(600)]
WORK = 180_000  # milliseconds that a job may take on a busy machine
PATIENCE = 30_000  # milliseconds for everything else
TABLE = "File name,Title,Author,Height (cm)\n{},Hills after rain,Anonymous,120\nriver.png,River in snow,,\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """Two photographs and a table of both on the curator's disk."""
    folder = tmp_path_factory.mktemp("files")
    given = os.environ.get("WALK_PAINTING")
    hills = folder / ("hills" + (Path(given).suffix if given else ".png"))
    if given:
        shutil.copy(given, hills)
    else:
        Image.fromarray(paint(5, (384, 288))).save(hills)
    Image.fromarray(paint(9, (160, 120))).save(folder / "river.png")
    (folder / "works.csv").write_text(TABLE.format(hills.name))
    return {"hills": hills, "river": folder / "river.png", "table": folder / "works.csv"}


@pytest.fixture
def page(browser, live_site, request):
    """A page on a curator's desk, or on what the test asks for."""
    asked = getattr(request, "param", {"viewport": {"width": 1440, "height": 900}})
    context = browser.new_context(base_url=live_site, reduced_motion="reduce", **asked)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    expect.set_options(timeout=5_000)
    context.close()


def keep_picture(page, name: str) -> None:
    """Keep what the page looks like, where a person wants to see it."""
    if folder := os.environ.get("WALK_PICTURES"):
        whole = not page.locator("[data-editor]").count()
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole, caret="initial")  # no style of its own


def at(files, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of the painting, in pixels, from shares of its width and height."""
    with Image.open(files["hills"]) as picture:
        width, height = picture.size
    return [(x * width, y * height) for x, y in shares]


# ---- by mouse ----
def make_collection(page, name: str) -> None:
    page.get_by_role("link", name="New collection").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the collection").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def bring_in(page, files) -> None:
    """Two files and their table, first as a trial, then in earnest."""
    page.get_by_role("link", name="Bring works in…").first.click()
    page.locator("#bring-choose").set_input_files([files["hills"], files["river"], files["table"]])
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_have_count(2, timeout=WORK)
    keep_picture(page, "bring-in")
    page.get_by_role("button", name="Check how they fit").click()
    expect(page.get_by_role("heading", name="How they fit together")).to_be_visible(timeout=WORK)
    expect(page.get_by_text("Left out")).to_have_count(0)
    page.get_by_role("button", name="Bring 2 works in").click()
    expect(page.get_by_role("heading", name="What was brought in")).to_be_visible(timeout=WORK)
    keep_picture(page, "brought-in")


def open_work(page) -> None:
    page.get_by_role("link", name="Hills after rain").click()
    expect(page.get_by_role("heading", name="Hills after rain")).to_be_visible()


def open_editor(page) -> None:
    page.get_by_role("link", name="Draw the damage").click()
    page.wait_for_selector("[data-editor][data-ready]")


def draw(page, files) -> None:
    """A loss as a polygon and a crack with the brush."""
    page.get_by_role("button", name="Polygon").click()
    click(page, *at(files, (0.3, 0.3), (0.45, 0.28), (0.42, 0.42), (0.32, 0.4)))
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("[data-said]")).to_contain_text("Polygon closed")
    page.get_by_role("button", name="Brush").click()
    page.get_by_role("button", name="Crack", exact=True).click()
    page.get_by_label("Size in pixels").fill("5")
    stroke(page, *at(files, (0.6, 0.3), (0.66, 0.5), (0.64, 0.7)))
    for code in (1, 2):
        expect(page.locator(f"[data-count='{code}']")).not_to_have_text(re.compile("^0?$"))
    keep_picture(page, "editor")


def save_mask(page) -> None:
    page.get_by_role("button", name="Save as a version…").click()
    page.get_by_label("Note").fill("Seen under raking light")
    page.get_by_role("button", name="Save the version").click()
    expect(page.get_by_role("heading", name="Mask, version 1")).to_be_visible(timeout=WORK)
    keep_picture(page, "mask")


def order(page, *engines: str) -> None:
    page.get_by_role("link", name="Restore with this mask").click()
    expect(page.get_by_role("heading", name="Order a restoration")).to_be_visible()
    for box in page.locator("[name=engine]:checked").all():
        box.uncheck()
    for engine in engines:
        page.get_by_role("checkbox", name=engine).check()
    if (number := page.get_by_role("spinbutton", name="Candidates")).is_visible():
        number.fill("1")
    keep_picture(page, "order")
    page.get_by_role("button", name=re.compile("^Order")).click()


def wait_for_all(page, count: int) -> None:
    """The page of several orders follows them by itself, to the button that compares what came of them."""
    expect(page.get_by_role("heading", name="Engines side by side")).to_be_visible()
    expect(page.get_by_role("link", name="See the result")).to_have_count(count, timeout=WORK)
    expect(page.get_by_role("link", name="Compare and judge")).to_be_visible()
    keep_picture(page, "orders")


def choose(page, *names: str) -> None:
    """From the work over the sheet of all its candidates to the comparison of some with the original."""
    page.get_by_role("link", name="Hills after rain").first.click()
    page.get_by_role("link", name="All candidates").click()
    for name in names:
        page.get_by_role("checkbox", name=name).check()
    expect(page.get_by_role("checkbox", name="Original")).to_be_checked()
    keep_picture(page, "candidates")
    page.get_by_role("button", name="Compare the chosen").click()


def compare(page, until, panes: int) -> None:
    page.wait_for_selector("[data-comparer][data-ready]")
    assert page.locator("[data-pane]").count() == panes
    keep_picture(page, "compare-side")
    for name, mode in (("Curtain", "curtain"), ("Difference", "difference")):
        page.get_by_role("button", name=name, exact=True).click()
        drawn(until, mode)
        keep_picture(page, f"compare-{mode}")
    see_zeros(page, panes - 1)


def see_zeros(page, candidates: int) -> None:
    """Outside the mask nothing has changed, by the table below the pictures."""
    zeros = page.get_by_role("row", name="Largest difference outside").locator(".zero")
    assert zeros.all_text_contents() == ["0"] * candidates


def pick(page, name: str, note: str) -> None:
    verdict = page.get_by_role("article", name=name)
    verdict.get_by_label(re.compile("^Note")).fill(note)
    verdict.get_by_role("button", name="Pick").click()
    expect(verdict.locator(".verdict-said .tag.picked")).to_be_visible()


def reject(page, name: str, why: str) -> None:
    verdict = page.get_by_role("article", name=name)
    verdict.get_by_text("Reject…").click()
    verdict.get_by_role("radio", name=why).click()
    verdict.get_by_role("button", name="Reject it for this reason").click()
    expect(verdict.locator(".verdict-said .tag.rejected")).to_be_visible()
    expect(verdict.locator(".verdict-said")).to_contain_text(why)


def send(page, name: str) -> None:
    verdict = page.get_by_role("article", name=name)
    verdict.get_by_role("button", name="Send it to the panel").click()
    expect(verdict.get_by_text("It waits for a coordinator")).to_be_visible()
    keep_picture(page, "judged")


def look_at_desk(page, *left: str) -> None:
    """What is left: candidates without a word on them, and a work that nobody has looked at; the pick has gone on."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Desk").click()
    see_desk(page, *left)
    keep_picture(page, "desk")


def see_desk(page, *left: str) -> None:
    expect(page.get_by_role("row", name="River in snow")).to_contain_text("Nobody has marked the damage.")
    expect(page.get_by_role("link", name="It waits for a study. 1")).to_be_visible()
    cards = page.get_by_role("region", name="What waits for you").get_by_role("listitem")
    expect(cards).to_have_count(len(left))
    for card, words in zip(cards.all(), left, strict=True):
        expect(card).to_contain_text(words)


def test_by_mouse(page, until, worker, files, complaints):
    sign_in(page, person("curator"))
    make_collection(page, "Bequest of 1950")
    bring_in(page, files)
    open_work(page)
    open_editor(page)
    draw(page, files)
    save_mask(page)
    order(page, "Telea", "Navier", "PatchMatch")
    wait_for_all(page, 3)
    choose(page, "PatchMatch", "Telea")
    compare(page, until, 3)
    pick(page, "PatchMatch 1", "The ridge goes on.")
    reject(page, "Telea 1", "Blurred")
    send(page, "PatchMatch 1")
    look_at_desk(page, "1 candidate by Navier-Stokes.")
    judged = dict(Candidate.objects.values_list("restoration__engine", "judgement"))
    assert (judged["patchmatch"], judged["telea"], len(judged)) == ("picked", "rejected", 3)
    assert Mask.objects.get().confirmed_at
    assert complaints == []


# ---- by keyboard alone ----
def bring_in_by_keyboard(page, files) -> None:
    use_past_the_head(page, "New collection")
    expect(page.get_by_role("button", name="Make the collection")).to_be_visible()
    write(page, "Name", "Bequest of 1951")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bequest of 1951")).to_be_visible()
    use_past_the_head(page, "Bring works in…")
    expect(page.get_by_role("heading", name="Bring works in")).to_be_visible()
    reach(page, "Drop files or a folder here, or choose them")
    page.locator("#bring-choose").set_input_files(list(files.values()))  # what opens is the system's own dialog
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_have_count(2, timeout=WORK)
    use(page, "Check how they fit")
    expect(page.get_by_role("heading", name="How they fit together")).to_be_visible(timeout=WORK)
    use_past_the_head(page, "Bring 2 works in")
    expect(page.get_by_role("heading", name="What was brought in")).to_be_visible(timeout=WORK)
    use_past_the_head(page, "Hills after rain")
    expect(page.get_by_role("heading", name="Hills after rain")).to_be_visible()


def mark_by_numbers(page, files) -> None:
    use_past_the_head(page, "Draw the damage")
    page.wait_for_selector("[data-editor][data-ready]")
    reach(page, "Hills after rain: drawing surface")
    page.keyboard.press("n")
    ((x, y), (width, height)) = at(files, (0.3, 0.3), (0.1, 0.15))
    for name, number in (("x", x), ("y", y), ("Width", width), ("Height", height)):
        write(page, name, str(round(number)))
    use(page, "Apply")
    expect(page.locator("[data-said]")).to_contain_text(f"{round(width) * round(height):,} pixels")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Save as a version")).to_be_visible()
    use(page, "Save the version")
    expect(page.get_by_role("heading", name="Mask, version 1")).to_be_visible(timeout=WORK)


def order_by_keyboard(page, *engines: str) -> None:
    use_past_the_head(page, "Restore with this mask")
    expect(page.get_by_role("heading", name="Order a restoration")).to_be_visible()
    engine = "(({ name, value, checked }) => name === 'engine' && [value, checked])(document.activeElement)"
    while not step(page).startswith("Order "):
        if (found := page.evaluate(engine)) and found[1] != (found[0] in engines):
            page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="See the result")).to_have_count(len(engines), timeout=WORK)


def compare_by_keyboard(page, until) -> None:
    use_past_the_head(page, "Compare and judge")
    page.wait_for_selector("[data-comparer][data-ready]")
    page.keyboard.press("c")
    drawn(until, "curtain")
    for _ in range(3):
        page.keyboard.press("]")
    expect(page.get_by_role("slider", name="Border")).to_have_value("56")
    page.keyboard.press("d")
    drawn(until, "difference")
    see_zeros(page, 2)


def judge_by_keyboard(page) -> None:
    """The first candidate is picked and sent, the second one rejected for the first reason."""
    write(page, "Note", "The ridge goes on.")
    use(page, "Pick")
    hear(page, "Picked")
    use(page, "Send it to the panel")
    hear(page, "It waits for a coordinator")
    use(page, "Reject…")
    step(page)
    page.keyboard.press("Space")
    use(page, "Reject it for this reason")
    hear(page, "Rejected")


def hear(page, words: str) -> None:
    """After each act the keyboard is on what is said of it."""
    expect(page.locator(".verdict-said").filter(has_text=words)).to_be_focused()


def test_by_keyboard_alone(page, until, worker, files, complaints):
    sign_in(page, person("curator"))
    bring_in_by_keyboard(page, files)
    mark_by_numbers(page, files)
    order_by_keyboard(page, "telea", "patchmatch")
    compare_by_keyboard(page, until)
    judge_by_keyboard(page)
    use(page, "Desk")
    see_desk(page)
    assert sorted(Candidate.objects.values_list("judgement", flat=True))[-2:] == ["picked", "rejected"]
    assert complaints == []


# ---- by touch ----
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}


@pytest.fixture
def hung(live_site, files):
    """The painting as a work that a curator has catalogued already."""
    collection = CollectionFactory(name="Bequest of 1952")
    master = seal_picture(files["hills"], collection=collection, user=collection.created_by, name=files["hills"].name)
    return ArtworkFactory(collection=collection, master=master, title="Hills after rain")


def draw_by_finger(page, files) -> None:
    tap(page, page.get_by_role("link", name="Draw the damage"))
    page.wait_for_selector("[data-editor][data-ready]")
    tap(page, page.get_by_role("button", name="Stain", exact=True))
    fingers = Fingers(page)
    fingers.drag(*(on_screen(page, *point) for point in at(files, (0.3, 0.4), (0.35, 0.42), (0.4, 0.38), (0.45, 0.4))))
    expect(page.locator("[data-said]")).to_contain_text("Stain")
    tap(page, page.get_by_role("button", name=re.compile("^Save")))
    tap(page, page.get_by_role("button", name="Save the version"))
    expect(page.get_by_role("heading", name="Mask, version 1")).to_be_visible(timeout=WORK)


def order_by_finger(page, engine: str) -> None:
    tap(page, page.get_by_role("link", name="Restore with this mask"))
    expect(page.get_by_role("heading", name="Order a restoration")).to_be_visible()
    for box in page.locator("[name=engine]:checked").all():
        tap(page, box)
    tap(page, page.get_by_role("checkbox", name=engine))
    tap(page, page.get_by_role("button", name="Order it"))
    expect(page.get_by_role("link", name="See the candidates")).to_be_visible(timeout=WORK)
    tap(page, page.get_by_role("link", name="See the candidates"))


def compare_by_finger(page, until) -> None:
    """The curtain is drawn aside by hand."""
    tap(page, page.get_by_role("link", name="Compare closely"))
    page.wait_for_selector("[data-comparer][data-ready]")
    tap(page, page.get_by_role("button", name="Curtain", exact=True))
    drawn(until, "curtain")
    grip = page.locator(".curtain-grip").bounding_box()
    assert min(grip["width"], grip["height"]) >= FINGER
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    Fingers(page).drag((x, y), (x + 60, y), (x + 120, y))
    expect(page.get_by_role("slider", name="Border")).not_to_have_value("50")
    tap(page, page.get_by_role("button", name="Difference", exact=True))
    drawn(until, "difference")
    see_zeros(page, 1)


@pytest.mark.parametrize("page", [TABLET], indirect=True, ids=["tablet"])
def test_by_touch(page, until, worker, files, hung, complaints):
    sign_in(page, hung.collection.created_by)
    tap(page, page.get_by_role("link", name="Hills after rain").last)
    draw_by_finger(page, files)
    order_by_finger(page, "Telea")
    compare_by_finger(page, until)
    tap(page, page.get_by_role("button", name="Pick"))
    expect(page.locator(".verdict-said .tag.picked")).to_be_visible()
    tap(page, page.get_by_role("button", name="Send it to the panel"))
    expect(page.get_by_text("It waits for a coordinator")).to_be_visible()
    fits(page)
    assert Candidate.objects.get().judgement == "picked"
    assert complaints == []
