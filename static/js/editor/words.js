// The sentences of the page, translated by the server, and numbers as the page's language writes them.
const language = document.documentElement.lang || "en";
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const share = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

export const number = (value) => whole.format(value);
export const time = (moment) => clock.format(moment);
export const date = (moment) => day.format(moment);

// A share of the picture; what is there never reads as nothing.
export function percent(part) {
  if (!part) return "0 %";
  return part < 0.0001 ? `< ${share.format(0.01)} %` : `${share.format(100 * part)} %`;
}

export function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// A function: the name of a sentence and what stands in its places (numbers written out) → the sentence.
export function speaker(words) {
  return (name, places = {}) =>
    words[name].replace(/%\((\w+)\)s/g, (_, place) => (typeof places[place] === "number" ? number(places[place]) : places[place]));
}
