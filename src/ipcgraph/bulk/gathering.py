"""The parts of a large graph together: which statements are about, or name, some things, and where each is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyoxigraph import NamedNode

from ipcgraph.bulk.partfiles import Part
from ipcgraph.distinct import distinct
from ipcgraph.rows import Keys, Rows, keys_of

if TYPE_CHECKING:
    from ipcgraph.records import Statement
    from ipcgraph.statements import Term

NONE: Keys = np.zeros(0, np.int64)


class Gathered(NamedTuple):
    """All parts; `held` is the one whose statements are in memory, `statements`: its lines are places among them."""

    parts: tuple[Part, ...]
    held: Part
    statements: Sequence[Statement]

    def every(self) -> tuple[Part, ...]:
        """All parts, that in memory first."""
        return self.held, *self.parts

    def pull(self, choose: Callable[[Part, Rows], Keys], *, limit: int = 0) -> list[Statement]:
        """The statements of the rows that `choose` gives of each part, in the order written; `limit` 0 is none."""
        found: list[Statement] = []
        for part in self.every():
            rows = part.rows()
            chosen = distinct(choose(part, rows))
            if limit:
                chosen = chosen[np.argsort(rows.offset[chosen])][: max(limit - len(found), 0)]
            found.extend(self._statements(part, rows, chosen))
        return found

    def _statements(self, part: Part, rows: Rows, chosen: Keys) -> Iterator[Statement]:
        if part is self.held:
            yield from (self.statements[line] for line in np.sort(rows.line[chosen]).tolist())
            return
        for quad, row in part.quads(chosen.tolist()):
            yield quad, part.place(row, rows)

    def about(self, subjects: Keys) -> list[Statement]:
        """All statements about these things, given by key, sorted."""
        return self.pull(lambda _, rows: rows.about(subjects))

    def look_up(self, subjects: frozenset[str], objects: frozenset[Term]) -> list[Statement]:
        """The statements about these things or with these objects, in the order written."""
        wanted = keys_of(_nodes(subjects))
        named = keys_of(objects)
        return self.pull(lambda _, rows: np.concatenate([rows.about(wanted), rows.naming(named)]))

    def column(self, choose: Callable[[Part, Rows], Keys]) -> Keys:
        """The values that `choose` gives of each part, together."""
        return np.concatenate([NONE, *(choose(part, part.rows()) for part in self.every())])

    def pairs(self, *predicates: str) -> tuple[Keys, Keys]:
        """Subjects and objects of the statements with these predicates."""
        found = [(part.rows(), part.rows().with_predicates(part.codes(*predicates))) for part in self.every()]
        subjects = np.concatenate([NONE, *(rows.subject[at] for rows, at in found)])
        return subjects, np.concatenate([NONE, *(rows.object[at] for rows, at in found)])

    def subjects(self) -> Keys:
        """All things that something is said of, by key, sorted."""
        return distinct(self.column(lambda _, rows: distinct(rows.subject)))

    def iris(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        """The IRIs of all subjects that are wanted; reads through all texts."""
        for part in self.every():
            rows = part.rows()
            offsets = rows.offset[np.unique(rows.subject, return_index=True)[1]].tolist()
            text = part.text.read_bytes()
            for offset in offsets:
                iri = text[offset + 1 : text.index(b"> ", offset)].decode()
                if wanted(iri):
                    yield iri


def _nodes(subjects: Iterable[str]) -> Iterator[NamedNode]:
    """Those that are IRIs: a finding may be about a value, or about nothing."""
    for iri in subjects:
        try:
            yield NamedNode(iri)
        except ValueError:
            continue
