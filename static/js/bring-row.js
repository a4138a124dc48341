// One file in the list: what it is called, how far it is, what is said of it, what can be done.
const language = document.documentElement.lang;
const UNITS = [["gigabyte", 2 ** 30], ["megabyte", 2 ** 20], ["kilobyte", 2 ** 10], ["byte", 1]]; // as the site counts
const TAGS = { waiting: "queued", sending: "running", checking: "running", paused: "cancelled", stopped: "cancelled", here: "succeeded", problem: "failed", failed: "failed" };
const BUTTONS = { sending: ["pause"], paused: ["goOn"], failed: ["again"] };

/** A number of bytes as people say it. */
export function inWords(bytes) {
  const [unit, size] = UNITS.find((it) => bytes >= it[1]) ?? UNITS.at(-1);
  const digits = bytes / size < 10 && unit !== "byte" ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(bytes / size);
}

export class Row {
  /** item: its <li>; words: the page's; file: what the browser has of it, if anything. */
  constructor(item, words, file = null) {
    Object.assign(this, { item, words, file, state: item.dataset.state, url: item.dataset.url });
    this.name = file?.name ?? item.dataset.name;
    this.size = file?.size ?? Number(item.dataset.size);
    this.offset = Number(item.dataset.offset ?? 0);
    this.bar = item.querySelector("progress");
    this.said = item.querySelector("[data-said]");
    this.note = item.querySelector("[data-note]");
    this.buttons = Object.fromEntries(["pause", "goOn", "again", "remove"].map((name) => [name, this.button(name)]));
    this.label();
  }

  button(name) {
    return this.item.querySelector(`[data-${name.replace("O", "-o")}]`);
  }

  label() {
    this.item.querySelector("[data-name-shown]").textContent = this.name;
    this.item.querySelector("[data-size-shown]").textContent = inWords(this.size);
    this.bar.setAttribute("aria-label", this.name);
    for (const which of this.item.querySelectorAll("[data-which]")) which.textContent = ` ${this.name}`;
  }

  get arrived() {
    return this.state === "here" || this.state === "problem";
  }

  /** Be in a state, with a sentence beside it. A button that goes away hands the keyboard on to its neighbour. */
  show(state, note = "") {
    const held = this.item.contains(document.activeElement);
    this.state = this.item.dataset.state = state;
    this.said.textContent = this.words[`words${state[0].toUpperCase()}${state.slice(1)}`];
    this.said.className = `tag ${TAGS[state]}`;
    this.note.textContent = note;
    for (const [name, button] of Object.entries(this.buttons)) {
      button.hidden = name !== "remove" && !(this.file && BUTTONS[state]?.includes(name));
    }
    if (held && document.activeElement?.hidden) this.item.querySelector("button:not([hidden])")?.focus();
  }

  sent(bytes) {
    this.offset = bytes;
    this.bar.value = this.size ? bytes / this.size : 1;
  }

  /** What the site says of the file as a whole. */
  judged(about, note) {
    this.sent(this.size);
    if (about.problem) this.show("problem", about.problem);
    else this.show("here", [about.kind, about.notice, note].filter(Boolean).join(" · "));
  }
}
