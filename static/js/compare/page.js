// The compare page: one state, which the address says, the pictures show and the bar changes.
import { actions, keys } from "../viewer.js";
import { blinker } from "./blink.js";
import { listen } from "./keys.js";
import { goTo, viewOf, viewOn } from "./place.js";
import { layOver, openSide } from "./side.js";
import { dragCurtain, openStack } from "./stack.js";
import { MODES, clamped, read, write } from "./state.js";

const root = document.querySelector("[data-comparer]");
const setup = JSON.parse(document.getElementById("compare-setup").textContent);
const { panes, losses } = setup;
const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
const dialog = document.querySelector("[data-keys]");
const pile = one("[data-stack]");
const range = one("#compare-amount");

let state = read(location.search, panes.length);
let loss = -1;
let settled = false; // the viewers look where the address says; before, they only begin
let stack = null;
const stacked = () => state.mode !== "side";
const side = openSide(all("[data-pane]"), panes, { moved, key: inPicture, words: (index) => `${index + 1}: ${panes[index].title}` });
const blink = blinker(() => stack?.set({ blinked: !stack.blinked() }));
const active = () => (stacked() ? stack.viewer : side.leader());

const said = (words) => (one("[data-said]").textContent = words);

// ---- the address ----
function keep(pushed) {
  const address = write(location.search, state);
  if (address !== location.search) history[pushed ? "pushState" : "replaceState"](null, "", address);
}

// Nothing where the whole picture is seen: it is the whole on every screen.
function seen(viewer) {
  const { viewport } = viewer;
  const away = viewport.getCenter().distanceTo(viewport.getHomeBounds().getCenter());
  return Math.abs(viewport.getZoom() / viewport.getHomeZoom() - 1) < 1e-6 && away < 1e-6 ? null : viewOf(viewer);
}

function moved() {
  const viewer = active();
  if (!settled || !viewer?.world.getItemCount()) return;
  state.view = seen(viewer);
  keep(false);
}

// ---- from the state to the page ----
const place = (viewer, atOnce = true) => goTo(viewer, state.view, state.turn, atOnce);

async function show() {
  root.dataset.mode = state.mode;
  one("[data-panes]").hidden = stacked();
  pile.hidden = !stacked();
  showBar();
  if (!stacked()) {
    blink.stop();
    for (const [index, viewer] of side.viewers.entries()) {
      for (const button of all("[data-layer]")) {
        const { layer } = button.dataset;
        layOver(viewer, layer, panes[index].layers[layer] ?? borrowed(layer), state.layers.has(layer));
      }
    }
    return;
  }
  if (state.mode !== "blink") blink.stop();
  stack ??= openStack(pile, panes, { moved, key: inPicture, stencil: setup.stencil });
  stack.viewer.canvas.setAttribute("aria-label", `${panes[state.under].title}, ${panes[state.over].title}`);
  await stack.show(state, () => place(stack.viewer));
}

// The outline of the mask says where to look on the photograph, too; no other layer is about it.
const borrowed = (layer) => (layer === "outline" ? panes.find((it) => it.layers.outline)?.layers.outline : undefined);

function showBar() {
  const { mode } = state;
  for (const button of all("[data-mode-button]")) button.setAttribute("aria-pressed", String(button.dataset.modeButton === mode));
  for (const button of all("[data-layer]")) button.setAttribute("aria-pressed", String(state.layers.has(button.dataset.layer)));
  for (const note of all("[data-about]")) {
    note.hidden = note.dataset.about === "difference-mode" ? mode !== "difference" : !state.layers.has(note.dataset.about);
  }
  one("[data-pair]").hidden = one("[data-amount]").hidden = !stacked();
  one("[data-under]").value = state.under;
  one("[data-over]").value = state.over;
  one("[data-name='under']").textContent = panes[state.under].title;
  one("[data-name='over']").textContent = panes[state.over].title;
  one("[data-turn]").hidden = mode !== "blink";
  one("[data-run]").hidden = mode !== "blink" || !blink.may();
  one("[data-run]").setAttribute("aria-pressed", String(blink.runs()));
  if (stacked()) showAmount();
}

function showAmount() {
  const { min, max, step, say } = MODES[state.mode];
  const name = one("[data-amount-name]");
  Object.assign(range, { min, max, step, value: state.amounts[state.mode] });
  name.textContent = name.dataset[state.mode];
  const words = say(state.amounts[state.mode]);
  one("[data-amount] output").textContent = words;
  range.setAttribute("aria-valuetext", words);
}

// ---- what a person does ----
async function setMode(mode) {
  if (mode === "blink" && state.mode === "blink") return run();
  if (mode === state.mode) return;
  const before = stacked();
  if (active()?.world.getItemCount()) state.view = seen(active()); // also while it is still on its way there
  state.mode = mode;
  keep(true);
  await show();
  if (before && !stacked()) {
    place(side.leader());
    side.follow();
  }
  said(stacked() ? `${one(`[data-mode-button='${mode}']`).textContent}: ${panes[state.under].title}, ${panes[state.over].title}` : one("[data-mode-button='side']").textContent);
}

