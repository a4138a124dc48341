// One mask as pictures: every square in its colours, at full size and halved as often as the view needs it.
import { TILE } from "./tiles.js";

export const LEVELS = 6; // a square of 512 pixels goes down to 16
const ROOM = 96 * 2 ** 20; // bytes of pictures that are kept

export class Layer {
  // colours: label → [red, green, blue]; hatched: strokes and an outline instead of an area.
  constructor(tiles, colours, { hatched = false } = {}) {
    this.tiles = tiles;
    this.colours = colours;
    this.hatched = hatched;
    this.hidden = new Set();
    this.opacity = 1;
    this.shown = true;
    this.held = new Map(); // "key/level" → {canvas, labels, stale}
    this.bytes = 0;
    this.#mix();
  }

  hide(label, hidden) {
    if (hidden) this.hidden.add(label);
    else this.hidden.delete(label);
    this.#mix();
    for (const entry of this.held.values()) entry.stale = whole();
  }

  // A rectangle of a square was written to: its pictures are out of date there.
  mark(key, rect) {
    for (let level = 0; level < LEVELS; level++) {
      const entry = this.held.get(`${key}/${level}`);
      if (entry) entry.stale = union(entry.stale, rect);
    }
  }

  // The picture of a square at a level, or null where nothing is marked.
  picture(key, level) {
    if (!this.tiles.held.has(key)) {
      this.#forget(key);
      return null;
    }
    return this.#entry(key, level).canvas;
  }

  // The labels of a square at a level, or null where nothing is marked.
  reduced(key, level) {
    if (!this.tiles.held.has(key)) return null;
    return level ? this.#entry(key, level).labels : this.tiles.held.get(key);
  }

  #entry(key, level) {
    const name = `${key}/${level}`;
    const found = this.held.get(name) ?? this.#make(level);
    this.held.delete(name);
    this.held.set(name, found); // the last used one is the last to go
    const labels = this.#labels(key, level, found);
    if (found.stale) this.#draw(found, labels, level);
    found.stale = null;
    this.#tidy(name);
    return found;
  }

  #make(level) {
    const side = TILE >> level;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    this.bytes += 4 * side * side;
    return { canvas, labels: level ? new Uint8Array(side * side) : null, stale: whole() };
  }

  // The labels of a square at a level. What is marked wins over what is not, so that a hairline crack stays in sight.
  #labels(key, level, entry) {
    if (!level) return this.tiles.held.get(key);
    if (!entry.stale) return entry.labels;
    const from = this.#reducedFrom(key, level);
    const { left, right, top, bottom } = halved(entry.stale, level);
    const side = TILE >> level;
    const wide = from.side;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        entry.labels[y * side + x] = strongest(from.labels, wide, x * from.step, y * from.step, from.step);
      }
    }
    return entry.labels;
  }

  // The nearest finer level that is up to date, else the square itself.
  #reducedFrom(key, level) {
    for (let finer = level - 1; finer > 0; finer--) {
      const entry = this.held.get(`${key}/${finer}`);
      if (entry && !entry.stale) return { labels: entry.labels, side: TILE >> finer, step: 1 << (level - finer) };
    }
    return { labels: this.tiles.held.get(key), side: TILE, step: 1 << level };
  }

  #draw(entry, labels, level) {
    const { left, right, top, bottom } = halved(entry.stale, level);
    const side = TILE >> level;
    const image = new ImageData(right - left, bottom - top);
    const pixels = new Uint32Array(image.data.buffer);
    let i = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++, i++) {
        const label = labels[y * side + x];
        if (label && (!this.hatched || onHatch(labels, side, x, y, label))) pixels[i] = this.mixed[label];
      }
    }
    entry.canvas.getContext("2d").putImageData(image, left, top);
  }

  #mix() {
    this.mixed = new Uint32Array(16);
    const bytes = new Uint8Array(this.mixed.buffer);
    this.colours.forEach((colour, label) => {
      if (colour && !this.hidden.has(label)) bytes.set([...colour, 255], 4 * label);
    });
  }

  #forget(key) {
    for (let level = 0; level < LEVELS; level++) this.#drop(`${key}/${level}`);
  }

  #drop(name) {
    const entry = this.held.get(name);
    if (!entry) return;
    this.bytes -= 4 * entry.canvas.width ** 2;
    this.held.delete(name);
  }

  #tidy(but) {
    for (const name of this.held.keys()) {
      if (this.bytes <= ROOM) return;
      if (name !== but) this.#drop(name);
    }
  }
}

const whole = () => ({ left: 0, right: TILE, top: 0, bottom: TILE });

// The rectangle around two; the first may be missing.
export const union = (one, other) =>
  one
    ? {
        left: Math.min(one.left, other.left),
        right: Math.max(one.right, other.right),
        top: Math.min(one.top, other.top),
        bottom: Math.max(one.bottom, other.bottom),
      }
    : other;

function halved({ left, right, top, bottom }, level) {
  const up = (1 << level) - 1;
  return { left: left >> level, right: (right + up) >> level, top: top >> level, bottom: (bottom + up) >> level };
}

function strongest(labels, side, x, y, step) {
  for (let v = y; v < y + step; v++) {
    for (let i = v * side + x; i < v * side + x + step; i++) if (labels[i]) return labels[i];
  }
  return 0;
}

function onHatch(labels, side, x, y, label) {
  if (((x + y) & 7) < 2) return true;
  const i = y * side + x;
  return (
    (x > 0 && labels[i - 1] !== label) ||
    (x < side - 1 && labels[i + 1] !== label) ||
    (y > 0 && labels[i - side] !== label) ||
    (y < side - 1 && labels[i + side] !== label)
  );
}
