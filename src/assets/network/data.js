// The network that the page holds, as it is filtered: which nodes and links are shown.
import Graph from "graphology";
import { folded } from "./text.js";

const OPEN = { first: -Infinity, last: Infinity };

/** The network in the page; nodes and links are numbers, in the order of the file. */
export function readNetwork() {
  const held = JSON.parse(document.getElementById("data").textContent);
  const { nodes, links } = held;
  const graph = new Graph({ type: held.directed ? "directed" : "undirected", multi: true, allowSelfLoops: true });
  const largest = nodes.size.reduce((most, size) => Math.max(most, size), 1);
  const heaviest = links.weight.reduce((most, weight) => Math.max(most, weight), 0) || 1;
  const [least, most] = radii(nodes.label.length);
  nodes.label.forEach((label, node) => {
    const size = least + (most - least) * (nodes.size[node] / largest);
    graph.addNode(node, { x: nodes.x[node], y: nodes.y[node], size, label });
  });
  links.weight.forEach((weight, link) => {
    const size = thickness(links.weight.length) * (0.35 + 1.65 * Math.sqrt(Math.max(weight, 0) / heaviest));
    graph.addEdgeWithKey(link, links.source[link], links.target[link], { size });
  });
  // Of one size, those of the earlier name first, as in the other pictures.
  const earlier = (a, b) => (nodes.label[a] < nodes.label[b] ? -1 : nodes.label[a] > nodes.label[b] ? 1 : a - b);
  return {
    ...held,
    graph,
    searched: nodes.label.map(folded),
    order: nodes.label.map((_, node) => node).sort((a, b) => nodes.size[b] - nodes.size[a] || earlier(a, b)),
    numberOf: new Map(nodes.id.map((id, node) => [id, node])),
  };
}

/** The smallest and largest radius in pixels: many nodes are small ones. */
function radii(number) {
  const most = Math.min(22, Math.max(6, 29 - 6.8 * Math.log10(number + 1)));
  return [most / 7 + 1, most];
}

/** The thickness in pixels of a link of middling weight. */
function thickness(number) {
  return number > 2000 ? 0.8 : number > 300 ? 1.1 : 2.2;
}

/** What is shown of a network: changes with the filters, and tells `changed` so. */
export function makeFilter(network, changed) {
  const { links, graph } = network;
  const wanted = { weight: -Infinity, from: -Infinity, until: Infinity, hidden: new Set(), groups: null };
  const linkShown = new Uint8Array(links.weight.length);
  const nodeShown = new Uint8Array(network.nodes.label.length);

  const inTime = (link) => {
    const first = links.first?.[link] ?? OPEN.first;
    const last = links.last?.[link] ?? OPEN.last;
    return first <= wanted.until && last >= wanted.from;
  };
  const inGroup = (node) => !wanted.groups || !wanted.hidden.has(wanted.groups[node]);

  function apply() {
    const narrowed = Number.isFinite(wanted.weight) || Number.isFinite(wanted.from) || Number.isFinite(wanted.until);
    const ends = new Uint8Array(nodeShown.length);
    links.weight.forEach((weight, link) => {
      const [source, target] = [links.source[link], links.target[link]];
      const kept = weight >= wanted.weight && inTime(link);
      if (kept) ends[source] = ends[target] = 1;
      linkShown[link] = kept && inGroup(source) && inGroup(target) ? 1 : 0;
    });
    // A node that has links at all goes with its last one; one that never had any stays.
    nodeShown.forEach((_, node) => {
      nodeShown[node] = inGroup(node) && (!narrowed || ends[node] || !graph.degree(node)) ? 1 : 0;
    });
    changed();
  }
  const sum = (flags) => flags.reduce((total, flag) => total + flag, 0);
  return {
    set: (changes) => {
      Object.assign(wanted, changes);
      apply();
    },
    wanted,
    hasLink: (link) => linkShown[link] === 1,
    hasNode: (node) => nodeShown[node] === 1,
    numbers: () => ({ nodes: sum(nodeShown), links: sum(linkShown) }),
  };
}

/** The neighbours of a node that are shown, and the links to each. */
export function neighboursShown(network, filter, node) {
  const found = new Map();
  network.graph.forEachEdge(String(node), (key, _, source, target) => {
    const link = Number(key);
    const other = Number(source) === node ? Number(target) : Number(source);
    if (filter.hasLink(link) && other !== node) found.set(other, [...(found.get(other) ?? []), link]);
  });
  return found;
}
