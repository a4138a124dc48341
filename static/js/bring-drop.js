// What a person drops or chooses: files, and all files of dropped folders.
const MOST = 2000;

const files = (entry) => new Promise((found, failed) => entry.file(found, failed));
const page = (reader) => new Promise((found, failed) => reader.readEntries(found, failed));

async function collect(entry, into) {
  if (into.length >= MOST) return;
  if (entry.isFile) return void into.push(await files(entry));
  const reader = entry.createReader();
  for (let some = await page(reader); some.length; some = await page(reader)) {
    for (const inner of some) await collect(inner, into);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = [];
  for (const entry of entries) await collect(entry, found);
  return found.filter((file) => !file.name.startsWith("."));
}

/** Call `take(files)` for whatever is chosen in the zone's input or dropped on the zone. */
export function watch(zone, take) {
  const input = zone.querySelector("input[type='file']");
  const over = (event, on) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  const chosen = () => {
    take([...input.files]);
    input.value = "";
  };
  input.addEventListener("change", chosen);
  if (input.files.length) chosen(); // chosen before this ran, on a slow line
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", async (event) => {
    over(event, false);
    take(await dropped(event.dataTransfer));
  });
}
