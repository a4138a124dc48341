// Putting an exhibition in order: by dragging a handle, or by the buttons, which keep the focus. Every change sends the
// whole order with the version it was read at, so that two editors never undo each other unseen. Without this script the
// buttons are forms.
const root = document.querySelector("[data-arrange]");
const EDGE = 64; // pixels from the edge of the window within which dragging scrolls, by STEP
const STEP = 16;
let sending = Promise.resolve();

if (root) {
  for (const form of root.querySelectorAll("[data-move]")) form.addEventListener("submit", moveByButton);
  for (const handle of root.querySelectorAll("[data-handle]")) handle.addEventListener("pointerdown", lift);
  root.dataset.ready = "";
}

function moveByButton(event) {
  event.preventDefault();
  const button = event.submitter;
  const by = Number(button.value);
  const work = button.closest("[data-hanging]");
  const moved = work ? moveWork(work, by) : moveAmong(button.closest("[data-section]"), by);
  button.focus();
  if (moved) send(work ?? button.closest("[data-section]"));
}

function moveAmong(item, by) {
  const other = by > 0 ? item.nextElementSibling : item.previousElementSibling;
  if (!other || !other.matches(item.hasAttribute("data-section") ? "[data-section]" : "[data-hanging]")) return false;
  if (by > 0) other.after(item);
  else other.before(item);
  return true;
}

function moveWork(work, by) {
  if (moveAmong(work, by)) return true;
  const room = work.closest("[data-section]");
  const next = by > 0 ? room.nextElementSibling : room.previousElementSibling;
  if (!next?.matches("[data-section]")) return false;
  const works = next.querySelector("[data-works]");
  if (by > 0) works.prepend(work);
  else works.append(work);
  return true;
}

function lift(event) {
  if (event.button) return;
  const item = event.currentTarget.closest("[data-hanging], [data-section]");
  const before = JSON.stringify(order());
  const dragging = new AbortController(); // what moves in the document loses a captured pointer: the document listens
  event.preventDefault();
  item.classList.add("lifted");
  if (item.matches("[data-section]")) fold(item, event.clientY);
  const drag = (move) => {
    const under = document.elementsFromPoint(move.clientX, move.clientY);
    if (item.matches("[data-section]")) beside(item, under.find((it) => it.matches("[data-section]")), move.clientY);
    else hangAt(item, under, move.clientY);
    if (move.clientY < EDGE) window.scrollBy(0, -STEP);
    else if (move.clientY > window.innerHeight - EDGE) window.scrollBy(0, STEP);
  };
  const drop = () => {
    dragging.abort();
    item.classList.remove("lifted");
    root.classList.remove("folded");
    if (before !== JSON.stringify(order())) send(item);
    item.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("pointermove", drag, dragging);
  document.addEventListener("pointerup", drop, dragging);
  document.addEventListener("pointercancel", drop, dragging);
}

// While a section is dragged, all of them are their headings alone, and its own stays under the pointer.
function fold(section, y) {
  root.classList.add("folded");
  const { top, height } = section.getBoundingClientRect();
  window.scrollBy(0, top + height / 2 - y);
}

function hangAt(work, under, y) {
  const other = under.find((it) => it.matches("[data-hanging]"));
  const room = under.find((it) => it.matches("[data-section]"));
  if (other) beside(work, other, y);
  else if (room && !room.contains(work)) room.querySelector("[data-works]").append(work);
}

// Before what is under the pointer, or after it, as the pointer stands in its upper or lower half.
function beside(item, other, y) {
  if (!other || other === item) return;
  const { top, height } = other.getBoundingClientRect();
  const place = y < top + height / 2 ? other : other.nextElementSibling;
  if (place !== item) other.parentElement.insertBefore(item, place);
}

function order() {
  return [...root.querySelectorAll("[data-section]")].map((room) => [
    room.dataset.section,
    [...room.querySelectorAll("[data-hanging]")].map((work) => work.dataset.hanging),
  ]);
}

// One after the other: each needs the version that the one before it was given.
function send(item) {
  sending = sending.then(async () => {
    try {
      const answer = await fetch(root.dataset.arrange, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": root.dataset.csrf },
        body: JSON.stringify({ version: Number(root.dataset.version), order: order() }),
      });
      const told = await answer.json();
      if (!answer.ok) return say(told.detail);
      root.dataset.version = told.version;
      for (const field of root.querySelectorAll("input[name='version']")) field.value = told.version;
      const rank = [...item.parentElement.children].filter((it) => it.matches("[data-hanging], [data-section]"));
      const numbers = [rank.indexOf(item) + 1, rank.length];
      say(root.dataset.moved.replace(/#/g, () => numbers.shift()));
    } catch {
      say(root.dataset.failed);
    }
    return undefined;
  });
}

function say(words) {
  const said = root.querySelector("[data-said]");
  said.textContent = words;
  const failed = !words.startsWith(root.dataset.moved.split("#")[0]);
  said.className = failed ? "notice error" : "unseen";
}
