"""How heavy and fast a page for visitors is: `python benchmarks/exhibition_page.py [ADDRESS …] [--times N] [--json F]`.

ADDRESS: pages of a site that runs (`make serve` or `make demo`; without any, the demo's exhibition on port 8000). Each
is opened in a Chromium with an empty cache, four times slower than this machine, at 390 and at 1440 pixels, over a line
of 1.6 Mbit/s with 150 ms there and back (what Lighthouse takes for a phone) and over this machine's own. Columns:
requests and kilobytes of the first view as they went over the wire, of those by kind; milliseconds until the largest
paint, in the middle of N times; how far the layout shifted. Nothing is scrolled: pictures further down are not asked
for. Where this machine has no face for Chinese, a page with Chinese on it fetches ours, as on any such device.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

DEMO = "http://127.0.0.1:8000/exhibitions/painted-by-a-program/"
SCREENS = {390: (390, 844, 2), 1440: (1440, 900, 1)}  # width → width, height, pixels of the screen a pixel of the page
SLOWER = 4
LINES = {
    "phone": {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8, "offline": False},
    "own": None,
}
KINDS = ("Document", "Stylesheet", "Script", "Font", "Image")
WATCH = """
window.seen = { paint: 0, shift: 0 };
new PerformanceObserver((list) => { window.seen.paint = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const it of list.getEntries()) if (!it.hadRecentInput) window.seen.shift += it.value;
}).observe({ type: "layout-shift", buffered: true });
"""

SEEN = """() => new Promise((done) => {
  const look = () => (window.seen.paint ? done(window.seen) : setTimeout(look, 50));
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("addresses", nargs="*", default=[DEMO], metavar="ADDRESS")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        parser.error("There is no Chromium on this machine.")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for address in options.addresses:
            print(address)
            for width in SCREENS:
                for line in LINES:
                    rows.append({"address": address} | measured(browser, address, width, line, options.times))
                    print(told(rows[-1]))
        browser.close()
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


def measured(browser: Browser, address: str, width: int, line: str, times: int) -> dict[str, Any]:
    """The figures of a page: those of bytes from its last opening, the others from the middle of all."""
    found = [opened(browser, address, width, line) for _ in range(times)]
    middle = {key: statistics.median(row[key] for row in found) for key in ("paint", "shift")}
    return {"width": width, "line": line} | found[-1] | middle


def opened(browser: Browser, address: str, width: int, line: str) -> dict[str, Any]:
    wide, high, dense = SCREENS[width]
    context = browser.new_context(viewport={"width": wide, "height": high}, device_scale_factor=dense, locale="en")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if conditions := LINES[line]:
        session.send("Network.emulateNetworkConditions", conditions)
    kinds: dict[str, str] = {}
    sent: Counter[str] = Counter()
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sent.update({kinds.get(event["requestId"], "Other"): event["encodedDataLength"]}),
    )
    page.add_init_script(WATCH)
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(SEEN)
    context.close()
    return {"requests": len(kinds), "bytes": dict(sent), "paint": seen["paint"], "shift": seen["shift"]}


def told(row: dict[str, Any]) -> str:
    parts = ", ".join(f"{kind.lower()} {row['bytes'].get(kind, 0) / 1024:.0f}" for kind in KINDS)
    whole = sum(row["bytes"].values()) / 1024
    return (
        f"  {row['width']:>5} px, {row['line']:<5} line: {row['requests']:>3} requests, {whole:5.0f} KB ({parts}), "
        f"largest paint {row['paint']:5.0f} ms, shift {row['shift']:.3f}"
    )


if __name__ == "__main__":
    main()
