// “10,20 30,40” or one pair a line → points {x, y}; null for anything else.
const MOST = 10_000;

export function pairs(text) {
  const values = text.trim().split(/[\s,;，；]+/).map((it) => (it === "" ? NaN : Number(it)));
  if (values.length < 2 || values.length % 2 || values.length > 2 * MOST || !values.every(Number.isFinite)) return null;
  return Array.from({ length: values.length / 2 }, (_, i) => ({ x: values[2 * i], y: values[2 * i + 1] }));
}
