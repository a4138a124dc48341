// The blind picture in a viewer, and places on it as shares of the picture itself.
import { openViewer } from "../viewer.js";

const root = document.querySelector("[data-panel-picture]");
export const viewer = root ? openViewer(root) : null;

const within = (value) => Math.min(1, Math.max(0, value));

// What is in sight now: [left, top, width, height], shares of the picture.
export function inSight() {
  const item = viewer?.world.getItemAt(0);
  if (!item) return null;
  const bounds = item.viewportToImageRectangle(viewer.viewport.getBounds(true));
  const { x: width, y: height } = item.getContentSize();
  const left = within(bounds.x / width);
  const top = within(bounds.y / height);
  const right = within((bounds.x + bounds.width) / width);
  const bottom = within((bounds.y + bounds.height) / height);
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

// Show a place that was marked before.
export function goTo([left, top, width, height]) {
  const item = viewer?.world.getItemAt(0);
  if (!item) return;
  const { x, y } = item.getContentSize();
  viewer.viewport.fitBounds(item.imageToViewportRectangle(left * x, top * y, width * x, height * y));
}
