// Saves that lose nothing: one at a time, each with a name of its own, kept on this device until the server has it.
export class Saving {
  constructor({ url, token, version, onState, onConflict, store }) {
    Object.assign(this, { url, token, version, onState, onConflict, store });
    this.pending = null;
    this.busy = false;
    this.wait = 1000;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  // Have these answers saved, soon; what is still under way is replaced by them.
  later(content, delay = 700) {
    this.pending = { content, request: crypto.randomUUID() };
    localStorage.setItem(this.store, JSON.stringify({ content, version: this.version }));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  // Send what waits, unless something is under way; resolves when what is under way has been answered.
  flush() {
    if (!this.busy && this.pending) this.underway = this.send(this.pending);
    return this.underway;
  }

  async send(sent) {
    this.busy = true;
    this.onState("saving");
    let answer = null;
    try {
      answer = await this.post(this.url, sent);
    } catch {
      this.again(sent);
      return;
    } finally {
      this.busy = false;
    }
    await this.take(answer, sent);
  }

  post(url, sent) {
    return fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ ...sent, version: this.version }),
      keepalive: true,
    });
  }

  async take(answer, sent) {
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 409) {
      this.pending = null;
      this.onConflict(told, sent.content);
    } else if (answer.ok) {
      this.version = told.version;
      this.wait = 1000;
      if (this.pending === sent) {
        this.pending = null;
        localStorage.removeItem(this.store);
      }
      this.onState("saved", told);
      if (this.pending) this.flush();
    } else if (answer.status >= 500) {
      this.again(sent);
    } else {
      if (this.pending === sent) this.pending = null;
      this.onState("refused", told);
    }
  }

  again(sent) {
    this.pending ??= sent;
    this.onState("offline");
    this.wait = Math.min(this.wait * 2, 60000);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait);
  }
}
