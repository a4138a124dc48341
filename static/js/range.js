// Says the value of a slider beside it, and to screen readers with its unit; or keeps a number field equal to it.
for (const range of document.querySelectorAll("[data-range]")) {
  const output = range.parentElement.querySelector("[data-range-value]");
  const number = range.parentElement.querySelector("[data-range-number]");
  const say = () => {
    if (number) number.value = range.value;
    if (!output) return;
    output.textContent = `${range.value} %`;
    range.setAttribute("aria-valuetext", output.textContent);
  };
  range.addEventListener("input", say);
  number?.addEventListener("input", () => (range.value = number.value));
  if (output) output.hidden = false;
  say();
}
