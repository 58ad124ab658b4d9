"""Loss reports: which facts do not survive when the graph is written in a profile and read back."""

from __future__ import annotations

import heapq
from itertools import groupby, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.deriving import derived_graph
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.profiles.profile import profile_named, read_back
from ipcgraph.publish.sorting import sorted_lines
from ipcgraph.tables import Table
from ipcgraph.vocabulary import TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.reading import Reading

PROVENANCE: Final = frozenset(("Claim", "Passage", "Source"))
"""The kinds of things that say where a fact is from."""
_PROVENANCE_KEYS: Final = frozenset(("evidence", "summaryBasis", "dateBasis", "listedIn"))


class Loss(NamedTuple):
    """The facts of one kind of thing and one key that do not come back, or are there anew."""

    kind: str
    key: str
    lost: int
    total: int
    """How many facts of the kind and key the graph has."""
    added: int
    """How many come back that are not in the graph."""
    example: str
    """The first fact that is lost, else the first that is added, after a `+`."""


class LossReport(NamedTuple):
    """What became of each fact of a graph in a profile.

    Facts are the statements that somebody wrote: what the rules derive follows again from them, and the vocabulary is
    everybody's. `losses` has a row for each kind of thing and key of which something is lost or added, by kind and key.
    """

    profile: str
    facts: int
    kept: int
    added: int
    provenance: int
    """How many facts say where another is from: claims, passages, sources, evidence."""
    provenance_kept: int
    losses: tuple[Loss, ...]

    def table(self) -> Table:
        """A row for each kind of thing and key that loses something."""
        return Table(("kind", "key", "lost", "of", "added", "example"), tuple(tuple(loss) for loss in self.losses))

    def sentence(self) -> str:
        """The report in one sentence."""
        plain, plain_kept = self.facts - self.provenance, self.kept - self.provenance_kept
        text = f"{self.profile}: of {plain:,} facts {plain_kept:,} survive"
        if self.provenance:
            text += f", of {self.provenance:,} on where facts are from {self.provenance_kept:,}"
        return text + (f"; {self.added:,} read back are not in the graph" if self.added else "")


def loss_report(reading: Reading, name: str) -> LossReport:
    """What survives of the graph when it is written in a profile and read back.

    Nothing is taken from a list: the profile is written, read back with the queries of `queries/profiles/NAME/back`,
    and compared statement by statement, in bounded memory.
    """
    profile_named(name)
    back = sorted_lines(f"{triple} ." for triple in read_back(reading, name))
    derived = sorted_lines(reading.store.lines(derived_graph(reading.base)))
    streams = (reading.lines(), back, derived, iter(_shipped()))
    rows: dict[tuple[str, str], list[int]] = {}
    examples: dict[tuple[str, str], str] = {}
    subject = kind = ""
    for line, is_ours, is_back in _compared(*streams):
        about, predicate, value = line.removesuffix(" .").split(" ", 2)
        if about != subject:  # lines of one subject follow each other
            subject, kind = about, reading.kind(about[1:-1]) or _kind_told(reading, predicate, value)
        key = kind, reading.key(predicate[1:-1]) or _short(predicate, reading)
        row = rows.setdefault(key, [0, 0, 0])
        row[0] += is_ours and not is_back
        row[1] += is_ours
        row[2] += is_back and not is_ours
        if is_ours != is_back and (key not in examples or (is_ours and examples[key].startswith("+ "))):
            fact = f"{_short(subject, reading)} {_short(value, reading)}"
            examples[key] = fact if is_ours else "+ " + fact
    return _report(name, rows, examples)


def _report(name: str, rows: dict[tuple[str, str], list[int]], examples: dict[tuple[str, str], str]) -> LossReport:
    facts = sum(total for _, total, _ in rows.values())
    lost = sum(row[0] for row in rows.values())
    where = [row for (kind, key), row in rows.items() if kind in PROVENANCE or key in _PROVENANCE_KEYS]
    losses = tuple(
        Loss(kind, key, row[0], row[1], row[2], examples[kind, key])
        for (kind, key), row in sorted(rows.items())
        if row[0] or row[2]
    )
    return LossReport(
        name,
        facts,
        facts - lost,
        sum(row[2] for row in rows.values()),
        sum(row[1] for row in where),
        sum(row[1] - row[0] for row in where),
        losses,
    )


def _shipped() -> list[str]:
    return sorted({f"{quad.triple} ." for quad, _ in read_ontology().statements})


def _compared(
    ours: Iterator[str], back: Iterator[str], derived: Iterator[str], shipped: Iterator[str]
) -> Iterator[tuple[str, bool, bool]]:
    """Each line, whether it is ours and whether it came back; all are sorted, what nobody wrote is left out."""
    sources = enumerate((ours, back, derived, shipped))
    merged = heapq.merge(*(zip(lines, repeat(number)) for number, lines in sources))
    for line, group in groupby(merged, key=itemgetter(0)):
        numbers = {number for _, number in group}
        if numbers <= {0, 1}:
            yield line, 0 in numbers, 1 in numbers


def _kind_told(reading: Reading, predicate: str, value: str) -> str:
    """The kind of a thing that the graph does not know, where this fact says it."""
    return (reading.key(value[1:-1]) if predicate == f"<{TYPE.value}>" else "") or "unknown"


def _short(term: str, reading: Reading) -> str:
    return compact(term[1:-1], base=reading.base) if term.startswith("<") else term
