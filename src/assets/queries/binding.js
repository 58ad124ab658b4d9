// Values for the parameters of saved queries, bound as ipcgraph itself does: each becomes one RDF term, written as one
// token in the place of its name. Where these places are was found out when the site was made.

const LITERALS = { year: "integer", integer: "integer", date: "date", string: "string" };
const XSD = "http://www.w3.org/2001/XMLSchema#";

/** The SPARQL text: pieces of it and names by turns, with a written term in the place of each name that has one. */
export function join(pieces, terms) {
  return pieces
    .map((piece, index) => {
      if (index % 2 === 0) return piece;
      const token = terms.has(piece) ? terms.get(piece) : `$${piece}`;
      // Blanks keep it apart from its neighbours: `?a<$b` must not become `?a<<…`.
      return `${/\s$/.test(pieces[index - 1]) ? "" : " "}${token}${/^\s/.test(pieces[index + 1]) ? "" : " "}`;
    })
    .join("");
}

/** Makes what turns texts into terms; `rdf` is the engine's maker of terms, which refuses what is no IRI. */
export function makeBinder(saved, rdf) {
  const prefixes = new Map(Object.entries(saved.prefixes));
  const classes = new Map(Object.entries(saved.classes));

  /** The terms that a text may stand for, written in SPARQL, the likeliest first. */
  function termsOf({ name, kind }, text) {
    const option = name.replaceAll("_", " ");
    if (!text) throw new Error(`“${option}” is empty; write ${wanted(kind)}`);
    try {
      if (kind.startsWith("concept:")) return concepts(kind.slice("concept:".length), text);
      if (classes.has(kind)) return [expand(text)];
      return [literalOf(kind, text)];
    } catch {
      throw new Error(`“${text}” for “${option}” is not ${wanted(kind)}`);
    }
  }

  function concepts(scheme, text) {
    const bare = !/[/:]/.test(text) && !text.startsWith("<");
    if (bare) return [expand(`${saved.concepts}${scheme}/${text}`), expand(`${saved.base}concept/${scheme}/${text}`)];
    return [expand(text.startsWith(`${scheme}/`) ? saved.concepts + text : text)];
  }

  function expand(text) {
    const given = text.startsWith("<") ? text.slice(1).replace(/>$/, "") : text;
    const prefixed = /^([a-z]+):([A-Za-z][A-Za-z0-9_-]*)$/.exec(given);
    if (prefixed && prefixes.has(prefixed[1])) return iri(prefixes.get(prefixed[1]) + prefixed[2]);
    return iri(/^[A-Za-z][A-Za-z0-9+.-]*:/.test(given) ? given : saved.base + given);
  }

  const iri = (value) => rdf.namedNode(value).toString();

  function literalOf(kind, text) {
    if (!fits(kind, text)) throw new Error(text);
    const lexical = kind === "year" || kind === "integer" ? BigInt(text.replace(/^\+/, "")).toString() : text;
    const written = rdf.literal(lexical, rdf.namedNode(XSD + LITERALS[kind])).toString();
    // Some engines resolve \uXXXX before they read strings, even behind a backslash.
    return written.replace(/\\\\[uU]|\\./g, (each) =>
      each.length === 3 ? `\\\\\\U${each.charCodeAt(2).toString(16).toUpperCase().padStart(8, "0")}` : each,
    );
  }

  /** What a class or scheme is bound to in the questions about ids; nothing for a thing of any class. */
  function kindTerms(kind) {
    const value = kind.startsWith("concept:") ? saved.concepts + kind.slice("concept:".length) : classes.get(kind);
    return new Map(value ? [["kind", iri(value)]] : []);
  }

  /** The text of a saved query with these values; `exists` answers whether something is in the graph. */
  function bind(query, values, exists) {
    const terms = new Map();
    for (const [name, kind, preset] of query.parameters) {
      const given = values[name] || preset || "";
      const found = termsOf({ name, kind }, given);
      const sure = kind in LITERALS || given === preset;
      const asked = (each) => exists(join(saved.exists, kindTerms(kind).set("entity", each)));
      const term = sure ? found[0] : found.find(asked);
      if (!term) throw new Error(`“${given}”: there is no such ${noun(kind)} in this graph`);
      terms.set(name, term);
    }
    return join(query.pieces, terms);
  }

  return { bind, candidates: (kind) => join(saved.candidates, kindTerms(kind)), takesIds: (kind) => !(kind in LITERALS) };
}

function fits(kind, text) {
  if (kind === "year") return /^[0-9]{4}$/.test(text);
  if (kind === "integer") return /^[+-]?[0-9]{1,18}$/.test(text);
  if (kind === "string") return !/[\ud800-\udfff]/u.test(text);
  const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && text >= "0001" ? new Date(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(Number(day)) && day.toISOString().startsWith(text);
}

function noun(kind) {
  return kind.startsWith("concept:") ? `concept of the scheme ${kind.slice("concept:".length)}` : kind.toLowerCase();
}

function wanted(kind) {
  const literals = {
    year: "a year such as 2019",
    integer: "a whole number",
    date: "a day of the calendar, as 2019-02-28",
    string: "text",
  };
  if (kind in literals) return literals[kind];
  return kind.startsWith("concept:") ? `a ${noun(kind)}` : `the id of a ${noun(kind)} (as in person/ada-lovelace) or a whole IRI`;
}
