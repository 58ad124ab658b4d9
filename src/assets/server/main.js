// The page for queries of one's own: its text field becomes an editor, which completes words and marks what is wrong.
import { makeCompletion } from "../queries/completion.js";
import { makeEditor } from "../queries/editor.js";

const form = document.getElementById("ask");
const field = document.getElementById("query");

/** A query that is too long for an address is sent instead. */
function send() {
  form.method = field.value.length > Number(form.dataset.most) ? "post" : "get";
}

async function start() {
  const answer = await fetch(form.dataset.completion);
  if (!answer.ok) throw new Error(`the words to complete cannot be loaded (${answer.status})`);
  const editor = makeEditor(document.getElementById("editor"), {
    label: "SPARQL query",
    complete: makeCompletion(await answer.json()),
    run: () => form.requestSubmit(),
  });
  editor.write(field.value);
  field.hidden = true;
  document.querySelector('label[for="query"]').hidden = true;
  form.addEventListener("submit", () => (field.value = editor.text()));
  form.addEventListener("submit", send);
  const message = document.getElementById("fault")?.textContent ?? "";
  if (field.dataset.line) editor.mark({ message, line: Number(field.dataset.line), column: Number(field.dataset.column) });
}

const examples = document.getElementById("example");
examples.addEventListener("change", () => examples.form.requestSubmit());
start().catch((error) => {
  // The text field asks as well.
  console.info(error.message);
  form.addEventListener("submit", send);
});
