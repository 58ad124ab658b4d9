// Answers: a table whose cells lead to the pages of things, yes or no, or Turtle; and how it all is written to a file.

const NUMBERS = /#(?:integer|decimal|double|float|int|long|nonNegativeInteger|gYear)$/;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Shows an answer in `host` and gives the sentence that tells of it. */
export function showAnswer(host, answer, names, downloads) {
  const took = `${answer.seconds < 0.01 ? "less than 0.01" : answer.seconds.toFixed(2)} s`;
  if ("truth" in answer) {
    host.replaceChildren(element("p", { className: "truth" }, answer.truth ? "Yes" : "No"));
    return `The answer is ${answer.truth ? "yes" : "no"}; it took ${took}.`;
  }
  if ("turtle" in answer) {
    host.replaceChildren(scrolled(element("pre", {}, answer.turtle), "Triples"), downloads(GRAPHS));
    return `${count(answer.total, "triple")} in ${took}.${partly(answer.shown, answer.total)}`;
  }
  host.replaceChildren(scrolled(tableOf(answer, names), "Rows"), downloads(TABLES));
  return `${count(answer.total, "row")} in ${took}.${partly(answer.rows.length, answer.total)}`;
}

/** The formats of answers: what they are called, media type, suffix. */
const TABLES = [
  ["CSV", "text/csv", "csv"],
  ["TSV", "text/tab-separated-values", "tsv"],
  ["JSON", "application/sparql-results+json", "srj"],
];
const GRAPHS = [
  ["Turtle", "text/turtle", "ttl"],
  ["N-Triples", "application/n-triples", "nt"],
];

const partly = (shown, total) =>
  shown < total ? ` The first ${shown.toLocaleString("en")} are shown; the files below have all.` : "";

function scrolled(inner, label) {
  const region = element("div", { className: "answer", tabIndex: 0 }, inner);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", label);
  return region;
}

function tableOf({ columns, rows, pages }, names) {
  const heads = columns.map((name) => element("th", { scope: "col" }, name));
  const body = rows.map((row) => {
    const cells = columns.map((name) => element("td", {}, ...(row[name] ? [cellOf(row[name], pages, names)] : [])));
    columns.forEach((name, index) => {
      const { type = "", value = "", datatype = "" } = row[name] ?? {};
      cells[index].classList.toggle("number", NUMBERS.test(datatype));
      // A date is not broken at its hyphens.
      cells[index].classList.toggle("short", type === "literal" && value.length <= 12);
    });
    return element("tr", {}, ...cells);
  });
  return element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
}

function cellOf(term, pages, names) {
  if (term.type === "uri") {
    const href = names.href(term.value, pages);
    const shown = element("bdi", {}, names.short(term.value));
    return href ? element("a", { href }, shown) : shown;
  }
  if (term.type === "literal") {
    const text = element("bdi", {}, term.value);
    if (term["xml:lang"]) text.lang = term["xml:lang"];
    return text;
  }
  return document.createTextNode(term.type === "bnode" ? `_:${term.value}` : JSON.stringify(term.value));
}

/** How IRIs are shown, and where they lead to. */
export function makeNames(saved, root) {
  const terms = new Map(saved.terms.map((term) => [term.iri, term.page]));
  const spaces = Object.entries(saved.prefixes);
  return {
    short(iri) {
      if (iri.startsWith(saved.base)) return iri.slice(saved.base.length) || iri;
      if (iri.startsWith(saved.concepts)) return iri.slice(saved.concepts.length);
      const found = spaces.find(([, space]) => iri.startsWith(space));
      return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
    },
    href(iri, pages) {
      if (pages.has(iri)) return root + pages.get(iri);
      if (terms.has(iri)) return root + terms.get(iri);
      return /^(?:https?:\/\/|mailto:)/i.test(iri) ? iri : "";
    },
  };
}

/** Gives a text to the reader as a file. */
export function save(text, name, type) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
