// Notes the size of the display beside what the expert saw on it.
const form = document.querySelector("[data-display]");
form.elements.width.value = String(window.screen.width);
form.elements.height.value = String(window.screen.height);
form.elements.ratio.value = String(Math.round(window.devicePixelRatio * 100) / 100);
