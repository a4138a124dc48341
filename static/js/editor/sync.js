// Keeps the server's draft the same as what is drawn here, and what is drawn here even when the server is out of reach.
// One call at a time: patches in the order they were drawn, then what other tabs have drawn.
import { Refusal } from "./api.js";
import { livingTabs, nameTab } from "./keep.js";
import { decode, fromBase64 } from "./png.js";
import { Patch } from "./patch.js";
import { AREA, TILE } from "./tiles.js";

const PAUSE = 700; // milliseconds after the last stroke
const LOOK = 20_000; // how often a tab in sight asks what others drew
const LONGEST = 30_000; // between two tries

export class Sync {
  // about: {id, artwork, revision}; call: as in api.js; tell(state, sentence): "saving", "saved", "offline", "signed-out",
  // "refused", "ended".
  constructor({ model, about, url, keep, call, tell }) {
    Object.assign(this, { model, about, url, keep, call, tell });
    this.revision = about.revision;
    this.outbox = []; // patches, the oldest first
    this.tab = nameTab();
    this.failures = 0;
    this.looking = false;
    this.stopped = false;
    model.merged = (key, labels) => {
      for (const patch of this.outbox) patch.over(key, labels);
      return labels;
    };
    model.changed.push((key, start, end, label) => this.#note(key, start, end, label));
    model.settled.push(() => this.#settled());
  }

  // Loads the draft and what an earlier visit has left; returns what was left for other drafts of this artwork.
  async open() {
    const answer = await this.call("GET", `${this.url}tiles/`);
    const left = await this.keep.of(this.about.artwork).catch(() => []);
    const living = await livingTabs();
    const orphans = left.filter(({ about }) => !living.has(about.tab));
    for (const { about, squares } of orphans) {
      if (about.draft === this.about.id) this.#adopt(about.id, squares);
    }
    await this.#takeIn(answer);
    const here = new Set(this.outbox.flatMap((patch) => [...patch.squares.keys()]));
    for (const key of here) this.model.take(key, this.model.tiles.held.get(key)?.slice() ?? new Uint8Array(AREA));
    this.#listen();
    if (this.outbox.length) this.#soon(0);
    else this.tell("saved");
    return orphans.filter(({ about }) => about.draft !== this.about.id);
  }

  // Resolves when everything drawn is with the server; rejects (`Refusal`) when it cannot be.
  async flush() {
    clearTimeout(this.timer);
    await this.working;
    await this.#work();
    if (this.outbox.length) throw this.problem ?? new Refusal(0, "");
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.clock);
  }

  // Lets go of what is kept here, too.
  async forget() {
    await Promise.all(this.outbox.map((patch) => this.keep.drop(patch.kept ?? patch.id).catch(() => {})));
  }

  // Asks soon what other tabs have drawn.
  look() {
    this.looking = true;
    this.#soon(0);
  }

  // Without locks nobody knows whether the tab lives; under a name of its own, a patch at least never hides a later one.
  #adopt(id, squares) {
    const patch = navigator.locks ? new Patch(id, squares) : new Patch(undefined, squares);
    patch.closed = true;
    patch.kept = id;
    this.outbox.push(patch);
  }

  #listen() {
    this.channel = new BroadcastChannel(`lacuna-mask-${this.about.id}`);
    this.channel.onmessage = ({ data }) => data > this.revision && this.look();
    this.clock = setInterval(() => document.visibilityState === "visible" && this.look(), LOOK);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
    window.addEventListener("online", () => this.#soon(0));
    window.addEventListener("offline", () => this.outbox.length && this.tell("offline"));
  }

  #note(key, start, end, label) {
    let last = this.outbox.at(-1);
    if (!last || last.closed || (last.full && !last.squares.has(key))) {
      if (last) last.closed ||= last.full;
      last = new Patch();
      this.outbox.push(last);
    }
    last.note(key, start, end, label);
  }

  #settled() {
    const fresh = this.outbox.filter((patch) => patch.fresh.size);
    if (!fresh.length) return;
    for (const patch of fresh) {
      const about = { id: patch.id, at: patch.at, tab: this.tab, draft: this.about.id, artwork: this.about.artwork };
      const size = { width: this.model.tiles.width, height: this.model.tiles.height };
      this.keep.put({ ...about, ...size }, patch.unkept()).catch(() => {});
    }
    if (!this.failures) this.tell("saving");
    this.#soon(PAUSE);
  }

  #soon(wait) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#work(), wait);
  }

  #work() {
    this.working ??= this.#everything().finally(() => (this.working = null));
    return this.working;
  }

  async #everything() {
    try {
      while (!this.stopped && (this.outbox.length || this.looking)) {
        if (this.outbox.length) await this.#send(this.outbox[0]);
        else await this.#ask();
      }
      this.failures = 0;
      this.problem = null;
      if (!this.stopped) this.tell("saved");
    } catch (problem) {
      this.#failed(problem);
    }
  }

  async #send(patch) {
    this.tell(this.failures ? "offline" : "saving");
    patch.closed = true;
    const { revision } = await this.call("POST", `${this.url}patches/`, await patch.body(this.model.tiles));
    this.outbox.shift();
    this.failures = 0;
    if (revision === this.revision + 1) this.revision = revision;
    else this.looking = true; // others have drawn, too
    this.channel?.postMessage(revision);
    await this.keep.drop(patch.kept ?? patch.id).catch(() => {});
  }

  async #ask() {
    this.looking = false;
    await this.#takeIn(await this.call("GET", `${this.url}tiles/?since=${this.revision}`));
  }

  async #takeIn({ revision, tiles }) {
    const squares = await Promise.all(tiles.map(async ({ x, y, png }) => [x, y, await decode(fromBase64(png))]));
    for (const [x, y, { width, height, pixels }] of squares) {
      const labels = new Uint8Array(AREA);
      for (let line = 0; line < height; line++) labels.set(pixels.subarray(line * width, (line + 1) * width), line * TILE);
      this.model.take(this.model.tiles.key(x, y), labels);
    }
    this.revision = Math.max(this.revision, revision);
  }

  #failed(problem) {
    this.problem = problem;
    this.failures++;
    const { status } = problem;
    if (status === 404 || status === 409) {
      this.stop();
      this.tell("ended", problem.message);
      return;
    }
    if (status === 400 || status === 413) this.tell("refused", problem.message);
    else this.tell(status === 401 || status === 403 ? "signed-out" : "offline");
    this.#soon(Math.min(LONGEST, 1000 * 2 ** Math.min(this.failures - 1, 5)));
  }
}
