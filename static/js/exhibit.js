// The picture of a work on show: deep zoom, what it was before, layers, and an address for a detail. All of it is more
// than the page needs: without it the plain picture, the pair and the layers stand on the page.
import { actions, deepZoom, keys } from "./viewer.js";

for (const root of document.querySelectorAll("[data-exhibit]")) open(root);
for (const button of document.querySelectorAll("[data-copy]")) copying(button);

function open(root) {
  const canvas = root.querySelector("[data-canvas]");
  const viewer = deepZoom(canvas, { tileSources: root.dataset.info, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, scrollToZoom: false } });
  const over = new Map(); // what lies over the picture, by address
  const toggles = new Map(); // button by key
  root.viewer = viewer;

  viewer.addOnceHandler("tile-drawn", () => canvas.querySelector(".viewer-still")?.remove());
  viewer.addOnceHandler("open", () => {
    if (root.dataset.xywh) viewer.viewport.fitBounds(region(root.dataset.xywh), true);
    begin();
  });

  function begin() {
    root.querySelector("[data-tools]").hidden = root.querySelector("[data-layers]").hidden = false;
    if (!document.fullscreenEnabled) root.querySelector("[data-do='full']").remove();
    const ground = root.querySelector("[data-viewer]");
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) actions[button.dataset.do](viewer, ground, button);
    });
    const before = root.querySelector("[data-before-button]");
    if (before) toggle(before, "b", { tileSource: root.dataset.before });
    for (const button of root.querySelectorAll("[data-layer]"))
      toggle(button, button.dataset.key, { tileSource: { type: "image", url: button.dataset.layer } });
    share(root.querySelector("[data-share]"));
    viewer.canvas.setAttribute("role", "application");
    viewer.canvas.setAttribute("aria-label", canvas.dataset.label);
    viewer.canvas.addEventListener("keydown", pressed);
    // a wheel scrolls the page, and zooms only with Ctrl or in full screen
    viewer.addHandler("canvas-scroll", (event) => {
      const { ctrlKey, metaKey } = event.originalEvent;
      if (!ctrlKey && !metaKey && !document.fullscreenElement) return;
      event.originalEvent.preventDefault();
      viewer.viewport.zoomBy(event.scroll > 0 ? 1.2 : 1 / 1.2, viewer.viewport.pointFromPixel(event.position)).applyConstraints();
    });
    root.dataset.ready = "";
  }

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const button = toggles.get(event.key.toLowerCase());
    const action = keys[event.key];
    if (!button && !action) return;
    event.preventDefault();
    if (button) button.click();
    else action(viewer);
  }

  function toggle(button, key, image) {
    toggles.set(key, button);
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      const item = over.get(key);
      if (item) item.setOpacity(shown ? 1 : 0);
      else if (item === undefined) lay(button, key, image);
    });
  }

  // What it was before lies under every other layer.
  function lay(button, key, image) {
    over.set(key, null);
    const place = key === "b" ? { index: 1 } : {};
    const success = ({ item }) => {
      over.set(key, item);
      item.setOpacity(button.getAttribute("aria-pressed") === "true" ? 1 : 0);
    };
    viewer.addTiledImage({ ...image, ...place, width: 1, success, error: () => over.delete(key) });
  }

  function share(button) {
    button?.addEventListener("click", async () => {
      const address = new URL(window.location.href);
      address.searchParams.set("xywh", seen());
      window.history.replaceState(null, "", address);
      let copied = true;
      try {
        await navigator.clipboard.writeText(address.href);
      } catch {
        copied = false;
      }
      root.querySelector("[data-said]").textContent = copied ? button.dataset.done : button.dataset.shown;
    });
  }

  // What is in sight, in pixels of the picture: "x,y,w,h".
  function seen() {
    const { x, y, width, height } = viewer.world.getItemAt(0).viewportToImageRectangle(viewer.viewport.getBounds());
    const left = Math.max(0, Math.round(x));
    const top = Math.max(0, Math.round(y));
    const right = Math.min(Number(root.dataset.width), Math.round(x + width));
    const bottom = Math.min(Number(root.dataset.height), Math.round(y + height));
    return [left, top, right - left, bottom - top].join();
  }

  function region(xywh) {
    return viewer.world.getItemAt(0).imageToViewportRectangle(...xywh.split(",").map(Number));
  }
}

function copying(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
