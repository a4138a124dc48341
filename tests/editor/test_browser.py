"""A person marks the damage of a painting in a real browser: by mouse, finger, pen, keyboard and numbers."""

import base64

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from skimage.draw import polygon as reference_polygon

from generation.painter import paint
from restoration.drafts.models import MaskDraft
from restoration.models import Mask
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.factories import ArtworkFactory, GrantFactory, mask_for

pytestmark = pytest.mark.browser
SIZE = (1300, 1100)  # 3 by 3 squares, the last ones cut
DRAWN = """(() => {
  const { tiles } = document.querySelector("[data-editor]").editor.model;
  const labels = tiles.read(0, 0, tiles.width, tiles.height);
  let text = "";
  for (let i = 0; i < labels.length; i += 8192) text += String.fromCharCode(...labels.subarray(i, i + 8192));
  return btoa(text);
})()"""
EDITOR = "document.querySelector('[data-editor]').editor"
SETTLED = f"{EDITOR}.sync.outbox.length === 0 && !{EDITOR}.sync.working && !{EDITOR}.model.history.busy"


@pytest.fixture
def painting(collection):
    """A work with a landscape of 1300 by 1100 pixels as its master."""
    import tempfile
    from pathlib import Path

    from portal.catalogue.services import seal_picture

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "landscape.png"
        Image.fromarray(paint(21, SIZE)).save(path)
        master = seal_picture(path, collection=collection, user=collection.created_by, name=path.name)
    return ArtworkFactory(collection=collection, master=master)


@pytest.fixture
def open_editor(log_in, curator):
    """A function: page, artwork → the editor of its mask, ready to draw on."""

    def open_editor(page, artwork, query=""):
        log_in(curator)
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"/artworks/{artwork.pk}/masks/draw/{query}")
        page.wait_for_selector("[data-editor][data-ready]")

    return open_editor


def drawn(page) -> np.ndarray:
    """The labels (H, W) as the page has them."""
    return np.frombuffer(base64.b64decode(page.evaluate(DRAWN)), np.uint8).reshape(SIZE[::-1])


def saved(mask: Mask) -> np.ndarray:
    with mask.file.open() as file:
        return np.asarray(Image.open(file))


