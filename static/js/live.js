// Keeps rows of a page as they are on the server: asks for them now and then and exchanges those that have changed.
// A row keeps its place and its height; one that somebody is using is left alone until it is not.
const EVERY = 3000;
const EVERY_WHEN_HIDDEN = 20000;

async function renew(box) {
  const answer = await fetch(box.dataset.live, { headers: { "X-Requested-With": "live" } });
  if (!answer.ok) return answer.status < 500;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-version]")) exchange(document.getElementById(part.id), part);
  return false;
}

function exchange(old, fresh) {
  if (!old || old.dataset.version === fresh.dataset.version || old.contains(document.activeElement)) return;
  keepPictures(old, fresh);
  old.replaceWith(document.adoptNode(fresh));
}

// a picture that is shown already is moved, not loaded again
function keepPictures(old, fresh) {
  for (const picture of fresh.querySelectorAll("img")) {
    const shown = [...old.querySelectorAll("img")].find((it) => it.getAttribute("src") === picture.getAttribute("src"));
    if (shown) picture.replaceWith(shown);
  }
}

function follow(box) {
  const again = async () => {
    let over = false;
    try {
      over = await renew(box);
    } catch {
      // the network is away; the next turn tries again
    }
    if (!over && box.querySelector("[data-active]")) setTimeout(again, document.hidden ? EVERY_WHEN_HIDDEN : EVERY);
  };
  if (box.querySelector("[data-active]")) setTimeout(again, EVERY);
}

document.querySelectorAll("[data-live]").forEach(follow);
