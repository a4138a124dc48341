// Undo and redo without limit: each action keeps what every pixel that it changed was before, and became.
import { difference, eachRun } from "./runs.js";
import { AREA } from "./tiles.js";

const NOTHING = new Uint8Array(AREA);

export class History {
  // told(key, start, end, label): a run of pixels that an action, an undo or a redo has changed.
  constructor(tiles, told = () => {}) {
    this.tiles = tiles;
    this.told = told;
    this.done = [];
    this.undone = [];
    this.before = null; // key → labels at the start of the action under way
  }

  get busy() {
    return this.before !== null;
  }

  begin() {
    this.before = new Map();
  }

  // To be called before anything is written into a square.
  touch(key) {
    if (!this.before.has(key)) this.before.set(key, this.tiles.held.get(key)?.slice() ?? null);
  }

  // Ends the action; returns it, or null where nothing changed.
  commit(name) {
    const change = { name, squares: new Map() };
    for (const [key, before] of this.before) {
      const runs = difference(before ?? NOTHING, this.tiles.held.get(key) ?? NOTHING);
      if (runs) change.squares.set(key, runs);
      this.tiles.dropIfEmpty(key);
    }
    this.before = null;
    if (!change.squares.size) return null;
    for (const [key, runs] of change.squares) eachRun(runs, (start, end, _, after) => this.told(key, start, end, after));
    this.done.push(change);
    this.undone.length = 0;
    return change;
  }

  // Takes the action under way back; returns the squares that it had touched.
  cancel() {
    const keys = [...this.before.keys()];
    for (const [key, before] of this.before) this.tiles.replace(key, before);
    this.before = null;
    return keys;
  }

  undo() {
    return this.#turn(this.done, this.undone, false);
  }

  redo() {
    return this.#turn(this.undone, this.done, true);
  }

  #turn(from, to, forward) {
    const change = from.pop();
    if (!change) return null;
    for (const [key, runs] of change.squares) this.#apply(key, runs, forward);
    to.push(change);
    return change;
  }

  // A pixel that another tab has changed since keeps what that tab gave it.
  #apply(key, runs, forward) {
    const { tiles } = this;
    eachRun(runs, (start, end, before, after) => {
      const [expected, label] = forward ? [before, after] : [after, before];
      for (let i = start; i < end; ) {
        const tile = tiles.held.get(key) ?? NOTHING;
        while (i < end && tile[i] !== expected) i++;
        const first = i;
        while (i < end && tile[i] === expected) i++;
        if (i === first) continue;
        tiles.fill(key, first, i, label);
        this.told(key, first, i, label);
      }
    });
    tiles.dropIfEmpty(key);
  }
}