def on_screen(page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the picture lies in the window."""
    box = page.locator("[data-surface]").bounding_box()
    at = page.evaluate(f"(([x, y]) => {EDITOR}.view.toScreen(x, y))({[x, y]})")
    return box["x"] + at["x"], box["y"] + at["y"]


def stroke(page, *points: tuple[float, float]) -> None:
    """Draw with the mouse through points of the picture."""
    page.mouse.move(*on_screen(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*on_screen(page, *point), steps=6)
    page.mouse.up()


def click(page, *points: tuple[float, float]) -> None:
    for point in points:
        page.mouse.click(*on_screen(page, *point))


def save(page) -> Mask:
    """Save the draft in the page; the version that it has become."""
    page.get_by_role("button", name="Save as a version…").click()
    page.get_by_label("Note").fill("Seen under raking light")
    page.get_by_role("button", name="Save the version").click()
    page.wait_for_url(lambda url: "/masks/" in url and "/draw/" not in url)
    return Mask.objects.order_by("version").last()


def test_what_is_drawn_with_brush_and_polygon_is_what_the_mask_holds(page, painting, open_editor, complaints):  # noqa: F811
    open_editor(page, painting)
    stroke(page, (300, 300), (600, 420), (900, 300))
    page.keyboard.press("2")
    page.get_by_role("button", name="Polygon").click()
    corners = [(200.0, 600.0), (700.0, 560.0), (620.0, 900.0), (260.0, 850.0)]
    click(page, *corners)
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("Polygon closed")
    labels = drawn(page)
    assert labels[300, 300] == labels[415, 590] == labels[300, 900] == 1
    assert (labels == 1).sum() == pytest.approx(40 * 640, rel=0.15)
    xs, ys = zip(*corners, strict=True)
    wanted = np.zeros_like(labels, bool)
    wanted[reference_polygon(np.array(ys) - 0.5, np.array(xs) - 0.5, wanted.shape)] = True
    assert ((labels == 2) != wanted).mean() < 0.004  # the mouse points at whole pixels of the screen
    mask = save(page)
    assert np.array_equal(saved(mask), labels)
    assert mask.confirmed_at
    assert mask.note == "Seen under raking light"
    assert not MaskDraft.objects.filter(saved_as=None).exists()
    assert complaints == []


def test_everything_can_be_undone_and_done_again(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    stroke(page, (300, 300), (600, 420))
    one = drawn(page)
    page.keyboard.press("e")
    stroke(page, (400, 250), (450, 500))
    two = drawn(page)
    assert (one != two).any()
    page.keyboard.press("Control+z")
    assert np.array_equal(drawn(page), one)
    page.get_by_role("button", name="Undo").click()
    assert not drawn(page).any()
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    assert np.array_equal(drawn(page), two)
    until(SETTLED)
    page.reload()
    page.wait_for_selector("[data-editor][data-ready]")
    assert np.array_equal(drawn(page), two)


def test_a_shape_is_marked_by_its_numbers_without_dragging(page, painting, open_editor):
    open_editor(page, painting)
    page.get_by_text("By numbers", exact=True).click()
    form = page.locator("[data-numbers]")
    form.get_by_role("button", name="Apply").click()
    expect(form.get_by_role("alert")).to_contain_text("A number is missing")
    form.get_by_label("Class").select_option("Stain")
    for name, value in (("x", "500"), ("y", "400"), ("Width", "120"), ("Height", "90")):
        form.get_by_label(name, exact=True).fill(value)
    form.get_by_role("button", name="Apply").click()
    expect(page.locator("[data-said]")).to_contain_text("10,800 pixels")
    labels = drawn(page)
    assert (labels[400:490, 500:620] == 3).all()
    assert (labels > 0).sum() == 10_800
    form.get_by_label("What to do").select_option("Erase")
    form.get_by_label("Shape").select_option("Polygon")
    form.get_by_label("Points").fill("500,400 620,400 620,490")
    form.get_by_role("button", name="Apply").click()
    expect(page.locator("[data-said]")).to_contain_text("pixels; ")
    assert (drawn(page) > 0).sum() == pytest.approx(5_400, abs=120)
    form.get_by_label("Points").fill("5000,5000 5100,5000 5100,5100")
    form.get_by_role("button", name="Apply").click()
    expect(form.get_by_role("alert")).to_contain_text("outside the picture, which is 1,300 by 1,100")


def test_a_mask_is_drawn_and_saved_by_keyboard_alone(page, painting, open_editor):
    open_editor(page, painting)
    page.get_by_role("application").focus()
    page.keyboard.press("]")
    expect(page.locator("[data-said]")).to_contain_text("Brush ")
    for key in ("ArrowRight", "Shift+ArrowDown", "Alt+ArrowLeft", "Space"):
        page.keyboard.press(key)
    first = drawn(page)
    assert (first == 1).any()
    pixel = page.evaluate(f"{EDITOR}.keyboard.pixel")
    assert first[pixel["y"], pixel["x"]] == 1
    page.keyboard.press("d")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("d")
    assert (drawn(page) == 1).sum() > 1.5 * (first == 1).sum()
    page.keyboard.press("p")
    page.keyboard.press("4")
    for keys in (["Enter"], ["Shift+ArrowUp", "Enter"], ["Shift+ArrowLeft", "Enter", "Enter"]):
        for key in keys:
            page.keyboard.press(key)
    expect(page.locator("[data-said]")).to_contain_text("Polygon closed")
    labels = drawn(page)
    assert (labels == 4).any()
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("button", name="Save the version").press("Enter")
    page.wait_for_url(lambda url: "/masks/" in url and "/draw/" not in url)
    assert np.array_equal(saved(Mask.objects.get()), labels)


def test_letters_can_be_switched_off(page, painting, open_editor):
    open_editor(page, painting)
    page.get_by_role("application").press("?")
    page.get_by_label("Use single letters as keys").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("application").press("p")
    expect(page.get_by_role("button", name="Brush")).to_have_attribute("aria-pressed", "true")


def test_two_tabs_of_one_draft_lose_nothing(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    other = page.context.new_page()
    other.emulate_media(reduced_motion="reduce")
    other.goto(page.url)
    other.wait_for_selector("[data-editor][data-ready]")
    stroke(page, (200, 200), (600, 200))
    stroke(other, (200, 600), (600, 600))
    stroke(page, (700, 520), (900, 520))
    other.keyboard.press("3")
    stroke(other, (800, 400), (800, 700))  # across what the first tab has just drawn
    both = [(page, (400, 600)), (page, (800, 600)), (other, (400, 200)), (other, (720, 520))]
    for tab, (x, y) in both:
        for _ in range(200):
            if tab.evaluate(f"{EDITOR}.model.tiles.at({x}, {y})"):
                break
            tab.evaluate(f"{EDITOR}.sync.look()")
            tab.wait_for_timeout(50)
    for tab in (page, other):
        for _ in range(200):
            if tab.evaluate(SETTLED):
                break
            tab.wait_for_timeout(50)
    assert np.array_equal(drawn(page), drawn(other))
    labels = drawn(other)
    assert labels[200, 400] == labels[600, 400] == labels[520, 720] == 1
    assert labels[600, 800] == 3
    assert np.array_equal(saved(save(page)), labels)


def test_what_is_drawn_offline_comes_to_the_server_when_the_line_is_back(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    stroke(page, (200, 200), (500, 200))
    until(SETTLED)
    page.context.set_offline(True)
    stroke(page, (200, 500), (500, 500))
    expect(page.locator("[data-state]")).to_contain_text("Offline")
    stroke(page, (200, 800), (500, 800))
    labels = drawn(page)
    page.context.set_offline(False)
    until(SETTLED)
    expect(page.locator("[data-state]")).to_contain_text("Draft saved at")
    assert np.array_equal(drawn(page), labels)
    assert np.array_equal(saved(save(page)), labels)


def test_a_tab_that_was_closed_offline_has_lost_nothing(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    page.context.set_offline(True)
    stroke(page, (200, 500), (500, 500))
    expect(page.locator("[data-state]")).to_contain_text("Offline")
    labels = drawn(page)
    address = page.url
    page.close()
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    page.wait_for_selector("[data-editor][data-ready]")
    assert np.array_equal(drawn(page), labels)
    for _ in range(200):
        if page.evaluate(SETTLED):
            break
        page.wait_for_timeout(50)
    assert np.array_equal(saved(save(page)), labels)


def test_a_lost_answer_makes_no_harm(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    lost = []

    def lose(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server has taken it in, and the page never hears of it
        route.abort()

    page.route("**/patches/", lose)
    stroke(page, (200, 200), (500, 200))
    labels = drawn(page)
    until(SETTLED)
    assert lost == [200]
    assert MaskDraft.objects.get().patches.count() == 1
    assert np.array_equal(drawn(page), labels)
    assert np.array_equal(saved(save(page)), labels)


def test_what_was_drawn_after_a_draft_had_ended_is_offered_to_the_next_one(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    stroke(page, (200, 200), (500, 200))
    until(SETTLED)
    MaskDraft.objects.all().delete()
    stroke(page, (200, 600), (500, 600))
    expect(page.locator("[data-state]")).to_have_attribute("data-is", "ended")
    page.reload()
    page.wait_for_selector("[data-editor][data-ready]")
    page.get_by_role("dialog").get_by_role("button", name="Add it to this draft").click()
    expect(page.locator("[data-said]")).to_contain_text("part of this draft")
    assert drawn(page)[600, 300] == 1
    until(SETTLED)
    page.reload()
    page.wait_for_selector("[data-editor][data-ready]")
    assert page.get_by_role("dialog").count() == 0
    assert drawn(page)[600, 300] == 1


def test_the_wand_takes_what_looks_alike_and_another_tolerance_takes_more(page, collection, open_editor, until):  # noqa: F811
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile

    from portal.catalogue.services import seal_picture

    pixels = np.full((*SIZE[::-1], 3), (200, 180, 150), np.uint8)
    pixels[300:500, 300:700] = (60, 50, 45)
    pixels[700:800, 900:1000] = (80, 70, 63)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    upload = SimpleUploadedFile("flat.png", out.getvalue())
    master = seal_picture(upload, collection=collection, user=collection.created_by)
    open_editor(page, ArtworkFactory(collection=collection, master=master))
    page.get_by_role("application").press("w")
    page.get_by_label("Tolerance as ΔE").fill("5")
    click(page, (400, 400))
    expect(page.locator("[data-said]")).to_contain_text("Similar colours")
    dark = (pixels[..., 0] == 60) | (pixels[..., 0] == 80)
    wanted = dark & (np.arange(SIZE[0]) < 700)
    assert ((drawn(page) == 1) != wanted).sum() < 100  # the derivative that it looks at is compressed
    assert drawn(page)[310:490, 310:690].all()
    page.get_by_label("Only what hangs together").uncheck()
    page.get_by_label("Tolerance as ΔE").fill("20")
    until(f"{EDITOR}.model.tiles.at(950, 750) === 1 && !{EDITOR}.state.get('busy')")
    assert ((drawn(page) == 1) != dark).sum() < 300
    page.get_by_role("button", name="Undo").click()
    assert not drawn(page).any()


def test_marks_of_another_version_are_taken_one_by_one_or_all(page, painting, open_editor):
    mask = mask_for(painting)  # one loss in the middle
    Mask.objects.filter(pk=mask.pk).update(source="proposed", confirmed_at=None, confirmed_by=None)
    whole = saved(mask)
    open_editor(page, painting)
    page.get_by_text("Other versions", exact=True).click()
    page.get_by_label("Compare with").select_option(index=1)
    expect(page.locator("[data-said]")).to_contain_text("is shown hatched")
    page.get_by_role("button", name="Take one mark of the other version").click()
    click(page, (100, 100))
    expect(page.locator("[data-said]")).to_contain_text("marks nothing here")
    click(page, (500, 450))
    expect(page.locator("[data-said]")).to_contain_text("One mark taken")
    assert np.array_equal(drawn(page), whole)
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Other version", exact=True).click()
    page.get_by_role("button", name="Rectangle").click()
    stroke(page, (400, 300), (600, 460))
    part = drawn(page)
    assert 0 < (part > 0).sum() < (whole > 0).sum()
    assert (whole[part > 0] == 1).all()
    page.get_by_role("button", name="Take all of it").click()
    expect(page.locator("[data-said]")).to_contain_text("Everything taken")
    assert np.array_equal(drawn(page), whole)


def test_growing_and_clearing_are_actions_like_any_other(page, painting, open_editor, until):  # noqa: F811
    from scipy.ndimage import distance_transform_edt

    open_editor(page, painting)
    stroke(page, (480, 480), (540, 530))
    before = drawn(page)
    page.get_by_text("Edges", exact=True).click()
    page.get_by_label("By", exact=True).fill("7")
    page.get_by_role("button", name="Grow").click()
    expect(page.locator("[data-said]")).to_contain_text("Grown by 7 px")
    grown = drawn(page)
    assert np.array_equal(grown > 0, distance_transform_edt(before == 0) <= 7)
    page.get_by_role("button", name="Shrink").click()
    expect(page.locator("[data-said]")).to_contain_text("Shrunk by 7 px")
    page.get_by_role("button", name="Clear Loss").click()
    assert not drawn(page).any()
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    assert np.array_equal(drawn(page), grown)
    page.get_by_role("button", name="Undo").click()
    assert np.array_equal(drawn(page), before)


def test_a_draft_goes_on_from_a_version_and_asks_before_another_is_thrown_away(page, painting, open_editor, until):  # noqa: F811
    mask = mask_for(painting)
    open_editor(page, painting, f"?from={mask.pk}")
    assert np.array_equal(drawn(page), saved(mask))
    stroke(page, (100, 100), (200, 100))
    until(SETTLED)
    other = mask_for(painting)
    page.goto(f"/artworks/{painting.pk}/masks/draw/?from={other.pk}")
    page.get_by_role("dialog").get_by_role("button", name="Go on with the draft").click()
    page.wait_for_selector("[data-editor][data-ready]")
    assert drawn(page)[100, 150] == 1
    page.goto(f"/artworks/{painting.pk}/masks/draw/?from={other.pk}")
    page.get_by_role("dialog").get_by_role("button", name="Throw it away and begin anew").click()
    page.wait_for_selector("[data-editor][data-ready]")
    assert np.array_equal(drawn(page), saved(other))


def test_a_draft_can_be_thrown_away(page, painting, open_editor, until):  # noqa: F811
    open_editor(page, painting)
    stroke(page, (200, 200), (500, 200))
    until(SETTLED)
    page.get_by_role("button", name="Throw the draft away…").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw the draft away", exact=True).click()
    page.wait_for_url(f"**/artworks/{painting.pk}/masks/")
    assert not MaskDraft.objects.exists()


@pytest.fixture
def tablet(browser, live_site, page):
    """A page of a tablet that is touched, signed in as `page` is."""
    context = browser.new_context(base_url=live_site, viewport={"width": 820, "height": 1180}, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


class Fingers:
    """Touches of a page, several at once, as the browser's own protocol sends them."""

    def __init__(self, page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})

    def drag(self, *points: tuple[float, float]) -> None:
        self("Start", points[0])
        for point in points[1:]:
            self("Move", point)
        self("End")


