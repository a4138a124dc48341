// Opens the person's draft of an artwork, and asks where it is not clear which one is meant.
import { Refusal } from "./api.js";

// setup: {drafts, artwork, from}; ask(name, sentence): opens a dialog and resolves to the value of the button pressed.
export async function openDraft({ drafts, artwork, from }, call, ask) {
  const wanted = { artwork, ...(from && { based_on: from }) };
  const anew = () => call("POST", drafts, { ...wanted, restart: true });
  try {
    const draft = await call("POST", drafts, wanted);
    if (!from || draft.status === 201 || draft.based_on === from) return draft;
    if (draft.revision === 0 && !draft.based_on) return anew();
    return (await ask("which")) === "anew" ? anew() : draft;
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.status !== 409) throw problem;
    return (await ask("earlier", problem.message)) === "anew" ? anew() : null;
  }
}

// Dialogs of the page by name; a sentence is put where the dialog has room for one.
export function asker(root) {
  return (name, sentence) =>
    new Promise((resolve) => {
      const dialog = root.querySelector(`[data-dialog="${name}"]`);
      const place = dialog.querySelector("[data-sentence]");
      if (place && sentence) place.textContent = sentence;
      dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
      dialog.returnValue = "";
      dialog.showModal();
    });
}
