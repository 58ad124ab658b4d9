"""Describes 63,969 works: figures counted against SPARQL, the tables, the bibliography of every tenth author."""

from __future__ import annotations

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import RdfFormat, parse

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_profiles import CORPUS, quads
from benchmarks.machine import described, show

from ipcgraph.bulk import load_quads
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.citations.bibliography import Bibliography
from ipcgraph.publish.citations.files import bibliography_files
from ipcgraph.publish.description.figures import Figures, figures, recount
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.tables.files import write_sheets
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE

FACTS = SiteFacts("ACL Anthology", "https://example.org/", DEFAULT_BASE)


def counted(lines: Path) -> Figures:
    with lines.open(encoding="utf-8") as file:
        return figures((line[:-1] for line in file), base=DEFAULT_BASE)


def asked(lines: Path) -> Figures:
    with EmbeddedStore.open(lines.with_name("published")) as store:
        return recount(store, base=DEFAULT_BASE)


def measure(store: Path, what: str) -> None:
    """Prints processor seconds, peak memory and a count. Run in a process of its own."""
    lines = store.with_name("graph.nt")
    start = time.process_time()
    if what == "figures":
        count = counted(lines).statements
    elif what == "recount":
        count = asked(lines).statements
    elif what == "equal":
        count = int(counted(lines) == asked(lines))
    else:
        with Reading.open(store, base=DEFAULT_BASE) as reading:
            if what == "bibliographies":
                works, addresses = Bibliography(reading), Addresses(FACTS.address, DEFAULT_BASE)
                things = map(reading.thing, itertools.islice(reading.instances("Person"), None, None, 10))
                count = sum(1 for thing in things for _ in bibliography_files(works, addresses, FACTS, thing))
            else:
                folder = store.with_name(what)
                sheets = write_sheets(reading, read_ontology(), folder, facts=FACTS, parquet=what == "parquet")
                count = sum(sheet.rows for sheet in sheets)
    print(time.process_time() - start, peak(), count)


def peak() -> int:
    """The most MiB that this process has held; getrusage counts the process that started it, too."""
    found = re.search(r"VmHWM:\s+([0-9]+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) // 1024 if found else 0


def measured(store: Path, what: str) -> tuple[float, int, int]:
    command = [sys.executable, __file__, "--measure", what, "--store", str(store)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(found[0]), int(found[1]), int(found[2])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--store", type=Path)
    arguments.add_argument("--measure")
    given = arguments.parse_args()
    if given.measure:
        measure(given.store, given.measure)
        return
    if not CORPUS.exists():
        sys.exit(f"{CORPUS} is not there: set IPCGRAPH_SHARED to the folder that holds corpora/")
    print(described())
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        load_quads(quads(), store=store, columns=Path(folder, "columns"))
        lines = store.with_name("graph.nt")
        with Reading.open(store, base=DEFAULT_BASE) as reading, lines.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in reading.lines())
        with EmbeddedStore.create(store.with_name("published")) as published:
            published.load(parse(lines.read_bytes(), format=RdfFormat.N_TRIPLES))
        names = {
            "figures": "figures counted on the lines of the dump", "recount": "the same figures in SPARQL",
            "csv": "tables as CSV", "parquet": "tables as CSV and Parquet",
            "bibliographies": "BibTeX, RIS, CSL and Atom of every tenth author",
        }  # fmt: skip
        rows = []
        for what, name in names.items():
            spent, memory, count = measured(store, what)
            rows.append((name, f"{spent:.1f} s", f"processor time; {memory} MiB, {count:,}"))
        rows.append(("figures and SPARQL agree", "yes" if measured(store, "equal")[2] else "NO", "every one of them"))
        show(rows)


if __name__ == "__main__":
    main()
