// The names in the picture: the largest nodes first, each only where it lies on no other name.
import { neighboursShown } from "./data.js";
import { short } from "./text.js";

const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const AREA = 11000; // so many square pixels of the picture to a name: more names are hard to read
const [GAP, PADDING, LEADING] = [3, 2, 1.15];
const BUTTONS = { width: 48, height: 130 };
const NEAR = 200; // so far from its node a name ends
const LINE = 28; // letters
const PHONE = 600;
const FEW_NODES = 400; // up to so many, a name also keeps off nodes and links where it can
const FIRST = 30; // so many names rather lie on a smaller node than are missing, but not on a phone

/** Draws as many names as fit; those of the neighbourhood that is shown go before all others. */
export function drawNames(pen, sigma, network, filter, { focus, near, colours }) {
  const { width, height } = sigma.getDimensions();
  const ratio = pen.canvas.width / width;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  Object.assign(pen, { textBaseline: "middle", lineJoin: "round", lineWidth: 3.5 });
  Object.assign(pen, { strokeStyle: `${colours.background}d9`, fillStyle: colours.text });
  const few = network.nodes.label.length <= FEW_NODES;
  const discs = few ? discsOf(sigma, network.order.filter((node) => filter.hasNode(node) && (focus === null || near.has(node)))) : [];
  // Under the buttons a name could not be read.
  const taken = [{ left: width - BUTTONS.width, right: width, top: height - BUTTONS.height, bottom: height }];
  const most = Math.max(12, (width * height) / AREA);
  const order = focus === null ? network.order : [focus, ...network.order.filter((node) => near.has(node) && node !== focus)];
  for (const [rank, node] of order.entries()) {
    if (taken.length >= most) break;
    if (!filter.hasNode(node)) continue;
    const place = onScreen(sigma, node);
    if (place.x < 0 || place.y < 0 || place.x > width || place.y > height) continue;
    const size = Math.min(17, (width > PHONE ? 11.5 : 10.5) + place.size * 0.16) + (node === focus ? 1.5 : 0);
    pen.font = `${node === focus ? 700 : 500} ${size}px ${FONT}`;
    const text = lines(network.nodes.label[node], width > PHONE ? LINE : 0.7 * LINE);
    const name = { lines: text, length: Math.max(...text.map((line) => pen.measureText(line).width)), size };
    const boxes = AROUND.map((side) => boxed(side, place, name, width)).filter((box) => inside(box, width, height));
    if (few) clearestFirst(boxes, place, ends(sigma, network, filter, node));
    const clear = (...obstacles) => boxes.find((box) => !obstacles.some((each) => overlap(box, each)));
    const box = clear(...taken, ...discs) ?? (rank < FIRST && width > PHONE ? clear(...taken) : undefined);
    if (!box && node !== focus) continue;
    write(pen, name, box ?? boxed(RIGHT, place, name));
    taken.push(box ?? boxed(RIGHT, place, name));
  }
}

function write(pen, { lines: text, size }, { left, top, side }) {
  text.forEach((line, number) => {
    // To the left of its node a name ends at the node; above and below it is centred.
    const spare = side.length ?? 0;
    const x = left + PADDING + (spare - pen.measureText(line).width) * side.share;
    const y = top + size * (0.6 + number * LEADING);
    pen.strokeText(line, x, y);
    pen.fillText(line, x, y);
  });
}

/** A name on one line, or on two where it has more letters than one holds. */
function lines(label, most) {
  const name = short(label, 2 * most);
  if ([...name].length <= most) return [name];
  let [first, rest] = ["", name.split(" ")];
  while (rest.length && (!first || first.length + 1 + rest[0].length <= most)) {
    [first, rest] = [`${first} ${rest[0]}`.trim(), rest.slice(1)];
  }
  return rest.length ? [first, short(rest.join(" "), most)] : [short(first, most)];
}

function onScreen(sigma, node) {
  const data = sigma.getNodeDisplayData(String(node));
  const { x, y } = sigma.framedGraphToViewport(data);
  return { x, y, size: sigma.scaleSize(data.size) };
}

function discsOf(sigma, nodes) {
  return nodes.map((node) => {
    const { x, y, size } = onScreen(sigma, node);
    return { left: x - size, right: x + size, top: y - size, bottom: y + size };
  });
}

/** The sides of a node: which way, and what share of the name's length lies before it. */
const RIGHT = { way: [1, 0], share: 0 };
const LEFT = { way: [-1, 0], share: 1 };
const BELOW = { way: [0, 1], share: 0.5 };
const ABOVE = { way: [0, -1], share: 0.5 };
const AROUND = [RIGHT, LEFT, BELOW, ABOVE];

/** What a name covers on this side of its node. */
function boxed(side, { x, y, size: radius }, { lines: text, length, size }, width = Infinity) {
  const [across, down] = side.way;
  const height = size * (1.2 + (text.length - 1) * LEADING);
  const left = across ? x + across * (radius + GAP) - side.share * length : within(x - length / 2, length, width);
  const top = down ? y + down * (radius + GAP) - (down < 0 ? height : 0) : y - height / 2;
  return { left: left - PADDING, right: left + length + PADDING, top, bottom: top + height, side: { ...side, length } };
}

/** Where the links of a node go. */
function ends(sigma, network, filter, node) {
  return [...neighboursShown(network, filter, node).keys()].map((other) => onScreen(sigma, other));
}

/** Sorts the boxes around a node: those first through which the fewest of its links run. */
function clearestFirst(boxes, place, others) {
  const crossed = (box) => others.filter((other) => runsThrough(box, place, other)).length;
  const counts = new Map(boxes.map((box) => [box, crossed(box)]));
  boxes.sort((a, b) => counts.get(a) - counts.get(b));
}

/** Whether the link from one place to another runs through a box beside the first. */
function runsThrough(box, { x, y }, other) {
  const length = Math.hypot(other.x - x, other.y - y) || 1;
  const [across, down] = [(other.x - x) / length, (other.y - y) / length];
  for (let at = 4; at < Math.min(length, NEAR); at += 4) {
    const [px, py] = [x + across * at, y + down * at];
    if (px > box.left && px < box.right && py > box.top && py < box.bottom) return true;
  }
  return false;
}

/** A name above or below its node is shifted where it would leave the picture. */
const within = (left, length, width) => Math.max(PADDING, Math.min(left, width - length - PADDING));
const inside = (box, width, height) => box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
const overlap = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom;
