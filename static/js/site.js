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

// A message that answers a form is the first thing to read: bring keyboard and screen reader to the first wrong field.
document.querySelector("[aria-invalid='true']")?.focus();
