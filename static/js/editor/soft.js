// A look at the soft edge: how far the new paint will have come in at each pixel, shown once the hand rests.
import { LEVELS } from "./layer.js";
import { TILE } from "./tiles.js";

const REST = 180; // milliseconds

export class SoftEdge {
  constructor({ layer, overlay, view, background }) {
    Object.assign(this, { layer, overlay, view, background });
    this.by = 0;
    this.on = false;
    view.moved.push(() => this.#rest());
  }

  show(on, by) {
    Object.assign(this, { on, by });
    this.#rest();
  }

  // What was drawn has changed.
  changed() {
    this.#rest();
  }

  #rest() {
    clearTimeout(this.timer);
    if (this.overlay.instead) {
      this.overlay.instead = null;
      this.overlay.invalidate();
    }
    this.asked = (this.asked ?? 0) + 1;
    if (this.on && this.by && this.view.ready) this.timer = setTimeout(() => this.#draw(this.asked), REST);
  }

  async #draw(asked) {
    const area = this.#area();
    if (!area) return;
    const { labels, width, height, x, y, step } = area;
    const given = { labels, width, height, by: Math.max(1, this.by / step) };
    const alpha = await this.background.ask("ramp", given);
    if (asked !== this.asked) return;
    const canvas = new OffscreenCanvas(width, height);
    const image = new ImageData(width, height);
    for (let i = 0; i < labels.length; i++) {
      const colour = this.layer.colours[labels[i]];
      if (!colour || this.layer.hidden.has(labels[i])) continue;
      image.data.set(colour, 4 * i);
      image.data[4 * i + 3] = alpha[i];
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    this.overlay.instead = { layer: this.layer, canvas, x, y, width: width * step, height: height * step };
    this.overlay.invalidate();
  }

  // The labels of all squares in sight and those around them, at the level of the view.
  #area() {
    const { tiles } = this.layer;
    const seen = this.view.visible(tiles.width, tiles.height);
    if (!seen) return null;
    const { scale } = this.view.transform();
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(Math.log2(1 / scale))));
    const [left, top] = [Math.max(0, (seen.x >> 9) - 1), Math.max(0, (seen.y >> 9) - 1)];
    const right = Math.min(tiles.columns, ((seen.x + seen.width) >> 9) + 2);
    const bottom = Math.min(tiles.rows, ((seen.y + seen.height) >> 9) + 2);
    const side = TILE >> level;
    const width = Math.ceil(Math.min(tiles.width - left * TILE, (right - left) * TILE) / (1 << level));
    const height = Math.ceil(Math.min(tiles.height - top * TILE, (bottom - top) * TILE) / (1 << level));
    const labels = new Uint8Array(width * height);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const from = this.layer.reduced(tiles.key(column, row), level);
        if (from) lay(labels, width, height, from, side, (column - left) * side, (row - top) * side);
      }
    }
    return { labels, width, height, x: left * TILE, y: top * TILE, step: 1 << level };
  }
}

function lay(out, width, height, from, side, x, y) {
  const columns = Math.min(side, width - x);
  for (let line = 0; line < side && y + line < height; line++) {
    out.set(from.subarray(line * side, line * side + columns), (y + line) * width + x);
  }
}