def test_one_finger_draws_and_two_move_and_zoom(tablet, page, painting, log_in, curator):
    log_in(curator)
    tablet.context.add_cookies(page.context.cookies())
    tablet.goto(f"/artworks/{painting.pk}/masks/draw/")
    tablet.wait_for_selector("[data-editor][data-ready]")
    fingers = Fingers(tablet)
    fingers.drag(*(on_screen(tablet, x, 500) for x in range(300, 900, 50)))
    labels = drawn(tablet)
    assert labels[500, 400] == labels[500, 700] == 1
    scale = f"{EDITOR}.view.transform().scale"
    before = tablet.evaluate(scale)
    x, y = on_screen(tablet, 600, 800)
    fingers("Start", (x - 50, y))
    fingers("Start", (x - 50, y), (x + 50, y))
    for spread in range(60, 160, 10):
        fingers("Move", (x - spread, y), (x + spread, y))
    fingers("End")
    assert tablet.evaluate(scale) > 1.5 * before
    assert np.array_equal(drawn(tablet), labels)  # the first of the two fingers has left no mark
    tablet.get_by_role("button", name="Show the whole picture").tap()
    tablet.get_by_role("button", name="Polygon").tap()
    for point in ((200, 700), (600, 700), (400, 950)):
        tablet.touchscreen.tap(*on_screen(tablet, *point))
    tablet.get_by_role("button", name="Close").tap()
    assert drawn(tablet)[800, 400] == 1
    small = tablet.evaluate(
        "[...document.querySelectorAll('.editor :is(button, a, input)')].filter(it => it.offsetParent)"
        ".filter(it => it.type !== 'checkbox' && it.getBoundingClientRect().height < 44).map(it => it.outerHTML)"
    )
    assert small == []


