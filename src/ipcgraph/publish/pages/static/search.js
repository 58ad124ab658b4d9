// The search of this site: finds names in an index of small files, whatever the accents, with a wrong letter or two.
(() => {
  "use strict";
  const input = document.getElementById("query");
  const list = document.getElementById("found");
  const status = document.getElementById("status");
  const more = document.getElementById("more");
  const folder = new URL("search/", document.baseURI).href;
  const waiting = new Map();
  const PAGE = 20, COMMON = 5000, SHARDS = 6;
  document.getElementById("without").hidden = true;
  let asked = 0, answer = [], shown = 0, about = null;

  window.ipcgraphSearch = (name, value) => waiting.get(name).settle(value);

  // A file of the index, loaded once: a script, since a page opened from a folder may load nothing else.
  function load(name) {
    if (!waiting.has(name)) {
      const script = document.createElement("script");
      const entry = {};
      entry.promise = new Promise((settle, fail) => { entry.settle = settle; script.onerror = () => fail(new Error(name)); });
      waiting.set(name, entry);
      script.src = folder + (name === "i0" ? "index" : name) + ".js";
      document.head.append(script);
    }
    return waiting.get(name).promise;
  }

  const LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "’": "", "'": "", "ʼ": "" };
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ßæœøđðłþħıŋ’'ʼ]/gu, (letter) => LETTERS[letter]);
  const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\u{20000}-\\u{3ffff}";
  const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+|\\p{So}`, "gu");
  const split = (text) => (fold(text).match(WORD) || []).map((word) => [...word].slice(0, 40).join(""));

  // How many letters differ between a word and the nearest beginning of another; more than `limit` counts as limit + 1.
  function distance(word, other, limit) {
    let before = [], row = Array.from({ length: other.length + 1 }, (_, place) => place), older = [];
    for (let i = 1; i <= word.length; i++) {
      older = before; before = row; row = [i];
      let least = i;
      for (let j = 1; j <= other.length; j++) {
        let steps = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (word[i - 1] !== other[j - 1]));
        if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) steps = Math.min(steps, older[j - 2] + 1);
        row.push(steps);
        least = Math.min(least, steps);
      }
      if (least > limit) return limit + 1;
    }
    return Math.min(...row);
  }

  // The files that can have words with a beginning: each holds the words from its first to the next file's first.
  const files = (firsts, start) => firsts.map((first, place) => place).filter((place) => {
    const next = firsts[place + 1];
    return (firsts[place] <= start || firsts[place].startsWith(start)) && (next === undefined || next > start || next.startsWith(start));
  });
  const read = async (letter, places) => (await Promise.all(places.slice(0, SHARDS).map((place) => load(letter + place)))).flatMap((text) => text.split("\n"));
  const head = (word, count) => [...word].slice(0, count).join("");

  const turned = (word) => [...word].reverse().join("");
  const entry = (line) => line.split(" ");

  // The entries of the index that a word means, each with how well it fits.
  async function entries(word) {
    const places = files(about.begin, word);
    const exact = (await read("s", places)).filter((line) => line.startsWith(word)).map(entry);
    const limit = word.length > 7 ? 2 : word.length > 3 ? 1 : 0;
    if (exact.length || !limit) {
      return { found: exact.map((each) => [each, each[0] === word ? 4 : 3 - Math.min(each[0].length - word.length, 9) / 20]), cut: places.length > SHARDS };
    }
    // Nothing begins so: a letter may be wrong. Its first two letters lead to most of what is meant, its last two to the rest.
    const close = new Map();
    const keep = (each) => {
      const steps = distance(word, each[0], limit);
      if (steps <= limit) close.set(each[0], [each, 2 - steps / 2 - Math.abs(each[0].length - word.length) / 50]);
    };
    (await read("s", files(about.begin, head(word, 2)))).map(entry).forEach(keep);
    const ends = await read("e", files(about.end, head(turned(word), 2)));
    const missing = ends.filter((text) => !close.has(text) && distance(word, text, limit) <= limit);
    const further = [...new Set(missing.flatMap((text) => files(about.begin, text).slice(0, 1)))];
    (await read("s", further)).map(entry).forEach(keep);
    return { found: [...close.values()], cut: false };
  }

  async function numbers(things) {
    const text = things.startsWith("@") ? await load("p" + things.slice(1)) : things;
    let number = 0;
    return text.split(".").map((step) => (number += parseInt(step, 36)));
  }

  async function search(query) {
    const words = [...new Set(split(query))];
    const parts = await Promise.all(words.map(entries));
    const rare = parts.some(({ found }) => found.length && found.every(([each]) => each[1] < COMMON));
    const left = [];
    const scores = [];
    for (const [place, { found }] of parts.entries()) {
      // A word that is nearly everywhere tells nothing beside one that is not.
      if (rare && found.some(([each]) => each[1] >= COMMON)) { left.push(words[place]); continue; }
      const score = new Map();
      for (const [each, weight] of found) {
        for (const number of await numbers(each[2])) score.set(number, Math.max(score.get(number) || 0, weight));
      }
      scores.push(score);
    }
    const total = new Map();
    for (const number of scores.length ? scores.reduce((one, other) => (other.size < one.size ? other : one)).keys() : []) {
      if (scores.every((score) => score.has(number))) total.set(number, scores.reduce((sum, score) => sum + score.get(number), 0));
    }
    return { found: [...total].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number]) => number), left, cut: parts.some(({ cut }) => cut) };
  }

  async function show(from, turn) {
    const numbers = answer.slice(from, from + PAGE);
    const things = await Promise.all(numbers.map(async (number) => (await load("d" + Math.floor(number / about.block)))[number % about.block]));
    if (turn !== asked) return;
    // Of equally good answers those come first whose name begins with what was typed.
    const typed = fold(input.value.trim());
    if (!from) things.sort((one, other) => fold(other[0]).startsWith(typed) - fold(one[0]).startsWith(typed));
    for (const [label, kind, detail, path] of things) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const name = document.createElement("bdi");
      const note = document.createElement("span");
      link.href = new URL(path, document.baseURI).href;
      name.textContent = label;
      link.append(name);
      note.className = "more";
      const extra = document.createElement("bdi");
      extra.textContent = detail;
      note.append(about.kinds[kind], detail ? " · " : "", extra);
      item.append(link, " ", note);
      list.append(item);
    }
    shown = from + things.length;
    more.hidden = shown >= answer.length;
  }

  async function ask() {
    const turn = ++asked;
    const query = input.value.trim();
    history.replaceState(null, "", query ? "?q=" + encodeURIComponent(query) : location.pathname);
    try {
      about = about || (await load("i0"));
      const result = query ? await search(query) : { found: [], left: [], cut: false };
      if (turn !== asked) return;
      answer = result.found;
      list.replaceChildren();
      more.hidden = true;
      const count = answer.length === 1 ? "1 result" : answer.length.toLocaleString("en") + " results";
      const notes = result.left.map((word) => ` “${word}” is in very many names and was not looked for.`).join("") + (result.cut ? " There may be more: type another letter." : "");
      await show(0, turn);
      if (turn === asked) status.textContent = query ? (answer.length ? count : "Nothing found") + "." + notes : "";
    } catch (error) {
      if (turn === asked) status.textContent = `The index of the search could not be loaded (${error.message}).`;
    }
  }

  let pause = 0;
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(ask, 90); });
  input.form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); ask(); });
  more.addEventListener("click", async () => {
    const first = shown;
    await show(first, asked);
    list.children[first]?.querySelector("a").focus();
  });
  // The arrow keys go from the field to the results and among them.
  document.getElementById("search").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...list.querySelectorAll("a")];
    const place = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (document.activeElement !== input && !links.includes(document.activeElement)) return;
    event.preventDefault();
    (links[place] || (place < 0 ? input : links.at(-1)) || input).focus();
  });
  input.value = new URLSearchParams(location.search).get("q") || "";
  ask();
})();
