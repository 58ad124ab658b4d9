// The picture: sigma draws nodes and links, and the names are drawn here, so that none lies on another.
import Sigma from "sigma";
import { createNodeBorderProgram } from "@sigma/node-border";
import { neighboursShown } from "./data.js";
import { drawNames } from "./names.js";
import { mixed, onThemeChange, still, theme } from "./theme.js";

const MANY_LINKS = 3000;
const FEW_NODES = 300;

/** Draws the network into `#canvas`; `colourOf` gives the colour of a node. Raises where the browser has no WebGL. */
export function makePicture(network, filter, colourOf) {
  const { graph, links, nodes } = network;
  let colours = theme();
  let focus = null; // the node whose neighbourhood is shown
  let near = new Set();
  let scale = sizeOf(document.getElementById("canvas"));
  // The more links there are, the paler is each, so that together they do not hide the nodes.
  const paleness = Math.min(0.82, 0.16 + 0.14 * Math.log10(graph.size + 1));

  // Colours are mixed once for each pair, not once for each of 50,000 links.
  const tones = new Map();
  const tone = (colour, other, share) => {
    const key = `${colour} ${other} ${share}`;
    if (!tones.has(key)) tones.set(key, mixed(colour, other, share));
    return tones.get(key);
  };
  const linkColour = (link) => {
    const [source, target] = [colourOf(links.source[link]), colourOf(links.target[link])];
    const own = source === target ? tone(source, colours.link, 0.35) : colours.link;
    return tone(own, colours.background, paleness);
  };
  const nodeLook = (node, data) => {
    const number = Number(node);
    if (!filter.hasNode(number)) return { ...data, hidden: true };
    const apart = focus !== null && !near.has(number);
    const colour = apart ? tone(colourOf(number), colours.background, colours.faint - 0.06) : colourOf(number);
    const border = number === focus ? colours.text : apart ? colour : tone(colour, colours.background, 0.75);
    const zIndex = apart ? 0 : number === focus ? 2 : 1;
    return { ...data, size: data.size * scale, label: null, color: colour, borderColor: border, zIndex };
  };
  const linkLook = (link, data) => {
    const number = Number(link);
    if (!filter.hasLink(number)) return { ...data, hidden: true };
    if (focus === null) return { ...data, color: linkColour(number), zIndex: 0 };
    const touches = links.source[number] === focus || links.target[number] === focus;
    if (touches) return { ...data, color: tone(colourOf(focus), colours.text, 0.25), size: data.size + 0.6, zIndex: 1 };
    if (graph.size > MANY_LINKS) return { ...data, hidden: true };
    return { ...data, color: tone(linkColour(number), colours.background, colours.faint), zIndex: 0 };
  };

  const sigma = new Sigma(graph, document.getElementById("canvas"), {
    allowInvalidContainer: true,
    defaultEdgeType: network.directed ? "arrow" : "line",
    defaultNodeType: "ringed",
    nodeProgramClasses: { ringed: ringed() },
    nodeHoverProgramClasses: { ringed: ringed() },
    defaultDrawNodeHover: () => {},
    edgeReducer: linkLook,
    nodeReducer: nodeLook,
    hideEdgesOnMove: graph.size > MANY_LINKS,
    minEdgeThickness: 1.4,
    renderLabels: false,
    stagePadding: 36,
    zIndex: true,
    ...motion(),
  });
  const names = sigma.createCanvasContext("names", { afterLayer: "nodes" });
  names.resize(true);
  const pen = document.querySelector("#canvas .sigma-names").getContext("2d");
  const draw = () => drawNames(pen, sigma, network, filter, { focus, near, colours });
  sigma.on("afterRender", draw);

  const nearTo = (node) => new Set(node === null ? [] : [node, ...neighboursShown(network, filter, node).keys()]);
  // However often something changes, it is drawn once a frame.
  let [waiting, reindex] = [false, false];
  const refresh = ({ skipIndexation = false } = {}) => {
    reindex ||= !skipIndexation;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      near = nearTo(focus);
      sigma.refresh({ skipIndexation: !reindex });
      [waiting, reindex] = [false, false];
    });
  };
  sigma.on("resize", () => {
    scale = sizeOf(document.getElementById("canvas"));
    sigma.scheduleRefresh();
  });
  onThemeChange(() => {
    colours = theme();
    refresh();
  });
  still.addEventListener("change", () => sigma.setSettings(motion()));

  return {
    sigma,
    refresh,
    /** Shows the neighbourhood of a node, or the whole again. */
    highlight(node) {
      if (node === focus) return;
      focus = node;
      refresh({ skipIndexation: true });
    },
    /** Moves to a node, and near enough to read its surroundings; not where a small network shows both already. */
    goTo(node) {
      const { x, y } = sigma.getNodeDisplayData(String(node));
      const camera = sigma.getCamera();
      const small = nodes.label.length <= FEW_NODES;
      if (small && inView(sigma, { x, y })) return;
      move(camera, { x, y, ratio: Math.min(camera.ratio, small ? 1 : 0.3) });
    },
    pan(across, down) {
      const camera = sigma.getCamera();
      const step = 0.12 * camera.ratio;
      move(camera, { x: camera.x + across * step, y: camera.y - down * step });
    },
    zoom(factor) {
      const camera = sigma.getCamera();
      move(camera, { ratio: camera.ratio * factor });
    },
    whole: () => move(sigma.getCamera(), { x: 0.5, y: 0.5, ratio: 1, angle: 0 }),
    /** Draws in the colours of paper, or of the screen again. */
    onPaper(paper) {
      colours = theme(paper);
      sigma.refresh();
    },
  };
}

function inView(sigma, place) {
  const { width, height } = sigma.getDimensions();
  const { x, y } = sigma.framedGraphToViewport(place);
  return x > 0 && y > 0 && x < width && y < height;
}

/** Nodes are smaller in a small picture, as on a phone. */
const sizeOf = ({ clientWidth, clientHeight }) => Math.min(1, Math.max(0.45, Math.sqrt(clientWidth * clientHeight) / 800));

const ringed = () =>
  createNodeBorderProgram({
    borders: [
      { size: { value: 1.2, mode: "pixels" }, color: { attribute: "borderColor" } },
      { size: { fill: true }, color: { attribute: "color" } },
    ],
  });

/** Where the reader wants no motion, nothing glides. */
function motion() {
  const quick = still.matches;
  return quick
    ? { inertiaDuration: 0, zoomDuration: 0, doubleClickZoomingDuration: 0 }
    : { inertiaDuration: 200, zoomDuration: 250, doubleClickZoomingDuration: 200 };
}

function move(camera, state) {
  if (still.matches) camera.setState(state);
  else camera.animate(state, { duration: 250 });
}