def test_once_a_pen_was_used_fingers_only_move_the_picture(tablet, page, painting, log_in, curator):
    log_in(curator)
    tablet.context.add_cookies(page.context.cookies())
    tablet.goto(f"/artworks/{painting.pk}/masks/draw/")
    tablet.wait_for_selector("[data-editor][data-ready]")
    x, y = on_screen(tablet, 400, 400)
    session = tablet.context.new_cdp_session(tablet)
    pen = {"pointerType": "pen", "button": "left", "buttons": 1, "force": 0.5, "clickCount": 1}
    session.send("Input.dispatchMouseEvent", {"type": "mousePressed", "x": x, "y": y, **pen})
    session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x + 100, "y": y, **pen})
    session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", "x": x + 100, "y": y, **pen})
    labels = drawn(tablet)
    assert (labels == 1).any()
    assert tablet.get_by_label("Pen pressure").is_visible()
    before = tablet.evaluate(f"{EDITOR}.view.transform().x")
    Fingers(tablet).drag((x, y), (x + 40, y), (x + 90, y))
    assert np.array_equal(drawn(tablet), labels)
    assert tablet.evaluate(f"{EDITOR}.view.transform().x") != before


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_editor_has_no_barrier(page, live_site, painting, open_editor, barriers, complaints, language, until):  # noqa: F811
    mask_for(painting)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_site}])
    open_editor(page, painting)
    page.locator("[data-part=versions] summary").click()
    page.locator("[data-version]").select_option(index=1)
    page.wait_for_selector("[data-tool=region]:visible")
    page.locator("[data-part=numbers] summary").click()
    found = []
    for width, height in ((1440, 900), (820, 1180), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        if page.locator("[data-panel-body]").is_hidden():
            page.locator("[data-do=panel]").click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{width} {scheme} {it}" for it in barriers(page)]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    stroke(page, (200, 200), (500, 200))
    for opener in ("save", "keys"):
        page.locator(f"[data-do={opener}]").click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{opener} {scheme} {it}" for it in barriers(page)]
        page.keyboard.press("Escape")
    assert found == []
    assert complaints == []


def test_who_may_only_look_is_not_let_in(page, painting, log_in, stranger):
    GrantFactory(user=stranger, role="consultant", collection=painting.collection)
    log_in(stranger)
    assert page.goto(f"/artworks/{painting.pk}/masks/draw/").status == 403
