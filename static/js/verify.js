// A dropped file is sent at once; a chosen one by the button, as without this script.
const form = document.querySelector("[data-verify]");
const zone = form.querySelector("[data-drop]");
const input = form.querySelector("input[type='file']");
const busy = form.querySelector("[data-busy]");

form.addEventListener("submit", () => (busy.hidden = false));
const over = (event, on) => {
  event.preventDefault();
  zone.classList.toggle("over", on);
};

zone.addEventListener("dragover", (event) => over(event, true));
zone.addEventListener("dragleave", (event) => over(event, false));
zone.addEventListener("drop", (event) => {
  over(event, false);
  if (!event.dataTransfer.files.length) return;
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  input.files = one.files;
  form.requestSubmit();
});
document.querySelector("[data-verdict]")?.scrollIntoView({ block: "nearest" });
form.dataset.ready = "";
