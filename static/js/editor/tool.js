// What every tool can be asked. Points are {x, y, pressure, pen} in pixels of the picture.
export class Tool {
  constructor(editor) {
    this.editor = editor;
  }

  down() {}
  move() {}
  up() {}
  cancel() {}
  hover() {}

  // By keyboard: Space, Enter, Backspace, Escape. The last two say whether there was anything to take back.
  press(point) {
    this.down(point);
    this.up();
  }
  enter(point) {
    if (point) this.press(point);
  }
  back() {
    return false;
  }
  escape() {
    return false;
  }

  // Says how much of the chosen class there is now.
  sayCoverage(label) {
    const { tiles } = this.editor.model;
    if (!label) this.editor.announce("erased", { share: this.editor.share(tiles.total) });
    else {
      const count = tiles.counts[label];
      this.editor.announce("painted", { name: this.editor.className(label), pixels: count, share: this.editor.share(count) });
    }
  }
}

// Moves the picture; the pointers do it themselves.
export class Hand extends Tool {}

// How many pixels of the picture runs cover.
export function area(spans, { width, height }) {
  let sum = 0;
  for (let i = 0; i < spans.length; i += 3) {
    if (spans[i] >= 0 && spans[i] < height) sum += Math.max(0, Math.min(width, spans[i + 2]) - Math.max(0, spans[i + 1]));
  }
  return sum;
}
