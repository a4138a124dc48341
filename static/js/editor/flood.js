// All that hangs together around a pixel, as runs [y, from, to, …].

// inside(x, y): whether a pixel belongs to it, asked only within width × height. reach: 1 joins across corners, 0 does not.
export function flood(inside, width, height, x, y, reach = 0) {
  if (x < 0 || y < 0 || x >= width || y >= height || !inside(x, y)) return [];
  const seen = new Map(); // row → bits
  const isSeen = (at, line) => seen.get(line)?.[at >> 3] & (1 << (at & 7));
  const spans = [];
  const waiting = [];
  const take = (at, line) => {
    let [from, to] = [at, at + 1];
    while (from > 0 && inside(from - 1, line)) from--;
    while (to < width && inside(to, line)) to++;
    if (!seen.has(line)) seen.set(line, new Uint8Array((width + 7) >> 3));
    const bits = seen.get(line);
    for (let i = from; i < to; i++) bits[i >> 3] |= 1 << (i & 7);
    spans.push(line, from, to);
    waiting.push(line, from, to);
    return to;
  };
  take(x, y);
  while (waiting.length) {
    const to = waiting.pop();
    const from = waiting.pop();
    const line = waiting.pop();
    for (const next of [line - 1, line + 1]) {
      if (next < 0 || next >= height) continue;
      const end = Math.min(width, to + reach);
      for (let at = Math.max(0, from - reach); at < end; at++) {
        if (inside(at, next) && !isSeen(at, next)) at = take(at, next);
      }
    }
  }
  return spans;
}
