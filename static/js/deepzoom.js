// Opens every deep-zoom viewer of the page.
import { openViewer } from "./viewer.js";

document.querySelectorAll("[data-deepzoom]").forEach(openViewer);
