// What completes words in the editor: terms of the vocabulary, prefixes, variables of the query, words of SPARQL.

const WORDS =
  "SELECT ASK CONSTRUCT DESCRIBE WHERE DISTINCT OPTIONAL FILTER UNION MINUS BIND VALUES EXISTS GROUP HAVING ORDER LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT REGEX CONTAINS STRSTARTS LCASE STR LANG YEAR BOUND COALESCE IF PREFIX";

/** A source of completions for the editor, from what the site says of its vocabulary. */
export function makeCompletion(saved) {
  const prefixes = new Map(Object.entries(saved.prefixes));
  const shown = saved.terms.map(({ name, iri, label }) => {
    const [prefix, local] = name.split(":");
    const known = local !== undefined && prefixes.get(prefix) + local === iri;
    return { label: name, detail: label === name ? "" : label, apply: known ? applied(name) : `<${iri}>`, boost: 1 };
  });
  const names = [...prefixes.keys()].map((prefix) => ({ label: `${prefix}:`, detail: "prefix", apply: applied(`${prefix}:`) }));
  const words = WORDS.split(" ").map((label) => ({ label }));

  /** Writes a name, and the PREFIX line that it takes where there is none. */
  function applied(name) {
    const prefix = name.split(":")[0];
    return (view, _completion, from, to) => {
      const line = `PREFIX ${prefix}: <${prefixes.get(prefix)}>\n`;
      const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
      const changes = [{ from, to, insert: name }, ...(declared ? [] : [{ from: 0, insert: line }])];
      view.dispatch({ changes, selection: { anchor: from + name.length + (declared ? 0 : line.length) } });
    };
  }

  return (context) => {
    const word = context.matchBefore(/[?$]?[\w:/-]+|[?$]/);
    if (!word && !context.explicit) return null;
    const variables = [...new Set(context.state.doc.toString().match(/[?$]\w+/g))].filter((each) => each !== word?.text);
    const options = word && /^[?$]/.test(word.text) ? variables.map((label) => ({ label })) : [...shown, ...names, ...words];
    return { from: word ? word.from : context.pos, options, validFor: /^[?$]?[\w:/-]*$/ };
  };
}
