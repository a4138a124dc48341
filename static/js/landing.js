// Tells screen readers where the border between the two pictures stands.
const slider = document.querySelector(".landing-slider");
slider.addEventListener("slide", () => slider.setAttribute("aria-valuenow", Math.round(slider.value)));
