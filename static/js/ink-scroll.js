// A hand scroll: the picture fills the height and is walked along sideways, from the right end to the left as such a
// scroll is read. The stage scrolls by itself, so touch and a page without scripts need nothing of this.
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const STEP = 0.25; // of what is in sight, by an arrow key
const LEAP = 0.85; // by a button

export function openScroll(root) {
  const stage = root.querySelector("[data-stage]");
  const strip = root.querySelector("[data-strip]");
  const frame = root.querySelector("[data-window]");
  const turn = root.querySelector("[data-turn]");
  const ahead = () => (root.dataset.from === "right" ? -1 : 1); // onwards in reading, as a sign of x

  // Where the sight begins, from the left end, in pixels; a stage that begins at the right counts downwards from zero.
  const room = () => stage.scrollWidth - stage.clientWidth;
  const at = () => (root.dataset.from === "right" ? room() + stage.scrollLeft : stage.scrollLeft);
  function go(x, smooth = true) {
    const left = root.dataset.from === "right" ? x - room() : x;
    stage.scrollTo({ left, behavior: smooth && !calm.matches ? "smooth" : "instant" });
  }
  const walk = (share) => go(at() + share * stage.clientWidth);
  const start = () => (ahead() < 0 ? room() : 0);

  function show() {
    frame.hidden = room() < 1;
    frame.style.left = `${(100 * at()) / stage.scrollWidth}%`;
    frame.style.width = `${(100 * stage.clientWidth) / stage.scrollWidth}%`;
  }

  const keys = {
    ArrowLeft: () => walk(-STEP),
    ArrowRight: () => walk(STEP),
    PageDown: () => walk(ahead() * LEAP),
    PageUp: () => walk(-ahead() * LEAP),
    Home: () => go(start()),
    End: () => go(room() - start()),
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // A wheel turned down goes onwards; at the ends the page itself scrolls on.
  stage.addEventListener("wheel", (event) => {
    if (event.ctrlKey || Math.abs(event.deltaX) >= Math.abs(event.deltaY)) return;
    const to = Math.min(room(), Math.max(0, at() + ahead() * event.deltaY * (event.deltaMode ? 32 : 1)));
    if (Math.abs(to - at()) < 1) return;
    event.preventDefault();
    go(to, false);
  }, { passive: false });

  drag(stage, (moved, from) => go(from - moved, false), at);
  drag(strip, (moved, from, share) => go(share * stage.scrollWidth - stage.clientWidth / 2, false), at);

  for (const button of root.querySelectorAll("[data-walk]")) {
    button.hidden = false;
    button.addEventListener("click", () => walk(Number(button.dataset.walk) * LEAP));
  }
  turn.hidden = false;
  turn.addEventListener("click", () => {
    root.dataset.from = root.dataset.from === "right" ? "left" : "right";
    turn.setAttribute("aria-pressed", String(root.dataset.from === "left"));
    go(start(), false);
    show();
  });
  stage.addEventListener("scroll", show, { passive: true });
  new ResizeObserver(show).observe(stage);
  show();
}

// Mouse and pen drag; a finger scrolls the stage by itself, but has to drag the strip.
function drag(element, move, at) {
  const own = element.matches("[data-strip]");
  let from = null;
  function follow(event) {
    if (!from) return;
    const box = element.getBoundingClientRect();
    move(event.clientX - from.x, from.at, (event.clientX - box.left) / box.width);
  }
  element.addEventListener("pointerdown", (event) => {
    if (event.button || (event.pointerType === "touch" && !own)) return;
    element.setPointerCapture(event.pointerId);
    from = { x: event.clientX, at: at() };
    element.classList.add("held");
    if (own) follow(event);
  });
  element.addEventListener("pointermove", follow);
  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, () => {
      from = null;
      element.classList.remove("held");
    });
  }
}
