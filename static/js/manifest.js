// A manifest: follows until it has been read; then all or none of its new pictures are chosen at once.
const EVERY = 1500;
const form = document.querySelector("[data-choosing]");

async function follow() {
  try {
    const answer = await fetch(window.location.href, { headers: { "X-Requested-With": "live" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("[data-waiting]")) return window.location.reload();
  } catch {
    // the network is away; the next turn tries again
  }
  setTimeout(follow, EVERY);
}

function choose(all) {
  for (const box of form.querySelectorAll("input[name=canvas]:not(:disabled)")) box.checked = all;
}

if (document.querySelector("[data-waiting]")) setTimeout(follow, EVERY);
const both = form?.querySelector("[data-all]");
if (both) {
  both.hidden = false;
  both.addEventListener("click", ({ target }) => target.dataset.choose && choose(target.dataset.choose === "all"));
}
