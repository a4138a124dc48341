// The labels of a mask at full resolution, kept in squares, and only where something is marked.
export const TILE = 512;
export const AREA = TILE * TILE;
export const CLASSES = 4; // 1 loss, 2 crack, 3 stain, 4 fading; 0 is intact

export class Tiles {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / TILE);
    this.rows = Math.ceil(height / TILE);
    this.held = new Map(); // key → labels of a square, row by row
    this.marked = new Map(); // key → how many of them are not 0
    this.counts = new Array(CLASSES + 1).fill(0); // label → pixels; that of 0 means nothing
  }

  key(column, row) {
    return row * this.columns + column;
  }

  // Where a square lies, in pixels of the picture; the last ones are cut at the picture's edge.
  place(key) {
    const column = key % this.columns;
    const row = (key - column) / this.columns;
    const [x, y] = [column * TILE, row * TILE];
    return { column, row, x, y, width: Math.min(TILE, this.width - x), height: Math.min(TILE, this.height - y) };
  }

  at(x, y) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    const tile = this.held.get(this.key(x >> 9, y >> 9));
    return tile ? tile[((y & 511) << 9) | (x & 511)] : 0;
  }

  get total() {
    return this.counts.slice(1).reduce((sum, count) => sum + count, 0);
  }

  // The part of a row from `from` up to but without `to`, square by square: visit(key, start, end, x).
  across(y, from, to, visit) {
    if (y < 0 || y >= this.height) return;
    const end = Math.min(to, this.width);
    const line = (y & 511) << 9;
    for (let x = Math.max(from, 0); x < end; ) {
      const stop = Math.min(end, (x | 511) + 1);
      const start = line | (x & 511);
      visit(this.key(x >> 9, y >> 9), start, start + stop - x, x);
      x = stop;
    }
  }

  // Writes one label along a run inside a square.
  fill(key, start, end, label) {
    const tile = this.held.get(key) ?? (label ? this.#open(key) : null);
    if (!tile) return;
    const { counts } = this;
    let more = 0;
    for (let i = start; i < end; i++) {
      const old = tile[i];
      if (old === label) continue;
      tile[i] = label;
      counts[old]--;
      counts[label]++;
      if (!old) more++;
      else if (!label) more--;
    }
    if (more) this.marked.set(key, this.marked.get(key) + more);
  }

  // Replaces a whole square; null empties it.
  replace(key, labels) {
    const old = this.held.get(key);
    for (let i = 0; old && i < AREA; i++) this.counts[old[i]]--;
    let marked = 0;
    for (let i = 0; labels && i < AREA; i++) {
      this.counts[labels[i]]++;
      if (labels[i]) marked++;
    }
    if (marked) {
      this.held.set(key, labels);
      this.marked.set(key, marked);
    } else this.drop(key);
  }

  drop(key) {
    this.held.delete(key);
    this.marked.delete(key);
  }

  // Lets go of a square on which nothing is marked any more; says whether it did.
  dropIfEmpty(key) {
    if (this.marked.get(key) !== 0) return false;
    this.drop(key);
    return true;
  }

  // The labels of a rectangle of the picture (which must lie inside it), row by row.
  read(x, y, width, height) {
    const out = new Uint8Array(width * height);
    for (let line = 0; line < height; line++) {
      this.across(y + line, x, x + width, (key, start, end, at) => {
        const tile = this.held.get(key);
        if (tile) out.set(tile.subarray(start, end), line * width + at - x);
      });
    }
    return out;
  }

  #open(key) {
    const tile = new Uint8Array(AREA);
    this.held.set(key, tile);
    this.marked.set(key, 0);
    return tile;
  }
}
