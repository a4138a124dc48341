// Where a viewer looks, in terms that mean the same in a viewer of another shape; see `view` in state.js.
const { OpenSeadragon } = window;

const ratio = (viewer) => {
  const item = viewer.world.getItemAt(0);
  if (!item) return 1;
  const { x, y } = item.getContentSize();
  return y / x;
};

export function viewOf(viewer) {
  const { viewport } = viewer;
  const centre = viewport.getCenter(false);
  const bounds = viewport.getBoundsNoRotate(false);
  return { x: centre.x, y: centre.y / ratio(viewer), span: Math.min(bounds.width, bounds.height) };
}

export function goTo(viewer, view, turn, atOnce = true) {
  const { viewport } = viewer;
  viewport.setRotation(turn, atOnce);
  if (!view) {
    viewport.goHome(atOnce);
    return;
  }
  const aspect = viewport.getAspectRatio();
  viewport.zoomTo(1 / (view.span * Math.max(1, aspect)), null, atOnce);
  viewport.panTo(new OpenSeadragon.Point(view.x, view.y * ratio(viewer)), atOnce);
}

// The view that holds a window [x, y, w, h], in pixels of a picture of this width and height, in a viewer.
export function viewOn(viewer, [x, y, w, h], width, height) {
  const aspect = viewer.viewport.getAspectRatio();
  const wide = Math.max(w, h * aspect);
  return { x: (x + w / 2) / width, y: (y + h / 2) / height, span: Math.min(wide, wide / aspect) / width };
}
