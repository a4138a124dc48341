// The mask being drawn: its labels, its history, and who wants to know when pixels change.
import { History } from "./history.js";
import { TILE, Tiles } from "./tiles.js";

export class Draft {
  constructor(width, height) {
    this.tiles = new Tiles(width, height);
    this.painted = []; // f(key, {left, right, top, bottom}) for every square written to, also in an unfinished action
    this.changed = []; // f(key, start, end, label) for every run of a finished action, an undo or a redo
    this.settled = []; // f() after each of these
    this.history = new History(this.tiles, (key, start, end, label) => {
      for (const tell of this.changed) tell(key, start, end, label);
    });
    this.waiting = []; // squares from another tab that came while an action was under way
  }

  begin() {
    this.history.begin();
  }

  // Gives runs [y, from, to, …] a label, or the marks that another mask (`Tiles`) has there.
  paint(spans, ink) {
    const where = new Map();
    for (let i = 0; i < spans.length; i += 3) {
      this.tiles.across(spans[i], spans[i + 1], spans[i + 2], (key, start, end) => {
        const from = typeof ink === "number" ? null : ink.held.get(key);
        if (from === undefined) return;
        this.history.touch(key);
        if (from) this.#copy(key, start, end, from);
        else this.tiles.fill(key, start, end, ink);
        stretch(where, key, start, end);
      });
    }
    for (const [key, rect] of where) for (const tell of this.painted) tell(key, rect);
  }

  // Puts whole squares in place: key → labels.
  put(squares) {
    for (const [key, labels] of squares) {
      this.history.touch(key);
      this.tiles.replace(key, labels);
    }
    this.#repaint(squares.keys());
  }

  commit(name) {
    const change = this.history.commit(name);
    this.#settle();
    return change;
  }

  cancel() {
    this.#repaint(this.history.cancel());
    this.#settle();
  }

  // One action of these runs; returns how many pixels it left marked more (or fewer, below zero).
  act(name, spans, ink) {
    const before = this.tiles.total;
    this.begin();
    this.paint(spans, ink);
    this.commit(name);
    return this.tiles.total - before;
  }

  undo() {
    return this.#turned(this.history.busy ? null : this.history.undo());
  }

  redo() {
    return this.#turned(this.history.busy ? null : this.history.redo());
  }

  // A whole square as another tab or the server has it; own work that is not saved yet is laid over it by `merged`.
  take(key, labels) {
    if (this.history.busy) {
      this.waiting.push([key, labels]);
      return;
    }
    this.tiles.replace(key, this.merged ? this.merged(key, labels) : labels);
    this.#repaint([key]);
  }

  #copy(key, start, end, from) {
    for (let i = start; i < end; ) {
      const label = from[i];
      const first = i;
      while (i < end && from[i] === label) i++;
      if (label) this.tiles.fill(key, first, i, label);
    }
  }

  #turned(change) {
    if (!change) return null;
    this.#repaint(change.squares.keys());
    this.#settle();
    return change;
  }

  #repaint(keys) {
    for (const key of keys) for (const tell of this.painted) tell(key, { left: 0, right: TILE, top: 0, bottom: TILE });
  }

  #settle() {
    for (const [key, labels] of this.waiting.splice(0)) this.take(key, labels);
    for (const tell of this.settled) tell();
  }
}

// Widens the rectangle of a square by a run in it.
function stretch(where, key, start, end) {
  const [left, right, row] = [start & 511, ((end - 1) & 511) + 1, start >> 9];
  const rect = where.get(key);
  if (!rect) {
    where.set(key, { left, right, top: row, bottom: row + 1 });
    return;
  }
  if (left < rect.left) rect.left = left;
  if (right > rect.right) rect.right = right;
  if (row < rect.top) rect.top = row;
  if (row >= rect.bottom) rect.bottom = row + 1;
}
