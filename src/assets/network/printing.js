// Print: what WebGL drew is gone by the time a page is printed, so it is copied to a plain canvas before.

export function printed(picture) {
  let copy = null;
  addEventListener("beforeprint", () => {
    picture.onPaper(true);
    const layers = ["edges", "nodes", "names"].map((name) => document.querySelector(`#canvas .sigma-${name}`));
    copy = document.createElement("canvas");
    copy.className = "paper";
    [copy.width, copy.height] = [layers[0].width, layers[0].height];
    const pen = copy.getContext("2d");
    for (const layer of layers) pen.drawImage(layer, 0, 0);
    document.getElementById("stage").append(copy);
  });
  addEventListener("afterprint", () => {
    copy?.remove();
    picture.onPaper(false);
  });
}
