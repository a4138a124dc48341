// A candidate beside its original: a slider, or two deep-zoom viewers in step; layers over the candidate, or over both.
import { keepInStep, openViewer } from "./viewer.js";

const root = document.querySelector("[data-compare]");
const slider = root.querySelector("img-comparison-slider");
const all = (selector) => [...root.querySelectorAll(selector)];
const { OpenSeadragon } = window;
let viewers = [];

slider.addEventListener("slide", () => slider.setAttribute("aria-valuenow", Math.round(slider.value)));

function openPair() {
  viewers = all("[data-deepzoom]").map(openViewer);
  keepInStep(viewers);
  for (const viewer of viewers) {
    viewer.addOnceHandler("open", () => all("[data-toggle][aria-pressed='true']").forEach((it) => lay(it.dataset.toggle, true)));
  }
}

function showView(name) {
  for (const button of all("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  if (name === "pair" && !viewers.length) openPair();
}

// One layer over the slider's pictures and the viewers: over the original too where the slider has it there.
function lay(name, on) {
  for (const image of all(`[data-layer='${name}']`)) {
    image.src ||= image.dataset.src;
    image.hidden = !on;
  }
  const source = root.querySelector(`[data-layer='${name}']`).dataset.src;
  const under = root.querySelector(`[slot='first'] [data-layer='${name}']`) ? viewers : viewers.slice(1);
  for (const viewer of under) {
    if (viewer.isOpen()) layOnViewer(viewer, name, source, on);
  }
  const note = root.querySelector(`[data-note='${name}']`);
  if (note) note.hidden = !on;
}

function layOnViewer(viewer, name, source, on) {
  viewer.layers ??= {};
  if (!on) {
    if (viewer.layers[name]) viewer.removeOverlay(viewer.layers[name]);
    delete viewer.layers[name];
  } else if (!viewer.layers[name]) {
    const image = Object.assign(document.createElement("img"), { src: source, alt: "", className: "viewer-layer" });
    const { x, y } = viewer.world.getItemAt(0).getContentSize();
    viewer.addOverlay({ element: image, location: new OpenSeadragon.Rect(0, 0, 1, y / x) });
    viewer.layers[name] = image;
  }
}

function press(toggle, on) {
  toggle.setAttribute("aria-pressed", String(on));
  lay(toggle.dataset.toggle, on);
}

root.addEventListener("click", (event) => {
  const view = event.target.closest("[data-view]");
  if (view) showView(view.dataset.view);
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) {
    const on = toggle.getAttribute("aria-pressed") !== "true";
    if (on && "alone" in toggle.dataset) all("[data-alone][aria-pressed='true']").forEach((it) => press(it, false));
    press(toggle, on);
  }
});

root.querySelector("[data-bar]").hidden = false;
