// Names as they are searched and shown.

const WITHOUT_MARKS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ħ: "h", ŋ: "n" };

/** A name in lower case and without accents: `Łukasz Öztürk` is found as `lukasz ozturk`. */
export function folded(name) {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþıħŋ]/g, (letter) => WITHOUT_MARKS[letter])
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** A name on one line, and cut where it is longer than a picture can show. */
export function short(name, most = 48) {
  const line = name.slice(0, 4 * most).replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > most || name.length > 4 * most ? `${letters.slice(0, Math.floor(most) - 1).join("")}…` : line;
}

/** `3 links`, `1 link`, `12,000 links`. */
export function counted(number, singular, plural) {
  return `${number.toLocaleString("en")} ${number === 1 ? singular : plural}`;
}

/** A value of a table as it is shown: numbers with four digits after the first, lists with commas. */
export function shown(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return Array.isArray(value) ? value.join("; ") : String(value);
}

/** An element with its text, which is never markup. */
export function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
