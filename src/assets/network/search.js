// The search: finds names without regard to accents and case, and picks one by mouse or keyboard.
import { counted, element, folded, short } from "./text.js";

const MOST = 12;

/** Sets up the search; `pick` is told the node that was chosen, `look` the one that the reader is at, or null. */
export function makeSearch(network, { pick, look }) {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let found = [];
  let at = -1;

  function find() {
    const words = folded(input.value).split(" ").filter(Boolean);
    const all = words.length ? matches(network, words) : [];
    found = all.slice(0, MOST);
    list.replaceChildren(...found.map(option));
    if (all.length > MOST) list.append(hint(`${counted(all.length, "name", "names")}, ${MOST} shown`));
    if (words.length && !all.length) list.append(hint("no such name"));
    open(words.length > 0);
    moveTo(found.length ? 0 : -1);
  }
  const hint = (text) => element("li", text, { class: "hint", role: "option", "aria-disabled": "true" });
  function option(node, number) {
    const made = element("li", "", { id: `found-${number}`, role: "option" });
    made.append(element("bdi", short(network.nodes.label[node], 80)));
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => choose(number));
    return made;
  }
  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) {
      input.removeAttribute("aria-activedescendant");
      look(null);
    }
  }
  function moveTo(number) {
    at = number;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
    look(found[at]);
  }
  function choose(number) {
    const node = found[number];
    input.value = short(network.nodes.label[node], 80);
    open(false);
    pick(node);
  }
  input.addEventListener("input", find);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return find();
      if (found.length) moveTo((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden) find();
      if (at >= 0) choose(at);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      open(false);
    }
  });
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
}

/** The nodes whose names have a word beginning with each of these, larger nodes first; else those that contain them. */
function matches({ order, searched }, words) {
  const begins = (name) => words.every((word) => ` ${name}`.includes(` ${word}`));
  const contains = (name) => words.every((word) => name.includes(word));
  const first = order.filter((node) => begins(searched[node]));
  const rest = order.filter((node) => contains(searched[node]) && !begins(searched[node]));
  return [...first, ...rest];
}
