// The page of a network: reads what it holds, draws it, and connects picture, search, filters, legend and tables.
import { makeFilter, readNetwork } from "./data.js";
import { makeFilters, sayShown } from "./filters.js";
import { colourings, colourOf, showLegend } from "./groups.js";
import { onKeys } from "./keys.js";
import { showPanel } from "./panel.js";
import { makePicture } from "./picture.js";
import { printed } from "./printing.js";
import { makeSearch } from "./search.js";
import { sortTables } from "./tables.js";
import { still } from "./theme.js";

const field = (id) => document.getElementById(id);

function start() {
  sortTables();
  const network = readNetwork();
  if (!network.drawn) return blank(network.undrawn);
  const ways = colourings(network);
  let way = ways[0];
  let picture = null;
  let pinned = null;
  const filter = makeFilter(network, () => {
    picture?.refresh();
    sayShown(network, filter);
    if (pinned !== null) showPanel(network, filter, pinned, acts);
  });
  field("picture").hidden = field("to-picture").hidden = false;
  try {
    picture = makePicture(network, filter, (node) => colourOf(way, node));
  } catch (error) {
    // Whatever stops the drawing, the tables below say the same.
    console.info(`the picture is not drawn: ${error.message}`);
    field("picture").hidden = field("to-picture").hidden = true;
    return blank("The picture is not drawn, since this browser has no WebGL, or has it switched off. The tables below hold the same network.");
  }

  const look = (node) => picture.highlight(node ?? pinned);
  function pin(node, { move = true } = {}) {
    pinned = node;
    picture.highlight(node);
    showPanel(network, filter, node, acts);
    if (node !== null && move) picture.goTo(node);
    history.replaceState(null, "", node === null ? location.pathname + location.search : `#${network.nodes.id[node]}`);
  }
  const acts = { pick: pin, look, close: () => (pin(null), field("stage").focus()) };

  makeSearch(network, { look, pick: (node) => (pin(node), field("stage").focus()) });
  makeFilters(network, filter);
  colourBy(ways, (chosen) => {
    way = chosen;
    showLegend(way, (hidden) => filter.set({ hidden }));
    filter.set({ groups: way.of, hidden: new Set() });
  });
  onPointer(picture, { look, pin, pinned: () => pinned });
  onKeys(network, filter, picture, { pin, pinned: () => pinned });
  onTables(network, { look, pin });
  printed(picture);
  const wanted = network.numberOf.get(named(location.hash));
  if (wanted !== undefined) pin(wanted);
}

function blank(sentence) {
  field("blank").textContent = sentence;
  field("blank").hidden = false;
}

function colourBy(ways, choose) {
  const select = field("colour");
  ways.forEach((way, number) => select.add(new Option(way.name, String(number))));
  select.addEventListener("change", () => choose(ways[Number(select.value)]));
  field("by-colour").hidden = ways.length < 2;
  choose(ways[0]);
}

function onPointer({ sigma }, { look, pin, pinned }) {
  sigma.on("enterNode", ({ node }) => {
    look(Number(node));
    field("stage").classList.add("over");
  });
  sigma.on("leaveNode", () => {
    look(null);
    field("stage").classList.remove("over");
  });
  sigma.on("clickNode", ({ node }) => pin(pinned() === Number(node) ? null : Number(node), { move: false }));
  sigma.on("clickStage", () => pin(null));
}

/** The node that the end of an address names: itself, or its row in the table, where names lead without this program. */
const named = (hash) => hash.replace(/^#(row-)?/, "");

/** A name in a table shows its node: the neighbourhood while it has the focus, all of it when it is pressed. */
function onTables(network, { look, pin }) {
  for (const name of document.querySelectorAll("table span[data-node]")) {
    // A node of the picture that has no row of its own.
    if (!network.numberOf.has(name.dataset.node)) continue;
    const link = document.createElement("a");
    link.href = `#${name.dataset.node}`;
    link.append(...name.childNodes);
    name.replaceWith(link);
  }
  const nodeOf = (event) => {
    const link = event.target.closest?.("table a[href^='#']");
    return link ? network.numberOf.get(named(link.hash)) : undefined;
  };
  document.addEventListener("focusin", (event) => nodeOf(event) !== undefined && look(nodeOf(event)));
  document.addEventListener("focusout", (event) => nodeOf(event) !== undefined && look(null));
  document.addEventListener("click", (event) => {
    const node = nodeOf(event);
    if (node === undefined) return;
    event.preventDefault();
    pin(node);
    field("picture").scrollIntoView({ behavior: still.matches ? "auto" : "smooth" });
    field("stage").focus({ preventScroll: true });
  });
}

start();
