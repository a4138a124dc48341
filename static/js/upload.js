// Sends a form with a file by XMLHttpRequest to show how far it is. Without this script the form is sent the plain way.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const words = form.dataset;
  const bar = form.querySelector("[data-progress]");
  const text = form.querySelector("[data-progress-text]");
  const errors = form.querySelector("[data-errors]");
  const button = form.querySelector("button:not([type='button'])");

  const tell = (sentence) => {
    errors.textContent = sentence;
    errors.hidden = !sentence;
    bar.hidden = Boolean(sentence);
    button.disabled = false;
  };

  const show = (percent) => {
    bar.querySelector("progress").value = percent;
    text.textContent = percent < 100 ? words.sending.replace("PERCENT", Math.floor(percent)) : words.checking;
  };

  const finish = (request) => {
    let answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      return tell(words.broken);
    }
    if (answer.location) window.location.assign(answer.location);
    else tell((answer.errors ?? [words.broken]).join(" "));
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    errors.hidden = true;
    const file = form.querySelector("input[type='file']").files[0];
    if (file && Number(words.maxBytes) && file.size > Number(words.maxBytes)) return tell(words.tooLarge);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (sent) => show(sent.total ? (100 * sent.loaded) / sent.total : 0));
    request.addEventListener("load", () => finish(request));
    request.addEventListener("error", () => tell(words.broken));
    request.send(new FormData(form));
    bar.hidden = false;
    button.disabled = true;
    show(0);
  });
}
