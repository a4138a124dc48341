// The page of one painting: a hand scroll that is walked along, a place that is marked, an outline that can be lifted.
import { openScroll } from "./ink-scroll.js";

document.querySelectorAll("[data-scroll]").forEach(openScroll);
document.querySelectorAll("[data-marker]").forEach(markPlace);

function markPlace(marker) {
  const form = marker.closest("form");
  const mark = marker.querySelector("[data-mark]");
  const clear = form.querySelector("[data-clear]");
  const fields = Object.fromEntries([...form.querySelectorAll("[data-side]")].map((it) => [it.dataset.side, it]));
  const share = (value) => Math.min(1, Math.max(0, value));
  let start = null;
  let before = {};

  function fill(sides) {
    for (const [side, value] of Object.entries(sides)) fields[side].value = value;
    show();
  }
  function show() {
    const sides = Object.entries(fields).map(([side, field]) => [side, field.value === "" ? NaN : Number(field.value)]);
    mark.hidden = clear.hidden = sides.some(([, value]) => Number.isNaN(value));
    if (!mark.hidden) for (const [side, value] of sides) mark.style[side] = `${value}%`;
  }
  function at(event) {
    const box = marker.getBoundingClientRect();
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  }
  function draw(event) {
    if (!start) return;
    const now = at(event);
    const [left, top] = [0, 1].map((axis) => Math.min(start[axis], now[axis]));
    const [width, height] = [0, 1].map((axis) => Math.abs(start[axis] - now[axis]));
    if (width < 0.01 || height < 0.01) return;
    const sides = Object.entries({ left, top, width, height });
    fill(Object.fromEntries(sides.map(([side, value]) => [side, String(Math.round(value * 1000) / 10)])));
  }

  marker.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    marker.setPointerCapture(event.pointerId);
    start = at(event);
    before = Object.fromEntries(Object.entries(fields).map(([side, field]) => [side, field.value]));
  });
  marker.addEventListener("pointermove", draw);
  marker.addEventListener("pointerup", () => (start = null));
  marker.addEventListener("pointercancel", () => {
    if (start) fill(before); // the finger scrolls the page instead
    start = null;
  });
  for (const field of Object.values(fields)) field.addEventListener("input", show);
  clear.addEventListener("click", () => {
    fill({ left: "", top: "", width: "", height: "" });
    fields.left.focus();
  });
  show();
}

// The outline of what was replaced: drawn on the deep-zoom picture here, already there on a hand scroll.
const outline = document.querySelector("[data-outline]");
const stage = document.querySelector("[data-outlined]");

function drawOutline() {
  const viewer = stage.querySelector("[data-deepzoom]").viewer;
  if (!viewer) return void setTimeout(drawOutline, 100);
  const [left, top, width, height] = stage.dataset.outlined.split(" ").map(Number);
  const element = Object.assign(document.createElement("div"), { className: "outline" });
  const add = () => {
    const { x, y } = viewer.world.getItemAt(0).getContentSize();
    const tall = y / x;
    viewer.addOverlay({ element, location: new window.OpenSeadragon.Rect(left, top * tall, width, height * tall) });
  };
  if (viewer.isOpen()) add();
  else viewer.addOnceHandler("open", add);
}

if (outline) {
  outline.hidden = false;
  if (stage) drawOutline();
  outline.addEventListener("click", () => {
    const shown = outline.getAttribute("aria-pressed") !== "true";
    outline.setAttribute("aria-pressed", String(shown));
    for (const it of document.querySelectorAll(".outline, .scroll-stage .region")) it.classList.toggle("lifted", !shown);
  });
}
