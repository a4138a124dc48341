"""Touching controls, none of which may be smaller than a finger."""

FINGER = 44  # pixels
EXTENT = """it => Math.max(...[it, ...(it.labels ?? [])].map((part) => {
  const { width, height } = part.getBoundingClientRect();
  return Math.round(Math.min(width, height));
}))"""


def tap(page, control) -> None:
    """Touch a control that is as large as a finger, on a page that is not wider than the screen."""
    control.scroll_into_view_if_needed()
    assert control.evaluate(EXTENT) >= FINGER, f"{page.url}: too small: {control}"
    fits(page)
    control.tap()


def fits(page) -> None:
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond == 0, f"{page.url} is {beyond} px too wide"
