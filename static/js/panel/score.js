// The scoring page: every change is saved by itself; keys 1 to 5 score the question in which the keyboard is.
import { read, same, write } from "./content.js";
import "./picture.js";
import { Reasons } from "./reasons.js";
import { Saving } from "./saving.js";

const form = document.querySelector("[data-sheet]");
const answers = JSON.parse(document.getElementById("answers").textContent);
const words = form.dataset;
const state = form.querySelector("[data-state]");
const problem = form.querySelector("[data-problem]");
const conflict = form.querySelector("[data-conflict]");
const store = `panel:${words.save}`;
let seconds = answers.content.seconds;
let theirs = null;

setInterval(() => {
  if (document.visibilityState === "visible") seconds += 1;
}, 1000);

function tell(kind, told) {
  problem.hidden = kind !== "refused";
  if (kind === "refused") problem.textContent = told.detail;
  if (kind === "saving") state.textContent = words.saving;
  if (kind === "offline") state.textContent = words.offline;
  if (kind === "saved") {
    const time = new Date(told.saved_at ?? Date.now()).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    state.textContent = `${words.saved} ${time}`;
  }
}

const saving = new Saving({
  url: words.save,
  token: form.elements.csrfmiddlewaretoken.value,
  version: answers.version,
  store,
  onState: tell,
  onConflict(told) {
    theirs = told;
    conflict.hidden = false;
    conflict.querySelector("button").focus();
  },
});

const reasons = new Reasons(form, changed);
const content = () => read(form, reasons.all(), seconds);

function unfold() {
  for (const row of form.querySelectorAll("[data-dimension]")) {
    const chosen = row.querySelector("input[type=radio]:checked");
    row.querySelector("[data-deduction]").hidden = !chosen || chosen.value === "5" || chosen.value === "none";
  }
}

function changed() {
  unfold();
  saving.later(content());
}

function load(given) {
  write(form, given);
  reasons.load(given.deductions);
  unfold();
}

conflict.querySelector("[data-take]").addEventListener("click", () => {
  saving.version = theirs.version;
  load(theirs.content);
  localStorage.removeItem(store);
  conflict.hidden = true;
});
conflict.querySelector("[data-keep]").addEventListener("click", () => {
  saving.version = theirs.version;
  conflict.hidden = true;
  saving.later(content(), 0);
});

form.addEventListener("change", (event) => {
  if (!event.target.closest("[data-deduction]")) changed();
});
form.elements.comment.addEventListener("input", changed);

form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-dimension]");
  if (!row || event.target.matches("input:not([type=radio]), select, textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
  const value = event.key === "0" ? "none" : event.key;
  const radio = row.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
  if (!radio) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
  changed();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[data-send]");
  if (button.disabled) return;
  button.disabled = true; // a second click while the first is on its way would only repeat it
  clearTimeout(saving.timer);
  saving.pending = null;
  await saving.underway; // else its version would be older than the one that is just being saved
  try {
    const sent = { content: content(), request: crypto.randomUUID() };
    const answer = await saving.post(words.submit, sent);
    const told = await answer.json();
    if (answer.ok) {
      localStorage.removeItem(store);
      window.location.assign(told.next);
      return;
    }
    if (answer.status === 409) {
      theirs = told;
      conflict.hidden = false;
    } else {
      saving.version = told.version ?? saving.version;
      tell("refused", told);
      problem.scrollIntoView({ block: "nearest" });
    }
  } catch {
    saving.later(content());
    tell("offline");
  }
  button.disabled = false;
});

load(answers.content);
const all = form.querySelector("[data-all]");
all.disabled = !("open" in all.dataset); // until here nothing could be answered, so nothing is overwritten
const kept = JSON.parse(localStorage.getItem(store) ?? "null");
if (kept && !answers.submitted) {
  // what this device could not save the last time
  const both = same(kept.content, answers.content);
  if (!both) load(kept.content);
  if (both) localStorage.removeItem(store);
  else if (kept.version === answers.version) saving.later(kept.content, 0);
  else {
    theirs = answers;
    conflict.hidden = false;
  }
}
form.dataset.ready = "";
