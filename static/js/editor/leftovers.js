// What was drawn here for a draft that has ended since: it is offered once, and taken over as one action or let go.
import { Patch, UNTOUCHED } from "./patch.js";
import { date } from "./words.js";

export async function leftBehind(editor, left, keep, ask) {
  const { model, say, announce } = editor;
  const fitting = left.filter(({ about }) => about.width === model.tiles.width && about.height === model.tiles.height);
  if (!fitting.length) return;
  const answer = await ask("left", say("left", { time: date(new Date(fitting.at(-1).about.at)) }));
  if (!answer) return; // asked again at the next visit
  if (answer === "add") {
    model.begin();
    for (const { squares } of fitting) model.put(over(model.tiles, new Patch("", squares)));
    model.commit("left");
    announce("leftAdded");
  }
  for (const { about } of fitting) await keep.drop(about.id).catch(() => {});
}

function over(tiles, patch) {
  return [...patch.squares].map(([key, own]) => {
    const labels = tiles.held.get(key)?.slice() ?? new Uint8Array(own.length);
    own.forEach((label, i) => label !== UNTOUCHED && (labels[i] = label));
    return [key, labels];
  });
}
