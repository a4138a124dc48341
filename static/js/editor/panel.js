// The classes with what they cover, as it changes, and what can be done with each.
import { number } from "./words.js";

const PAUSE = 120; // milliseconds between two counts while a stroke grows

export class Panel {
  constructor(editor, root) {
    Object.assign(this, { editor, root });
    const { model, overlay } = editor;
    model.painted.push(() => this.#soon());
    model.settled.push(() => this.#soon());
    root.addEventListener("click", (event) => {
      const { show, clear } = event.target.closest("[data-show], [data-clear]")?.dataset ?? {};
      if (show) this.#toggle(event.target.closest("[data-show]"), Number(show));
      if (clear) this.#clear(Number(clear));
    });
    editor.state.follow((name, value) => {
      if (name !== "opacity") return;
      for (const layer of overlay.layers) if (!layer.hatched) layer.opacity = value / 100;
      overlay.invalidate();
    });
    this.#soon();
  }

  #soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#count();
    }, PAUSE);
  }

  #count() {
    const { tiles, history } = this.editor.model;
    const all = { 1: tiles.counts[1], 2: tiles.counts[2], 3: tiles.counts[3], 4: tiles.counts[4], all: tiles.total };
    for (const [label, count] of Object.entries(all)) {
      write(this.root.querySelector(`[data-count="${label}"]`), number(count));
      write(this.root.querySelector(`[data-share="${label}"]`), this.editor.share(count));
    }
    for (const button of this.root.querySelectorAll("[data-clear]")) dim(button, !all[button.dataset.clear]);
    for (const button of document.querySelectorAll("[data-do=undo]")) dim(button, !history.done.length);
    for (const button of document.querySelectorAll("[data-do=redo]")) dim(button, !history.undone.length);
  }

  #toggle(button, label) {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    for (const layer of this.editor.overlay.layers) layer.hide(label, !shown);
    this.editor.overlay.invalidate();
    this.editor.changed();
  }

  // Every pixel of a class becomes intact, in one action.
  #clear(label) {
    const { model } = this.editor;
    if (this.editor.state.get("busy")) return;
    const squares = [...model.tiles.held].filter(([, labels]) => labels.includes(label));
    model.begin();
    model.put(squares.map(([key, labels]) => [key, labels.map((it) => (it === label ? 0 : it))]));
    model.commit("clear");
    this.editor.announce("cleared", { name: this.editor.className(label) });
  }
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

// A button that has nothing to do keeps its place in the order of the keyboard.
function dim(button, off) {
  button.setAttribute("aria-disabled", String(off));
}
