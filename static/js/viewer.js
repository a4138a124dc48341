// One deep-zoom viewer: OpenSeadragon for tiles and gestures, our own buttons and words around it.
const { OpenSeadragon } = window;

// OpenSeadragon would add an inline <style>, which our policy forbids; it does not when it finds one that it has made.
// An element of that name outside HTML is found, too, and styles nothing.
export function withoutInlineStyle() {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const style = document.createElementNS("urn:lacuna", "style");
  style.setAttribute("data-openseadragon-mobile-css", "true");
  document.head.append(style);
}

export const actions = {
  "zoom-in": (viewer) => viewer.viewport.zoomBy(1.6).applyConstraints(),
  "zoom-out": (viewer) => viewer.viewport.zoomBy(1 / 1.6).applyConstraints(),
  home: (viewer) => viewer.viewport.goHome(),
  "one-to-one": (viewer) => {
    const item = viewer.world.getItemAt(0);
    if (item) viewer.viewport.zoomTo(item.imageToViewportZoom(1 / window.devicePixelRatio)).applyConstraints();
  },
  marks: (viewer, root, button) => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    viewer.world.getItemAt(1)?.setOpacity(shown ? 1 : 0);
  },
  full: (viewer, root) => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
};

const step = (x, y) => (viewer) => {
  const { viewport } = viewer;
  const { x: width, y: height } = viewport.getContainerSize();
  const fifth = new OpenSeadragon.Point((x * width) / 5, (y * height) / 5); // of what is in sight, however it is turned
  viewport.panBy(viewport.deltaPointsFromPixels(fifth)).applyConstraints();
};

// By the character, not by the place of the key: “+” lies elsewhere on every keyboard.
export const keys = {
  "+": actions["zoom-in"],
  "=": actions["zoom-in"],
  "-": actions["zoom-out"],
  0: actions.home,
  ArrowLeft: step(-1, 0),
  ArrowRight: step(1, 0),
  ArrowUp: step(0, -1),
  ArrowDown: step(0, 1),
};

export const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// OpenSeadragon in an element, as every page of ours has it; `options` are OpenSeadragon's own.
export function deepZoom(element, options) {
  withoutInlineStyle();
  const ground = document.createElement("div");
  ground.className = "viewer-ground";
  element.append(ground);
  return OpenSeadragon({
    element: ground,
    drawer: "canvas",
    showNavigationControl: false,
    keyboardNavEnabled: false,
    visibilityRatio: 0.6,
    maxZoomPixelRatio: 8,
    minZoomImageRatio: 0.8,
    animationTime: still.matches ? 0 : 0.6,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    ...options,
  });
}

export function openViewer(root) {
  const canvas = root.querySelector("[data-canvas]");
  const { image, info } = root.dataset; // one file, or an IIIF service
  const viewer = deepZoom(canvas, { tileSources: image ? { type: "image", url: image } : info });
  label(viewer, canvas.dataset.label);
  wire(viewer, root);
  const { over } = root.dataset;
  if (over) viewer.addOnceHandler("open", () => viewer.addTiledImage({ tileSource: { type: "image", url: over }, width: 1 }));
  viewer.addOnceHandler("tile-drawn", () => canvas.querySelector(".viewer-still")?.remove());
  root.viewer = viewer;
  return viewer;
}

function label(viewer, words) {
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute("aria-label", words);
  viewer.canvas.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.altKey || event.metaKey ? null : keys[event.key];
    if (!action) return;
    event.preventDefault();
    action(viewer);
  });
}

function wire(viewer, root) {
  const tools = root.querySelector("[data-tools]");
  if (!tools) return;
  tools.hidden = false;
  if (!document.fullscreenEnabled) tools.querySelector("[data-do='full']")?.remove();
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && actions[button.dataset.do]) actions[button.dataset.do](viewer, root, button);
  });
}
