// Shapes as runs of pixels [y, from, to, …], `to` left out; a pixel belongs to a shape when its middle does.
import { sweep } from "./brush.js";

// A closed polygon of points {x, y}; where it crosses itself, what is enclosed twice stays out (even-odd).
export function polygon(points) {
  const rows = new Map();
  points.forEach((a, index) => crossings(rows, a, points[(index + 1) % points.length]));
  const spans = [];
  for (const y of [...rows.keys()].sort((one, other) => one - other)) {
    const found = rows.get(y).sort((one, other) => one - other);
    for (let i = 0; i + 1 < found.length; i += 2) {
      const [from, to] = [Math.ceil(found[i] - 0.5), Math.ceil(found[i + 1] - 0.5)];
      if (to > from) spans.push(y, from, to);
    }
  }
  return spans;
}

// Where an edge crosses the middles of rows: half open, so that a corner between two rows' edges counts once.
function crossings(rows, a, b) {
  const [top, bottom] = a.y <= b.y ? [a, b] : [b, a];
  const last = Math.ceil(bottom.y - 0.5);
  for (let y = Math.ceil(top.y - 0.5); y < last; y++) {
    const x = top.x + ((y + 0.5 - top.y) * (bottom.x - top.x)) / (bottom.y - top.y);
    if (!rows.has(y)) rows.set(y, []);
    rows.get(y).push(x);
  }
}

export function rectangle(x, y, width, height) {
  const spans = [];
  const [from, to] = [Math.round(x), Math.round(x + width)];
  for (let line = Math.round(y); line < Math.round(y + height); line++) spans.push(line, from, to);
  return spans;
}

// The ellipse that fits into a rectangle.
export function ellipse(x, y, width, height) {
  const spans = [];
  const [cx, cy, rx, ry] = [x + width / 2, y + height / 2, width / 2, height / 2];
  for (let line = Math.floor(y); line < y + height; line++) {
    const square = 1 - ((line + 0.5 - cy) / ry) ** 2;
    if (square < 0) continue;
    const half = rx * Math.sqrt(square);
    const [from, to] = [Math.ceil(cx - half - 0.5), Math.floor(cx + half - 0.5) + 1];
    if (to > from) spans.push(line, from, to);
  }
  return spans;
}

// A line through points, of some width, with round ends.
export function line(points, width) {
  const spans = [];
  const radius = width / 2;
  points.forEach((a, index) => {
    const b = points[index + 1] ?? (points.length === 1 ? a : null);
    if (b) for (const value of sweep(a.x, a.y, radius, b.x, b.y, radius)) spans.push(value);
  });
  return spans;
}

// The rectangle around runs, cut to a picture: {x, y, width, height}, or null where nothing of it is left.
export function bounds(spans, width, height) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < spans.length; i += 3) {
    if (spans[i] < top) top = spans[i];
    if (spans[i] + 1 > bottom) bottom = spans[i] + 1;
    if (spans[i + 1] < left) left = spans[i + 1];
    if (spans[i + 2] > right) right = spans[i + 2];
  }
  [left, top, right, bottom] = [Math.max(left, 0), Math.max(top, 0), Math.min(right, width), Math.min(bottom, height)];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}
