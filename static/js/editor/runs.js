// What changed in a square, as runs: small enough that a day's work can be undone from memory.
import { AREA } from "./tiles.js";

class Bytes {
  constructor() {
    this.held = new Uint8Array(64);
    this.length = 0;
  }

  byte(value) {
    if (this.length === this.held.length) {
      const wider = new Uint8Array(2 * this.length);
      wider.set(this.held);
      this.held = wider;
    }
    this.held[this.length++] = value;
  }

  number(value) {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
    this.byte(rest);
  }

  done() {
    return this.held.slice(0, this.length);
  }
}

function numbers(bytes) {
  let at = 0;
  const next = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  return { next, byte: () => bytes[at++], more: () => at < bytes.length };
}

// The runs in which two squares differ; null where they do not.
export function difference(before, after) {
  const [was, is] = [new Uint32Array(before.buffer, before.byteOffset, AREA / 4), new Uint32Array(after.buffer, after.byteOffset, AREA / 4)];
  const out = new Bytes();
  let last = 0;
  for (let i = 0; i < AREA; ) {
    if ((i & 3) === 0 && was[i >> 2] === is[i >> 2]) {
      i += 4;
      continue;
    }
    const [from, to] = [before[i], after[i]];
    if (from === to) {
      i++;
      continue;
    }
    const start = i;
    while (i < AREA && before[i] === from && after[i] === to) i++;
    out.number(start - last);
    out.number(i - start);
    out.byte((from << 4) | to);
    last = i;
  }
  return out.length ? out.done() : null;
}

// Calls visit(start, end, before, after) for each run of `difference`.
export function eachRun(bytes, visit) {
  const read = numbers(bytes);
  for (let at = 0; read.more(); ) {
    const start = at + read.next();
    at = start + read.next();
    const labels = read.byte();
    visit(start, at, labels >> 4, labels & 15);
  }
}

// A square of few values as runs of equal ones, and back.
export function pack(values) {
  const out = new Bytes();
  for (let i = 0; i < values.length; ) {
    const start = i;
    const value = values[i];
    while (i < values.length && values[i] === value) i++;
    out.number(i - start);
    out.byte(value);
  }
  return out.done();
}

export function unpack(bytes, length = AREA) {
  const out = new Uint8Array(length);
  const read = numbers(bytes);
  for (let at = 0; read.more(); ) {
    const start = at;
    at += read.next();
    out.fill(read.byte(), start, at);
  }
  return out;
}
