// A candidate beside its original under a border that moves; layers over the candidate, or over both.
const root = document.querySelector("[data-compare]");
const slider = root.querySelector("img-comparison-slider");
const all = (selector) => [...root.querySelectorAll(selector)];

slider.addEventListener("slide", () => slider.setAttribute("aria-valuenow", Math.round(slider.value)));

function lay(name, on) {
  for (const image of all(`[data-layer='${name}']`)) {
    image.src ||= image.dataset.src;
    image.hidden = !on;
  }
  const note = root.querySelector(`[data-note='${name}']`);
  if (note) note.hidden = !on;
}

function press(toggle, on) {
  toggle.setAttribute("aria-pressed", String(on));
  lay(toggle.dataset.toggle, on);
}

root.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (!toggle) return;
  const on = toggle.getAttribute("aria-pressed") !== "true";
  if (on && "alone" in toggle.dataset) all("[data-alone][aria-pressed='true']").forEach((it) => press(it, false));
  press(toggle, on);
});

root.querySelector("[data-bar]").hidden = false;
