"""How well a list of 1,000 names is matched to the 52,383 persons of the corpus, by what is wrong with the names."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import quads
from benchmarks.damaged_names import DAMAGES, Person, Row, damaged
from benchmarks.machine import described

from ipcgraph.bulk import load_quads
from ipcgraph.columns import read_columns
from ipcgraph.publish.reading import Reading
from ipcgraph.server.reconcile.batch import Condition, Query
from ipcgraph.server.reconcile.candidates import Candidate, Graph, find_candidates
from ipcgraph.server.search.entries import Entry, read_entries
from ipcgraph.server.search.index import SearchIndex, write_index
from ipcgraph.vocabulary import DEFAULT_BASE

ABSENT = 400
"""So many persons are taken out of the index, for the rows about persons that are not in the graph."""
EVIDENCE = {"name alone": (), "name and a co-author": ("coauthor",), "name and a work": ("work",)}


def prepared(folder: Path) -> tuple[list[Person], list[Person]]:
    """Loads the corpus into a folder, if it is not there, and writes the index without the absent; all persons."""
    if not (folder / "store").exists():
        load_quads(quads(), store=folder / "store", columns=folder / "columns")
    columns = read_columns(folder / "columns")
    with Reading.open(folder / "store", base=DEFAULT_BASE) as reading:
        entries = list(read_entries(reading, columns))
    works = defaultdict(list)
    authors = defaultdict(list)
    for work, author in zip(columns.authorships.work, columns.authorships.author, strict=True):
        works[int(author)].append(int(work))
        authors[int(work)].append(int(author))
    persons = [_person(entry, columns, works, authors) for entry in entries if entry.kind == "Person"]
    chance = random.Random(3)
    absent = {person.iri for person in chance.sample(sorted(persons), ABSENT)}
    write_index((entry for entry in entries if entry.iri not in absent), folder / "search-without")
    return [each for each in persons if each.iri not in absent], [each for each in persons if each.iri in absent]


def _person(entry: Entry, columns, works, authors) -> Person:
    thing = columns.find(entry.iri)
    others = {author for work in works[thing] for author in authors[work]} - {thing}
    return Person(
        entry.iri,
        entry.label,
        tuple(sorted(columns.label(each) for each in others)),
        tuple(sorted(columns.label(each) for each in works[thing])),
    )


def asked(row: Row, keys: Sequence[str]) -> Query:
    conditions = [Condition(key, getattr(row, key)) for key in keys if getattr(row, key)]
    return Query(row.text, ("Person",), tuple(conditions))


def shown(results: Sequence[tuple[Row, Sequence[Candidate]]]) -> None:
    """A table by damage: rows, of which absent; automatic matches right and wrong; recall; first and among five."""
    heads = ("rows", "absent", "matched", "wrong", "precision", "recall", "first", "of 5")
    print(" " * 28, *(f"{head:>{width}}" for head, width in zip(heads, (5, 6, 7, 5, 9, 6, 6, 6), strict=True)))
    total: Counter[str] = Counter()
    for damage in [*DAMAGES, "all"]:
        count = total
        if damage != "all":
            count = Counter()
            for row, found in results:
                if row.damage == damage:
                    _count(count, row, found)
            total += count
        there = count["there"]
        right, wrong = count["right"], count["wrong"]
        precision = f"{right / (right + wrong):9.3f}" if right + wrong else f"{'–':>9}"
        print(
            f"{damage:28} {count['rows']:5} {count['rows'] - there:6} {right + wrong:7} {wrong:5} {precision}"
            f" {right / there:6.2f} {count['first'] / there:6.2f} {count['five'] / there:6.2f}"
        )


def _count(count: Counter[str], row: Row, found: Sequence[Candidate]) -> None:
    count["rows"] += 1
    count["there"] += bool(row.iri)
    for candidate in found:
        if candidate.match:
            count["right" if candidate.entry.iri == row.iri else "wrong"] += 1
    if row.iri:
        count["first"] += bool(found) and found[0].entry.iri == row.iri
        count["five"] += any(candidate.entry.iri == row.iri for candidate in found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the loaded corpus is, or is to be kept")
    arguments.add_argument("--rows", type=int, default=1_000)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--wrong", action="store_true", help="prints each wrong match")
    options, _ = arguments.parse_known_args()  # run.py gives all benchmarks the same
    print(described())
    with tempfile.TemporaryDirectory() as fresh:
        folder = options.folder or Path(fresh)
        persons, absent = prepared(folder)
        rows = damaged(persons, absent, rows=options.rows, seed=options.seed)
        with Reading.open(folder / "store", base=DEFAULT_BASE) as reading:
            graph = Graph(SearchIndex.open(folder / "search-without"), reading, DEFAULT_BASE)
            for name, keys in EVIDENCE.items():
                start = time.process_time()
                results = [(row, find_candidates(graph, asked(row, keys))) for row in rows]
                spent = time.process_time() - start
                print(f"\n{name}: {1000 * spent / len(rows):.1f} ms of the processor a row")
                shown(results)
                for row, found in results if options.wrong else ():
                    if found and found[0].match and found[0].entry.iri != row.iri:
                        print("   ", row, found[0].entry.label, found[0].likeness, found[0].chance, found[0].evidence)


if __name__ == "__main__":
    main()
