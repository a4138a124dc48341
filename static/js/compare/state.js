// What the address says beside ?show=: how the pictures lie, by how much, which two, what lies over them, and where.
export const MODES = {
  side: null,
  curtain: { min: 0, max: 100, step: 1, first: 50, say: (value) => `${value} %` },
  overlay: { min: 0, max: 100, step: 1, first: 50, say: (value) => `${value} %` },
  difference: { min: 1, max: 16, step: 1, first: 4, say: (value) => `×${value}` },
  blink: { min: 0.5, max: 2.5, step: 0.5, first: 1, say: (value) => String(value) }, // at most 1.25 flashes a second
};

const within = (value, least, most) => Math.min(most, Math.max(least, value));

export function clamped(mode, value) {
  const { min, max, step } = MODES[mode];
  return within(Math.round(value / step) * step, min, max);
}

// Anything odd in the address is passed over.
export function read(search, panes) {
  const asked = new URLSearchParams(search);
  const mode = Object.hasOwn(MODES, asked.get("mode") ?? "") ? asked.get("mode") : "side";
  const amounts = Object.fromEntries(Object.entries(MODES).filter(([, it]) => it).map(([name, it]) => [name, it.first]));
  const amount = Number.parseFloat(asked.get("by"));
  if (mode !== "side" && Number.isFinite(amount)) amounts[mode] = clamped(mode, amount);
  const [under, over] = pair(asked.get("pair"), panes);
  const turn = Number.parseInt(asked.get("turn"), 10);
  return {
    mode,
    amounts,
    under,
    over,
    layers: new Set((asked.get("layers") ?? "").split(",").filter(Boolean)),
    view: view(asked.get("at")),
    turn: [90, 180, 270].includes(turn) ? turn : 0,
  };
}

export function write(search, state) {
  const said = new URLSearchParams(search);
  const set = (name, value) => (value ? said.set(name, value) : said.delete(name));
  set("mode", state.mode === "side" ? "" : state.mode);
  set("by", state.mode === "side" ? "" : String(state.amounts[state.mode]));
  set("pair", state.mode === "side" ? "" : `${state.under + 1},${state.over + 1}`);
  set("layers", [...state.layers].join(","));
  set("at", state.view ? [state.view.x, state.view.y, state.view.span].map((it) => +(100 * it).toFixed(3)).join(",") : "");
  set("turn", state.turn ? String(state.turn) : "");
  return `?${said.toString().replaceAll("%2C", ",")}`;
}

function pair(text, panes) {
  const [under, over] = (text ?? "").split(",").map((it) => Number.parseInt(it, 10) - 1);
  const there = (it) => Number.isInteger(it) && it >= 0 && it < panes;
  return there(under) && there(over) && under !== over ? [under, over] : [0, 1];
}

// x, y: the middle, as shares of the picture's width and height; span: the shorter side of what is seen over its width.
function view(text) {
  const [x, y, span] = (text ?? "").split(",").map((it) => Number.parseFloat(it) / 100);
  if (![x, y, span].every(Number.isFinite) || span <= 0) return null;
  return { x: within(x, -1, 2), y: within(y, -1, 2), span: within(span, 1e-4, 10) };
}
