// Colours of the nodes, and the legend whose buttons hide and show a group.
import { counted, element, short } from "./text.js";

const PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"];
const OTHER = "#999999";

/** The ways of colouring this network: by community, and by kind where nodes are of several. */
export function colourings(network) {
  const kinds = network.columns.find((column) => column.name === "kind");
  const ways = [byCommunity(network)];
  if (kinds && new Set(kinds.values).size > 1) ways.push(byKind(kinds.values));
  return ways;
}

function byCommunity({ nodes, columns, order }) {
  const communities = columns.find((column) => column.name === "community")?.values;
  const names = new Map();
  for (const node of order) {
    const colour = nodes.colour[node];
    const group = names.get(colour) ?? { count: 0, largest: node, communities: new Set() };
    group.count += 1;
    if (communities) group.communities.add(communities[node]);
    names.set(colour, group);
  }
  const title = ({ communities: numbers, largest }) => {
    if (!communities) return "all nodes";
    if (numbers.size > 1) return counted(numbers.size, "community", "smaller communities");
    return `around ${short(nodes.label[largest], 32)}`;
  };
  const groups = [...names].map(([colour, group]) => ({ key: colour, colour, count: group.count, title: title(group), ...group }));
  // The grey of the small ones comes last; the others by size.
  groups.sort((a, b) => (a.colour === OTHER) - (b.colour === OTHER) || b.count - a.count || Math.min(...a.communities) - Math.min(...b.communities));
  return { name: "by community", title: "Communities", of: nodes.colour, groups };
}

function byKind(kinds) {
  const counts = new Map();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || String(a).localeCompare(String(b)));
  const colours = new Map(ordered.map(([kind], at) => [kind, PALETTE[at] ?? OTHER]));
  const groups = ordered.map(([kind, count]) => ({ key: kind, colour: colours.get(kind), count, title: kind ?? "no kind" }));
  return { name: "by kind", title: "Kinds", of: kinds, groups, colours };
}

/** The colour of a node under a colouring. */
export const colourOf = (way, node) => (way.colours ? way.colours.get(way.of[node]) : way.of[node]);

/** Fills the legend; `hide` is told which groups are hidden. */
export function showLegend(way, hide) {
  const legend = document.getElementById("legend");
  const hidden = new Set();
  const list = element("ul");
  const buttons = way.groups.map((group) => {
    const button = element("button", "", { type: "button", "aria-pressed": "true" });
    const swatch = element("span", "", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = group.colour;
    const title = element("bdi", group.title);
    button.append(swatch, title, element("span", counted(group.count, "node", "nodes"), { class: "count" }));
    button.addEventListener("click", () => {
      if (!hidden.delete(group.key)) hidden.add(group.key);
      update();
    });
    const item = element("li");
    item.append(button);
    list.append(item);
    return [group, button];
  });
  const all = element("button", "Show all", { type: "button", class: "all" });
  all.addEventListener("click", () => {
    hidden.clear();
    update();
    buttons[0][1].focus();
  });
  const update = () => {
    for (const [group, button] of buttons) button.setAttribute("aria-pressed", String(!hidden.has(group.key)));
    all.hidden = hidden.size === 0;
    hide(new Set(hidden));
  };
  all.hidden = true;
  legend.replaceChildren(element("h2", way.title), element("p", "Press one to hide or show it.", { class: "hint" }), list, all);
  legend.hidden = way.groups.length < 2;
}
