// What was drawn since it was last sent: the new label of each pixel, or 255 where nothing was touched.
import { identifier } from "./keep.js";
import { encode, toBase64 } from "./png.js";
import { pack, unpack } from "./runs.js";
import { AREA, TILE } from "./tiles.js";

export const UNTOUCHED = 255;
const MOST = 100; // squares; the server takes 600 and 16 MB

export class Patch {
  constructor(id = identifier(), squares = []) {
    this.id = id;
    this.at = Date.now();
    this.squares = new Map(squares.map(([key, bytes]) => [key, unpack(bytes)]));
    this.fresh = new Set(); // squares that changed since they were last kept
    this.closed = false; // on its way, so that nothing may be added to it
  }

  get full() {
    return this.squares.size >= MOST;
  }

  note(key, start, end, label) {
    if (!this.squares.has(key)) this.squares.set(key, new Uint8Array(AREA).fill(UNTOUCHED));
    this.squares.get(key).fill(label, start, end);
    this.fresh.add(key);
  }

  // Lays what was drawn over the labels of a square.
  over(key, labels) {
    const own = this.squares.get(key);
    for (let i = 0; own && i < AREA; i++) if (own[i] !== UNTOUCHED) labels[i] = own[i];
  }

  // The squares to keep, packed; what is packed once is not given again until it changes.
  unkept() {
    const keys = [...this.fresh];
    this.fresh.clear();
    return keys.map((key) => [key, pack(this.squares.get(key))]);
  }

  // As the server takes it.
  async body(tiles) {
    const sent = [...this.squares].map(async ([key, labels]) => {
      const { column, row, width, height } = tiles.place(key);
      return { x: column, y: row, png: toBase64(await encode(labels, width, height, TILE)) };
    });
    return { patch: this.id, tiles: await Promise.all(sent) };
  }
}
