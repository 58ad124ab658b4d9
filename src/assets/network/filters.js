// The filters: links by weight and by year.
import { counted, shown } from "./text.js";

const STEPS = 200;
const field = (id) => document.getElementById(id);

/** Sets up the sliders that this network has a use for. */
export function makeFilters(network, filter) {
  weights(network, filter);
  years(network, filter);
}

/** How many nodes and links are shown, in words. */
export function sayShown(network, filter) {
  const { nodes, links } = filter.numbers();
  const [allNodes, allLinks] = [network.nodes.label.length, network.links.weight.length];
  const all = nodes === allNodes && links === allLinks;
  const [of, ofLinks] = [allNodes.toLocaleString("en"), counted(allLinks, "link", "links")];
  const text = all ? "" : `${nodes.toLocaleString("en")} of ${of} nodes, ${links.toLocaleString("en")} of ${ofLinks} shown`;
  if (field("shown").textContent !== text) field("shown").textContent = text;
}

function weights({ links }, filter) {
  const all = [...new Set(links.weight)].sort((a, b) => a - b);
  if (all.length < 2) return;
  const steps = all.length <= STEPS ? all : Array.from({ length: STEPS }, (_, at) => all[Math.floor((at * all.length) / STEPS)]);
  const slider = field("weight");
  slider.max = String(steps.length - 1);
  const said = () => {
    const text = shown(steps[Number(slider.value)]);
    field("weight-said").value = text;
    slider.setAttribute("aria-valuetext", `weight ${text} or more`);
  };
  slider.addEventListener("input", () => {
    said();
    filter.set({ weight: slider.value === "0" ? -Infinity : steps[Number(slider.value)] });
  });
  said();
  field("by-weight").hidden = false;
}

function years({ links }, filter) {
  if (!links.first) return;
  const known = [...links.first, ...links.last].filter((year) => year !== null);
  const [least, most] = known.reduce(([low, high], year) => [Math.min(low, year), Math.max(high, year)], [Infinity, -Infinity]);
  if (!(least < most)) return;
  const [from, until] = [field("year-from"), field("year-until")];
  for (const slider of [from, until]) Object.assign(slider, { min: least, max: most });
  [from.value, until.value] = [least, most];
  const said = () => {
    field("year-said").value = from.value === until.value ? from.value : `${from.value} to ${until.value}`;
  };
  const narrow = (moved) => {
    // The other end gives way, so that the years never cross.
    if (Number(from.value) > Number(until.value)) (moved === from ? until : from).value = moved.value;
    said();
    filter.set({
      from: Number(from.value) === least ? -Infinity : Number(from.value),
      until: Number(until.value) === most ? Infinity : Number(until.value),
    });
  };
  for (const slider of [from, until]) slider.addEventListener("input", () => narrow(slider));
  said();
  field("by-year").hidden = false;
}
