// Pictures side by side, each in a viewer of its own; they move as one, led by the one that a person touches.
import { deepZoom } from "../viewer.js";

const TOUCHED = ["canvas-press", "canvas-scroll", "canvas-pinch", "canvas-double-click", "canvas-drag"];

export function openSide(elements, panes, { moved, words, key }) {
  let leader = 0;
  const viewers = elements.map((element, index) => {
    const viewer = deepZoom(element.querySelector("[data-view]"), { tileSources: panes[index].info });
    viewer.canvas.setAttribute("role", "application");
    viewer.canvas.setAttribute("aria-label", words(index));
    viewer.canvas.addEventListener("keydown", (event) => key(event, viewer));
    viewer.addOnceHandler("tile-drawn", () => element.querySelector(".viewer-still")?.remove());
    for (const name of TOUCHED) viewer.addHandler(name, () => lead(index));
    viewer.canvas.addEventListener("focus", () => lead(index));
    viewer.addHandler("viewport-change", () => index === leader && follow());
    viewer.addHandler("animation-finish", () => index === leader && moved());
    element.viewer = viewer;
    return viewer;
  });

  function lead(index) {
    leader = index;
    elements.forEach((element, other) => element.classList.toggle("leads", other === index));
  }

  function follow() {
    const { viewport } = viewers[leader];
    for (const [index, other] of viewers.entries()) {
      if (index === leader || !other.isOpen()) continue;
      other.viewport.setRotation(viewport.getRotation(true), true);
      other.viewport.zoomTo(viewport.getZoom(true), null, true);
      other.viewport.panTo(viewport.getCenter(true), true);
    }
  }

  const opened = Promise.all(viewers.map((viewer) => new Promise((done) => viewer.addOnceHandler("open", done))));
  opened.then(() => lead(0));
  return { viewers, opened, follow, lead, leader: () => viewers[leader] };
}

// A layer over a viewer, or away from it.
export function layOver(viewer, name, url, on) {
  viewer.layers ??= new Map();
  if (on && url && !viewer.layers.has(name)) {
    viewer.layers.set(name, null);
    viewer.addTiledImage({
      tileSource: { type: "image", url },
      width: 1,
      success: ({ item }) => (viewer.layers.has(name) ? viewer.layers.set(name, item) : viewer.world.removeItem(item)),
    });
  } else if ((!on || !url) && viewer.layers.has(name)) {
    const item = viewer.layers.get(name);
    viewer.layers.delete(name);
    if (item) viewer.world.removeItem(item);
  }
}
