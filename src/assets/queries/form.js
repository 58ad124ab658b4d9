// The form of a saved query: one field a parameter, which offers the ids of the graph by name.

/** So many ids are offered at a time. */
const OFFERED = 30;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** Fills `host` with the fields of a saved query; `ids` gives what may be named, by kind. */
export function showForm(host, query, ids) {
  const examples = new Map(query.example);
  const fields = query.parameters.map(([name, kind, preset, about], index) => {
    // `owl:Thing` and its like only stand for “not given”.
    const told = preset?.startsWith("owl:") ? "" : (preset ?? "");
    const required = preset === null;
    const id = `parameter-${index}`;
    const input = element("input", {
      id,
      name,
      type: "text",
      value: examples.get(name) ?? told,
      autocomplete: "off",
      spellcheck: false,
      required,
    });
    if (kind === "year" || kind === "integer") input.inputMode = "numeric";
    if (kind === "date") input.placeholder = "YYYY-MM-DD";
    const list = element("datalist", { id: `${id}-ids` });
    input.setAttribute("list", list.id);
    const offer = async () => {
      const known = await ids(kind);
      const wanted = folded(input.value);
      const found = known.filter(([each, label]) => folded(`${each} ${label}`).includes(wanted)).slice(0, OFFERED);
      list.replaceChildren(...found.map(([value, label]) => element("option", { value, label: label || value })));
    };
    input.addEventListener("focus", offer);
    input.addEventListener("input", offer);
    const note = required ? "" : " (may be left out)";
    return element("p", {}, element("label", { htmlFor: id }, `${name.replaceAll("_", " ")}: ${about}${note}`), input, list);
  });
  host.replaceChildren(...fields);
}

/** The values of the form as they are written. */
export const valuesOf = (host) =>
  Object.fromEntries([...host.querySelectorAll("input")].map(({ name, value }) => [name, value.trim()]));

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
