// Two pictures on each other in one viewer, so that they cannot get out of step: curtain, overlay, difference, blink.
import { deepZoom } from "../viewer.js";
import { layOver } from "./side.js";

const { OpenSeadragon } = window;

export function openStack(root, panes, { moved, key, stencil }) {
  const viewer = deepZoom(root.querySelector("[data-view]"), { preserveViewport: true });
  const curtain = root.querySelector("[data-curtain]");
  const infos = new Map();
  let shown = ""; // which two, and how encoded
  let current = null; // {mode, amount, blinked}
  let building = 0;

  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.addEventListener("keydown", (event) => key(event, viewer));
  viewer.addHandler("viewport-change", () => cut());
  viewer.addHandler("resize", () => cut());
  viewer.addHandler("animation-finish", moved);
  root.viewer = viewer;

  const info = (index) => {
    if (!infos.has(index)) infos.set(index, fetch(panes[index].info).then((answer) => answer.json()));
    return infos.get(index);
  };
  const add = (options) =>
    new Promise((success, error) => viewer.addTiledImage({ width: 1, preload: true, ...options, success, error })).then((it) => it.item);

  // For differences the tiles come without a second loss: a JPEG of each would differ where the pictures do not.
  async function build(under, over, lossless, mine) {
    const sources = await Promise.all([under, over].map(info));
    const items = [];
    for (const source of sources) {
      if (mine !== building) return false;
      items.push(await add({ tileSource: lossless ? { ...source, preferredFormats: ["png"] } : source, index: items.length }));
    }
    const same = panes[under].master === panes[over].master && panes[under].confined && panes[over].confined;
    if (lossless && same && mine === building) {
      const url = `${stencil}?show=${panes[under].key},${panes[over].key}`;
      await add({ tileSource: { type: "image", url }, index: 2 });
    }
    return mine === building;
  }

  async function show(state, place) {
    const lossless = state.mode === "difference";
    const wanted = `${state.under},${state.over},${lossless}`;
    if (wanted !== shown) {
      shown = wanted;
      const mine = ++building;
      current = null;
      viewer.layers = new Map();
      viewer.imageLoader.clear(); // what is still on its way belongs to pictures that go
      viewer.world.removeAll();
      if (!(await build(state.under, state.over, lossless, mine))) return;
      place();
    }
    if (viewer.world.getItemCount() < 2) return; // another call is still building
    set({ mode: state.mode, amount: state.amounts[state.mode], blinked: false });
    lay(state.layers, state.over);
  }

  // Layers are those of the picture above; it has more to say than the photograph under it.
  function lay(layers, over) {
    for (const name of new Set([...layers, ...(viewer.layers?.keys() ?? [])])) {
      layOver(viewer, name, panes[over].layers[name], layers.has(name));
    }
  }

  function set(change) {
    current = { ...current, ...change };
    const { mode, amount, blinked } = current;
    const item = viewer.world.getItemAt(1);
    if (!item || !mode) return;
    item.setOpacity(mode === "overlay" ? amount / 100 : mode === "blink" && !blinked ? 0 : 1);
    item.setCompositeOperation(mode === "difference" ? "difference" : null);
    viewer.drawer.canvas.style.filter = mode === "difference" ? `brightness(${amount})` : "";
    curtain.hidden = mode !== "curtain";
    cut();
  }

  // The picture above is cut at an upright line of the screen, however the picture is turned.
  function cut() {
    const item = viewer.world.getItemAt(1);
    if (!item || !current) return;
    if (current.mode !== "curtain") {
      item.resetCroppingPolygons();
      return;
    }
    const { clientWidth: width, clientHeight: height } = viewer.container;
    const x = (width * current.amount) / 100;
    curtain.style.left = `${current.amount}%`;
    const corners = [[x, 0], [width, 0], [width, height], [x, height]].map(([left, top]) =>
      item.viewportToImageCoordinates(viewer.viewport.pointFromPixel(new OpenSeadragon.Point(left, top), true)),
    );
    item.setCroppingPolygons([corners.map((it) => ({ x: it.x, y: it.y }))]);
  }

  return { viewer, show, set, lay, blinked: () => Boolean(current?.blinked) };
}

// The line of the curtain follows the pointer; the slider in the bar does the same by keyboard.
export function dragCurtain(root, moved) {
  const line = root.querySelector("[data-curtain]");
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const box = root.querySelector("[data-view]").getBoundingClientRect();
    moved((100 * (event.clientX - box.left)) / box.width);
  });
}
