// Makes what the pictures and pages of ipcgraph ship with: bundles, styles, a font, outlines, and the licences of all.
//
//   npm ci && node build.mjs FOLDER
//
// The same sources and lock file give the same bytes. A further bundle, font or page is one more entry below; a module
// in WebAssembly is packed.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { countries } from "./countries.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/** Name of the file and where it begins: scripts that a page holds, and styles. */
const BUNDLES = {
  "network.js": "network/main.js",
  "network.css": "network/network.css",
  "queries.js": "queries/main.js",
  "queries-worker.js": "queries/worker.js",
  "server.js": "server/main.js",
  "server-fields.js": "server/fields.js",
};

/** Files that are taken as they are. */
const COPIES = { "font.ttf": "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "network.html": "network/page.html" };

/** Files that are packed, since not every web space packs what it sends: the query engine in WebAssembly. */
const PACKED = { "oxigraph.wasm.gz": "node_modules/oxigraph/web_bg.wasm" };

/** Packages whose data is in countries.json. */
const DATA = ["i18n-iso-countries", "world-atlas"];

const folder = resolve(process.argv[2] ?? join(HERE, "../ipcgraph/_assets"));
mkdirSync(folder, { recursive: true });

const used = new Set(DATA.map(home));
for (const [name, entry] of Object.entries(BUNDLES)) {
  const made = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    outfile: join(folder, name),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    // Where a script of no module is: the engine's loader names it and is never asked to use it.
    define: { "import.meta.url": "self.location.href" },
    metafile: true,
    logLevel: "warning",
  });
  const packages = packagesOf(Object.keys(made.metafile.inputs));
  // A page that holds the bundle holds these licences too.
  if (packages.length) writeFileSync(join(folder, `${name}.licences.txt`), licences(packages));
  packages.forEach((each) => used.add(each));
}
for (const [name, source] of Object.entries(COPIES)) {
  copyFileSync(join(HERE, source), join(folder, name));
  packagesOf([source]).forEach((each) => used.add(each));
}
for (const [name, source] of Object.entries(PACKED)) {
  writeFileSync(join(folder, name), gzipSync(readFileSync(join(HERE, source)), { level: 9 }));
  packagesOf([source]).forEach((each) => used.add(each));
}
writeFileSync(join(folder, "countries.json"), `${JSON.stringify(countries())}\n`);
writeFileSync(join(folder, "licences.txt"), licences([...used]));

/** The folders of the packages that these files are of. */
function packagesOf(paths) {
  const found = paths.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(found.filter(Boolean))].map((each) => join(HERE, each));
}

function home(name) {
  return join(HERE, "node_modules", name);
}

/** Name, version and licence text of each package; none goes in without one. */
function licences(homes) {
  const texts = homes.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    // A package under the licence of ipcgraph that comes without a text is told with ours, which is the same.
    const shared = !file && /\bApache-2\.0\b/.test(license) ? join(HERE, "../../LICENSE") : "";
    if (!file && !shared) throw new Error(`the package ${name} has no licence text`);
    const head = shared ? `${name} ${version} (${license})` : `${name} ${version}`;
    return `${head}\n\n${readFileSync(shared || join(folder, file), "utf8").trim()}\n`;
  });
  return texts.sort().join(`\n${"-".repeat(80)}\n\n`);
}
