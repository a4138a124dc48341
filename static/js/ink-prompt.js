// Text and picker say the same: what is typed is read by the server, which answers with the caption in both languages
// and with the terms that it found; a term that is picked is written into the text there, too.
import "./ink-seed.js";

const form = document.querySelector("[data-prompt]");
const text = form.elements.prompt;
const place = form.querySelector("[data-reading]");
const terms = [...form.querySelectorAll("input[name='terms']")];
const WAIT = 250;

let timer = 0;
let asked = 0; // answers to earlier questions are dropped
let asking = null;

// From now on the text alone is what is sent; without scripts the boxes are.
for (const box of terms) box.removeAttribute("name");

function follow(keys) {
  for (const box of terms) box.checked = keys.has(box.value);
  for (const group of form.querySelectorAll("[data-group]")) {
    group.querySelector("[data-count]").textContent = group.querySelectorAll(":checked").length || "";
  }
}

async function read(toggle = "") {
  clearTimeout(timer);
  const turn = ++asked;
  const question = new FormData();
  question.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  question.append("prompt", text.value);
  question.append("toggle", toggle);
  const answer = await fetch(form.dataset.reads, { method: "POST", body: question }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".reading");
  if (!piece || turn !== asked) return;
  if (toggle) text.value = piece.dataset.text;
  follow(new Set(piece.dataset.keys.split(" ")));
  if (place.innerHTML.trim() !== piece.outerHTML) place.replaceChildren(piece);
}

// One term after the other, each written into the text that the one before has left.
function toggle(key) {
  asking = (asking ?? Promise.resolve()).then(() => read(key));
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(read, WAIT);
});
for (const box of terms) box.addEventListener("change", () => toggle(box.value));
for (const link of form.querySelectorAll("[data-example]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    text.value = link.textContent;
    text.focus();
    read();
  });
}
if (text.value) read();
