// The contact sheet: says how many are chosen, and lets nobody choose more than four.
const MOST = 4;
const form = document.querySelector("[data-sheet]");

if (form) {
  const boxes = [...form.querySelectorAll("input[name='show']")];
  const words = form.querySelector("[data-chosen]");
  const say = () => {
    const chosen = boxes.filter((it) => it.checked).length;
    for (const box of boxes) box.disabled = chosen >= MOST && !box.checked;
    words.textContent = words.dataset.words.replace("COUNT", chosen);
  };
  form.addEventListener("change", say);
  window.addEventListener("pageshow", say);
  say();
}
