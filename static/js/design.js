// The toast of the page of components.
import { toast } from "./toast.js";

for (const button of document.querySelectorAll("[data-toast]")) {
  button.hidden = false;
  button.addEventListener("click", () => toast(button.dataset.toast));
}
