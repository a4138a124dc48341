// The key “/” leads to the search, the bell counts what is unread.
const field = document.querySelector("input[data-search]");
const KEY_OFF = "lacuna.search-key-off"; // a single key may be turned off: the search page says how (WCAG 2.1.4)
const POLL = 30000;

function typing(target) {
  return target.isContentEditable || target.closest("input, textarea, select, dialog[open], [role=application]");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!field || typing(event.target) || localStorage.getItem(KEY_OFF)) return;
  event.preventDefault();
  const here = document.querySelector("main input[type=search]:not([hidden])");
  const shown = [here, field].find((it) => it?.offsetParent);
  if (shown) {
    shown.focus();
    shown.select();
  } else {
    window.location.assign(field.form.action);
  }
});

const choice = document.querySelector("[data-search-key]");
if (choice) {
  choice.checked = !localStorage.getItem(KEY_OFF);
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(KEY_OFF);
    else localStorage.setItem(KEY_OFF, "1");
  });
}

const bell = document.querySelector("[data-bell]");

function ring(unread) {
  const count = bell.querySelector("[data-count]");
  if (count.textContent === String(unread)) return;
  count.textContent = unread;
  count.hidden = unread === 0;
  bell.setAttribute("aria-label", unread ? bell.dataset.some.replace("NUMBER", unread) : bell.dataset.none);
}

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.ok) ring((await answer.json()).unread);
  } catch {
    // the network is away, or the person has signed out in another window; the next turn tries again
  }
}

if (bell) {
  setInterval(ask, POLL);
  document.addEventListener("visibilitychange", ask);
}
