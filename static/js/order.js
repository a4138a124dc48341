// The form of an order: says what it would take while it is filled in, and marks what differs from the recipe it began
// with. Without a script the form works the same, it only says less.
const form = document.querySelector("[data-order]");
const original = document.getElementById("original");
const changedWord = document.querySelector("[data-changed-word]")?.content.textContent ?? "";
const ASKED_AFTER = 250;
const ESTIMATED = ["mask", "candidates", "priority"];

let timer = 0;
let asked = 0;

function values(name) {
  return new FormData(form).getAll(name).map(String);
}

async function ask() {
  const number = ++asked;
  const query = new URLSearchParams();
  for (const name of [...ESTIMATED, "engine"]) for (const value of values(name)) query.append(name, value);
  try {
    const answer = await fetch(`${form.dataset.expected}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked) return;
    const { engines, outlook } = await answer.json();
    for (const [name, words] of Object.entries(engines)) write(form.querySelector(`[data-usual="${name}"]`), words);
    write(form.querySelector("[data-outlook]"), outlook);
  } catch {
    // the network is away; what was said before stays
  }
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function sayHowMany() {
  const button = form.querySelector("[data-one]");
  const count = values("engine").length;
  write(button, count > 1 ? button.dataset.many.replace("COUNT", count) : button.dataset.one);
}

function same(before, now) {
  const words = [before ?? ""].flat().map((value) => String(value ?? ""));
  return JSON.stringify(words.filter(Boolean).sort()) === JSON.stringify(now.filter(Boolean).sort());
}

function markChanges() {
  const recipe = JSON.parse(original.textContent);
  for (const part of form.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    const changed = name in recipe && !same(recipe[name], values(name));
    if (changed === part.classList.contains("changed")) continue;
    part.classList.toggle("changed", changed);
    const heading = part.querySelector("legend, label");
    if (changed) heading.append(mark());
    else heading.querySelector(".changed-mark")?.remove();
  }
}

function mark() {
  const made = document.createElement("span");
  made.className = "changed-mark";
  made.textContent = changedWord;
  return made;
}

function follow() {
  sayHowMany();
  if (original) markChanges();
  clearTimeout(timer);
  timer = setTimeout(ask, ASKED_AFTER);
}

if (form) {
  form.addEventListener("input", follow);
  follow();
}
