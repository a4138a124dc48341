"""How the mask editor answers the hand: `python benchmarks/mask_editor.py [--json FILE] [--slow 4] [--moves 200]`.

A master of 12,000 by 8,000 pixels is painted and sealed in an empty home, a site serves it from this process, and
Chromium opens the editor with its processor slowed down. Strokes and pans alternate at three zooms. From the moment a
pointer event was made to the second frame after it (by then the first one has been shown): middle and slowest
twentieth, in milliseconds. The row "empty page" is what the same moves take where nothing is drawn at all: the share of
the machine. Then the page's memory before and after, how long undoing everything takes, and the bytes
of the saved mask. The aim is under 50 ms for the slowest twentieth.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
WIDTH, HEIGHT = 12_000, 8_000
AIM_MS = 50
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WATCH = """
window.waits = [];
addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  requestAnimationFrame(() => requestAnimationFrame(() => waits.push(performance.now() - event.timeStamp)));
}, true);
"""
EDITOR = "document.querySelector('[data-editor]').editor"


def prepare(home: Path) -> None:
    """Django on an empty home, with the settings of the tests."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    import django
    from django.conf import settings

    django.setup()
    settings.MEDIA_ROOT, settings.FILE_CACHE = home / "media", home / "cache"
    settings.DATABASES["default"]["NAME"] = str(home / "site.sqlite3")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def artwork_of(home: Path):
    """A work whose master is one landscape, repeated to the size of a large scan."""
    import numpy as np
    from PIL import Image

    from generation.painter import paint
    from portal.catalogue.services import seal_picture
    from tests.factories import ArtworkFactory, CollectionFactory

    piece = paint(3, (1500, 1000))
    path = home / "scan.png"
    Image.fromarray(np.tile(piece, (HEIGHT // 1000, WIDTH // 1500, 1))).save(path, compress_level=1)
    collection = CollectionFactory()
    master = seal_picture(path, collection=collection, user=collection.created_by, name="scan.png")
    return ArtworkFactory(collection=collection, master=master)


def serve() -> str:
    """The site in a thread of this process; its address."""
    import uvicorn

    from portal.asgi import application
    from tests.servers import free_port

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, lifespan="off", log_level="error"))
    server.install_signal_handlers = lambda: None
    threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}"


def session_of(artwork) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(artwork.collection.created_by)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def memory(cdp) -> float:
    """Megabytes of the page's scripts, their buffers included, after a collection of garbage."""
    cdp.send("HeapProfiler.collectGarbage")
    usage = cdp.send("Runtime.getHeapUsage")
    return round((usage["usedSize"] + usage.get("backingStorageSize", 0)) / 2**20, 1)


def move(page, tool: str, count: int, turn: int) -> list[float]:
    """Draw or pan with the mouse in `count` moves across the stage; how long each took to be seen."""
    page.get_by_role("application").press(tool)
    page.evaluate("waits.length = 0")
    box = page.locator("[data-surface]").bounding_box()
    x, y = box["x"] + 80, box["y"] + 80 + 60 * turn
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(count):
        page.mouse.move(x + (box["width"] - 160) * step / count, y + 40 * (step % 7))
    page.mouse.up()
    page.wait_for_timeout(300)
    return page.evaluate("waits")


def empty(page, count: int) -> list[float]:
    """The same moves on a page of the same size with nothing on it."""
    page.set_content("<div data-surface></div>")
    page.evaluate(WATCH.strip())
    page.mouse.move(140, 180)
    page.mouse.down()
    for step in range(count):
        page.mouse.move(140 + 1200 * step / count, 180 + 40 * (step % 7))
    page.mouse.up()
    page.wait_for_timeout(300)
    return page.evaluate("waits")


