// Lays the layers over the picture on one canvas: only what is in sight, and of that only what changed.
import { LEVELS, union } from "./layer.js";
import { TILE } from "./tiles.js";

export class Overlay {
  constructor(canvas, view) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.view = view;
    this.layers = []; // from below to above
    this.instead = null; // {layer, canvas, x, y, width, height}: a picture in place of a layer, in pixels of the picture
    this.stale = null; // what to draw anew: a rectangle of the picture, or "all"
    this.waiting = false;
    this.drawn = []; // f() after every drawing
    view.moved.push(() => this.draw("all")); // in the viewer's own frame, so that marks never lag behind the picture
    new ResizeObserver(() => this.#fit()).observe(canvas);
    this.#fit();
  }

  add(layer) {
    this.layers.push(layer);
    this.invalidate();
  }

  remove(layer) {
    this.layers = this.layers.filter((it) => it !== layer);
    this.invalidate();
  }

  // A rectangle of a square was written to; without arguments, everything may have changed.
  invalidate(key, rect) {
    if (key === undefined) this.stale = "all";
    else if (this.stale !== "all") this.stale = union(this.stale, this.#inPicture(key, rect));
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.stale) this.draw(this.stale);
    });
  }

  draw(what) {
    this.stale = null;
    const { context, canvas, ratio } = this;
    if (!canvas.width || !this.view.ready) return;
    const { scale, x, y } = this.view.transform();
    const screen = what === "all" ? everything(canvas) : this.#onScreen(what, scale * ratio, x * ratio, y * ratio);
    if (screen.width <= 0 || screen.height <= 0) return;
    context.save();
    context.beginPath();
    context.rect(screen.x, screen.y, screen.width, screen.height);
    context.clip();
    context.clearRect(screen.x, screen.y, screen.width, screen.height);
    for (const layer of this.layers) {
      if (!layer.shown) continue;
      if (this.instead?.layer === layer) this.#picture(this.instead, scale * ratio, x * ratio, y * ratio);
      else this.#layer(layer, screen, scale * ratio, x * ratio, y * ratio);
    }
    context.restore();
    for (const tell of this.drawn) tell();
  }

  #layer(layer, screen, scale, x, y) {
    const { context } = this;
    const { tiles } = layer;
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(Math.log2(1 / scale) + 0.01)));
    context.globalAlpha = layer.opacity;
    context.imageSmoothingEnabled = scale * 2 ** level < 1;
    const side = TILE * scale;
    const first = (origin, from) => Math.max(0, Math.floor((from - origin) / side));
    const last = (origin, to, count) => Math.min(count, Math.ceil((to - origin) / side));
    const [right, bottom] = [last(x, screen.x + screen.width, tiles.columns), last(y, screen.y + screen.height, tiles.rows)];
    for (let row = first(y, screen.y); row < bottom; row++) {
      for (let column = first(x, screen.x); column < right; column++) {
        const picture = layer.picture(tiles.key(column, row), level);
        if (!picture) continue;
        // edges fall on whole pixels of the screen, so that no seam shows between two squares
        const [left, top] = [Math.round(x + column * side), Math.round(y + row * side)];
        const [width, height] = [Math.round(x + (column + 1) * side) - left, Math.round(y + (row + 1) * side) - top];
        context.drawImage(picture, left, top, width, height);
      }
    }
  }

  #picture({ layer, canvas, ...place }, scale, x, y) {
    this.context.globalAlpha = layer.opacity;
    this.context.imageSmoothingEnabled = scale < 1;
    this.context.drawImage(canvas, x + place.x * scale, y + place.y * scale, place.width * scale, place.height * scale);
  }

  #inPicture(key, { left, right, top, bottom }) {
    const { x, y } = this.layers[0].tiles.place(key);
    return { left: x + left, right: x + right, top: y + top, bottom: y + bottom };
  }

  // With a margin as wide as a pixel of the coarsest level, which one pixel of the mask may light up.
  #onScreen(rect, scale, x, y) {
    const margin = 2 + Math.ceil(scale + 1);
    const left = Math.max(0, Math.floor(x + rect.left * scale) - margin);
    const top = Math.max(0, Math.floor(y + rect.top * scale) - margin);
    const right = Math.min(this.canvas.width, Math.ceil(x + rect.right * scale) + margin);
    const bottom = Math.min(this.canvas.height, Math.ceil(y + rect.bottom * scale) + margin);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  #fit() {
    const { canvas } = this;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(canvas.clientWidth * this.ratio);
    canvas.height = Math.round(canvas.clientHeight * this.ratio);
    this.invalidate();
  }
}

const everything = (canvas) => ({ x: 0, y: 0, width: canvas.width, height: canvas.height });
