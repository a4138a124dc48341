// What is chosen in the editor, and who follows it. What suits a person's hand is kept for the next time.
const KEPT = ["size", "opacity", "tolerance", "contiguous", "pressure", "letters"];
const PLACE = "lacuna-mask-editor";

export class State {
  constructor(values) {
    this.values = { ...values, ...remembered() };
    this.followers = [];
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    if (this.values[name] === value) return;
    this.values[name] = value;
    for (const follow of this.followers) follow(name, value);
    if (KEPT.includes(name)) remember(this.values);
  }

  // Calls follow(name, value) now for everything, and on every change.
  follow(follow) {
    this.followers.push(follow);
    for (const [name, value] of Object.entries(this.values)) follow(name, value);
  }
}

function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE)) ?? {};
    return Object.fromEntries(KEPT.filter((name) => name in found).map((name) => [name, found[name]]));
  } catch {
    return {};
  }
}

function remember(values) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, values[name]]))));
  } catch {
    // a browser that keeps nothing still draws
  }
}
