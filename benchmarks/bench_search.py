"""Search over 63,969 works and 52,383 persons: making the index, answers over HTTP, and SQLite's FTS5 beside it."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.corpus_project import make_corpus_project
from benchmarks.damaged_names import misspelt, stripped
from benchmarks.machine import described, show

from ipcgraph.columns import read_columns
from ipcgraph.folding import words
from ipcgraph.manifest import COLUMNS, CURRENT, STORE
from ipcgraph.names import letters_apart
from ipcgraph.publish.reading import Reading
from ipcgraph.server.search.entries import Entry, read_entries
from ipcgraph.server.search.finding import find
from ipcgraph.server.search.index import FOLDER, SearchIndex
from ipcgraph.server.search.matching import Asked
from ipcgraph.settings import find_project
from ipcgraph.vocabulary import DEFAULT_BASE

COMMON = (
    "the",
    "of",
    "a",
    "in",
    "machine translation",
    "for",
    "language",
    "translation",
    "models",
    "wang",
    "li",
    "on the",
)


def questions(entries: Sequence[Entry], chance: random.Random, number: int) -> dict[str, list[str]]:
    """What people type, by sort: names, with accents left out or a letter wrong, words of titles, beginnings."""
    persons = [entry.label for entry in entries if entry.kind == "Person" and len(entry.label.split()) > 1]
    titles = [entry.label for entry in entries if entry.kind == "Work" and len(entry.label.split()) > 3]
    found = {
        "names": [chance.choice(persons) for _ in range(number)],
        "names without accents": [stripped(chance.choice(persons)).lower() for _ in range(number)],
        "names, a letter wrong": [_typo(chance.choice(persons), chance) for _ in range(number)],
        "three words of a title": [" ".join(chance.choice(titles).split()[:3]) for _ in range(number)],
        "four, two of them misspelt": [
            _typo(_typo(" ".join(chance.choice(titles).split()[:4]), chance), chance) for _ in range(number)
        ],
        "beginnings": [chance.choice(persons)[: chance.randrange(1, 6)] for _ in range(number)],
        "common words": [COMMON[place % len(COMMON)] for place in range(number // 4)],
    }
    return {name: [text for text in texts if text.strip()] for name, texts in found.items()}


def _typo(text: str, chance: random.Random) -> str:
    parts = text.split()
    place = max(range(len(parts)), key=lambda index: (len(parts[index]), chance.random()))
    if len(parts[place]) > 3:
        parts[place] = misspelt(parts[place], chance)
    return " ".join(parts)


def times(
    ask: Callable[[str], object], texts: Sequence[str], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Milliseconds of each answer."""
    found = []
    for text in texts:
        start = clock()
        ask(text)
        found.append(1000 * (clock() - start))
    return found


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def told(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} / {percentile(values, 0.99):.1f} ms"


