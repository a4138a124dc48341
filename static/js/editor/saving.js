// The dialog that makes the draft a version of the mask.
export class Saving {
  constructor(editor, dialog, { sync, url, draft }) {
    Object.assign(this, { editor, dialog, sync, url });
    this.form = dialog.querySelector("form");
    this.problem = dialog.querySelector("[data-problem]");
    this.form.elements.note.value = draft.note;
    this.form.elements.note.addEventListener("change", () => this.#keep());
    this.form.addEventListener("submit", (event) => {
      if (event.submitter?.value === "cancel") return;
      event.preventDefault();
      this.#save();
    });
  }

  open() {
    if (!this.editor.model.tiles.total) {
      this.editor.announce("empty");
      return;
    }
    this.#say("");
    for (const place of this.dialog.querySelectorAll("[data-save-share]")) {
      place.textContent = this.editor.share(this.editor.model.tiles.counts[place.dataset.saveShare]);
    }
    this.dialog.showModal();
  }

  #keep() {
    this.editor.call("PATCH", this.url, { note: this.form.elements.note.value }).catch(() => {});
  }

  async #save() {
    const button = this.form.querySelector("[value=save]");
    button.disabled = true;
    this.#say("");
    try {
      await this.sync.flush();
      const given = { note: this.form.elements.note.value, feather: this.editor.state.get("feather") };
      const { url } = await this.editor.call("POST", `${this.url}save/`, given);
      this.sync.stop();
      location.assign(url);
    } catch (problem) {
      this.#say(problem.message || this.editor.say(problem.status ? "notSaved" : "notSavedOffline"));
      button.disabled = false;
    }
  }

  #say(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
  }
}
