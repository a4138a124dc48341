// Another version of the mask beside the draft, hatched: to compare with, and to take from.
import { Layer } from "./layer.js";
import { decode, fromBase64 } from "./png.js";
import { AREA, TILE, Tiles } from "./tiles.js";

export class Versions {
  // address(id): where the squares of a version are
  constructor(editor, root, address) {
    Object.assign(this, { editor, root, address });
    this.layer = null;
    this.choice = root.querySelector("[data-version]");
    this.choice?.addEventListener("change", () => this.#choose(this.choice.value));
    this.shown = root.querySelector("[data-version-shown]");
    this.shown?.addEventListener("change", () => {
      if (this.layer) this.layer.shown = this.shown.checked;
      editor.overlay.invalidate();
    });
    this.#needs(false);
  }

  get tiles() {
    return this.layer?.tiles ?? null;
  }

  // Everything that the version marks, laid over the draft.
  takeAll() {
    const { model, announce } = this.editor;
    if (!this.tiles || this.editor.state.get("busy")) return;
    const { width, height } = this.tiles;
    const spans = [];
    for (let y = 0; y < height; y++) spans.push(y, 0, width);
    const more = model.act("all", spans, this.tiles);
    announce("allTaken", { pixels: more, share: this.editor.share(model.tiles.total) });
  }

  async #choose(id) {
    const { overlay, announce, call } = this.editor;
    if (this.layer) overlay.remove(this.layer);
    this.layer = null;
    this.#needs(false);
    if (!id) return;
    try {
      const { tiles } = await call("GET", this.address(id));
      if (this.choice.value !== id) return;
      this.layer = await this.#read(tiles);
    } catch {
      this.choice.value = "";
      announce("noVersion");
      return;
    }
    overlay.add(this.layer);
    this.#needs(true);
    announce("versionShown", { name: this.choice.selectedOptions[0].textContent.trim(), share: this.editor.share(this.tiles.total) });
  }

  async #read(squares) {
    const { model, layer } = this.editor;
    const { width, height } = model.tiles;
    const tiles = new Tiles(width, height);
    for (const { x, y, png } of squares) {
      const read = await decode(fromBase64(png));
      const labels = new Uint8Array(AREA);
      for (let line = 0; line < read.height; line++) {
        labels.set(read.pixels.subarray(line * read.width, (line + 1) * read.width), line * TILE);
      }
      tiles.replace(tiles.key(x, y), labels);
    }
    return new Layer(tiles, layer.colours, { hatched: true });
  }

  // What makes sense with a version alone.
  #needs(there) {
    const { state } = this.editor;
    for (const part of this.root.querySelectorAll("[data-needs-version]")) part.hidden = !there;
    if (there) return;
    if (state.get("ink") === "other") state.set("ink", 1);
    if (state.get("tool") === "region") state.set("tool", "brush");
  }
}
