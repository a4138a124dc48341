// Takes one mark of the version that is compared with, whole: all that hangs together under the pointer.
import { flood } from "./flood.js";
import { Tool, area } from "./tool.js";

export class Region extends Tool {
  down(point) {
    this.at = point;
  }

  up() {
    this.#take(this.at);
  }

  #take(point) {
    const { model, announce } = this.editor;
    const other = this.editor.other();
    if (!other) {
      announce("chooseVersion");
      return;
    }
    const { width, height } = other;
    const spans = flood((x, y) => other.at(x, y) !== 0, width, height, Math.floor(point.x), Math.floor(point.y), 1);
    if (!spans.length) {
      announce("nothingThere");
      return;
    }
    model.act("region", spans, other);
    announce("regionTaken", { pixels: area(spans, model.tiles), share: this.editor.share(model.tiles.total) });
  }
}
