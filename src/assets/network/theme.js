// Light and dark: the colours of the picture, as the reader's system asks for them.

const LIGHT = { background: "#ffffff", text: "#1c2126", link: "#6b7785", faint: 0.9, border: "#ffffff" };
const DARK = { background: "#15191e", text: "#e8eaed", link: "#93a0ae", faint: 0.88, border: "#15191e" };

const dark = matchMedia("(prefers-color-scheme: dark)");
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The colours of now; on paper those of light. */
export const theme = (paper = false) => (dark.matches && !paper ? DARK : LIGHT);

export const onThemeChange = (changed) => dark.addEventListener("change", changed);

/** One colour mixed with so much of another: 0 is all the first. */
export function mixed(colour, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(colour), parts(other)];
  return `#${a.map((part, at) => Math.round(part + (b[at] - part) * share).toString(16).padStart(2, "0")).join("")}`;
}
