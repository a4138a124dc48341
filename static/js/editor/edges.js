// Growing and shrinking of the whole mask, square by square with as much surroundings as it takes.
import { AREA, TILE } from "./tiles.js";

const AT_ONCE = 2; // squares with the worker at the same time

// operation: "grow" or "shrink"; by: 1 to 256 pixels; only: a label, or 0 for all; goOn(share): false breaks off.
// Returns the squares that change, key → labels, or null when it was broken off.
export async function reshape(tiles, background, operation, by, only, goOn) {
  const keys = operation === "grow" ? withNeighbours(tiles) : [...tiles.held.keys()];
  const changed = new Map();
  let done = 0;
  const worker = async (queue) => {
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      const labels = await square(tiles, background, operation, by, only, key);
      if (labels && !same(labels, tiles.held.get(key))) changed.set(key, labels);
      if (!goOn(++done / keys.length)) queue.length = 0;
    }
  };
  const queue = [...keys];
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(queue)));
  return done === keys.length ? changed : null;
}

async function square(tiles, background, operation, by, only, key) {
  const { x, y, width, height } = tiles.place(key);
  const [left, top] = [Math.max(0, x - by), Math.max(0, y - by)];
  const [right, bottom] = [Math.min(tiles.width, x + width + by), Math.min(tiles.height, y + height + by)];
  const labels = tiles.read(left, top, right - left, bottom - top);
  if (!labels.some((label) => label)) return null;
  const given = { labels, width: right - left, height: bottom - top, by, only };
  const result = await background.ask(operation, given, [labels.buffer]);
  const out = new Uint8Array(AREA);
  for (let line = 0; line < height; line++) {
    const start = (y - top + line) * given.width + x - left;
    out.set(result.subarray(start, start + width), line * TILE);
  }
  return out;
}

function withNeighbours(tiles) {
  const keys = new Set();
  for (const key of tiles.held.keys()) {
    const { column, row } = tiles.place(key);
    for (let v = Math.max(0, row - 1); v <= Math.min(tiles.rows - 1, row + 1); v++) {
      for (let u = Math.max(0, column - 1); u <= Math.min(tiles.columns - 1, column + 1); u++) keys.add(tiles.key(u, v));
    }
  }
  return [...keys];
}

function same(one, other) {
  if (!other) return one.every((label) => label === 0);
  return one.every((label, i) => label === other[i]);
}
