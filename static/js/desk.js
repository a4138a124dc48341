// Keeps the part of the desk fresh that changes by itself, as long as something runs and somebody looks.
const part = document.querySelector("[data-desk-jobs]");
const POLL = 5000;

async function renew() {
  const busy = part.querySelector("[data-active]");
  const held = part.contains(document.activeElement) || document.hidden;
  if (busy && !held) {
    try {
      const answer = await fetch(part.dataset.deskJobs, { redirect: "error" });
      if (answer.ok) {
        const html = await answer.text();
        if (html !== part.dataset.last) part.innerHTML = html;
        part.dataset.last = html;
      }
    } catch {
      // the network is away; the next turn tries again
    }
  }
  setTimeout(renew, POLL);
}

if (part) setTimeout(renew, POLL);
