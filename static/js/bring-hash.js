// SHA-256 (FIPS 180-4) of a file, read piece by piece: the browser's own takes a file only whole, and only over HTTPS.
const PIECE = 4 << 20;
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return found;
}

const ROUND = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const schedule = new Int32Array(64);

/** Take the 64 bytes of `view` at `at` into the state. */
function block(state, view, at) {
  for (let i = 0; i < 16; i += 1) schedule[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const near = schedule[i - 15];
    const late = schedule[i - 2];
    const low = ((near >>> 7) | (near << 25)) ^ ((near >>> 18) | (near << 14)) ^ (near >>> 3);
    const high = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    schedule[i] = (schedule[i - 16] + low + schedule[i - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + high + ((e & f) ^ (~e & g)) + ROUND[i] + schedule[i]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The end of the message: its last bytes, a one, zeros, its length in bits. */
function padded(rest, size) {
  const last = new Uint8Array(rest.length < 56 ? 64 : 128);
  last.set(rest);
  last[rest.length] = 0x80;
  new DataView(last.buffer).setBigUint64(last.length - 8, BigInt(size) * 8n);
  return last;
}

async function digest(file) {
  const state = START.slice();
  const whole = file.size - (file.size % 64);
  for (let start = 0; start < whole; start += PIECE) {
    const view = new DataView(await file.slice(start, Math.min(start + PIECE, whole)).arrayBuffer());
    for (let at = 0; at < view.byteLength; at += 64) block(state, view, at);
  }
  const last = padded(new Uint8Array(await file.slice(whole).arrayBuffer()), file.size);
  for (let at = 0; at < last.length; at += 64) block(state, new DataView(last.buffer), at);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

let before = Promise.resolve();
self.addEventListener("message", ({ data: { key, file } }) => {
  before = before.then(async () => {
    try {
      self.postMessage({ key, sha256: await digest(file) });
    } catch (problem) {
      self.postMessage({ key, problem: String(problem) });
    }
  });
});
