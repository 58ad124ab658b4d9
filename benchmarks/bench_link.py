"""How long 1,000 people take to be linked at SPARQL endpoints of 5,000 and 50,000 people on the same machine."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import described
from tests.registers import sparql_endpoint

from ipcgraph.linking.evidence import judge
from ipcgraph.linking.services import open_register
from ipcgraph.linking.subjects import Subject, Work

PREFIXES = """\
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def people(number: int) -> str:
    """So many people in Wikidata's words, each with a work."""
    return PREFIXES + "\n".join(
        f'wd:Q{each} wdt:P31 wd:Q5 ; rdfs:label "Ada Name{each}"@en . '
        f'wd:Q{10_000_000 + each} wdt:P356 "10.1000/W{each}" ; wdt:P50 wd:Q{each} .'
        for each in range(1, number + 1)
    )


def subjects(number: int) -> Iterable[Subject]:
    for each in range(1, number + 1):
        works = tuple(Work(f"work/{place}", "A title", 2000, f"10.1000/w{place}") for place in range(each, each + 20))
        yield Subject(f"person/{each}", "Person", (f"Ada B. Name{each}",), works=works)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    asked_about = list(subjects(parser.parse_known_args()[0].people))
    print(described())
    print("endpoint | requests | seconds | certain")
    for number in (5_000, 50_000):
        with sparql_endpoint(people(number)) as served:
            register = open_register(served.address)
            start = time.perf_counter()
            certain = 0
            for at in range(0, len(asked_about), register.batch):
                batch = asked_about[at : at + register.batch]
                found = register.find(batch, "wikidata")
                certain += sum(
                    any(judged.is_certain for each in found[subject.id] if (judged := judge(subject, each)))
                    for subject in batch
                )
            seconds = time.perf_counter() - start
        print(f"{number:,} people | {len(served.asked):,} | {seconds:.2f} | {certain:,}")


if __name__ == "__main__":
    main()
