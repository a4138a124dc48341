// Follows a study: by WebSocket, and by polling where there is none. Numbers and days change in their places; a state
// that has moved on is told in words, since a page that loads itself again would lose what somebody is writing on it.
const box = document.querySelector("[data-board]");
const { dataset: words } = box;
const find = (name) => box.querySelector(`[data-${name}]`);
const AGAIN = 5000;
const POLL = 20000;
const GONE = 4404;

const { lang } = document.documentElement;
const day = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeZone: "UTC" });
let live = false;

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function rowOf(label) {
  const known = box.querySelector(`[data-seat="${label}"]`);
  if (known) return known;
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  row.dataset.seat = label;
  const name = words.wordsNumber.replace("NUMBER", label);
  row.querySelector("th").textContent = name;
  row.querySelector("progress").setAttribute("aria-label", name);
  find("rows").append(row);
  return row;
}

function showSeat({ label, shown, done, last }) {
  const row = rowOf(label);
  const bar = row.querySelector("progress");
  bar.max = shown || 1;
  bar.value = done;
  write(row.querySelector("[data-done]"), `${done} / ${shown}`);
  const time = row.querySelector("time");
  if (!last || time.dateTime === last) return;
  time.dateTime = last;
  write(time, day.format(new Date(`${last}T00:00Z`)));
}

function show(state) {
  const here = [state.state, state.round ?? "", state.discussion ?? ""];
  if (here.join() !== [words.state, words.round, words.discussion].join()) {
    find("moved").hidden = false;
    write(find("said"), find("moved").textContent.trim());
    return;
  }
  if (find("rows")) {
    const labels = state.seats.map((seat) => String(seat.label));
    for (const row of box.querySelectorAll("tr[data-seat]")) if (!labels.includes(row.dataset.seat)) row.remove();
    state.seats.forEach(showSeat);
  }
  write(find("answered"), words.wordsAnswered.replace("DONE", state.answered).replace("ALL", state.flagged));
}

function say(isLive) {
  live = isLive;
  const line = find("live-words");
  write(line, isLive ? line.dataset.wordsLive : line.dataset.wordsPolling);
  find("dot").classList.toggle("live", isLive);
}

function listen() {
  const url = new URL(`/ws${words.socket}`, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.addEventListener("message", (event) => {
    if (!live) say(true);
    show(JSON.parse(event.data));
  });
  socket.addEventListener("close", (event) => {
    say(false);
    if (event.code !== GONE) setTimeout(listen, AGAIN);
  });
}

async function poll() {
  try {
    const answer = live ? null : await fetch(words.board, { headers: { Accept: "application/json" } });
    if (answer?.ok) show(await answer.json());
  } catch {
    // the network is away; the next turn tries again
  }
  setTimeout(poll, POLL);
}

listen();
setTimeout(poll, AGAIN);
box.dataset.ready = "";
