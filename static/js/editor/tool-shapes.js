// Areas by their outline: a polygon point by point, a rectangle by two corners, a lasso in one go.
import { polygon, rectangle } from "./shapes.js";
import { Tool, area } from "./tool.js";

const NEAR = 12; // pixels of the screen from the first point at which a click closes a polygon

class Shape extends Tool {
  constructor(editor) {
    super(editor);
    this.points = [];
  }

  fill(spans, name) {
    const { model } = this.editor;
    this.escape();
    model.act(name, spans, this.editor.ink());
    this.editor.announce(name, { pixels: area(spans, model.tiles), share: this.editor.share(model.tiles.total) });
  }

  show(loose = null) {
    this.editor.guide.shape(this.points, { loose, open: !loose });
    this.editor.state.set("points", this.points.length);
  }

  escape() {
    const had = this.points.length > 0;
    this.points = [];
    this.show();
    return had;
  }
}

export class Polygon extends Shape {
  down(point) {
    if (this.points.length > 2 && this.#near(point)) {
      this.close();
      return;
    }
    this.#add(point);
  }

  // The hand may correct a point while it is still down.
  move(points) {
    if (!this.points.length) return;
    this.points[this.points.length - 1] = points.at(-1);
    this.show();
  }

  cancel() {
    this.back();
  }

  hover(point) {
    if (this.points.length) this.show(point);
  }

  press(point) {
    this.#add(point);
    const { length } = this.points;
    this.editor.announce("point", { number: length, x: Math.floor(point.x), y: Math.floor(point.y) });
  }

  // The last point once more, or no crosshair: the polygon is done.
  enter(point) {
    const last = this.points.at(-1);
    if (!point || (last && last.x === point.x && last.y === point.y)) this.close();
    else this.press(point);
  }

  back() {
    if (!this.points.length) return false;
    this.points.pop();
    this.show();
    this.editor.announce("pointGone", { number: this.points.length });
    return true;
  }

  escape() {
    const had = super.escape();
    if (had) this.editor.announce("shapeGone");
    return had;
  }

  close() {
    if (this.points.length < 3) {
      this.editor.announce("tooFewPoints");
      return;
    }
    const spans = polygon(this.points);
    this.points = [];
    this.fill(spans, "polygonClosed");
  }

  #add(point) {
    this.points.push(point);
    this.show();
  }

  #near({ x, y }) {
    const { view } = this.editor;
    const [one, other] = [view.toScreen(x, y), view.toScreen(this.points[0].x, this.points[0].y)];
    return Math.hypot(one.x - other.x, one.y - other.y) < NEAR;
  }
}

export class Rectangle extends Shape {
  down(point) {
    this.points = [point];
  }

  move(points) {
    this.#preview(points.at(-1));
  }

  up() {
    const [from] = this.points;
    this.points = [];
    if (this.to) this.#finish(from, this.to);
    this.to = null;
  }

  cancel() {
    this.to = null;
    this.escape();
  }

  escape() {
    this.corner = null;
    return super.escape();
  }

  // By keyboard: one corner, then the other.
  press(point) {
    if (!this.corner) {
      this.corner = point;
      this.points = [point];
      this.show();
      this.editor.announce("corner", { x: Math.floor(point.x), y: Math.floor(point.y) });
      return;
    }
    const { corner } = this;
    this.corner = null;
    this.#finish(corner, point);
  }

  hover(point) {
    if (this.corner && point) this.#outline(this.corner, point);
  }

  #preview(point) {
    this.to = point;
    this.#outline(this.points[0], point);
  }

  #outline(from, to) {
    const corners = [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
    this.editor.guide.shape(corners, { open: false });
  }

  // Every pixel that the frame touches belongs to it.
  #finish(one, other) {
    const [left, top] = [Math.floor(Math.min(one.x, other.x)), Math.floor(Math.min(one.y, other.y))];
    const [right, bottom] = [Math.ceil(Math.max(one.x, other.x)), Math.ceil(Math.max(one.y, other.y))];
    this.fill(rectangle(left, top, right - left, bottom - top), "rectangleDone");
  }
}

export class Lasso extends Polygon {
  down(point) {
    this.points = [point];
    this.dragging = true;
  }

  move(points) {
    this.points.push(...points);
    this.show();
  }

  up() {
    this.dragging = false;
    if (this.points.length > 2) this.close();
    else this.escape();
  }

  cancel() {
    this.escape();
  }

  hover(point) {
    if (!this.dragging) super.hover(point);
  }
}
