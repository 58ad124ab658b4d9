"""What of a large graph is taken into memory: records that no single part holds whole, or that decisions are about.

They are taken out of their parts and joined to the records of the curated files, so that what is worked out for these
is worked out for them in the same way.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from pyoxigraph import NamedNode, RdfFormat, serialize

from ipcgraph.bulk.partfiles import Part, PartWriter, Summary
from ipcgraph.deriving import read_by
from ipcgraph.distinct import distinct
from ipcgraph.errors import ProjectError
from ipcgraph.rows import Keys, is_among, keys_of
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from ipcgraph.decisions import Decision
    from ipcgraph.ontology import Rule
    from ipcgraph.records import Statement

HELD: Final = 2_000_000
"""So many statements may be taken into memory."""

_NESTED: Final = IPCG + "hasAuthorship"
"""What joins a record and its parts: a record is a thing with its authorships."""
_AT_ONCE: Final = 50_000


def held_subjects(
    parts: Sequence[Part],
    curated: Iterable[Statement],
    decisions: Iterable[Decision],
    rules: Iterable[Rule],
    *,
    base: str,
    passages: bool,
) -> Keys:
    """The things whose statements are taken out of these parts; `passages` says whether passages are among them.

    These are the records that stand in two parts, or in one and in a curated file; those that a decision names, and
    what refers to them; passages with their sources. Raises ProjectError where they are too many for memory.
    """
    read = read_by(rules)
    joins, ends = _pairs(parts, _NESTED)
    seen = [_records(part, read) for part in parts]
    seen.append(_curated(curated, read))
    keys, counts = np.unique(np.concatenate(seen), return_counts=True)
    held = [keys[counts > 1]]
    named = keys_of(
        NamedNode(base + each)
        for decision in decisions
        if decision.verdict != "open"
        for each in (decision.one, *((decision.other,) if decision.identifier is None else ()), *decision.works)
    )
    held += [named, *(part.rows().subject[part.rows().naming(named)] for part in parts if len(named))]
    if passages:
        cited, sources = _pairs(parts, IPCG + "source")
        held += [cited, sources]
    found = _whole(distinct(np.concatenate(held)), joins, ends)
    number = sum(int(is_among(part.rows().subject, found).sum()) for part in parts) if len(found) else 0
    if number > HELD:
        name = parts[0].summary.file
        raise ProjectError(
            f"{number:,} statements belong to records whose lines do not stand together, which is too much for "
            f"memory; sort the files ({name} and those like it) by subject: LC_ALL=C sort FILE"
        )
    return found


def _records(part: Part, read: frozenset[str]) -> Keys:
    """The things of a part that a rule reads something of."""
    rows = part.rows()
    about = rows.subject[rows.with_predicates(part.codes(*read))]
    return distinct(np.concatenate([about, rows.object[rows.with_predicates(part.codes(_NESTED))]]))


def _curated(statements: Iterable[Statement], read: frozenset[str]) -> Keys:
    """The same of curated statements."""
    terms = [quad.subject for quad, _ in statements if quad.predicate.value in read]
    terms += [
        quad.object for quad, _ in statements if quad.predicate.value == _NESTED and isinstance(quad.object, NamedNode)
    ]
    return keys_of(terms)


def _pairs(parts: Iterable[Part], predicate: str) -> tuple[Keys, Keys]:
    subjects, objects = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for part in parts:
        rows = part.rows()
        at = rows.with_predicates(part.codes(predicate))
        subjects.append(rows.subject[at])
        objects.append(rows.object[at])
    return np.concatenate(subjects), np.concatenate(objects)


def _whole(held: Keys, joins: Keys, ends: Keys) -> Keys:
    """These things with the records that they are parts of, and with all parts of those."""
    while len(held):
        records = joins[is_among(ends, held) | is_among(joins, held)]
        more = distinct(np.concatenate([held, records, ends[is_among(joins, distinct(records))]]))
        if len(more) == len(held):
            return held
        held = more
    return held


def make_held(statements: Sequence[Statement], folder: Path, *, base: str, rules: Sequence[Rule]) -> Part:
    """The part of the statements in memory: the lines of its rows are places among them."""
    shutil.rmtree(folder, ignore_errors=True)
    writer = PartWriter(folder, base=base, rules=rules)
    for begin in range(0, len(statements), _AT_ONCE):
        quads = [quad for quad, _ in statements[begin : begin + _AT_ONCE]]
        text = serialize(quads, format=RdfFormat.N_TRIPLES) or b""
        writer.add(quads, text, np.arange(begin, begin + len(quads)))
    return writer.finish(Summary("", len(statements), (), (), (), (), {}, (), (), 0))
