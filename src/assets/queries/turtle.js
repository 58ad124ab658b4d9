// Triples as Turtle that people read: one block a subject, names shortened by prefixes.

const TERM = /<[^>]*>|_:[^\s]+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?/g;
const TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";

/** Turtle of N-Triples lines. Lines with triples in triples stay as they are. */
export function turtleOf(lines, prefixes) {
  const used = new Set();
  const known = Object.entries(prefixes);

  function short(term) {
    if (term === TYPE) return "a";
    const typed = /^("(?:[^"\\]|\\.)*"\^\^)(<[^>]*>)$/.exec(term);
    if (typed) return typed[1] + name(typed[2]);
    return name(term);
  }

  function name(term) {
    const found = known.find(
      ([, space]) => term.startsWith(`<${space}`) && /^[A-Za-z_][A-Za-z0-9_-]*>$/.test(term.slice(space.length + 1)),
    );
    if (!found) return term;
    used.add(found);
    return `${found[0]}:${term.slice(found[1].length + 1, -1)}`;
  }

  const blocks = new Map();
  const odd = [];
  for (const line of lines) {
    const terms = line.includes("<<(") ? [] : line.match(TERM);
    if (terms?.length !== 3) odd.push(line);
    else {
      const [subject, predicate, value] = terms;
      const told = blocks.get(subject) ?? blocks.set(subject, new Map()).get(subject);
      (told.get(predicate) ?? told.set(predicate, []).get(predicate)).push(short(value));
    }
  }
  const written = [...blocks].map(([subject, told]) => {
    const pairs = [...told].map(([predicate, values]) => `${short(predicate)} ${values.join(", ")}`);
    return `${name(subject)} ${pairs.join(" ;\n  ")} .`;
  });
  const heads = [...used].sort().map(([prefix, space]) => `@prefix ${prefix}: <${space}> .`);
  return [heads.join("\n"), ...written, odd.join("\n")].filter(Boolean).join("\n\n") + "\n";
}
