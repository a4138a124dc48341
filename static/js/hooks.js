// What was sent to a webhook, kept fresh while a message is on its way: only rows that changed are replaced, so that one
// that a person has opened stays open.
const EVERY = 2000;
const LONGEST = 120_000;
const section = document.querySelector("#deliveries");
const until = Date.now() + LONGEST;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#deliveries");
  if (!fresh) return;
  const list = section.querySelector(".deliveries");
  for (const row of [...fresh.querySelectorAll("[data-delivery]")].reverse()) {
    const old = list.querySelector(`[data-delivery="${row.dataset.delivery}"]`);
    if (!old) list.prepend(document.adoptNode(row));
    else if (old.dataset.state !== row.dataset.state) replace(old, document.adoptNode(row));
  }
  if (fresh.hasAttribute("data-underway") && Date.now() < until) setTimeout(look, EVERY);
}

function replace(old, row) {
  const inside = old.contains(document.activeElement);
  row.querySelector("details").open = old.querySelector("details").open;
  old.replaceWith(row);
  if (inside) row.querySelector("summary").focus();
  const [what, state] = [row.querySelector("[data-what]"), row.querySelector(".tag")];
  section.querySelector("[data-heard]").textContent = `${what.textContent}: ${state.textContent}`;
}

if (section?.hasAttribute("data-underway")) setTimeout(look, EVERY);
