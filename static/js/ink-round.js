// The page of a round: “Another seed”, and the round that is shown in sight within its history.
import "./ink-seed.js";

const history = document.querySelector(".history");
const current = history?.querySelector(".current > .branch");
if (current) {
  const middle = (history.clientHeight - current.offsetHeight) / 2;
  history.scrollTop += current.getBoundingClientRect().top - history.getBoundingClientRect().top - middle;
}
