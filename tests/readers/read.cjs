// Reads network files with other people's readers and prints, for each file in the order given, what they found:
// {directed, nodes: {id: attributes}, edges: [{source, target, attributes}], said: attributes of the graph}, as JSON.
"use strict";

// Each reader is loaded when a file needs it, for speed.
const fs = require("node:fs");

function ofGraphology(graph) {
  return {
    directed: graph.directedSize > 0,
    nodes: Object.fromEntries(graph.mapNodes((node, attributes) => [node, attributes])),
    edges: graph.mapEdges((_, attributes, source, target) => ({ source, target, attributes })),
    said: graph.getAttributes(),
  };
}

function ofCytoscape(text) {
  const file = JSON.parse(text);
  const drawn = require("cytoscape")({
    headless: true,
    elements: file.elements,
    data: file.data,
    layout: { name: "preset" },
  });
  const edge = (each) => ({ source: each.source().id(), target: each.target().id(), attributes: each.data() });
  return {
    directed: file.directed,
    nodes: Object.fromEntries(drawn.nodes().map((node) => [node.id(), { ...node.data(), ...node.position() }])),
    edges: drawn.edges().map(edge),
    said: drawn.data(),
  };
}

function ofGraphviz(text, viz) {
  // With places, `neato -n` takes them; without, all there is to be read is what the file says.
  const engine = /"pos"=/.test(text) ? "nop" : "neato";
  const read = viz.render(text, { format: "dot_json", engine });
  // It says so of letters whose width it has to guess.
  const wrong = read.errors.filter((error) => !/no value for width of/.test(error.message));
  if (read.status !== "success" || wrong.length) throw new Error(JSON.stringify(wrong));
  const file = JSON.parse(read.output);
  const nodes = file.objects ?? [];
  const edge = (each) => ({ source: nodes[each.tail].name, target: nodes[each.head].name, attributes: each });
  return {
    directed: file.directed,
    nodes: Object.fromEntries(nodes.map((node) => [node.name, node])),
    edges: (file.edges ?? []).map(edge),
    said: { comment: file.comment, svg: viz.renderString(text, { format: "svg", engine }) },
  };
}

async function reader(file) {
  const graphology = () => require("graphology");
  if (file.endsWith(".graphology.json")) return (text) => ofGraphology(graphology().from(JSON.parse(text)));
  if (file.endsWith(".gexf")) return (text) => ofGraphology(require("graphology-gexf").parse(graphology(), text));
  if (file.endsWith(".graphml")) return (text) => ofGraphology(require("graphology-graphml").parse(graphology(), text));
  if (file.endsWith(".cyjs")) return ofCytoscape;
  const viz = await require("@viz-js/viz").instance();
  return (text) => ofGraphviz(text, viz);
}

async function main(files) {
  const found = [];
  for (const file of files) {
    try {
      const read = await reader(file);
      found.push(read(fs.readFileSync(file, "utf8")));
    } catch (error) {
      found.push({ error: String(error) });
    }
  }
  process.stdout.write(JSON.stringify(found));
}

main(process.argv.slice(2));
