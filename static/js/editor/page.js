// The page where damage is drawn: puts the parts together.
import { call } from "./api.js";
import { Background } from "./background.js";
import { bindControls } from "./controls.js";
import { Draft } from "./draft.js";
import { makeActions } from "./actions.js";
import { Gestures } from "./gestures.js";
import { Guide } from "./guide.js";
import { Keep } from "./keep.js";
import { Keyboard } from "./keyboard.js";
import { Layer } from "./layer.js";
import { leftBehind } from "./leftovers.js";
import { Numbers } from "./numbers.js";
import { asker, openDraft } from "./opening.js";
import { Overlay } from "./overlay.js";
import { Panel } from "./panel.js";
import { Saving } from "./saving.js";
import { SoftEdge } from "./soft.js";
import { State } from "./state.js";
import { Sync } from "./sync.js";
import { Tools } from "./tools.js";
import { Versions } from "./versions.js";
import { View } from "./view.js";
import { percent, read, speaker, time } from "./words.js";

const root = document.querySelector("[data-editor]");
const find = (name) => root.querySelector(`[data-${name}]`);
const setup = read("editor-setup");
const say = speaker(read("editor-words"));
const CHOSEN = {
  tool: "brush", ink: 1, size: 40, tolerance: 12, contiguous: true, pressure: true, opacity: 55,
  feather: 0, soft: false, amount: 3, only: 0, letters: true, busy: false, points: 0,
}; // prettier-ignore

const announce = (name, places) => (find("said").textContent = say(name, places));
const tell = (state, sentence) => {
  find("state").dataset.is = state;
  find("state").textContent = sentence || say(`state-${state}`, { time: time(new Date()) });
};

function build(draft) {
  const state = new State({ ...CHOSEN, feather: draft.feather });
  const view = new View(find("ground"), setup.info);
  const overlay = new Overlay(find("overlay"), view);
  const model = new Draft(draft.width, draft.height);
  const layer = new Layer(model.tiles, setup.colours);
  const guide = new Guide(find("guide"), find("ring"), view);
  const background = new Background();
  const share = (pixels) => percent(pixels / (draft.width * draft.height));
  const editor = { state, view, overlay, model, layer, guide, background, announce, say, share, call, picture: setup.picture };
  editor.className = (label) => say(`class-${label}`);
  overlay.add(layer);
  const soft = new SoftEdge(editor);
  editor.changed = () => soft.changed();
  state.follow((name) => ["soft", "feather"].includes(name) && soft.show(state.get("soft"), state.get("feather")));
  model.painted.push((key, rect) => {
    layer.mark(key, rect);
    overlay.invalidate(key, rect);
    soft.changed();
  });
  return editor;
}

function connect(editor, sync, draft, url) {
  const { state, view, model } = editor;
  bindControls(root, state, (unit, value) => say(`unit-${unit}`, { value }));
  new Panel(editor, root);
  const versions = new Versions(editor, root, (id) => setup.masks.replace("{}", id));
  editor.other = () => versions.tiles;
  editor.ink = () => (state.get("ink") === "other" ? versions.tiles : state.get("ink"));
  new Numbers(editor, find("numbers"));
  const tools = new Tools(editor);
  const saving = new Saving(editor, find("dialog=save"), { sync, url, draft });
  const actions = makeActions(editor, { root, tools, versions, saving, setup, url, sync });
  const surface = find("surface");
  const keyboard = new Keyboard(editor, root, surface, tools, actions);
  const gestures = new Gestures(surface, view, tools);
  gestures.panning = () => keyboard.held || state.get("tool") === "pan";
  gestures.penCame = () => root.querySelectorAll("[data-with-pen]").forEach((it) => (it.hidden = false));
  gestures.hovered = (point) => tools.hover(point);
  root.dataset.ready = "";
  root.editor = { ...editor, sync, tools, gestures, keyboard }; // for tests and measurements
  model.settled.push(() => state.set("points", tools.current.points?.length ?? 0));
}

async function start() {
  tell("loading");
  const ask = asker(root);
  const draft = await openDraft(setup, call, ask);
  if (!draft) {
    location.assign(setup.back);
    return;
  }
  window.history.replaceState(null, "", location.pathname); // a page loaded again goes on with the draft
  const editor = build(draft);
  const url = `${setup.drafts}${draft.id}/`;
  const keep = await Keep.open();
  const about = { id: draft.id, artwork: setup.artwork, revision: draft.revision };
  const sync = new Sync({ model: editor.model, about, url, keep, call, tell });
  const [left] = await Promise.all([sync.open(), editor.view.opened]);
  connect(editor, sync, draft, url);
  if (left.length) await leftBehind(editor, left, keep, ask);
}

start().catch((problem) => tell("refused", problem.message || say("cannotOpen")));
