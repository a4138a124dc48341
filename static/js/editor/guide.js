// What helps the hand and is no part of the mask: the brush's ring, the crosshair of the keyboard, a shape being drawn.
const SVG = "http://www.w3.org/2000/svg";

export class Guide {
  constructor(svg, ring, view) {
    Object.assign(this, { ring, view });
    this.path = twice(svg, "path", "guide-path");
    this.cross = twice(svg, "path", "guide-cross");
    this.dots = document.createElementNS(SVG, "path");
    this.dots.setAttribute("class", "guide-dots");
    svg.append(this.dots);
    Object.assign(this, { points: [], open: true, loose: null, pixel: null });
    view.moved.push(() => this.#redraw());
  }

  // The brush at a point of the screen, of a diameter in pixels of the picture; null hides it.
  brush(point, diameter = 0) {
    this.ring.hidden = point === null;
    if (!point) return;
    const size = Math.max(3, diameter * this.view.transform().scale);
    if (size !== this.size) this.ring.style.width = this.ring.style.height = `${size}px`;
    this.size = size;
    // moved as a layer of its own: nothing has to be painted for it
    this.ring.style.transform = `translate(${point.x - size / 2}px, ${point.y - size / 2}px)`;
  }

  // A shape through points of the picture; `open` leaves its end open, `loose` is a point that follows the hand.
  shape(points, { open = true, loose = null } = {}) {
    Object.assign(this, { points, open, loose });
    this.#redraw();
  }

  // The crosshair on a pixel of the picture; null hides it.
  crosshair(pixel) {
    this.pixel = pixel;
    this.#redraw();
  }

  #redraw() {
    if (!this.view.ready) return;
    const all = this.loose ? [...this.points, this.loose] : this.points;
    const on = all.map(({ x, y }) => this.view.toScreen(x, y));
    this.path.show(on.length > 1);
    this.path.set({ d: on.map(({ x, y }, i) => `${i ? "L" : "M"}${x} ${y}`).join("") + (this.open || !on.length ? "" : "Z") });
    const few = this.points.length <= 60 ? on.slice(0, this.points.length) : [];
    this.dots.setAttribute("d", few.map(({ x, y }) => `M${x - 3} ${y - 3}h6v6h-6z`).join(""));
    this.cross.show(Boolean(this.pixel));
    if (this.pixel) this.cross.set({ d: crosshair(this.view, this.pixel) });
  }
}

function crosshair(view, { x, y }) {
  const { scale } = view.transform();
  const at = view.toScreen(x + 0.5, y + 0.5);
  const gap = Math.max(4, scale / 2);
  return `M${at.x - gap - 14} ${at.y}h14M${at.x + gap} ${at.y}h14M${at.x} ${at.y - gap - 14}v14M${at.x} ${at.y + gap}v14`;
}

// Drawn dark and light, so that it shows on every picture.
function twice(svg, kind, name) {
  const both = ["under", "over"].map((place) => {
    const element = document.createElementNS(SVG, kind);
    element.setAttribute("class", `${name} ${place}`);
    element.style.display = "none";
    svg.append(element);
    return element;
  });
  return {
    show: (on) => both.forEach((it) => (it.style.display = on ? "" : "none")),
    set: (values) => both.forEach((it) => Object.entries(values).forEach(([key, value]) => it.setAttribute(key, value))),
  };
}
