// What went wrong in a query, in words for who wrote it, with line and column.

/**
 * The engine's words as `{ message, line, column }`, line and column from 1, or 0 where it names none.
 *
 * It lists all that it could have read at the farthest point it came to, which helps nobody. What helps is the sentence
 * that is sometimes among it, and what stands before that point.
 */
export function faultOf(text, words) {
  const found = /^error at (\d+):(\d+): /.exec(words);
  if (!found) return { message: words, line: 0, column: 0 };
  const [line, column] = [Number(found[1]), Number(found[2])];
  const lines = text.split("\n").slice(0, line);
  lines[lines.length - 1] = [...(lines[lines.length - 1] ?? "")].slice(0, column - 1).join("");
  const last = lines.map((each) => each.trim().replace(/\s+/g, " ")).filter(Boolean).pop() ?? "";
  const sentence = /(?:expected one of|expected(?! one of)|,) ([A-Za-z]+(?: [A-Za-z*]+){2,})(?=,|$)/.exec(words);
  const reason = sentence ? sentence[1] : "this is not SPARQL";
  return { message: last ? `${reason}; read as far as “${last.slice(-40)}”` : reason, line, column };
}
