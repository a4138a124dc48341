// The brush, and the eraser, which is a brush that marks pixels as intact.
import { Stroke, sweep } from "./brush.js";
import { Tool } from "./tool.js";

const LIGHTEST = 0.3; // of the size, under a pen that hardly touches

export class Brush extends Tool {
  // label: what this brush always leaves; without one, the class that is chosen.
  constructor(editor, label = null) {
    super(editor);
    this.label = label;
  }

  down(point) {
    const { model } = this.editor;
    this.ink = this.label ?? this.editor.ink();
    const dot = this.#dot(point);
    this.stroke = new Stroke(dot);
    model.begin();
    model.paint(sweep(dot.x, dot.y, dot.radius, dot.x, dot.y, dot.radius), this.ink);
  }

  move(points) {
    for (const point of points) this.editor.model.paint(this.stroke.to(this.#dot(point)), this.ink);
  }

  up() {
    const { model } = this.editor;
    model.paint(this.stroke.end(), this.ink);
    model.commit("brush");
    if (typeof this.ink === "number") this.sayCoverage(this.ink);
    else this.editor.announce("taken", { share: this.editor.share(model.tiles.total) });
  }

  cancel() {
    this.editor.model.cancel();
  }

  hover(_, screen) {
    this.editor.guide.brush(screen, this.editor.state.get("size"));
  }

  // A straight stroke, as the keyboard draws it.
  line(from, to) {
    this.down(from);
    this.editor.model.paint(this.stroke.to(this.#dot(to)), this.ink);
    this.up();
  }

  #dot({ x, y, pressure = 1, pen = false }) {
    const { state } = this.editor;
    const part = pen && state.get("pressure") ? LIGHTEST + (1 - LIGHTEST) * pressure : 1;
    return { x, y, radius: (state.get("size") * part) / 2 };
  }
}
