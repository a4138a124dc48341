// The picture in deep zoom, and the way from pixels of the screen to pixels of the picture.
import { withoutInlineStyle } from "../viewer.js";

const { OpenSeadragon } = window;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export class View {
  constructor(ground, info) {
    withoutInlineStyle();
    this.moved = []; // f() in every frame in which the picture moves
    this.ready = false;
    this.moving = false; // whether the person has moved the picture yet; until then it fits into its stage
    this.viewer = OpenSeadragon({
      element: ground,
      tileSources: info,
      drawer: "canvas",
      showNavigationControl: false,
      keyboardNavEnabled: false,
      mouseNavEnabled: false, // pointers draw; gestures.js says which of them move the picture
      visibilityRatio: 0.2,
      maxZoomPixelRatio: 24,
      minZoomImageRatio: 0.5,
      animationTime: still.matches ? 0 : 0.3,
      springStiffness: 8,
      preserveImageSizeOnResize: true, // opening the panel hides a part of the picture and moves nothing
    });
    this.opened = new Promise((resolve, reject) => {
      this.viewer.addOnceHandler("open", resolve);
      this.viewer.addOnceHandler("open-failed", reject);
    }).then(() => {
      this.ready = true;
      this.viewer.addHandler("resize", () => this.moving || this.viewer.viewport.goHome(true));
      this.viewer.forceResize();
      this.viewer.canvas.tabIndex = -1; // the surface above it takes the keyboard
      this.#tell();
    });
    this.viewer.addHandler("update-viewport", () => this.ready && this.#tell());
  }

  // Screen = picture · scale + (x, y), in CSS pixels from the viewer's corner, as drawn at this moment.
  transform() {
    const { viewport } = this.viewer;
    const scale = viewport.viewportToImageZoom(viewport.getZoom(true));
    const corner = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(0, 0));
    return { scale, x: corner.x, y: corner.y };
  }

  toPicture(x, y) {
    const it = this.transform();
    return { x: (x - it.x) / it.scale, y: (y - it.y) / it.scale };
  }

  toScreen(x, y) {
    const it = this.transform();
    return { x: x * it.scale + it.x, y: y * it.scale + it.y };
  }

  // The rectangle of the picture that is in sight, cut to the picture, in whole pixels; null when there is none.
  visible(width, height) {
    const { clientWidth, clientHeight } = this.viewer.element;
    const [from, to] = [this.toPicture(0, 0), this.toPicture(clientWidth, clientHeight)];
    const [x, y] = [Math.max(0, Math.floor(from.x)), Math.max(0, Math.floor(from.y))];
    const [right, bottom] = [Math.min(width, Math.ceil(to.x)), Math.min(height, Math.ceil(to.y))];
    return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
  }

  panBy(x, y, immediately = true) {
    this.moving = true;
    const { viewport } = this.viewer;
    viewport.panBy(viewport.deltaPointsFromPixels(new OpenSeadragon.Point(-x, -y), true), immediately);
    if (!immediately) viewport.applyConstraints();
  }

  // Zooms around a point of the screen, or the middle.
  zoomBy(factor, x, y, immediately = false) {
    this.moving = true;
    const { viewport, element } = this.viewer;
    const point = new OpenSeadragon.Point(x ?? element.clientWidth / 2, y ?? element.clientHeight / 2);
    viewport.zoomBy(factor, viewport.pointFromPixel(point, true), immediately);
    viewport.applyConstraints(immediately);
  }

  whole() {
    this.moving = false;
    this.viewer.viewport.goHome();
  }

  // A pixel of the picture on a pixel of the screen.
  oneToOne() {
    this.moving = true;
    const { viewport } = this.viewer;
    viewport.zoomTo(viewport.imageToViewportZoom(1 / window.devicePixelRatio)).applyConstraints();
  }

  // Moves the picture so far that a point of it is in sight.
  reveal(x, y, margin = 48) {
    const { clientWidth, clientHeight } = this.viewer.element;
    const at = this.toScreen(x, y);
    const beyond = (value, size) => (value < margin ? margin - value : value > size - margin ? size - margin - value : 0);
    const [dx, dy] = [beyond(at.x, clientWidth), beyond(at.y, clientHeight)];
    if (dx || dy) this.panBy(dx, dy, true);
  }

  #tell() {
    for (const tell of this.moved) tell();
  }
}
