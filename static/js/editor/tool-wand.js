// The wand: everything of a similar colour that is in sight. It looks at the picture as finely as the view shows it.
import { Tool, area } from "./tool.js";
import { enlarge } from "./wand.js";

const FINEST = 1600; // pixels a side that are fetched
const REST = 150; // milliseconds after the tolerance was moved

export class Wand extends Tool {
  constructor(editor) {
    super(editor);
    editor.state.followers.push((name) => ["tolerance", "contiguous"].includes(name) && this.#again());
  }

  down(point) {
    this.at = point;
  }

  // When the hand lifts: until then a second finger may show that the picture was to be moved.
  up() {
    this.select(this.at);
  }

  async select(point) {
    const { model, view, state, background } = this.editor;
    const seen = view.visible(model.tiles.width, model.tiles.height);
    const inside = seen && point.x >= seen.x && point.y >= seen.y && point.x < seen.x + seen.width && point.y < seen.y + seen.height;
    if (!inside || state.get("busy")) return;
    state.set("busy", true);
    try {
      const { pixels, width, height } = await this.#pixels(seen);
      const x = Math.min(width - 1, Math.floor(((point.x - seen.x) * width) / seen.width));
      const y = Math.min(height - 1, Math.floor(((point.y - seen.y) * height) / seen.height));
      const given = { pixels, width, height, x, y, tolerance: state.get("tolerance"), contiguous: state.get("contiguous") };
      const found = await background.ask("select", given);
      this.#paint(enlarge([...found], seen, width, height), point);
    } catch {
      this.editor.announce("noPixels");
    } finally {
      state.set("busy", false);
    }
  }

  #paint(spans, point) {
    const { model } = this.editor;
    model.begin();
    model.paint(spans, this.editor.ink());
    this.last = { change: model.commit("wand"), point };
    this.editor.announce("wandDone", { pixels: area(spans, model.tiles), share: this.editor.share(model.tiles.total) });
  }

  // Another tolerance takes the last touch of the wand back and does it anew.
  #again() {
    clearTimeout(this.timer);
    const { model } = this.editor;
    this.timer = setTimeout(() => {
      if (!this.last?.change || model.history.busy || model.history.done.at(-1) !== this.last.change) return;
      model.undo();
      this.select(this.last.point);
    }, REST);
  }

  // The region as {pixels, width, height}, RGBA; asked for once as long as the view stays.
  async #pixels({ x, y, width, height }) {
    const scale = Math.min(1, FINEST / Math.max(width, height));
    const size = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    const format = scale === 1 ? "png" : "jpg";
    const address = `${this.editor.picture}${x},${y},${width},${height}/${size.join(",")}/0/default.${format}`;
    if (this.kept?.address !== address) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.statusText);
      const bitmap = await createImageBitmap(await answer.blob());
      const context = new OffscreenCanvas(...size).getContext("2d", { willReadFrequently: true });
      context.drawImage(bitmap, 0, 0);
      this.kept = { address, pixels: context.getImageData(0, 0, ...size).data };
    }
    return { pixels: this.kept.pixels, width: size[0], height: size[1] };
  }
}
