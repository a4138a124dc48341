"""Make the pictures of docs/curators.md and README.md anew, from a running demo.

    make demo                                  # in one terminal
    .venv/bin/python docs/screenshots.py --password PASSWORD     # in another; the demo prints the password

Needs chromium and the packages of the tests. Writes JPEGs into docs/images/. With --every FOLDER it makes none of them,
but shoots one page of each kind that links lead to, on three screens, light and dark, into that folder: to look at.
"""

import argparse
import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUALITY, WIDTH = 82, 1280
SCREENS = (390, 820, 1440)
FILES = re.compile(r"\.(json|png|tif|csv|safetensors)$|/(file|download|recipe|report|admin|schema)(/|$)")


def sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("main button")
    page.wait_for_url("**/desk/")


def shoot(page: Page, name: str, upto: str = "") -> None:
    """Wait until everything is drawn, then keep what the window shows, or the page down to an element."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)
    clip = None
    if upto:
        bottom = page.locator(upto).evaluate("it => it.getBoundingClientRect().bottom + window.scrollY")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": bottom + 24}
    path = IMAGES / f"{name}.jpg"
    page.screenshot(path=path, type="jpeg", quality=QUALITY, full_page=bool(upto), clip=clip)


def the_way(page: Page) -> None:
    """From the desk and the collection to the candidates of the demo's damaged painting."""
    page.goto("/desk/")
    shoot(page, "desk", upto="[aria-labelledby=blocked]")
    page.goto("/collections/")
    page.get_by_role("link", name="Demo landscapes").click()
    shoot(page, "collection")
    page.get_by_role("link", name="damaged").first.click()
    shoot(page, "artwork")
    work = page.url
    page.get_by_role("link", name="All masks").click()
    page.get_by_role("link", name="Version 1 Confirmed").click()
    shoot(page, "mask")
    the_editor(page)
    page.goto(work)
    page.get_by_role("link", name="Restore…").click()
    page.get_by_text("Who proposes what was there").evaluate("it => it.scrollIntoView()")
    shoot(page, "order")
    page.goto(work)
    page.locator("[aria-labelledby=restorations] ul a", has=page.locator(".succeeded")).first.click()
    page.get_by_role("slider").wait_for()
    shoot(page, "restoration", upto=".numbers")
    page.get_by_role("link", name="Compare closely").click()
    page.get_by_role("button", name="Mask outline").click()
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").first.click()
    shoot(page, "side-by-side")


def the_editor(page: Page) -> None:
    """From a mask's page into drawing: a stain is begun with a polygon; then the draft goes away again."""
    page.get_by_role("link", name="Draw on from here").first.click()
    page.wait_for_selector("[data-editor][data-ready]")
    page.get_by_role("button", name="Stain", exact=True).click()
    page.get_by_role("button", name="Polygon").click()
    left, top, width, height = page.locator("[data-surface]").bounding_box().values()
    for x, y in ((0.62, 0.3), (0.7, 0.27), (0.74, 0.36), (0.66, 0.42)):
        page.mouse.click(left + x * width, top + y * height)
    shoot(page, "editor")
    page.get_by_role("button", name="Throw the draft away…").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw the draft away", exact=True).click()
    page.wait_for_url("**/masks/")


def the_files(page: Page) -> None:
    """Bringing works in: a photograph that has arrived, beside the table's place."""
    page.goto("/collections/")
    page.get_by_role("link", name="Demo landscapes").click()
    page.get_by_role("link", name="Bring works in…").first.click()
    page.locator("#bring-choose").set_input_files(IMAGES / "mask.jpg")
    page.get_by_text("SHA-256 agrees with your file.").wait_for()
    shoot(page, "bring-in")
    page.get_by_role("button", name="Remove mask.jpg").click()
    page.locator("[data-file]").wait_for(state="detached")


def the_colours(page: Page) -> None:
    """The demo's faded painting, from the order to its colours and what changed in them."""
    page.goto("/collections/")
    page.get_by_role("link", name="Demo landscapes").click()
    page.get_by_role("link", name="faded").first.click()
    page.get_by_role("link", name="Reconstruct colours…").click()
    page.get_by_role("checkbox", name="Blue and green mountains").check()
    page.get_by_role("radio", name="Reversible flow").check()
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, "reconstruct")
    page.get_by_role("button", name="Order it").click()
    page.get_by_role("link", name="See the candidates").click(timeout=120_000)
    page.get_by_role("slider").wait_for()
    shoot(page, "reconstruction", upto=".plots")
    page.get_by_role("button", name="Colour difference").click()
    page.locator(".results").scroll_into_view_if_needed()
    shoot(page, "colour-difference", upto=".results")


def the_words(page: Page) -> None:
    """From a description to its variants, to one that was extended into a scroll, and to the history."""
    page.goto("/ink/new/?prompt=majestic+distant+landscape+in+freehand+brushwork,+thick+ink")
    page.locator(".reading-caption").first.wait_for()
    shoot(page, "ink-prompt")
    page.locator("[name=seed]").fill("7")
    page.get_by_role("button", name="Paint", exact=True).click()
    page.get_by_role("heading", name="Variant 4").wait_for(timeout=180_000)
    shoot(page, "ink-variants", upto=".round")
    page.get_by_role("img", name="Variant 1").first.click()
    page.locator("summary", has_text="Extend the scene").click()
    form = page.locator("form", has=page.get_by_role("button", name="Extend it"))
    form.locator("[name$=cells]").fill("24")
    form.locator("[name$=seed]").fill("7")
    form.get_by_role("button", name="Extend it").click()
    page.get_by_role("heading", name="Variant 2").wait_for(timeout=180_000)
    page.get_by_role("img", name="Variant 1").first.click()
    shoot(page, "ink-scroll", upto=".painting-label")


def kind(path: str) -> str:
    """What kind of page an address is of: ids are alike, and a query does not count."""
    plain = path.partition("?")[0].partition("#")[0].strip("/")
    return re.sub(r"\b([0-9a-f]{8}-[0-9a-f-]{27}|\d+)\b", "one", plain).replace("/", "-") or "start"


def every_kind(page: Page, base: str) -> dict[str, str]:
    """One address of each kind of page that links lead to, the first found: kind → path."""
    found, ahead = {}, ["/desk/", "/collections/", "/design/"]
    while ahead:
        path = ahead.pop(0)
        if kind(path) in found or FILES.search(path):
            continue
        found[kind(path)] = path
        page.goto(path)
        links = page.eval_on_selector_all("a[href]:not([download])", "all => all.map((it) => it.href)")
        ahead += [link.removeprefix(base) for link in links if link.startswith(f"{base}/")]
    return found


def shoot_every(page: Page, base: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in every_kind(page, base).items():
        for width in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            page.wait_for_load_state("networkidle")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="curator")
    parser.add_argument("--password", required=True)
    parser.add_argument("--every", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(base_url=options.base, viewport={"width": WIDTH, "height": 860})
        sign_in(page, options.user, options.password)
        if options.every:
            shoot_every(page, options.base.rstrip("/"), options.every)
        else:
            the_way(page)
            the_files(page)
            the_colours(page)
            the_words(page)
        browser.close()


if __name__ == "__main__":
    main()
