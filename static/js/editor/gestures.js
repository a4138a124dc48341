// Which pointers draw and which move the picture. One finger, a pen or the mouse draws; two fingers pan and zoom; once a
// pen was seen, fingers only move, so that a resting hand leaves no mark.
const CHANGE_OF_MIND = 300; // milliseconds in which a second finger turns a stroke into a gesture
const HARDLY = 10; // pixels; a finger that has not gone farther was waiting for the other one

export class Gestures {
  // tool: {down(point), move(points), up(), cancel()}; a point has x, y of the screen, pressure 0 to 1, eraser.
  constructor(surface, view, tool) {
    Object.assign(this, { surface, view, tool });
    this.pointers = new Map(); // id → {type, x, y}
    this.drawing = null; // the id that draws
    this.penSeen = false;
    this.panning = () => false; // whether the mouse pans just now: space held, or the hand chosen
    this.hovered = () => {};
    this.penCame = () => {}; // a pen was used for the first time
    surface.addEventListener("pointerdown", (event) => this.#down(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, (event) => this.#up(event));
    surface.addEventListener("pointerleave", () => this.hovered(null));
    // else a touch right after a quick stroke only ends the browser's own fling, and a button misses it
    surface.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    surface.addEventListener("contextmenu", (event) => event.preventDefault());
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #point(event, box = this.surface.getBoundingClientRect()) {
    return {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      pressure: event.pointerType === "pen" ? event.pressure : 1,
      pen: event.pointerType === "pen",
      eraser: (event.buttons & 32) !== 0,
    };
  }

  #down(event) {
    if (event.pointerType === "mouse" && event.button > 1) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    if (point.pen && !this.penSeen) {
      this.penSeen = true;
      this.penCame();
    }
    this.pointers.set(event.pointerId, { type: event.pointerType, x: point.x, y: point.y });
    const moves = event.button === 1 || this.panning() || (event.pointerType === "touch" && this.#fingersMove());
    if (moves) {
      this.#changeOfMind(event);
      return;
    }
    this.drawing = event.pointerId;
    this.since = event.timeStamp;
    this.from = point;
    this.far = 0;
    this.view.moving = true; // a picture that is drawn on stays where it is
    this.tool.down(point);
  }

  #fingersMove() {
    return this.penSeen || [...this.pointers.values()].filter((it) => it.type === "touch").length > 1;
  }

  // A second finger: what the first has drawn until now was no stroke, unless it had been drawing for a while.
  #changeOfMind(event) {
    if (this.drawing === null || this.pointers.get(this.drawing)?.type === "pen") return;
    if (this.far < HARDLY || event.timeStamp - this.since < CHANGE_OF_MIND) this.tool.cancel();
    else this.tool.up();
    this.drawing = null;
  }

  #move(event) {
    const box = this.surface.getBoundingClientRect();
    const point = this.#point(event, box);
    this.hovered(point);
    const known = this.pointers.get(event.pointerId);
    if (!known) return;
    if (event.pointerId === this.drawing) {
      this.far = Math.max(this.far, Math.hypot(point.x - this.from.x, point.y - this.from.y));
      const events = event.getCoalescedEvents?.() ?? [];
      this.tool.move((events.length ? events : [event]).map((it) => this.#point(it, box)));
    } else if (this.drawing === null) this.#moveView(event.pointerId, point);
    Object.assign(known, { x: point.x, y: point.y });
  }

  #moveView(id, to) {
    const from = this.pointers.get(id);
    const other = [...this.pointers].find(([key]) => key !== id)?.[1];
    if (!other) {
      this.view.panBy(to.x - from.x, to.y - from.y);
      return;
    }
    const [before, after] = [Math.hypot(from.x - other.x, from.y - other.y), Math.hypot(to.x - other.x, to.y - other.y)];
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
    this.view.panBy((to.x - from.x) / 2, (to.y - from.y) / 2);
    if (before > 10) this.view.zoomBy(after / before, middle.x, middle.y, true);
  }

  #up(event) {
    this.pointers.delete(event.pointerId);
    if (event.pointerId !== this.drawing) return;
    this.drawing = null;
    if (event.type === "pointercancel") this.tool.cancel();
    else this.tool.up();
  }

  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#point(event);
    if (event.shiftKey) this.view.panBy(-event.deltaY, 0);
    else this.view.zoomBy(Math.exp(-event.deltaY / (event.deltaMode ? 20 : 500)), x, y);
  }
}
