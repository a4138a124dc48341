// Work that would hold the page up: growing and shrinking, the soft edge, colours alike.
import { grow, ramp, shrink } from "./morphology.js";
import { select } from "./wand.js";

const operations = {
  grow: ({ labels, width, height, by, only }) => grow(labels, width, height, by, only),
  shrink: ({ labels, width, height, by, only }) => shrink(labels, width, height, by, only),
  ramp: ({ labels, width, height, by }) => ramp(labels, width, height, by),
  select: ({ pixels, width, height, x, y, tolerance, contiguous }) =>
    Int32Array.from(select(pixels, width, height, x, y, tolerance, contiguous)),
};

self.onmessage = ({ data: { id, operation, given } }) => {
  try {
    const result = operations[operation](given);
    self.postMessage({ id, result }, [result.buffer]);
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};
