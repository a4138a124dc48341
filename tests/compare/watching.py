"""What the scripts of the compare page are asked in a browser."""

import pytest

READY = "document.querySelector('[data-comparer]').hasAttribute('data-ready')"
VIEWERS = "document.querySelector('[data-comparer]').comparer.side.viewers"
STACK = "document.querySelector('[data-stack]').viewer"
STILL = f"{VIEWERS}.every(it => Math.abs(it.viewport.getZoom(true) - it.viewport.getZoom(false)) < 1e-9)"
WHERE = """it => { const b = it.viewport.getBoundsNoRotate(true);
  return [b.x, b.y, b.width, b.height, it.viewport.getRotation(true)]; }"""


def places(page):
    return page.evaluate(f"{VIEWERS}.map({WHERE})")


def in_step(page):
    first, *others = places(page)
    return all(other == pytest.approx(first, abs=1e-6) for other in others)


def drawn(until, mode):
    """Wait until both pictures, in this mode, lie drawn on each other."""
    until(f"{STACK} && {STACK}.world.getItemCount() >= 2")
    until(f"[0, 1].every(it => {STACK}.world.getItemAt(it).getFullyLoaded())")
    until(f"document.querySelector('[data-comparer]').dataset.mode === '{mode}'")


def level(page, x, y):
    """The colour (r, g, b) of the stack's canvas over a pixel of the picture, as drawn, before the factor."""
    return page.evaluate(
        """([x, y]) => {
          const viewer = document.querySelector('[data-stack]').viewer;
          const item = viewer.world.getItemAt(0);
          const at = viewer.viewport.pixelFromPoint(item.imageToViewportCoordinates(x + 0.5, y + 0.5), true);
          const { canvas } = viewer.drawer;
          const scale = canvas.width / viewer.container.clientWidth;
          viewer.forceRedraw();
          const context = canvas.getContext('2d');
          return [...context.getImageData(Math.floor(at.x * scale), Math.floor(at.y * scale), 1, 1).data].slice(0, 3);
        }""",
        [x, y],
    )
