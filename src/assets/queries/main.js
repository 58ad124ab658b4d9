// The page of queries: saved ones with a form, any other in the editor, answered in this browser.
import { makeCompletion } from "./completion.js";
import { makeEditor } from "./editor.js";
import { makeEngine, supported } from "./engine.js";
import { showForm, valuesOf } from "./form.js";
import { makeNames, save, showAnswer } from "./results.js";

const field = (id) => document.getElementById(id);
const { root: up, worker } = document.currentScript.dataset;
const root = new URL(up, document.baseURI).href;

if (location.protocol === "file:") {
  say(
    "This page is opened from a folder, and browsers load data from web servers only: run “python -m http.server” in the folder of the site, then open http://localhost:8000/queries/index.html.",
  );
} else if (!supported()) say("This browser is too old to run queries; the list below tells what can be asked.");
else start().catch((error) => say(`Queries cannot be run here: ${error.message}`));

function say(sentence) {
  field("without").textContent = sentence;
}

async function start() {
  const answer = await fetch(`${root}queries/saved.json`);
  if (!answer.ok) throw new Error(`saved.json cannot be loaded (${answer.status})`);
  const saved = await answer.json();
  const engine = makeEngine(new URL(worker, document.baseURI).href, root);
  const editor = makeEditor(field("editor"), { label: "SPARQL query", complete: makeCompletion(saved), run: () => run() });
  const names = makeNames(saved, root);
  const known = new Map();
  let chosen = null;
  let running = null;
  let file = "query";

  const ids = (kind) => {
    if (!known.has(kind)) known.set(kind, engine.ask("ids", { kind }).catch(() => (known.delete(kind), [])));
    return known.get(kind);
  };

  /** Puts a saved query into the page, by name. */
  function choose(name) {
    chosen = saved.queries.find((each) => each.name === name) ?? null;
    field("saved").value = chosen?.name ?? "";
    field("about").textContent = chosen?.about ?? "Write a query of your own, or choose one above.";
    field("form").hidden = !chosen?.parameters.length;
    showForm(field("parameters"), chosen ?? { parameters: [], example: [] }, ids);
    editor.write(chosen ? textOf(chosen) : saved.start);
    clear();
  }

  function clear() {
    editor.unmark();
    field("fault").textContent = "";
    field("status").textContent = "";
    field("answer").replaceChildren();
  }

  function showRunning(on) {
    field("stop").disabled = !on;
    field("answer").setAttribute("aria-busy", String(on));
  }

  /** Does one thing with the engine: tells how far it is, ends it when its time is over, and shows what is wrong; `more` will follow. */
  async function doing(what, given, sentence, { more = false } = {}) {
    if (running) engine.stop("");
    const mine = (running = {});
    let found = null;
    showRunning(true);
    clear();
    field("status").textContent = `Loading the query engine and ${saved.statements.toLocaleString("en")} statements …`;
    let timer = 0;
    const seconds = Number(field("limit").value);
    const begun = () => {
      field("status").textContent = sentence;
      timer = setTimeout(() => engine.stop(`Stopped after ${seconds} seconds. Ask for less, or allow more time.`), seconds * 1000);
    };
    try {
      found = await engine.ask(what, given, begun);
      if (running === mine) return found;
    } catch (fault) {
      if (running === mine) showFault(fault);
    } finally {
      clearTimeout(timer);
      if (running === mine) {
        running = null;
        showRunning(more && found !== null);
      }
    }
    return null;
  }

  function showFault(fault) {
    const place = fault.line ? `Line ${fault.line}, column ${fault.column}: ` : "";
    field("status").textContent = fault.stopped ? fault.message : "";
    field("fault").textContent = fault.stopped ? "" : `${place}${fault.message}`;
    if (!fault.stopped) editor.mark(fault);
  }

  async function run(text = editor.text()) {
    const found = await doing("run", { text }, "Running …");
    if (!found) return;
    file = chosen?.name ?? "query";
    field("status").textContent = showAnswer(field("answer"), found, names, (formats) => downloads(formats, text));
    const { top, height } = field("answer").getBoundingClientRect();
    if (top + Math.min(height, 150) > innerHeight) field("status").scrollIntoView();
  }

  function downloads(formats, text) {
    const row = document.createElement("p");
    row.className = "downloads";
    row.append("Save as ");
    for (const [name, type, suffix] of formats) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      button.addEventListener("click", async () => {
        const written = await engine.ask("write", { text, format: type }).catch(showFault);
        if (typeof written === "string") save(written, `${file}.${suffix}`, type);
      });
      row.append(button, " ");
    }
    return row;
  }

  async function fill() {
    const values = valuesOf(field("parameters"));
    const text = await doing("bind", { name: chosen.name, values }, "Filling in …", { more: true });
    if (text === null) return;
    editor.write(text);
    run();
  }

  function link() {
    const values = chosen ? valuesOf(field("parameters")) : {};
    const said = new URLSearchParams({ ...(chosen && { saved: chosen.name }), query: editor.text() });
    if (chosen) for (const [name, value] of Object.entries(values)) if (value) said.append(`-${name}`, value);
    const address = new URL(location.href);
    address.hash = said.toString();
    history.replaceState(null, "", address);
    const sentence = "The address of this page now holds the query";
    const copied = navigator.clipboard?.writeText(address.href) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => (field("status").textContent = `${sentence}, and is on the clipboard.`),
      () => (field("status").textContent = `${sentence}: copy it from there.`),
    );
  }

  /** Does what the address says: chooses a saved query, or runs the one that a link holds. */
  function follow() {
    const said = location.hash.replace(/^#query-/, "");
    if (saved.queries.some(({ name }) => name === said)) return choose(said);
    const given = new URLSearchParams(location.hash.slice(1));
    if (!given.has("query")) return undefined;
    choose(given.get("saved") ?? "");
    for (const input of field("parameters").querySelectorAll("input")) {
      input.value = given.get(`-${input.name}`) ?? input.value;
    }
    editor.write(given.get("query"));
    return run();
  }

  const options = saved.queries.map(({ name, title }) => new Option(title, name));
  options.sort((one, other) => one.text.localeCompare(other.text, "en"));
  field("saved").append(...options);
  field("saved").addEventListener("change", (event) => choose(event.target.value));
  field("form").addEventListener("submit", (event) => (event.preventDefault(), fill()));
  field("run").addEventListener("click", () => run());
  field("stop").addEventListener("click", () => engine.stop("Stopped."));
  field("link").addEventListener("click", link);
  addEventListener("hashchange", follow);
  for (const button of document.querySelectorAll("button[data-query]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      choose(button.dataset.query);
      field("panel").scrollIntoView();
      field("saved").focus();
    });
  }
  field("without").hidden = true;
  field("panel").hidden = false;
  choose("");
  follow();
}

const textOf = ({ pieces }) => pieces.map((piece, index) => (index % 2 ? `$${piece}` : piece)).join("");
