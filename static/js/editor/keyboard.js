// Everything by keyboard. The arrow keys move a crosshair, Space and Enter use the tool there; letters choose.
const TOOLS = { b: "brush", e: "eraser", p: "polygon", r: "rectangle", l: "lasso", w: "wand", g: "region", h: "pan" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 8; // pixels of the screen
const PAUSE = 350; // milliseconds after which a new place is said

export class Keyboard {
  // actions: name → f(), those of the buttons
  constructor(editor, root, surface, tools, actions) {
    Object.assign(this, { editor, root, surface, tools, actions });
    this.pixel = null; // where the crosshair is; null while a pointer is used
    this.held = false; // Space is held down, so that the mouse pans
    this.penDown = false;
    root.addEventListener("keydown", (event) => this.#down(event));
    root.addEventListener("keyup", (event) => event.key === " " && (this.held = false));
    surface.addEventListener("pointerdown", () => {
      root.dataset.by = "pointer"; // its focus needs no ring: the eye is where the hand is
      this.#hide();
    });
    surface.addEventListener("blur", () => (this.held = false));
  }

  #down(event) {
    this.root.dataset.by = "keyboard";
    const typing = event.target.closest("input:not([type=range], [type=checkbox], [type=radio]), textarea, select, dialog");
    if (typing || event.defaultPrevented) return;
    const handled = event.ctrlKey || event.metaKey ? this.#command(event) : this.#onSurface(event) || this.#letter(event);
    if (handled) event.preventDefault();
  }

  #command({ key, shiftKey }) {
    const name = { z: shiftKey ? "redo" : "undo", y: "redo", s: "save" }[key.toLowerCase()];
    if (name) this.actions[name]();
    return Boolean(name);
  }

  #onSurface(event) {
    if (event.target !== this.surface) return false;
    if (event.key in ARROWS) return this.#step(event);
    const tool = this.tools.current;
    if (event.key === " ") return this.#space(event);
    if (event.key === "Enter") {
      if (!this.editor.state.get("busy")) tool.enter(this.#point());
      return true;
    }
    if (event.key === "Backspace") return tool.back();
    if (event.key === "Escape") return tool.escape() || this.#hide();
    return false;
  }

  #letter({ key, altKey }) {
    const { state } = this.editor;
    if (altKey || !state.get("letters")) return false;
    const letter = key.toLowerCase();
    if (letter in TOOLS) state.set("tool", TOOLS[letter]);
    else if ("12345".includes(key)) this.actions[`ink-${key}`]();
    else if (letter === "d") this.#pen();
    else if (key in LETTERS) this.actions[LETTERS[key]]();
    else if (letter in LETTERS) this.actions[LETTERS[letter]]();
    else return false;
    return true;
  }

  #step(event) {
    const { view, model, guide } = this.editor;
    const { width, height } = model.tiles;
    const before = this.pixel ?? this.#middle();
    const one = Math.max(1, Math.round(STEP / view.transform().scale));
    const by = event.altKey ? 1 : event.shiftKey ? 10 * one : one;
    const [dx, dy] = ARROWS[event.key];
    const within = (value, size) => Math.max(0, Math.min(size - 1, value));
    this.pixel = { x: within(before.x + dx * by, width), y: within(before.y + dy * by, height) };
    view.reveal(this.pixel.x, this.pixel.y);
    guide.crosshair(this.pixel);
    this.tools.current.hover(this.#point(), view.toScreen(this.pixel.x + 0.5, this.pixel.y + 0.5));
    if (this.penDown && this.tools.current.line) this.tools.current.line(middle(before), this.#point());
    else this.#sayPlace();
    return true;
  }

  // Where the keyboard draws, Space is the pen; where the mouse does, it moves the picture.
  #space(event) {
    if (!this.pixel) {
      this.held = true;
      return true;
    }
    if (!event.repeat && !this.editor.state.get("busy")) this.tools.current.press(this.#point());
    return true;
  }

  #pen() {
    this.penDown = !this.penDown;
    this.editor.announce(this.penDown ? "penDown" : "penUp");
  }

  #point() {
    return this.pixel && middle(this.pixel);
  }

  #middle() {
    const { view, model } = this.editor;
    const seen = view.visible(model.tiles.width, model.tiles.height) ?? { x: 0, y: 0, ...model.tiles };
    return { x: Math.floor(seen.x + seen.width / 2), y: Math.floor(seen.y + seen.height / 2) };
  }

  #hide() {
    const had = this.pixel !== null;
    this.pixel = null;
    this.penDown = false;
    this.editor.guide.crosshair(null);
    return had;
  }

  #sayPlace() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.pixel) return;
      const { x, y } = this.pixel;
      const label = this.editor.model.tiles.at(x, y);
      this.editor.announce("place", { x, y, name: this.editor.className(label) });
    }, PAUSE);
  }
}

const middle = ({ x, y }) => ({ x: x + 0.5, y: y + 0.5 });

const LETTERS = {
  "[": "smaller",
  "]": "larger",
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "?": "keys",
  0: "ink-0",
  f: "whole",
  m: "marks",
  n: "numbers",
  o: "panel",
};
