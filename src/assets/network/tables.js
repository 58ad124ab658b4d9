// The tables: sorted by a press on a heading; a name in them selects its node in the picture.
import { folded } from "./text.js";

/** Makes the headings of all tables sort their rows. */
export function sortTables() {
  for (const table of document.querySelectorAll("table")) {
    [...table.tHead.rows[0].cells].forEach((heading, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const falling = heading.getAttribute("aria-sort") ? heading.getAttribute("aria-sort") === "ascending" : at > 0;
        for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
        sortRows(table.tBodies[0], at, falling);
      });
    });
  }
}

/** Sorts by numbers where all cells are numbers, else by text; empty cells stay last. */
function sortRows(body, at, falling) {
  const rows = [...body.rows].map((row) => ({ row, text: row.cells[at].textContent.trim() }));
  const filled = rows.filter(({ text }) => text !== "");
  const numeric = filled.every(({ text }) => Number.isFinite(Number(text)));
  const key = numeric ? Number : folded;
  const sign = falling ? -1 : 1;
  for (const each of filled) each.key = key(each.text);
  filled.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  body.append(...[...filled, ...rows.filter(({ text }) => text === "")].map(({ row }) => row));
}
