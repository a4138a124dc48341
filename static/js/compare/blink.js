// Changing between two pictures by itself: only when asked, slowly, never where a device asks for less motion.
import { still } from "../viewer.js";

export function blinker(change) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
  };
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  return {
    may: () => !still.matches,
    runs: () => timer !== 0,
    stop,
    start(perSecond) {
      stop();
      if (!still.matches) timer = setInterval(change, 1000 / Math.min(2.5, perSecond));
    },
  };
}
