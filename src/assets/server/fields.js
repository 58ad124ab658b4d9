// Fields that take a thing: what is typed is completed by the names of things, which the search of the server finds.

/** Milliseconds without a key before the server is asked. */
const PAUSE = 150;

const fields = document.querySelectorAll("input[data-suggest]");

for (const [number, field] of fields.entries()) {
  const list = document.createElement("datalist");
  list.id = `suggested-${number}`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, PAUSE);
  });

  async function offer() {
    const text = field.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const address = new URL(field.dataset.suggest, document.baseURI);
    address.search = new URLSearchParams({ q: text, ...(field.dataset.kind !== "any" && { kind: field.dataset.kind }) });
    const answer = await fetch(address, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || asked !== text) return;
    const found = await answer.json();
    list.replaceChildren(...found.suggestions.map(optionOf));
  }
}

function optionOf({ id, name, description }) {
  const label = description ? `${name} · ${description}` : name;
  return Object.assign(document.createElement("option"), { value: id, label });
}
