// The outlines of countries by ISO 3166-1 alpha-2, from Natural Earth's public-domain data, in the Equal Earth projection.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { feature, merge } from "topojson-client";

const require = createRequire(import.meta.url);
const WIDTH = 1000;

// Natural Earth draws these apart; ISO 3166-1 counts them to the country after them, or gives them a code for users.
const PART_OF = { "N. Cyprus": "CY", Somaliland: "SO" };
const OWN_CODE = { Kosovo: "XK" };
// The other English name that the package has is the one in use.
const SHORTER = new Set(["CI", "CN", "CZ", "GM", "IR", "MK", "PN", "PS", "RU", "TW", "TZ", "US"]);

const read = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), "utf8"));

/** The outlines of one scale: code, name, and all parts as one shape. */
function outlines(topology, codes) {
  const parts = new Map();
  for (const each of topology.objects.countries.geometries) {
    const name = each.properties.name;
    const code = PART_OF[name] ?? OWN_CODE[name] ?? codes.get(each.id);
    if (code && code !== "AQ") parts.set(code, [...(parts.get(code) ?? []), each]);
  }
  return new Map(
    [...parts].map(([code, geometries]) => {
      const own = geometries.find((each) => codes.get(each.id) === code) ?? geometries[0];
      const geometry = geometries.length > 1 ? merge(topology, geometries) : feature(topology, geometries[0]).geometry;
      return [code, { name: own.properties.name, geometry }];
    }),
  );
}

/** The middle of the largest part, where a symbol for the country stands: France's is in Europe. */
function middle(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const shapes = polygons.map((coordinates) => ({ type: "Polygon", coordinates }));
  return geoCentroid(shapes.reduce((largest, shape) => (geoArea(shape) > geoArea(largest) ? shape : largest)));
}

/** What countries.json holds: by code the English name, the outline, and the middle of its largest part. */
export function countries() {
  const iso = require("i18n-iso-countries");
  iso.registerLocale(require("i18n-iso-countries/langs/en.json"));
  const codes = new Map(Object.entries(iso.getNumericCodes()));
  const coarse = outlines(read("countries-110m"), codes);
  const fine = outlines(read("countries-50m"), codes);
  // The coarse outlines are enough for a map in print; the small states are in the fine ones only.
  const all = [...new Map([...fine, ...coarse])].sort(([a], [b]) => (a < b ? -1 : 1));

  const world = { type: "GeometryCollection", geometries: all.map(([, each]) => each.geometry) };
  const projection = geoEqualEarth().fitWidth(WIDTH, world);
  const path = geoPath(projection).digits(1);
  const height = Math.ceil(path.bounds(world)[1][1]);
  const round = (number) => Math.round(number * 10) / 10;
  const entries = all.map(([code, { name, geometry }]) => {
    const [x, y] = projection(middle(geometry)).map(round);
    const known = iso.getName(code, "en", { select: SHORTER.has(code) ? "alias" : "official" });
    return [code, { name: known ?? name, x, y, path: path(geometry) ?? "" }];
  });
  return {
    source: "Natural Earth (public domain), through world-atlas; Equal Earth projection; Antarctica left out",
    viewBox: [0, 0, WIDTH, height],
    countries: Object.fromEntries(entries),
  };
}
