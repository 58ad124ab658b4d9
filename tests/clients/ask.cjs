// Asks the queries that come as JSON on standard input ([{sources, query}, …]) of Comunica; prints their rows as JSON.
"use strict";
const { QueryEngine } = require("@comunica/query-sparql");

async function main() {
  const asked = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
  const engine = new QueryEngine();
  const answers = [];
  for (const { sources, query } of asked) {
    const rows = await (await engine.queryBindings(query, { sources })).toArray();
    answers.push(rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value]))));
  }
  console.log(JSON.stringify(answers));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
