// The panel of the selected node: what is known of it, and its neighbours.
import { neighboursShown } from "./data.js";
import { counted, element, shown } from "./text.js";

const MOST = 50;

/** Fills the panel, or hides it where no node is selected; `pick` and `look` serve its neighbours. */
export function showPanel(network, filter, node, { pick, look, close }) {
  const panel = document.getElementById("selected");
  panel.hidden = node === null;
  if (node === null) return panel.replaceChildren();
  const title = element("h2");
  title.append(element("bdi", network.nodes.label[node]));
  const away = element("button", "×", { type: "button", class: "close", "aria-label": "Let go of this node" });
  away.addEventListener("click", close);
  const near = [...neighboursShown(network, filter, node)].map(([other, links]) => ({ other, links, weight: total(network, links) }));
  near.sort((a, b) => b.weight - a.weight || network.nodes.label[a.other].localeCompare(network.nodes.label[b.other]));
  const list = element("ol");
  list.append(...near.slice(0, MOST).map((each) => neighbour(network, each, { pick, look })));
  const rest = near.length > MOST ? [element("p", `${counted(near.length - MOST, "further one has", "further ones have")} less weight.`, { class: "hint" })] : [];
  const hidden = filter.hasNode(node) ? [] : [element("p", "Hidden now, by the filters or in the legend.", { class: "hint" })];
  panel.replaceChildren(away, title, ...hidden, facts(network, node), element("h3", counted(near.length, "neighbour", "neighbours")), list, ...rest);
  panel.scrollTop = 0;
}

const total = ({ links }, all) => all.reduce((sum, link) => sum + links.weight[link], 0);

function facts(network, node) {
  const list = element("dl");
  // What it is comes first, its address last.
  const columns = [...network.columns].sort((a, b) => (a.name === "iri") - (b.name === "iri"));
  for (const column of columns) {
    const value = column.values[node];
    if (value === null || value === undefined) continue;
    const described = element("dd");
    if (column.name === "iri" && /^https?:/.test(value)) described.append(element("a", value, { href: value, rel: "noreferrer", target: "_top" }));
    else described.append(element("bdi", shown(value)));
    list.append(element("dt", column.title), described);
  }
  return list;
}

function neighbour(network, { other, links, weight }, { pick, look }) {
  const item = element("li");
  const button = element("button", "", { type: "button", class: "name" });
  button.append(element("bdi", network.nodes.label[other]));
  button.addEventListener("click", () => pick(other));
  button.addEventListener("focus", () => look(other));
  button.addEventListener("blur", () => look(null));
  const said = links.map((link) => described(network.links, link)).filter(Boolean);
  item.append(button, element("span", [`weight ${shown(weight)}`, ...said].join(" · "), { class: "count" }));
  return item;
}

/** What is known of a link besides its weight; its years as a span. */
function described({ columns, first, last }, link) {
  const years = new Set(["first_year", "last_year"]);
  const parts = columns
    .filter(({ name }) => !first || !years.has(name))
    .map(({ title, values }) => [title, values[link]])
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([title, value]) => `${title} ${shown(value)}`);
  const named = columns.some(({ name }) => years.has(name));
  const span = named && first ? [...new Set([first[link], last[link]])].join("–") : "";
  return [span, ...parts].filter(Boolean).join(", ");
}
