"""A curator brings two photographs and their table in, by a real browser, and the connection is none of the best."""

import json

import pytest
from playwright.sync_api import expect

from gpu_workers import runner
from portal.catalogue.models import Artwork
from portal.uploads.models import Upload
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.factories import CollectionFactory, painted, picture_bytes

pytestmark = pytest.mark.browser
TABLE = "文件名,题名,作者,高（厘米）,Price\nhills.png,雨后群山,某人,120,5\nriver.png,River in snow,,,\nsky.png,Sky,,,\n"


@pytest.fixture
def calls():
    """Here the broker is real."""


@pytest.fixture
def files(tmp_path):
    """Two photographs and a table that names three."""
    for seed, name in enumerate(("hills.png", "river.png")):
        (tmp_path / name).write_bytes(picture_bytes(painted(400, 300, seed=seed)))
    (tmp_path / "works.csv").write_text(TABLE)
    (tmp_path / "notes.png").write_text("no picture")
    return tmp_path


@pytest.fixture
def collection(live_site):
    return CollectionFactory(name="Bequest of 1950")


def choose(page, files, *names):
    page.locator("#bring-choose").set_input_files([files / name for name in names])


def test_two_photographs_and_their_table_come_in(page, log_in, collection, files, aside, barriers, complaints):  # noqa: F811
    log_in(collection.created_by)
    page.goto(f"/collections/{collection.pk}/")
    page.get_by_role("link", name="Bring works in…").first.click()
    found = barriers(page)
    choose(page, files, "hills.png", "river.png", "notes.png", "works.csv")
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_have_count(2)
    expect(page.get_by_text("3 of 3 files are here")).to_be_visible()
    expect(page.get_by_text("This is not a picture in any known format")).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="Remove notes.png").click()
    expect(page.get_by_text("2 of 2 files are here")).to_be_visible()

    page.get_by_role("button", name="Check how they fit").click()
    expect(page.get_by_role("heading", name="How they fit together")).to_be_visible()
    expect(page.get_by_text("The column “Price” is unknown and left out.")).to_be_visible()
    expect(page.get_by_text("There is no file called “sky.png”.")).to_be_visible()
    found += barriers(page)
    assert aside(Artwork.objects.count) == 0
    page.get_by_role("button", name="Bring 2 works in").click()
    expect(page.get_by_role("heading", name="Works are being brought in")).to_be_visible()
    aside(runner.run_next, "test")
    expect(page.get_by_role("heading", name="What was brought in")).to_be_visible()
    found += barriers(page)
    page.get_by_role("link", name="雨后群山").click()
    expect(page.get_by_role("heading", name="雨后群山")).to_be_visible()
    assert aside(lambda: Artwork.objects.get(title="雨后群山").height_mm) == 1200
    assert aside(Upload.objects.filter(state="used").count) == 2
    assert (found, complaints) == ([], [])


def test_what_is_chosen_before_the_script_has_come_is_taken(page, log_in, collection, files):
    log_in(collection.created_by)
    held = []
    page.route("**/js/bring-drop*.js", lambda route: held.append(route))
    with page.expect_request("**/js/bring-drop*.js"):
        page.goto(f"/collections/{collection.pk}/bring-in/", wait_until="commit")
    choose(page, files, "hills.png", "river.png")
    held[0].continue_()
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_have_count(2)


def test_a_file_goes_on_where_it_stopped_after_the_page_was_closed(page, log_in, collection, files, aside, until):  # noqa: F811
    """The line breaks after the first bytes; the page is opened again and the same file chosen once more."""
    log_in(collection.created_by)
    page.goto(f"/collections/{collection.pk}/bring-in/")
    page.route(
        "**/api/v1/uploads/*/", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_()
    )
    choose(page, files, "hills.png")
    until("localStorage.length === 1")
    address = json.loads(page.evaluate("localStorage.getItem(localStorage.key(0))"))["uploadUrl"]
    page.goto("about:blank")
    page.unroute("**/api/v1/uploads/*/")
    page.goto(f"/collections/{collection.pk}/bring-in/")
    expect(page.get_by_text("Choose the same file again to go on.")).to_be_visible()
    choose(page, files, "hills.png")
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_be_visible()
    upload = aside(Upload.objects.get)
    assert address.endswith(f"/{upload.pk}/")
    assert upload.state == "complete"


def test_a_file_can_be_paused_and_taken_back(page, log_in, collection, files, aside, until):  # noqa: F811
    log_in(collection.created_by)
    page.goto(f"/collections/{collection.pk}/bring-in/")
    held = []
    page.route(
        "**/api/v1/uploads/*/",
        lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_(),
    )
    choose(page, files, "hills.png")
    until("localStorage.length === 1")
    page.get_by_role("button", name="Pause hills.png").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.unroute("**/api/v1/uploads/*/")
    page.get_by_role("button", name="Go on hills.png").click()
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_be_visible()
    page.get_by_role("button", name="Remove hills.png").click()
    expect(page.get_by_text("SHA-256 agrees with your file.")).to_have_count(0)
    until("!document.querySelector('[data-file]')")
    page.wait_for_load_state("networkidle")
    assert aside(Upload.objects.count) == 0


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 4 << 20, (4 << 20) + 77])
def test_the_browser_reads_the_same_sha256_as_everybody(page, log_in, collection, size):
    import hashlib

    log_in(collection.created_by)
    page.goto(f"/collections/{collection.pk}/bring-in/")
    digest = page.evaluate(
        """size => new Promise((found) => {
            const worker = new Worker(document.querySelector("[data-hasher]").dataset.hasher);
            worker.onmessage = ({ data }) => found(data.sha256);
            const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
            worker.postMessage({ key: 0, file: new File([bytes], "a") });
        })""",
        size,
    )
    assert digest == hashlib.sha256(bytes(i % 251 for i in range(size))).hexdigest()
