"""Going through a page by keyboard alone, as a person does who sees where the keyboard is."""

from playwright.sync_api import expect

FOCUSED = """() => {
  const it = document.activeElement;
  const words = it.getAttribute("aria-label") ?? (it.labels?.[0] ?? it).textContent;
  return words.trim().replace(/\\s+/g, " ");
}"""
COVERED = """() => {
  const it = document.activeElement;
  const { x, y, width, height } = it.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return it !== document.body && !(top && (it.contains(top) || top.contains(it) || it.labels?.[0]?.contains(top)));
}"""


def reach(page, name: str) -> None:
    """Press Tab until the keyboard is on what is called so."""
    passed = [step(page)]
    while not passed[-1].startswith(name):
        assert len(passed) < 150, f"Tab never comes to “{name}”: {passed}"
        passed.append(step(page))


def step(page) -> str:
    """To the next stop; it must be in sight, with nothing lying over it. What it is called."""
    page.keyboard.press("Tab")
    name = page.evaluate(FOCUSED)
    for _ in range(20):  # a page that still loads may be scrolling
        if not page.evaluate(COVERED):
            return name
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url}: “{name}” cannot be seen")


def use(page, name: str, key: str = "Enter") -> None:
    reach(page, name)
    page.keyboard.press(key)


def write(page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.type(text)


def use_past_the_head(page, name: str) -> None:
    """The first stop of every page leads past its head."""
    assert step(page) == "Skip to the content"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    use(page, name)
