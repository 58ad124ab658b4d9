// The keyboard: in the picture it moves, zooms and goes from node to node; anywhere it reaches the search.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function onKeys(network, filter, picture, { pin, pinned }) {
  const stage = document.getElementById("stage");
  const next = (step) => {
    const shown = network.order.filter(filter.hasNode);
    if (!shown.length) return;
    const at = shown.indexOf(pinned());
    pin(shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : (at + step + shown.length) % shown.length]);
  };
  const acts = {
    "+": () => picture.zoom(1 / 1.5),
    "=": () => picture.zoom(1 / 1.5),
    "-": () => picture.zoom(1.5),
    0: () => picture.whole(),
    n: () => next(1),
    p: () => next(-1),
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== stage) return;
    const act = STEPS[event.key] ? () => picture.pan(...STEPS[event.key]) : acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input[type=text], select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      document.getElementById("search").focus();
    } else if (event.key === "Escape" && pinned() !== null) pin(null);
  });
  document.getElementById("zoom-in").addEventListener("click", () => picture.zoom(1 / 1.5));
  document.getElementById("zoom-out").addEventListener("click", () => picture.zoom(1.5));
  document.getElementById("whole").addEventListener("click", () => picture.whole());
}
