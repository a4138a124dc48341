// The reasons for deductions: a list a dimension, each with a term, words, and a place if one was marked.
import { goTo, inSight } from "./picture.js";

export class Reasons {
  constructor(form, onChange) {
    this.form = form;
    this.onChange = onChange;
    this.lists = {};
    for (const row of form.querySelectorAll("[data-dimension]")) this.wire(row);
  }

  wire(row) {
    const key = row.dataset.dimension;
    const [term, text] = [row.querySelector("[data-term]"), row.querySelector("[data-text]")];
    // The first reason is what stands in the fields; “add another” puts it into the list.
    const changed = () => {
      this.draft(key, { term: term.value || null, text: text.value.trim() });
      this.onChange();
    };
    term.addEventListener("change", changed);
    text.addEventListener("input", changed);
    row.querySelector("[data-place]").addEventListener("click", () => {
      this.draft(key, { term: term.value || null, text: text.value.trim(), region: inSight() });
      this.show(key);
      this.onChange();
    });
    row.querySelector("[data-add]").addEventListener("click", () => {
      const one = this.of(key).draft;
      if (!one || (!one.term && !one.text)) return term.focus();
      this.of(key).kept.push(one);
      this.of(key).draft = null;
      term.value = text.value = "";
      this.show(key);
      this.onChange();
      return term.focus();
    });
  }

  of(key) {
    return (this.lists[key] ??= { kept: [], draft: null });
  }

  draft(key, change) {
    const own = this.of(key);
    own.draft = { region: null, ...own.draft, ...change };
  }

  // All reasons that say something, by dimension.
  all() {
    const found = {};
    for (const [key, { kept, draft }] of Object.entries(this.lists)) {
      found[key] = [...kept, draft].filter((one) => one && (one.term || one.text));
    }
    return found;
  }

  load(deductions) {
    for (const row of this.form.querySelectorAll("[data-dimension]")) {
      const key = row.dataset.dimension;
      const list = deductions[key] ?? [];
      this.lists[key] = { kept: list.slice(0, -1), draft: list.at(-1) ?? null };
      row.querySelector("[data-term]").value = list.at(-1)?.term ?? "";
      row.querySelector("[data-text]").value = list.at(-1)?.text ?? "";
      this.show(key);
    }
  }

  show(key) {
    const row = this.form.querySelector(`[data-dimension="${CSS.escape(key)}"]`);
    const { kept, draft } = this.of(key);
    const shown = draft?.region ? [...kept, draft] : kept;
    const list = row.querySelector("[data-reasons]");
    list.replaceChildren(...shown.map((one) => this.line(row, key, one)));
  }

  line(row, key, one) {
    const item = document.createElement("li");
    const words = [row.querySelector(`[data-term] option[value="${CSS.escape(one.term ?? "")}"]`)?.textContent, one.text];
    item.append(words.filter((word, place) => word && (place || one.term)).join(": "));
    if (one.region) item.append(this.button(this.form.dataset.here, () => goTo(one.region)));
    item.append(this.button(this.form.dataset.remove, () => this.remove(row, key, one)));
    return item;
  }

  button(words, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button bare compact";
    button.textContent = words;
    button.addEventListener("click", action);
    return button;
  }

  remove(row, key, one) {
    const own = this.of(key);
    own.kept = own.kept.filter((it) => it !== one);
    if (own.draft === one) own.draft = { ...one, region: null };
    this.show(key);
    this.onChange();
  }
}
