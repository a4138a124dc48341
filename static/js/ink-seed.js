// “Another seed”: a fresh number in the field that the button names.
for (const button of document.querySelectorAll("[data-reseed]")) {
  const field = document.getElementById(button.dataset.reseed);
  button.hidden = false;
  button.addEventListener("click", () => {
    field.value = String(Math.floor(Math.random() * 10000));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
