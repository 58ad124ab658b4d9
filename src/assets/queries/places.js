// The page of a thing in the site: the same path that the maker of the site gave it.

const PLAIN = /^(?!index$)(?!l[0-9]+(?:-l[0-9]+)?$)(?:[a-z0-9_][a-z0-9_-]*|L[0-9]+(?:-L[0-9]+)?)$/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** The path of the page of a thing below the base, or null where this browser cannot say it. */
export async function pageOf(path, kinds) {
  const segments = path.split("/");
  const plain =
    segments.length > 1 &&
    kinds.includes(segments[0]) &&
    path.length <= 900 &&
    segments.every((each) => each.length <= 200 && PLAIN.test(each) && !DEVICE.test(each));
  if (plain) return `${path}.html`;
  // Browsers have it on https and on this machine only.
  if (!globalThis.crypto?.subtle) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path)));
  const digest = [...hash.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const trimmed = (text) => text.replace(/^-+|-+$/g, "");
  const last = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const readable = trimmed(trimmed(last.replace(/[^a-z0-9]+/g, "-")).slice(0, 40));
  return `odd/${readable ? `${readable}-` : ""}${digest}.html`;
}
