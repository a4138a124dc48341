// Sends many files, resumably, two at a time, and compares what arrived with what was sent.
import { watch } from "./bring-drop.js";
import { Row, inWords } from "./bring-row.js";

const box = document.querySelector("[data-bring]");
const words = box.dataset;
const list = box.querySelector("[data-list]");
const total = box.querySelector("[data-total]");
const table = document.querySelector("input[name='table']");
const AT_ONCE = 2;
const TABLE = /\.(csv|tsv|xlsx)$/i;
const rows = new Set();

// The SHA-256 of what is sent, read by a worker meanwhile.
const hasher = new Worker(words.hasher);
const asked = [];
hasher.addEventListener("message", ({ data }) => asked[data.key](data.sha256));

function sha256(file) {
  return new Promise((found) => hasher.postMessage({ key: asked.push(found) - 1, file }));
}

function options(row) {
  const { file } = row;
  return {
    endpoint: words.endpoint,
    uploadUrl: row.url ?? null,
    headers: { "X-CSRFToken": words.csrf },
    metadata: { filename: file.name, collection: words.collection },
    fingerprint: async () => ["lacuna", words.collection, file.name, file.size, file.lastModified].join("|"),
    retryDelays: [0, 1000, 3000, 5000, 10000, 20000],
    removeFingerprintOnSuccess: true,
    onUploadUrlAvailable: () => (row.url = row.upload.url),
    onProgress: (sent) => {
      row.sent(sent);
      count();
    },
    onSuccess: () => compare(row),
    onError: (problem) => fail(row, problem),
  };
}

async function begin(row) {
  row.show("sending");
  row.digest ??= sha256(row.file);
  if (!row.upload) {
    row.upload = new tus.Upload(row.file, options(row));
    const [before] = row.url ? [] : await row.upload.findPreviousUploads();
    if (before) row.upload.resumeFromPreviousUpload(before);
  }
  if (row.state === "sending") row.upload.start();
}

async function compare(row) {
  row.show("checking");
  next();
  try {
    const [answer, mine] = await Promise.all([fetch(row.url, { headers: { Accept: "application/json" } }), row.digest]);
    const about = await answer.json();
    if (mine && about.sha256 !== mine) {
      await forget(row);
      row.show("failed", words.wordsOther);
    } else row.judged(about, mine ? words.wordsSame : "");
  } catch {
    row.show("failed", words.wordsBroken);
  }
  count();
}

function fail(row, problem) {
  let sentence = words.wordsBroken;
  try {
    sentence = JSON.parse(problem.originalResponse.getBody()).detail ?? sentence;
  } catch {
    // the site said nothing
  }
  row.show("failed", sentence);
  next();
}

/** Take a file back from the site; the row may begin anew. */
async function forget(row) {
  const { url } = row;
  await row.upload?.abort();
  row.upload = row.url = null;
  const headers = { "X-CSRFToken": words.csrf, "Tus-Resumable": "1.0.0" };
  if (url) await fetch(url, { method: "DELETE", headers });
}

async function remove(row) {
  const beside = row.item.nextElementSibling ?? row.item.previousElementSibling;
  const held = row.item.contains(document.activeElement);
  rows.delete(row);
  row.item.remove();
  if (held) (beside?.querySelector("[data-remove]") ?? box.querySelector("input[type='file']")).focus();
  count();
  await forget(row).catch(() => {}); // what cannot be taken back now expires
  next();
}

function enlist(row) {
  rows.add(row);
  row.buttons.remove.addEventListener("click", () => remove(row));
  row.buttons.pause.addEventListener("click", async () => {
    row.show("paused");
    await row.upload.abort();
    next();
  });
  for (const button of [row.buttons.goOn, row.buttons.again]) {
    button.addEventListener("click", () => {
      row.show("waiting");
      next();
    });
  }
}

function take(files) {
  for (const file of files) {
    if (TABLE.test(file.name)) takeTable(file);
    else takePicture(file);
  }
  count();
  next();
}

function takePicture(file) {
  const there = [...rows].find((row) => row.name === file.name && row.size === file.size);
  if (there && there.state !== "stopped") {
    there.note.textContent = words.wordsTwice;
    return;
  }
  const row = there ?? new Row(fresh(), words, file);
  row.file = file;
  if (!there) {
    list.append(row.item);
    enlist(row);
  }
  if (file.size > Number(words.maxBytes)) row.show("problem", words.wordsLarge);
  else row.show("waiting");
}

function takeTable(file) {
  const carried = new DataTransfer();
  carried.items.add(file);
  table.files = carried.files;
}

function fresh() {
  return box.querySelector("template").content.firstElementChild.cloneNode(true);
}

function next() {
  const busy = [...rows].filter((row) => row.state === "sending").length;
  const waiting = [...rows].filter((row) => row.state === "waiting");
  for (const row of waiting.slice(0, Math.max(0, AT_ONCE - busy))) {
    begin(row).catch((problem) => fail(row, problem));
  }
}

function count() {
  const all = [...rows];
  const sum = (of) => all.reduce((bytes, row) => bytes + of(row), 0);
  const [sent, size] = [sum((row) => row.offset), sum((row) => row.size)];
  total.hidden = !all.length;
  say("[data-count]", words.wordsCount, all.filter((row) => row.arrived).length, all.length);
  say("[data-bytes]", words.wordsBytes, inWords(sent), inWords(size));
  total.querySelector("progress").value = size ? sent / size : 0;
}

function say(where, sentence, done, all) {
  const text = sentence.replace("DONE", done).replace("ALL", all);
  const element = total.querySelector(where);
  if (element.textContent !== text) element.textContent = text;
}

window.addEventListener("beforeunload", (event) => {
  if ([...rows].some((row) => row.state === "sending")) event.preventDefault();
});
for (const item of list.querySelectorAll("[data-file]")) enlist(new Row(item, words));
watch(box.querySelector("[data-zone]"), take);
count();
