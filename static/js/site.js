// Menus made of <details>: one open at a time, closed by Escape or by a click elsewhere.
const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A dialog opens by what names it ([data-dialog]); a link that does so leads to a page that asks the same without a script.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-close]") || event.target.matches("dialog[open]")) event.target.closest("dialog").close();
});

// A message that answers a form is the first thing to read: bring keyboard and screen reader to the first wrong field.
document.querySelector("[aria-invalid='true']")?.focus();
