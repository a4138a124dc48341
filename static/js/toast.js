// Says for a few seconds, at the foot of the page, that something was done. What must be read belongs into the page.
const SECONDS = 6;

function place() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  const made = Object.assign(document.createElement("div"), { className: "toasts" });
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

// kind: "" or "error"
export function toast(text, kind = "") {
  const said = Object.assign(document.createElement("p"), { className: `toast ${kind}`.trim(), textContent: text });
  place().append(said);
  setTimeout(() => said.remove(), SECONDS * 1000);
}
