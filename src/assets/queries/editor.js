// The editor of queries. It stands in a shadow root, since there its styles need no leave of the page's policy.
import { acceptCompletion, autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: tags.atom, color: "var(--ink)" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--second)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--mark)" },
]);

const MONO = 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace';

const LOOK = EditorView.theme({
  "&": { background: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: ".4rem" },
  "&.cm-focused": { outline: "3px solid var(--second)", outlineOffset: "2px" },
  ".cm-scroller": { font: `.88rem/1.5 ${MONO}`, minHeight: "9rem", maxHeight: "26rem" },
  ".cm-gutters": { background: "var(--wash)", color: "var(--soft)", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-content": { caretColor: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--mark-ground)" },
  ".cm-tooltip": { background: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--soft)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxHeight: "14rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--accent)", color: "var(--ground)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", fontFamily: "var(--sans)", marginInlineStart: "1rem" },
});

/** Writes over what is selected: Chromium would copy its style into the page, which the page's policy forbids. */
function overwrite(event, view) {
  const plain = event.inputType === "insertText" && event.cancelable && typeof event.data === "string";
  if (!plain || view.composing || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
  return true;
}

/** An editor in `host`; `complete` is what completes words, `run` is called on Ctrl and Enter. */
export function makeEditor(host, { label, complete, run }) {
  const shadow = host.attachShadow({ mode: "open" });
  const ran = () => (run(), true);
  const view = new EditorView({
    parent: shadow,
    root: shadow,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: ran }])),
      // Tab leads on, as everywhere on a page, unless a completion is open.
      keymap.of([{ key: "Tab", run: acceptCompletion }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
      history(),
      lineNumbers(),
      bracketMatching(),
      StreamLanguage.define(sparql),
      syntaxHighlighting(COLOURS),
      autocompletion({ override: [complete], icons: false }),
      tooltips({ position: "absolute" }),
      EditorView.lineWrapping,
      EditorView.domEventHandlers({ beforeinput: overwrite }),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
      LOOK,
    ],
  });

  /** Marks the place of a fault, counted from 1 in characters, and puts the cursor there. */
  function mark({ message, line, column }) {
    if (!line) return;
    const { doc } = view.state;
    const at = doc.line(Math.min(line, doc.lines));
    const from = Math.min(at.from + [...at.text].slice(0, column - 1).join("").length, at.to);
    const begin = from === doc.length ? Math.max(0, from - 1) : from;
    const fault = { from: begin, to: Math.min(doc.length, begin + 1), severity: "error", message };
    view.dispatch(setDiagnostics(view.state, [fault]), { selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  }

  return {
    mark,
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
    text: () => view.state.doc.toString(),
    write(text) {
      const changes = { from: 0, to: view.state.doc.length, insert: text.trimEnd() };
      view.dispatch({ changes, selection: { anchor: 0 } });
    },
  };
}
