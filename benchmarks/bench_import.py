"""Times the readers of imports: OpenAlex to quads, on one core and two; BibTeX beside the library that parses it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import alternating, asked_runs, median, ratio, show

from ipcgraph.findings import Finding
from ipcgraph.imports import read_entries
from ipcgraph.imports.openalexbulk import write_openalex
from ipcgraph.sources.openalex import read_openalex

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"
SAMPLE = SHARED / "samples" / "openalex" / "works.jsonl"
RECORDS = 6_000
ENTRIES = 10_000


def main() -> None:
    runs = asked_runs(__doc__, default=5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*openalex(folder, runs), *memory(folder), *bibtex(folder, runs)]
    show(rows)


def openalex(folder: Path, runs: int) -> list[tuple[str, str, str]]:
    """Whole records, as OpenAlex has them (18 kB each), and the corpus, whose records have little but authors."""
    whole = enlarged(folder / "works.jsonl", RECORDS)
    parts = [enlarged(folder / f"part-{number}.jsonl", RECORDS, first=number * RECORDS) for number in range(4)]
    rows = []
    for title, path in (("whole records", whole), ("corpus", CORPUS)):
        if path.is_file():
            quads = [rate(lambda path=path: counted(path)) for _ in range(runs)]
            text = [rate(lambda path=path: bulk(folder, [path], 1)) for _ in range(runs)]
            rows += [
                (f"OpenAlex to quads, {title}, a second of a core", f"{median(quads):,.0f}", "150,000"),
                (f"OpenAlex to N-Triples, {title}, a second of a core", f"{median(text):,.0f}", ""),
            ]
            entries = [rate(lambda path=path: sum(1 for _ in read_entries(path, path.name))) for _ in range(1)]
            rows.append((f"OpenAlex to entries, {title}, a second of a core", f"{median(entries):,.0f}", ""))
    one, two = alternating(
        lambda: seconds(lambda: bulk(folder, parts, 1)), lambda: seconds(lambda: bulk(folder, parts, 2)), runs=runs
    )
    rows.append(("OpenAlex to N-Triples, one process to two, wall", f"{ratio(one, two):.2f}", "near 2"))
    return rows


def enlarged(path: Path, count: int, first: int = 0) -> Path:
    """Real records many times, each with an id of its own."""
    records = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + count):
            record = {**records[number % len(records)], "id": f"https://openalex.org/W{10**9 + number}"}
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def counted(path: Path) -> int:
    return sum(1 for item in read_openalex(path, path.name) if not isinstance(item, Finding))


def bulk(folder: Path, parts: list[Path], processes: int) -> int:
    named = [(part, part.name) for part in parts]
    return write_openalex(named, folder / "graph.nt", source="source/works", title="Works", processes=processes).lines


def rate(work) -> float:
    """What a call gives, a second of processor time."""
    start = time.process_time()
    count = work()
    return float(count / (time.process_time() - start))


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory(folder: Path) -> list[tuple[str, str, str]]:
    """The highest memory in a process of its own, for one file and for one sixteen times as large."""
    rows = []
    for times in (1, 16):
        path = enlarged(folder / "memory.jsonl", 1_000 * times)
        process = os.fork()
        if not process:
            bulk(folder, [path], 1)
            os._exit(0)
        _, _, usage = os.wait4(process, 0)
        rows.append((f"OpenAlex to N-Triples, memory, {times} x 18 MB", f"{usage.ru_maxrss / 1024:.0f} MiB", "flat"))
    return rows


def bibtex(folder: Path, runs: int) -> list[tuple[str, str, str]]:
    """Entries as a reference manager exports them; the library alone parses the same text whole."""
    from bibtexparser.entrypoint import parse_string

    text = "".join(entry(number) for number in range(ENTRIES))
    path = folder / "works.bib"
    path.write_text(text, encoding="utf-8")
    ours, theirs = alternating(
        lambda: rate(lambda: sum(1 for _ in read_entries(path, path.name))),
        lambda: rate(lambda: len(parse_string(text).entries)),
        runs=runs,
    )
    return [
        ("BibTeX entries, a second of a core", f"{median(ours):,.0f}", ""),
        ("  the parser library alone", f"{median(theirs):,.0f}", ""),
        ("  ours to the library's", f"{ratio(ours, theirs):.2f}", "at least 0.50"),
    ]


def entry(number: int) -> str:
    date, volume = f"2020-{1 + number % 12:02}-15", number % 30
    abstract = "How water moves at a quay and what it does to stone. " * 8
    accents = r"{\'E}tude" if number % 6 == 0 else "Study"
    return (
        f"@article{{smith_{number}_2020,\n  title = {{{accents} of {{{{Harbour}}}} Number {number}}},\n"
        f"  author = {{Smith{number % 500}, John A. and van der Meer, Anna and {{Harbour Group}}}},\n"
        f"  date = {{{date}}},\n  journaltitle = {{Journal of Harbours}},\n  volume = {{{volume}}},\n"
        f"  pages = {{1--{number}}},\n  doi = {{10.5555/harbour.{number}}},\n  issn = {{0000-0019}},\n"
        f"  abstract = {{{abstract}}},\n  keywords = {{tides,quays}}\n}}\n\n"
    )


if __name__ == "__main__":
    main()
