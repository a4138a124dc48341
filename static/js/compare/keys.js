// Keys of the compare page. Letters work anywhere but in fields, and can be switched off; arrows work in a picture.
const KEPT = "compare-letters";

export function listen(root, dialog, commands) {
  const letters = dialog.querySelector("[data-letters]");
  try {
    letters.checked = localStorage.getItem(KEPT) !== "off";
  } catch {
    // a browser that keeps nothing: letters are on
  }
  letters.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, letters.checked ? "on" : "off");
    } catch {
      // nothing to keep it in
    }
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !letters.checked) return;
    if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === " " && event.target.closest("button, a, summary, label")) return;
    const command = commands[event.code.startsWith("Digit") ? event.code : event.key.toLowerCase()];
    if (!command || command(event) === false) return;
    event.preventDefault();
  });
}
