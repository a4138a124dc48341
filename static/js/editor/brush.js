// A round brush as runs of pixels [y, from, to, …], `to` left out; a pixel belongs to it when its middle does.

// The way between two discs: everything that a disc passes whose radius goes from r0 to r1.
export function sweep(x0, y0, r0, x1, y1, r1) {
  const spans = [];
  const corners = tangents(x0, y0, r0, x1, y1, r1);
  const last = Math.floor(Math.max(y0 + r0, y1 + r1));
  for (let y = Math.floor(Math.min(y0 - r0, y1 - r1)); y <= last; y++) {
    const middle = y + 0.5;
    const range = [Infinity, -Infinity];
    disc(range, x0, y0, r0, middle);
    disc(range, x1, y1, r1, middle);
    for (let i = 0; i < corners.length; i++) edge(range, corners[i], corners[(i + 1) % corners.length], middle);
    for (const [x, at] of [[x0, y0], [x1, y1]]) {
      if (Math.floor(at) === y) widen(range, Math.floor(x) + 0.5); // the finest brush still marks what it points at
    }
    const [from, to] = [Math.ceil(range[0] - 0.5), Math.floor(range[1] - 0.5) + 1];
    if (to > from) spans.push(y, from, to);
  }
  return spans;
}

function widen(range, x) {
  if (x < range[0]) range[0] = x;
  if (x > range[1]) range[1] = x;
}

function disc(range, x, y, radius, middle) {
  const square = radius * radius - (middle - y) ** 2;
  if (square < 0) return;
  const half = Math.sqrt(square);
  widen(range, x - half);
  widen(range, x + half);
}

function edge(range, a, b, middle) {
  if (a.y <= middle === b.y <= middle) return;
  widen(range, a.x + ((middle - a.y) * (b.x - a.x)) / (b.y - a.y));
}

// The corners of what lies between two discs beside the discs themselves; none where one holds the other.
function tangents(x0, y0, r0, x1, y1, r1) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length <= Math.abs(r0 - r1) || length === 0) return [];
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const sine = (r0 - r1) / length;
  const cosine = Math.sqrt(1 - sine * sine);
  const corner = (x, y, r, side) => ({
    x: x + r * (dx * sine - side * dy * cosine),
    y: y + r * (dy * sine + side * dx * cosine),
  });
  return [corner(x0, y0, r0, 1), corner(x1, y1, r1, 1), corner(x1, y1, r1, -1), corner(x0, y0, r0, -1)];
}

// A stroke through points {x, y, radius}: smooth, since it goes from middle to middle and bends at the points.
export class Stroke {
  constructor(point) {
    this.last = this.middle = point;
  }

  // The runs that the stroke gains by going on to a point; in pieces no longer than a third of the radius asks for.
  to(point) {
    const middle = between(this.last, point, 0.5);
    const spans = this.#curve(this.middle, this.last, middle);
    this.last = point;
    this.middle = middle;
    return spans;
  }

  // The last piece, up to where the pointer was lifted.
  end() {
    return line(this.middle, this.last);
  }

  #curve(from, by, to) {
    const length = Math.hypot(by.x - from.x, by.y - from.y) + Math.hypot(to.x - by.x, to.y - by.y);
    const pieces = Math.min(64, Math.max(1, Math.ceil(length / Math.max(2, from.radius / 3))));
    const spans = [];
    let here = from;
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const next = between(between(from, by, t), between(by, to, t), t);
      for (const value of line(here, next)) spans.push(value);
      here = next;
    }
    return spans;
  }
}

const line = (a, b) => sweep(a.x, a.y, a.radius, b.x, b.y, b.radius);

const between = (a, b, t) => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
  radius: a.radius + (b.radius - a.radius) * t,
});
