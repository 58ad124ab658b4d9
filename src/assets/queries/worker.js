// The query engine beside the page: it loads the dump of the site and answers, and can be ended at any moment.
import load, { literal, namedNode, Store } from "oxigraph/web.js";
import { makeBinder } from "./binding.js";
import { faultOf } from "./fault.js";
import { pageOf } from "./places.js";
import { turtleOf } from "./turtle.js";

/** So many rows, or lines of Turtle, are shown; downloads have all. */
const SHOWN = 1000;
const RESULTS = "application/sparql-results+json";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

let ready = null;

self.onmessage = async ({ data: { number, what, ...given } }) => {
  try {
    ready ??= open(given.root);
    const opened = await ready.catch((error) => {
      ready = null;
      throw error;
    });
    self.postMessage({ number, begun: true });
    self.postMessage({ number, answer: await ACTS[what](opened, given) });
  } catch (error) {
    // After a trap the engine's memory is not to be trusted.
    const broken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    const message = broken ? "the query is too deep or too large for this browser" : String(error?.message ?? error);
    self.postMessage({ number, broken: broken || undefined, fault: faultOf(given.text ?? "", message) });
  }
};

/** What each message asks for. */
const ACTS = {
  bind: ({ saved, binder, store }, { name, values }) => {
    const query = saved.queries.find((each) => each.name === name);
    return binder.bind(query, values, (text) => store.query(text) === true);
  },
  ids: ({ binder, store, base }, { kind }) =>
    binder.takesIds(kind) ? idsOf(store.query(binder.candidates(kind)), base) : [],
  run: async (opened, { text }) => {
    const begun = performance.now();
    const { answer, written } = answered(opened.store, text);
    const seconds = (performance.now() - begun) / 1000;
    if (!answer) return { ...graphOf(written, opened.saved.prefixes), seconds };
    if ("boolean" in answer) return { truth: answer.boolean, seconds };
    const rows = answer.results.bindings;
    const shown = rows.slice(0, SHOWN);
    return { columns: answer.head.vars, rows: shown, total: rows.length, seconds, pages: await pagesOf(opened, shown) };
  },
  write: ({ store, saved }, { text, format }) => {
    if (format !== "text/turtle") return store.query(text, { results_format: format });
    return turtleOf(linesOf(store.query(text, { results_format: "application/n-triples" })), saved.prefixes);
  },
};

/** The engine with everything that can be asked: the dump, and the vocabulary, which dumps leave out. */
async function open(root) {
  const saved = await (await fetched(`${root}queries/saved.json`)).json();
  const [engine, dump, vocabulary] = await Promise.all(
    [saved.engine, saved.dump, saved.vocabulary].map(async (path) => unpacked(await fetched(root + path))),
  );
  await load({ module_or_path: await joined(engine) });
  const store = new Store();
  // Trusted: the site itself has written them.
  const options = { format: "application/n-quads", lenient: true, no_transaction: true };
  store.load(dump, options);
  store.load(vocabulary, options);
  return { saved, store, binder: makeBinder(saved, { literal, namedNode }), base: saved.base };
}

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be loaded (${answer.status})`);
  return answer;
}

/** The bytes of a file that may be packed with gzip: some servers let browsers unpack it, some do not. */
async function unpacked(answer) {
  const chunks = await chunksOf(answer.body);
  if (chunks[0]?.[0] !== 0x1f || (chunks[0][1] ?? chunks[1]?.[0]) !== 0x8b) return chunks;
  return chunksOf(new Blob(chunks).stream().pipeThrough(new DecompressionStream("gzip")));
}

async function chunksOf(stream) {
  const chunks = [];
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (part.value.length) chunks.push(part.value);
  }
  return chunks;
}

const joined = (chunks) => new Blob(chunks).arrayBuffer();

/** The answer of a SELECT or an ASK; of any other query the triples as they are written. */
function answered(store, text) {
  try {
    return { answer: JSON.parse(store.query(text, { results_format: RESULTS })) };
  } catch (error) {
    // The engine knows what a query gives when it has read it; it says so before it answers.
    if (!String(error?.message).startsWith("Not supported RDF format")) throw error;
    return { written: store.query(text, { results_format: "application/n-triples" }) };
  }
}

const linesOf = (text) => [...new Set(text.split("\n").filter(Boolean))].sort();

function graphOf(written, prefixes) {
  const lines = linesOf(written);
  return { turtle: turtleOf(lines.slice(0, SHOWN), prefixes), shown: Math.min(lines.length, SHOWN), total: lines.length };
}

function idsOf(rows, base) {
  const names = new Map();
  for (const row of rows) {
    const iri = row.get("entity").value;
    const id = iri.startsWith(base) ? iri.slice(base.length) : iri;
    if (!names.has(id)) names.set(id, row.get("name")?.value ?? "");
  }
  return [...names];
}

/** The pages of the things among these rows: of those under the base that the graph says anything of. */
async function pagesOf({ store, base, saved }, rows) {
  const type = namedNode(TYPE);
  const pages = new Map();
  for (const { type: sort, value } of rows.flatMap((row) => Object.values(row))) {
    if (sort !== "uri" || pages.has(value) || !value.startsWith(base) || value === base) continue;
    const told = store.match(namedNode(value), type, null, null).length > 0;
    pages.set(value, told ? await pageOf(value.slice(base.length), saved.kinds) : null);
  }
  return new Map([...pages].filter(([, page]) => page));
}
