// A shape by its numbers: the way to mark damage without drawing at all.
import { pairs } from "./points.js";
import { bounds, ellipse, line, polygon, rectangle } from "./shapes.js";
import { area } from "./tool.js";

export class Numbers {
  constructor(editor, form) {
    Object.assign(this, { editor, form });
    const choose = () => this.#fields();
    form.elements.shape.addEventListener("change", choose);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
    choose();
  }

  #fields() {
    const shape = this.form.elements.shape.value;
    for (const part of this.form.querySelectorAll("[data-shape]")) part.hidden = !part.dataset.shape.split(" ").includes(shape);
  }

  #apply() {
    const { model, announce, say, state } = this.editor;
    if (state.get("busy")) return;
    const spans = this.#spans();
    if (!spans) {
      this.#say(say("badNumbers"));
      return;
    }
    if (!bounds(spans, model.tiles.width, model.tiles.height)) {
      this.#say(say("outside", { width: model.tiles.width, height: model.tiles.height }));
      return;
    }
    this.#say("");
    const { label, mode } = this.form.elements;
    model.act("numbers", spans, mode.value === "erase" ? 0 : Number(label.value));
    announce("numbersDone", { pixels: area(spans, model.tiles), share: this.editor.share(model.tiles.total) });
  }

  // null where a number is missing or makes no sense.
  #spans() {
    const { elements } = this.form;
    const number = (name) => (elements[name].value.trim() === "" ? NaN : Number(elements[name].value));
    const [x, y, width, height] = ["x", "y", "width", "height"].map(number);
    const box = [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
    const points = pairs(elements.points.value);
    switch (elements.shape.value) {
      case "rectangle":
        return box ? rectangle(x, y, width, height) : null;
      case "ellipse":
        return box ? ellipse(x, y, width, height) : null;
      case "polygon":
        return points && points.length > 2 ? polygon(points) : null;
      default:
        return points && number("thick") > 0 ? line(points, number("thick")) : null;
    }
  }

  #say(sentence) {
    const place = this.form.querySelector("[data-problem]");
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}
