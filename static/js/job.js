// Follows a job: by WebSocket, and by polling where there is none or while it waits its turn.
const box = document.querySelector("[data-job]");
const { dataset: words } = box;
const find = (name) => box.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;
const ENDED = ["succeeded", "failed", "cancelled"];
const POLL = 3000;
const POLL_BESIDE_SOCKET = 10000;

const stages = JSON.parse(document.getElementById("stages").textContent);

let sequence = Number(words.sequence);
let socketOpen = false;

const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });

function length(seconds) {
  const minutes = Math.ceil(seconds / 60);
  const [value, unit] = seconds < 60 ? [Math.max(1, Math.round(seconds)), "second"] : [minutes, "minute"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

function place(number) {
  if (!number) return "";
  return number === 1 ? words.wordsNext : words.wordsPlace.replace("PLACE", number);
}

// A worker speaks English; the page knows its stages in the reader's language, with “#” for a number.
function stageWords(stage) {
  const numbers = stage.match(/\d+/g) ?? [];
  const translated = stages[stage.replace(/\d+/g, "#")] ?? stage;
  return numbers.reduce((words, number) => words.replace("#", number), translated);
}

function write(name, text) {
  const element = find(name);
  if (element && element.textContent !== text) element.textContent = text;
}

function show(state) {
  if (state.sequence < sequence) return;
  if (ENDED.includes(state.status)) return window.location.reload();
  sequence = state.sequence;
  write("status-words", state.status === "running" ? words.wordsRunning : words.wordsQueued);
  find("status-words").className = `tag ${state.status}`;
  write("stage", stageWords(state.stage));
  write("percent", percent.format(state.fraction));
  write("place", place(state.place));
  if (Boolean(state.held) !== Boolean(find("held")?.textContent)) write("held", state.held ? words.wordsHeld : "");
  write("estimate", state.estimate ? words.wordsLeft.replace("TIME", length(state.estimate)) : "");
  find("bar").value = state.fraction;
  if (state.preview) showPreview(state.preview);
}

function showPreview(url) {
  const figure = find("preview");
  figure.querySelector("img").src = url;
  figure.hidden = false;
}

function listen() {
  const url = new URL(`/ws${words.socket}`, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => (socketOpen = true));
  socket.addEventListener("message", (event) => show(JSON.parse(event.data)));
  socket.addEventListener("close", (event) => {
    socketOpen = false;
    if (event.code !== 4404) setTimeout(listen, POLL);
  });
}

async function poll() {
  try {
    const answer = await fetch(words.status, { headers: { Accept: "application/json" } });
    if (answer.ok) show(await answer.json());
  } catch {
    // the network is away; the next turn tries again
  }
  setTimeout(poll, socketOpen ? POLL_BESIDE_SOCKET : POLL);
}

listen();
setTimeout(poll, POLL);
