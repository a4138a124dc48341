// The tools, and which of them a pointer or the keyboard is using.
import { Brush } from "./tool-brush.js";
import { Hand } from "./tool.js";
import { Lasso, Polygon, Rectangle } from "./tool-shapes.js";
import { Wand } from "./tool-wand.js";
import { Region } from "./tool-region.js";

export class Tools {
  // editor: {model, view, guide, state, background, other, announce, say, …}, see page.js
  constructor(editor) {
    this.editor = editor;
    this.kinds = {
      brush: new Brush(editor),
      eraser: new Brush(editor, 0),
      polygon: new Polygon(editor),
      rectangle: new Rectangle(editor),
      lasso: new Lasso(editor),
      wand: new Wand(editor),
      region: new Region(editor),
      pan: new Hand(editor),
    };
    editor.state.followers.push((name) => name === "tool" && this.leave());
    this.last = this.current;
  }

  get current() {
    return this.kinds[this.editor.state.get("tool")];
  }

  // What was begun with another tool is let go.
  leave() {
    if (this.last !== this.current) this.last.escape();
    this.last = this.current;
    this.editor.guide.brush(null);
  }

  down(point) {
    this.using = null;
    if (this.editor.state.get("busy")) return;
    this.using = point.eraser ? this.kinds.eraser : this.current;
    this.using.down(this.#inPicture(point));
  }

  move(points) {
    this.using?.move(points.map((point) => this.#inPicture(point)));
  }

  up() {
    this.using?.up();
    this.using = null;
  }

  cancel() {
    this.using?.cancel();
    this.using = null;
  }

  hover(point) {
    this.current.hover(point && this.#inPicture(point), point);
  }

  #inPicture(point) {
    return { ...point, ...this.editor.view.toPicture(point.x, point.y) };
  }
}
