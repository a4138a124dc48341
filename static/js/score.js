// The keys 1 to 5 press the button of that score while the keyboard is in the form, and not in its text field.
for (const form of document.querySelectorAll("[data-score]")) {
  form.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea") || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const button = form.querySelector(`button[value="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  // one score a page: a second click while the first is on its way would only repeat it
  form.addEventListener("submit", () => form.classList.add("sent"));
}
