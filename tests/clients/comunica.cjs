// Asks a SPARQL endpoint through Comunica and prints what it got, as JSON: names from a SELECT, the truth of an ASK,
// the number of triples of a CONSTRUCT, and the number of rows of a join that Comunica makes itself.
"use strict";

const { QueryEngine } = require("@comunica/query-sparql");

const FOAF = "PREFIX foaf: <http://xmlns.com/foaf/0.1/> ";

async function main(endpoint) {
  const engine = new QueryEngine();
  // Without a type it reads the service description to see what it talks to.
  const context = { sources: [endpoint] };
  const known = { sources: [{ type: "sparql", value: endpoint }] };
  const select = `${FOAF} SELECT ?person ?name { ?person foaf:name ?name } ORDER BY ?name ?person`;
  const rows = await (await engine.queryBindings(select, context)).toArray();
  const truth = await engine.queryBoolean("ASK { ?s ?p ?o }", known);
  const graph = `${FOAF} CONSTRUCT { ?person foaf:nick ?name } WHERE { ?person foaf:name ?name }`;
  const triples = await (await engine.queryQuads(graph, known)).toArray();
  const join = `${FOAF} SELECT * { VALUES ?name { "${rows[0].get("name").value}" } ?person foaf:name ?name ; a ?class }`;
  const joined = await (await engine.queryBindings(join, known)).toArray();
  console.log(
    JSON.stringify({
      names: rows.map((row) => row.get("name").value),
      truth,
      triples: triples.length,
      joined: joined.length,
    }),
  );
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