function run() {
  blink.runs() ? blink.stop() : blink.start(state.amounts.blink);
  showBar();
}

function setAmount(value) {
  if (!stacked()) return false;
  const amount = clamped(state.mode, value);
  state.amounts[state.mode] = amount;
  showAmount();
  stack?.set({ amount });
  if (blink.runs()) blink.start(amount);
  keep(false);
  return true;
}

function setPair(under, over) {
  if (under === over) return;
  Object.assign(state, { under, over });
  keep(true);
  show();
}

const choose = (index, lower) => {
  if (!panes[index]) return false;
  if (!stacked()) side.viewers[index].canvas.focus();
  else if (lower) setPair(index, index === state.over ? state.under : state.over);
  else setPair(index === state.under ? state.over : state.under, index);
  return true;
};

function setLayer(name) {
  const button = all("[data-layer]").find((it) => it.dataset.layer === name);
  if (!button) return false;
  const on = !state.layers.has(name);
  if (on && "alone" in button.dataset) all("[data-alone]").forEach((it) => state.layers.delete(it.dataset.layer));
  on ? state.layers.add(name) : state.layers.delete(name);
  keep(true);
  show();
  return true;
}

function toLoss(by) {
  if (!losses.length) return false;
  loss = loss < 0 && by < 0 ? losses.length - 1 : (loss + by + losses.length) % losses.length;
  const viewer = active();
  goTo(viewer, viewOn(viewer, losses[loss], setup.width, setup.height), state.turn, false);
  const words = one("[data-loss-words]");
  words.textContent = words.dataset.at.replace("NUMBER", loss + 1).replace("COUNT", losses.length);
  return true;
}

function turn() {
  state.turn = (state.turn + 90) % 360;
  active().viewport.setRotation(state.turn);
  keep(false);
}

const tools = {
  ...actions,
  home: (viewer) => {
    state.turn = 0;
    viewer.viewport.setRotation(0);
    viewer.viewport.goHome();
  },
  turn,
  full: () => actions.full(null, root),
  keys: () => dialog.showModal(),
};

function inPicture(event, viewer) {
  const action = event.ctrlKey || event.altKey || event.metaKey ? null : keys[event.key];
  if (!action || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  action(viewer);
}

root.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { modeButton, layer, do: tool, loss: by } = button.dataset;
  if (modeButton) setMode(modeButton);
  else if (layer) setLayer(layer);
  else if (tool) tools[tool](active());
  else if (by) toLoss(Number(by));
  else if ("run" in button.dataset) run();
  else if ("turn" in button.dataset) stack.set({ blinked: !stack.blinked() });
});
range.addEventListener("input", () => setAmount(range.valueAsNumber));
one("[data-under]").addEventListener("change", ({ target }) => choose(Number(target.value), true));
one("[data-over]").addEventListener("change", ({ target }) => choose(Number(target.value), false));
dragCurtain(pile, setAmount);

const digit = (index) => (event) => choose(index, event.shiftKey);
const more = (sign) => () => stacked() && setAmount(state.amounts[state.mode] + sign * MODES[state.mode].step * (MODES[state.mode].max > 50 ? 2 : 1));
const tool = (name) => () => tools[name](active());
listen(root, dialog, {
  s: () => setMode("side"), c: () => setMode("curtain"), o: () => setMode("overlay"), d: () => setMode("difference"),
  b: () => setMode("blink"), x: () => stacked() && setPair(state.over, state.under),
  m: () => setLayer("outline"), u: () => setLayer("haze"), n: () => toLoss(1), p: () => toLoss(-1),
  r: turn, f: tool("full"), "?": tool("keys"), "+": tool("zoom-in"), "=": tool("zoom-in"), "-": tool("zoom-out"),
  "[": more(-1), "]": more(1),
  " ": () => state.mode === "blink" && stack.set({ blinked: !stack.blinked() }),
  Digit0: tool("home"), Digit1: digit(0), Digit2: digit(1), Digit3: digit(2), Digit4: digit(3),
}); // prettier-ignore

// Links that change what is shown take everything else of the address with them.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[data-keep]");
  if (!link) return;
  const said = new URLSearchParams(location.search);
  said.set("show", new URL(link.href).searchParams.get("show"));
  said.delete("pair");
  link.href = `?${said}`;
});

async function restore() {
  settled = false;
  await show();
  const viewer = active();
  if (viewer.world.getItemCount()) place(viewer);
  if (!stacked()) side.follow();
  settled = true;
}

window.addEventListener("popstate", () => {
  const asked = read(location.search, panes.length);
  if (new URLSearchParams(location.search).get("show") !== shownKeys) return location.reload();
  state = { ...asked, amounts: { ...state.amounts, ...asked.amounts } };
  return restore();
});
const shownKeys = new URLSearchParams(location.search).get("show");

if (!document.fullscreenEnabled) one("[data-do='full']").remove();
root.comparer = { side, get stack() { return stack; }, get state() { return state; } };
side.opened.then(restore).then(() => root.setAttribute("data-ready", ""));
