// Ties the controls of the page to the state: what a control says is always what is chosen.

// Fields marked data-bind="name", buttons data-tool and data-ink, and what is for some tools only (data-for).
export function bindControls(root, state, unit) {
  const fields = [...root.querySelectorAll("[data-bind]")];
  for (const field of fields) {
    const name = field.dataset.bind;
    field.addEventListener("input", () => {
      const value = valueOf(field);
      if (value !== null) state.set(name, value);
    });
    field.addEventListener("change", () => show(field, state.get(name), unit));
  }
  root.addEventListener("click", (event) => {
    const { tool, ink } = event.target.closest("[data-tool], [data-ink]")?.dataset ?? {};
    if (tool) state.set("tool", tool);
    if (ink) state.set("ink", ink === "other" ? ink : Number(ink));
  });
  state.follow((name, value) => {
    for (const field of fields) if (field.dataset.bind === name && field !== document.activeElement) show(field, value, unit);
    for (const field of fields) if (field.dataset.bind === name && field.type === "range") show(field, value, unit);
    if (name === "tool" || name === "ink") press(root, name, String(value));
    if (name === "tool") forTool(root, value);
  });
}

function press(root, name, value) {
  for (const button of root.querySelectorAll(`[data-${name}]`)) {
    button.setAttribute("aria-pressed", String(button.dataset[name] === value));
  }
}

function forTool(root, tool) {
  for (const part of root.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(tool);
}

// null for what is not a number within the field's bounds.
function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.tagName === "SELECT" && Number.isNaN(Number(field.value))) return field.value;
  if (field.value === "") return null;
  if ("log" in field.dataset) return fromLog(Number(field.value), Number(field.dataset.log));
  const value = Math.round(Number(field.value));
  const { min, max } = field;
  return Number.isFinite(value) && (min === "" || value >= min) && (max === "" || value <= max) ? value : null;
}

function show(field, value, unit) {
  if (field.type === "checkbox") field.checked = value;
  else field.value = "log" in field.dataset ? toLog(value, Number(field.dataset.log)) : value;
  if (field.type === "range") field.setAttribute("aria-valuetext", unit(field.dataset.unit, value));
}

// A slider from 0 to 100 that gives small sizes as much room as large ones.
const fromLog = (place, largest) => Math.round(largest ** (place / 100));
const toLog = (value, largest) => Math.round((100 * Math.log(value)) / Math.log(largest));
