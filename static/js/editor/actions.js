// What the buttons do, by name (data-do); the keyboard uses the same.
import { reshape } from "./edges.js";

export function makeActions(editor, { root, tools, versions, saving, setup, url, sync }) {
  const { state, view, model, announce, overlay, layer } = editor;
  const dialog = (name) => root.querySelector(`[data-dialog="${name}"]`);
  const turn = (way) => () => announce(model[way]() ? `${way}ne` : `nothingTo-${way}`);
  const resize = (factor) => () => {
    const size = Math.max(1, Math.min(500, Math.round(state.get("size") * factor) + Math.sign(factor - 1)));
    state.set("size", size);
    announce("brushSize", { size });
    editor.guide.brush(null);
  };
  const ink = (label) => () => {
    if (label === "other" && !versions.tiles) return announce("chooseVersion");
    state.set("ink", label);
    announce("inkChosen", { name: label === "other" ? editor.say("otherVersion") : editor.className(label) });
  };
  const actions = {
    undo: turn("undo"),
    redo: turn("redo"),
    smaller: resize(1 / 1.15),
    larger: resize(1.15),
    "zoom-in": () => view.zoomBy(1.6),
    "zoom-out": () => view.zoomBy(1 / 1.6),
    whole: () => view.whole(),
    "one-to-one": () => view.oneToOne(),
    save: () => saving.open(),
    keys: () => dialog("keys").showModal(),
    panel: () => togglePanel(root),
    numbers: () => openPart(root, "numbers"),
    marks: () => {
      layer.shown = !layer.shown;
      root.querySelector("[data-do=marks]").setAttribute("aria-pressed", String(layer.shown));
      overlay.invalidate();
      announce(layer.shown ? "marksShown" : "marksHidden");
    },
    "close-shape": () => tools.current.close?.(),
    "drop-point": () => tools.current.back(),
    "drop-shape": () => tools.current.escape(),
    "take-all": () => versions.takeAll(),
    grow: () => reform(editor, root, "grow"),
    shrink: () => reform(editor, root, "shrink"),
    "break-off": () => (root.brokenOff = true),
    discard: () => discard(editor, dialog("discard"), setup, url, sync),
    "ink-5": ink("other"),
  };
  for (let label = 0; label <= 4; label++) actions[`ink-${label}`] = ink(label);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && button.getAttribute("aria-disabled") !== "true") actions[button.dataset.do]?.();
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });
  state.followers.push((name, value) => {
    if (name === "tool") announce("toolChosen", { name: editor.say(`tool-${value}`) });
  });
  return actions;
}

// Beside a wide picture the panel is open from the start.
const wide = window.matchMedia("(min-width: 72rem)");
const isOpen = ({ dataset }) => dataset.panel === "open" || (dataset.panel === "auto" && wide.matches);

function togglePanel(root) {
  const open = !isOpen(root);
  root.dataset.panel = open ? "open" : "closed";
  for (const button of root.querySelectorAll("[data-do=panel]")) button.setAttribute("aria-expanded", String(open));
  if (open) root.querySelector("[data-panel-body] summary, [data-panel-body] button")?.focus({ preventScroll: true });
}

function openPart(root, name) {
  if (!isOpen(root)) togglePanel(root);
  const part = root.querySelector(`[data-part="${name}"]`);
  part.open = true;
  part.querySelector("select, input")?.focus();
}

// Grows or shrinks the marks; the page stays free to look around meanwhile.
async function reform(editor, root, operation) {
  const { state, model, background, announce } = editor;
  if (state.get("busy") || model.history.busy) return;
  const bar = root.querySelector("[data-progress]");
  const goOn = (share) => {
    bar.querySelector("progress").value = share;
    return !root.brokenOff;
  };
  root.brokenOff = false;
  state.set("busy", true);
  bar.hidden = false;
  const before = model.tiles.total;
  try {
    const changed = await reshape(model.tiles, background, operation, state.get("amount"), state.get("only"), goOn);
    if (!changed) return announce("brokenOff");
    model.begin();
    model.put(changed);
    model.commit(operation);
    announce(`${operation}Done`, { by: state.get("amount"), pixels: Math.abs(model.tiles.total - before), share: editor.share(model.tiles.total) });
  } finally {
    bar.hidden = true;
    state.set("busy", false);
  }
}

async function discard(editor, dialog, { back }, url, sync) {
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "discard") return;
    try {
      await editor.call("DELETE", url);
      sync.stop();
      await sync.forget();
      location.assign(back);
    } catch {
      editor.announce("notDiscarded");
    }
  }, { once: true });
  dialog.returnValue = "";
  dialog.showModal();
}
