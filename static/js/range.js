// Says the value of a slider beside it, and to screen readers with its unit.
for (const range of document.querySelectorAll("[data-range]")) {
  const output = range.parentElement.querySelector("[data-range-value]");
  const say = () => {
    output.textContent = `${range.value} %`;
    range.setAttribute("aria-valuetext", output.textContent);
  };
  range.addEventListener("input", say);
  output.hidden = false;
  say();
}