def drive(page, cdp, moves: int) -> dict:
    """All moves at three zooms: the whole picture, in between, and a pixel on a pixel."""
    part = max(2, moves // 12)
    found: dict = {}
    for zoom, label in ((None, "whole"), ("zoom-in", "nearer"), ("one-to-one", "1:1")):
        if zoom:
            for _ in range(3 if zoom == "zoom-in" else 1):
                page.locator(f"[data-do={zoom}]").click()
        page.wait_for_timeout(1500)
        for turn in range(2):
            for tool, name in (("b", "brush"), ("h", "pan")):
                found.setdefault(f"{name}, {label}", []).extend(move(page, tool, part, turn))
    return found


def measure(moves: int, slow: float) -> dict:
    """The figures as a dictionary: milliseconds, megabytes, bytes."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        raise SystemExit("This machine has no Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(home)
        artwork = artwork_of(home)
        address, session = serve(), session_of(artwork)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            page = context.new_page()
            page.add_init_script(WATCH)
            page.set_default_timeout(120_000)
            page.goto(f"/artworks/{artwork.pk}/masks/draw/")
            page.wait_for_selector("[data-editor][data-ready]")
            cdp = context.new_cdp_session(page)
            page.wait_for_timeout(3000)
            before = memory(cdp)
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": slow})
            page.evaluate(f"{EDITOR}.state.set('size', 120)")
            waits = drive(page, cdp, moves)
            nothing = context.new_page()
            context.new_cdp_session(nothing).send("Emulation.setCPUThrottlingRate", {"rate": slow})
            waits["empty page"] = empty(nothing, moves // 3)
            nothing.close()
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            after = memory(cdp)
            figures = {"page_mb": {"opened": before, "drawn": after}, **_whole_picture(page, cdp)}
            figures["mask_bytes"] = _save(page)
            browser.close()
    all_ms = _summary([wait for name, it in waits.items() if name != "empty page" for wait in it])
    waits_ms = {name: _summary(it) for name, it in waits.items()}
    return {"size": [WIDTH, HEIGHT], "slow": slow, "waits_ms": waits_ms, "all_ms": all_ms, **figures}


def _whole_picture(page, cdp) -> dict:
    """The whole picture marked by numbers, and taken back: the most that one action can be."""
    mark = f"""() => {{
      const {{ model }} = {EDITOR};
      const spans = Array.from({{ length: {HEIGHT} }}, (_, y) => [y, 0, {WIDTH}]).flat();
      const start = performance.now();
      model.act("all", spans, 1);
      const marked = performance.now();
      return [marked - start, model.history.done.at(-1).squares.size];
    }}"""
    mark_ms, squares = page.evaluate(mark)
    full = memory(cdp)
    undo = f"() => {{ const start = performance.now(); {EDITOR}.model.undo(); return performance.now() - start; }}"
    undo_ms = page.evaluate(undo)
    return {
        "whole_picture": {"squares": squares, "mark_ms": round(mark_ms), "undo_ms": round(undo_ms), "page_mb": full}
    }


def _save(page) -> int:
    from restoration.models import Mask

    page.get_by_role("button", name="Save as a version…").click()
    page.get_by_role("button", name="Save the version").click()
    page.wait_for_url(lambda url: "/masks/" in url and "/draw/" not in url)
    return Mask.objects.get().file.size


def _summary(waits: list[float]) -> dict:
    ordered = sorted(waits)
    return {"moves": len(ordered), "median": round(statistics.median(ordered), 1),
            "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--slow", type=float, default=4)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures = measure(given.moves, given.slow)
    out = io.StringIO()
    for name, it in [*figures["waits_ms"].items(), ("all", figures["all_ms"])]:
        print(f"{name:16} {it['moves']:4} moves   median {it['median']:6.1f} ms   p95 {it['p95']:6.1f} ms", file=out)
    print(f"memory {figures['page_mb']}, whole picture {figures['whole_picture']}", file=out)
    print(f"saved mask {figures['mask_bytes']:,} bytes", file=out)
    print(f"aim: p95 under {AIM_MS} ms at {given.slow:g} times slower", file=out)
    print(out.getvalue())
    print(json.dumps(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
