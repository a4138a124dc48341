"""Watching what the browser complains of, and asking axe-core what it thinks."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def complaints(page) -> list[str]:
    """What the console, the content policy and the scripts of the page have complained of so far."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


SETTLED = """() => Promise.allSettled(
    document.getAnimations().filter((it) => it instanceof CSSTransition).map((it) => it.finished))"""


@pytest.fixture
def barriers() -> Callable:
    """A function: page → what keeps people out of it, by axe-core: WCAG 2.2 A and AA, or the rules named."""

    def barriers(page, rules: tuple[str, ...] = ()) -> list[str]:
        page.evaluate(AXE.read_text())
        page.evaluate(SETTLED)  # a button half-way from one colour to another has neither's contrast
        run = {"runOnly": list(rules) or ALL, "resultTypes": ["violations"]}
        found = page.evaluate("run => axe.run(run)", run)["violations"]
        return [f"{page.url}: {it['id']}: {node['html'][:200]}" for it in found for node in it["nodes"]]

    return barriers


@pytest.fixture
def until(page) -> Callable:
    """A function that waits until an expression holds in the page (Playwright's own needs eval, which we forbid)."""

    def until(expression: str, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not page.evaluate(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            page.wait_for_timeout(50)

    return until


@pytest.fixture
def aside() -> Callable:
    """A function that calls another one in a thread of its own, where no event loop of the browser runs."""

    def aside(function, *arguments, **named):
        def call():
            try:
                return function(*arguments, **named)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(call).result()

    return aside
