// What has a similar colour: distances in CIELAB (CIE 1976), so that a tolerance means what the eye sees.
import { flood } from "./flood.js";

const linear = Float32Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});
const root = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116);

// sRGB, 0 to 255, to [L*, a*, b*] under D65.
export function lab(red, green, blue) {
  const [r, g, b] = [linear[red], linear[green], linear[blue]];
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

// The middle colour of the pixels around (x, y); a single grain of silk is no measure.
function sample(pixels, width, height, x, y) {
  const sum = [0, 0, 0];
  let count = 0;
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      const i = 4 * (v * width + u);
      lab(pixels[i], pixels[i + 1], pixels[i + 2]).forEach((value, axis) => (sum[axis] += value));
      count++;
    }
  }
  return sum.map((value) => value / count);
}

// Runs of pixels (RGBA) whose colour lies within `tolerance` (ΔE) of that at (x, y): all, or those that hang together.
export function select(pixels, width, height, x, y, tolerance, contiguous) {
  const [l, a, b] = sample(pixels, width, height, x, y);
  const alike = new Uint8Array(width * height);
  for (let i = 0; i < alike.length; i++) {
    const [one, two, three] = lab(pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]);
    alike[i] = (one - l) ** 2 + (two - a) ** 2 + (three - b) ** 2 <= tolerance * tolerance;
  }
  alike[y * width + x] = 1;
  if (contiguous) return flood((at, line) => alike[line * width + at], width, height, x, y);
  const spans = [];
  for (let line = 0; line < height; line++) {
    for (let at = 0; at < width; at++) {
      if (!alike[line * width + at]) continue;
      const from = at;
      while (at < width && alike[line * width + at]) at++;
      spans.push(line, from, at);
    }
  }
  return spans;
}

// Runs in a reduced copy (width × height) of a region {x, y, width, height} of the picture, as runs in the picture.
export function enlarge(spans, region, width, height) {
  if (region.width === width && region.height === height) {
    return spans.map((value, i) => value + (i % 3 ? region.x : region.y));
  }
  const across = (at) => region.x + Math.round((at * region.width) / width);
  const down = (at) => region.y + Math.round((at * region.height) / height);
  const out = [];
  for (let i = 0; i < spans.length; i += 3) {
    const [from, to] = [across(spans[i + 1]), across(spans[i + 2])];
    for (let y = down(spans[i]); y < down(spans[i] + 1); y++) out.push(y, from, to);
  }
  return out;
}