def made(project: Path) -> tuple[float, float, Path]:
    """Seconds on the clock and of the processor of making the index in a process of its own; its folder."""
    build = (find_project(project).build_folder / CURRENT).resolve()
    folder = build / FOLDER
    command = [sys.executable, "-m", "ipcgraph.server.search", str(build / STORE), str(build / COLUMNS), str(folder)]
    start, before = time.perf_counter(), os.times()
    subprocess.run([*command, DEFAULT_BASE], check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, spent, folder


class Fulltext:
    """The same with what Python brings: FTS5, trigrams of its words for what is misspelt, facets counted by hand."""

    def __init__(self, entries: Sequence[Entry], file: Path) -> None:
        folded = [" ".join(words(" ".join((entry.label, *entry.others)))) for entry in entries]
        self._db = sqlite3.connect(file)
        self._db.executescript(
            "PRAGMA journal_mode=off; PRAGMA synchronous=off;"
            "CREATE VIRTUAL TABLE names USING fts5(words, content='', columnsize=0, prefix='1 2 3');"
            "CREATE TABLE things(id INTEGER PRIMARY KEY, name TEXT, shown TEXT); CREATE INDEX by_name ON things(name);"
        )
        self._db.executemany("INSERT INTO names(rowid, words) VALUES (?, ?)", enumerate(folded))
        rows = ((place, folded[place], json.dumps(entry._replace(evidence=()))) for place, entry in enumerate(entries))
        self._db.executemany("INSERT INTO things VALUES (?, ?, ?)", rows)
        self._db.executescript(
            "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(names, 'row');"
            "CREATE VIRTUAL TABLE trigrams USING fts5(word, tokenize='trigram');"
            "INSERT INTO trigrams SELECT '$' || term || '$' FROM vocabulary WHERE length(term) > 3;"
        )
        self._db.commit()
        self._kinds = [entry.kind for entry in entries]

    def find(self, text: str) -> list[object]:
        """The first twenty things, once with the words as they are, else with words that are near them."""
        asked = words(text)
        found: list[int] = []
        for nearly in (False, True):
            match = " AND ".join(f"({' OR '.join(self._meant(word, nearly=nearly))})" for word in asked)
            ids = self._db.execute("SELECT group_concat(rowid) FROM names WHERE names MATCH ?", (match,)).fetchone()[0]
            found = [int(each) for each in ids.split(",")] if ids else []
            if len(found) > 4:
                break
        counts: dict[str, int] = {}
        for place in found:
            counts[self._kinds[place]] = counts.get(self._kinds[place], 0) + 1
        exact = self._db.execute("SELECT id FROM things WHERE name = ? LIMIT 20", (" ".join(asked),)).fetchall()
        first = dict.fromkeys([*(place for (place,) in exact), *found[:20]])
        return [
            json.loads(self._db.execute("SELECT shown FROM things WHERE id = ?", (place,)).fetchone()[0])
            for place in first
        ]

    def _meant(self, word: str, *, nearly: bool) -> list[str]:
        found = [f'"{word}"*']
        if nearly and len(word) > 3:
            padded = f"${word}$"
            match = " OR ".join(f'"{padded[place : place + 3]}"' for place in range(len(padded) - 2))
            rows = self._db.execute(
                "SELECT word FROM trigrams WHERE trigrams MATCH ? ORDER BY rank LIMIT 300", (match,)
            )
            limit = 2 if len(word) > 7 else 1
            found += [f'"{near[1:-1]}"' for (near,) in rows if letters_apart(word, near[1:-1], limit=limit) is not None]
        return found


def compared(entries: Sequence[Entry], index: SearchIndex, asked: dict[str, list[str]], folder: Path) -> None:
    """Median and 99th percentile of the processor time of both, in this process, by turns of sorts."""
    file = folder / "fulltext.sqlite"
    file.unlink(missing_ok=True)
    start = time.perf_counter()
    other = Fulltext(entries, file)
    spent = time.perf_counter() - start
    rows = [("FTS5: making, without reading the graph", f"{spent:.1f} s", f"{file.stat().st_size / 1e6:.0f} MB")]
    for name, texts in asked.items():
        ours = times(lambda text: find(index, Asked(text), base=DEFAULT_BASE), texts, time.thread_time)
        theirs = times(other.find, texts, time.thread_time)
        rows.append((f"processor time, {name}", told(ours), f"FTS5 {told(theirs)}"))
    show(rows)


def served(project: Path, asked: dict[str, list[str]], *, clients: int) -> None:
    """Median and 99th percentile over HTTP: the page and the data, from one client and from several at a time."""
    environment = {**os.environ, "IPCGRAPH_SERVER_REQUESTS_PER_MINUTE": "0", "IPCGRAPH_SERVER_QUERIES_PER_MINUTE": "0"}
    command = [sys.executable, "-m", "ipcgraph", "--project", str(project), "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    try:
        lines = process.stdout or iter(())
        address = next(found[1] for line in lines if (found := re.search(r"listening on (http://\S+)", line)))
        threading.Thread(target=lambda: [None for _ in lines], daemon=True).start()
        connection = _connected(address)
        while _asked(connection, "/search?q=x") != 200:
            time.sleep(0.5)
        rows = []
        for name, texts in asked.items():
            page = times(lambda text: _asked(connection, f"/search?q={quote(text)}"), texts)
            data = times(lambda text: _asked(connection, f"/suggest?q={quote(text)}"), texts)
            rows.append((f"HTTP page, {name}", told(page), "p99 under 50 ms"))
            rows.append((f"HTTP suggestion, {name}", told(data), ""))
        every = [text for texts in asked.values() for text in texts]
        random.Random(5).shuffle(every)
        together: list[float] = []
        threads = [
            threading.Thread(target=_client, args=(address, every[place::clients], together))
            for place in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows.append((f"HTTP page, all sorts, {clients} clients at a time", told(together), ""))
        status = Path(f"/proc/{process.pid}/status")
        if status.is_file():
            resident = re.search(r"VmRSS:\s+([0-9]+)", status.read_text(encoding="utf-8"))
            rows.append(
                ("resident memory of the server after this", f"{int(resident[1]) // 1024 if resident else 0} MiB", "")
            )
        show(rows)
    finally:
        process.terminate()
        process.wait()


def _client(address: str, texts: Sequence[str], found: list[float]) -> None:
    connection = _connected(address)
    found += times(lambda text: _asked(connection, f"/search?q={quote(text)}"), texts)


def _connected(address: str) -> HTTPConnection:
    parts = urlsplit(address)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def _asked(connection: HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def resident() -> int:
    """MiB of memory that this process has."""
    found = re.search(r"VmRSS:\s+([0-9]+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) // 1024 if found else 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the corpus is kept as a project")
    arguments.add_argument("--runs", type=int, default=300, help="questions of each sort")
    arguments.add_argument("--clients", type=int, default=8)
    options = arguments.parse_args()
    print(described(), "median / 99th percentile", sep="; ")
    with tempfile.TemporaryDirectory() as fresh:
        folder = options.folder or Path(fresh)
        project = make_corpus_project(folder)
        seconds, processor, index_folder = made(project)
        size = sum(file.stat().st_size for file in index_folder.iterdir())
        before = resident()
        index = SearchIndex.open(index_folder)
        find(index, Asked("a"), base=DEFAULT_BASE)
        opened = resident() - before
        build = index_folder.parent
        with Reading.open(build / STORE, base=DEFAULT_BASE) as reading:
            entries = list(read_entries(reading, read_columns(build / COLUMNS)))
        show([
            ("making the index", f"{seconds:.0f} s", f"{processor:.0f} s of the processor, in the background"),
            ("things", f"{index.size:,}", ""),
            ("size", f"{size / 1e6:.0f} MB", ""),
            ("memory that opening it takes", f"{opened} MiB", ""),
        ])  # fmt: skip
        asked = questions(entries, random.Random(1), options.runs)
        compared(entries, index, asked, folder)
        served(project, asked, clients=options.clients)


if __name__ == "__main__":
    main()
