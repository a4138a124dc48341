// The sheet as data, and data as the sheet: the two directions, and nothing else.
const rows = (form) => [...form.querySelectorAll("[data-dimension]")];

export function read(form, deductions, seconds) {
  const scores = {};
  for (const row of rows(form)) {
    const chosen = row.querySelector("input[type=radio]:checked");
    if (chosen) scores[row.dataset.dimension] = chosen.value === "none" ? null : Number(chosen.value);
  }
  const given = {};
  for (const [key, list] of Object.entries(deductions)) if (key in scores && list.length) given[key] = list;
  return {
    scores,
    deductions: given,
    recognised: form.elements.recognised.checked,
    guess: form.elements.guess?.value ?? "",
    comment: form.elements.comment.value,
    seconds,
  };
}

export function write(form, content) {
  for (const row of rows(form)) {
    const { dimension } = row.dataset;
    const value = content.scores[dimension];
    for (const radio of row.querySelectorAll("input[type=radio]")) {
      radio.checked = dimension in content.scores && radio.value === (value === null ? "none" : String(value));
    }
  }
  form.elements.recognised.checked = content.recognised;
  form.elements.comment.value = content.comment;
  for (const radio of form.querySelectorAll("input[name=guess]")) radio.checked = radio.value === content.guess;
}

// Whether two sheets say the same: order, empty lists and the time that was taken do not count.
export function same(one, other) {
  return said(one) === said(other);
}

function said({ scores, deductions, recognised, guess, comment }) {
  const reasons = Object.entries(deductions).filter(([, list]) => list.length);
  const told = reasons.map(([key, list]) => [key, list.map(({ term, text, region }) => [term, text, region])]);
  return JSON.stringify([Object.entries(scores).sort(), told.sort(), recognised, guess, comment.trim()]);
}
