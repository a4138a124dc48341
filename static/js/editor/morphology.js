// Growing, shrinking and the soft edge of marks, by exact Euclidean distances.
import { CLASSES } from "./tiles.js";

const FAR = 1e9;

// The squared distance of every pixel to the nearest one that is a `source`: two passes of the lower envelope of
// parabolas (Felzenszwalb & Huttenlocher, "Distance Transforms of Sampled Functions", 2012).
export function squaredDistances(source, width, height) {
  const out = new Float64Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = source[i] ? 0 : FAR;
  const longest = Math.max(width, height);
  const room = { f: new Float64Array(longest), v: new Int32Array(longest), z: new Float64Array(longest + 1) };
  for (let x = 0; x < width; x++) envelope(out, x, width, height, room);
  for (let y = 0; y < height; y++) envelope(out, y * width, 1, width, room);
  return out;
}

function envelope(values, first, step, count, { f, v, z }) {
  let marked = 0;
  for (let q = 0; q < count; q++) {
    f[q] = values[first + q * step];
    if (f[q] < FAR) marked++;
  }
  if (!marked) return;
  let k = -1;
  for (let q = 0; q < count; q++) {
    if (f[q] >= FAR) continue;
    let cross = -Infinity;
    while (k >= 0) {
      cross = (f[q] + q * q - (f[v[k]] + v[k] * v[k])) / (2 * (q - v[k]));
      if (cross > z[k]) break;
      k--;
    }
    k++;
    v[k] = q;
    z[k] = k ? cross : -Infinity;
    z[k + 1] = Infinity;
  }
  for (let q = 0, at = 0; q < count; q++) {
    while (z[at + 1] < q) at++;
    values[first + q * step] = (q - v[at]) ** 2 + f[v[at]];
  }
}

// Marks grown by `by` pixels over what is intact, each pixel by the nearest class; `only`: one class, or 0 for all.
export function grow(labels, width, height, by, only = 0) {
  const out = labels.slice();
  const nearest = new Float64Array(labels.length).fill(by * by + 0.5);
  for (let label = 1; label <= CLASSES; label++) {
    if ((only && label !== only) || !labels.includes(label)) continue;
    const far = squaredDistances(labels.map((value) => value === label), width, height);
    for (let i = 0; i < out.length; i++) {
      if (labels[i] || far[i] >= nearest[i]) continue;
      nearest[i] = far[i];
      out[i] = label;
    }
  }
  return out;
}

// Marks without their outermost `by` pixels; the picture's own edge takes nothing away.
export function shrink(labels, width, height, by, only = 0) {
  const out = labels.slice();
  const far = squaredDistances(labels.map((value) => (only ? value !== only : value === 0)), width, height);
  for (let i = 0; i < out.length; i++) {
    if (labels[i] && (!only || labels[i] === only) && far[i] <= by * by) out[i] = 0;
  }
  return out;
}

// How far the new paint has come in at each pixel, 0 to 255: full `by` pixels inside the border of the marks.
export function ramp(labels, width, height, by) {
  const far = squaredDistances(labels.map((value) => value === 0), width, height);
  return Uint8Array.from(far, (square, i) => (labels[i] ? Math.min(255, Math.round((255 * Math.sqrt(square)) / (by + 1))) : 0));
}

export const OPERATIONS = { grow, shrink };
