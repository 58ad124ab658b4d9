"""OpenAlex-shaped works, one JSON object a line, plain or gzipped: read into statements of our ontology."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections import Counter
from itertools import repeat
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.dates import stated_date
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import normalise, slug
from ipcgraph.sources.jsonlines import UnreadableRecordError, read_lines
from ipcgraph.sources.openalexrecords import EMPTY, Described, Listed, Record, record_reader
from ipcgraph.sources.text import fault, unreadable
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ipcgraph.records import Statement

WORK_TYPES: Final = {
    "article": "article",
    "review": "article",
    "letter": "article",
    "preprint": "working-paper",
    "report": "report",
    "book": "book",
}
"""Our work type for a type of OpenAlex; works of any other type are read without one, and a finding counts them."""

_WORK, _PERSON, _AUTHORSHIP, _ORGANIZATION, _SOURCE = (
    NamedNode(IPCG + name) for name in ("Work", "Person", "Authorship", "Organization", "Source")
)
_TITLE: Final = NamedNode(PREFIXES["dcterms"] + "title")
_NAME: Final = NamedNode(PREFIXES["foaf"] + "name")
_INTEGER: Final = NamedNode(XSD + "integer")
_HAS_AUTHORSHIP, _AUTHOR, _POSITION, _NAME_AS_LISTED, _AFFILIATION = (
    NamedNode(IPCG + name) for name in ("hasAuthorship", "author", "position", "nameAsListed", "affiliation")
)
_PROPERTIES: Final = {
    key: NamedNode(IPCG + key)
    for key in (
        "alternateName", "doi", "evidence", "fileName", "issued", "listedIn", "openalex", "orcid", "ror", "url",
        "workType",
    )
}  # fmt: skip


def read_openalex(path: Path, name: str, *, base: str = DEFAULT_BASE, title: str = "") -> Iterator[Statement | Finding]:
    """The statements of the works in a file, each placed at the line of its record, and what could not be read.

    A work becomes a Work with its Authorships, its authors Persons, their institutions Organizations; all rest on one
    Source, the file as a whole. Ids come from the ids of the file: `work/1991-iwpt-1-1` of
    `https://aclanthology.org/1991.iwpt-1.1`; where two ids give the same, the later one in the file gets six digits of
    its hash appended. The first name of a person is the name, others are alternate names; a name that a work lists
    differently stands at the authorship. An author without an id is a person of this work alone, never joined by name.
    An author listed twice on one work counts once, at the first position, and is
    a finding. A date of the first of January is read as its year: OpenAlex writes it where it knows no more. A record
    that cannot be read is left out whole, and the last finding names the keys that have no place in the ontology.
    """
    yield from _Reading(name, base).statements(path, title)


class _Known:
    """A person or organization that occurred: its IRI, its name, and what else was said of it."""

    __slots__ = ("identifiers", "iri", "name", "names", "slug")

    def __init__(self, iri: NamedNode, name: str) -> None:
        self.iri, self.name = iri, name
        self.slug = iri.value.rpartition("/")[2]
        self.names = {name}
        self.identifiers: set[str] = set()


class _Reading:
    """One pass over a file: the ids given so far, and the counts for the last findings."""

    def __init__(self, name: str, base: str) -> None:
        self._name, self._base = name, base
        self._place = Place(name)
        self._given: dict[str, str] = {}
        self._works: set[str] = set()
        self._people: dict[str, _Known] = {}
        self._organizations: dict[str, _Known] = {}
        self._positions: list[Literal] = []
        self._left_out: Counter[str] = Counter()
        self._untyped: Counter[str] = Counter()
        self._quads: list[Quad] = []
        self._findings: list[Finding] = []
        self._parse = record_reader()
        self._source = NamedNode(base + "source/" + slug(name.rpartition("/")[2].partition(".")[0]))

    def statements(self, path: Path, title: str) -> Iterator[Statement | Finding]:
        file_name = Literal(os.fsencode(path.name).decode("utf-8", "replace"))  # a file name need not be text
        yield Quad(self._source, TYPE, _SOURCE), self._place
        yield Quad(self._source, _TITLE, Literal(title) if title else file_name), self._place
        yield Quad(self._source, _PROPERTIES["fileName"], file_name), self._place
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                for number, line in enumerate(read_lines(cast("IO[bytes]", file)), start=1):
                    yield from self._record(line, number)
        except OSError as error:
            yield unreadable(error, self._name)
        except (EOFError, zlib.error) as error:
            yield fault(
                f"the compressed file is damaged after line {self._place.line} ({error})", self._place, "fetch it again"
            )
        yield from self._summary()

    def _record(self, line: bytes, number: int) -> Iterator[Statement | Finding]:
        """The statements of one line, or none of them and the finding that says why."""
        self._place = place = Place(self._name, number)
        if line.isspace():
            return
        self._quads, self._findings = [], []
        try:
            record = self._parse(line)
            if record.is_cleaned:
                self._warn("this record holds control characters; they are left out", "remove them")
            self._work(record)
        except UnreadableRecordError as error:
            yield fault(f"{error}; the record is left out", place, error.fix)
            return
        except json.JSONDecodeError as error:
            at = Place(self._name, number, error.colno)
            yield fault(
                f"this line is not JSON: {error.msg}; the record is left out", at, "write one JSON object a line"
            )
            return
        yield from zip(self._quads, repeat(place))
        yield from self._findings

    def _work(self, record: Record) -> None:
        source_id = record.source_id
        if source_id in self._works:
            raise UnreadableRecordError(
                f"the work {source_id} stands in this file already", "keep one of the two records"
            )
        # From here on nothing raises: a record that is left out leaves no trace in what is known of people.
        issued = self._issued(record)
        work = self._iri("work", source_id, year=issued.value[:4] if issued else "undated")
        self._works.add(source_id)
        self._quads += (
            Quad(work, TYPE, _WORK),
            Quad(work, _TITLE, Literal(record.title)),
            Quad(work, _PROPERTIES["listedIn"], self._source),
            Quad(work, _PROPERTIES["evidence"], self._source),
        )
        if issued:
            self._add(work, _PROPERTIES["issued"], issued)
        self._add_type(work, record.type)
        self._identify(work, source_id)
        self._identifier(work, "doi", record.doi)
        self._authors(work, record.authorships)
        self._left_out.update(record.left_out)

    def _add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self._quads.append(Quad(subject, predicate, value))

    def _warn(self, message: str, fix: str) -> None:
        self._findings.append(fault(message, self._place, fix, severity="warning"))

    def _issued(self, record: Record) -> Literal | None:
        stated = record.year if record.date in EMPTY else record.date
        if stated in EMPTY:
            return None
        text = str(stated) if isinstance(stated, str | int | float) else type(stated).__name__
        literal = stated_date(text.removesuffix("-01-01"))
        if literal is None:
            self._warn(f"{text[:40]!r} is not a date; the work is read without one", "write a date such as 2021-03-21")
        return literal

    def _add_type(self, work: NamedNode, stated: object) -> None:
        concept = WORK_TYPES.get(stated) if isinstance(stated, str) else None
        if concept:
            self._add(work, _PROPERTIES["workType"], NamedNode(f"{CONCEPTS}work-type/{concept}"))
        else:
            self._untyped[stated[:40] if isinstance(stated, str) else "none"] += 1

    def _authors(self, work: NamedNode, authorships: Iterable[Listed]) -> None:
        quads, before = self._quads, work.value + "/authorship/"
        seen: set[str] = set()
        for listed in authorships:
            source_id = listed.author.source_id
            if source_id in seen:
                message = f"the author {source_id} is listed twice on this work; counted once, at the first position"
                self._warn(message, "list each author once")
                continue
            seen.add(source_id)
            person = self._person(listed.author)
            node = NamedNode(before + person.slug)
            quads += (
                Quad(work, _HAS_AUTHORSHIP, node),
                Quad(node, TYPE, _AUTHORSHIP),
                Quad(node, _AUTHOR, person.iri),
                Quad(node, _POSITION, self._position(len(seen))),
            )
            if listed.name and listed.name != person.name:
                self._add(node, _NAME_AS_LISTED, Literal(listed.name))
            for institution in listed.institutions:
                self._add(node, _AFFILIATION, self._organization(institution))
            if listed.left_out:
                self._left_out.update(listed.left_out)

    def _position(self, number: int) -> Literal:
        while len(self._positions) < number:
            self._positions.append(Literal(str(len(self._positions) + 1), datatype=_INTEGER))
        return self._positions[number - 1]

    def _person(self, author: Described) -> _Known:
        """The person of this id; what the record says of them is added where it is new."""
        known = self._people.get(author.source_id)
        if known is None:
            known = self._describe("person", _PERSON, author.source_id, author.name)
            self._people[author.source_id] = known
        elif author.name not in known.names:
            known.names.add(author.name)
            self._add(known.iri, _PROPERTIES["alternateName"], Literal(author.name))
        if author.identifier and author.identifier not in known.identifiers:
            known.identifiers.add(author.identifier)
            self._identifier(known.iri, "orcid", author.identifier)
        return known

    def _organization(self, institution: Described) -> NamedNode:
        known = self._organizations.get(institution.source_id)
        if known is None:
            known = self._describe("organization", _ORGANIZATION, institution.source_id, institution.name)
            self._organizations[institution.source_id] = known
            self._identifier(known.iri, "ror", institution.identifier)
        return known.iri

    def _describe(self, kind: str, class_of: NamedNode, source_id: str, name: str) -> _Known:
        """What is said of a person or organization that occurs for the first time."""
        known = _Known(self._iri(kind, source_id), name)
        self._add(known.iri, TYPE, class_of)
        self._add(known.iri, _NAME, Literal(name))
        self._add(known.iri, _PROPERTIES["evidence"], self._source)
        self._identify(known.iri, source_id)
        return known

    def _identify(self, thing: NamedNode, source_id: str) -> None:
        """Keeps the id of the file: an OpenAlex id as such, any other web address as a url."""
        key = "openalex" if source_id.startswith("https://openalex.org/") else "url"
        text = normalise(key, source_id)
        if text:
            self._add(thing, _PROPERTIES[key], Literal(text))

    def _identifier(self, thing: NamedNode, key: str, stated: str) -> None:
        """Keeps an identifier that is a good one; a finding names any other."""
        text = normalise(key, stated)
        if text:
            self._add(thing, _PROPERTIES[key], Literal(text))
        elif stated:
            self._warn(f"{stated[:80]!r} is not a good {key}; left out", f"write a {key} with its right check digit")

    def _iri(self, kind: str, source_id: str, *, year: str = "") -> NamedNode:
        words = slug(source_id.rstrip("/").rpartition("/")[2])
        if year and not words.startswith(year + "-"):
            words = f"{year}-{words}"
        local = f"{kind}/{words}"
        if self._given.setdefault(local, source_id) != source_id:
            local = f"{local}-{hashlib.sha256(source_id.encode()).hexdigest()[:6]}"
        return NamedNode(self._base + local)

    def _summary(self) -> Iterator[Finding]:
        """What was left out of many records alike: one finding a kind, with the counts."""
        place = Place(self._name)
        if self._untyped:
            kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(self._untyped.items()))
            message = f"works of these types are read without a work type: {kinds}"
            yield fault(message, place, "give them a work type in a record of your own", severity="warning")
        if self._left_out:
            keys = ", ".join(f"{key} ({count:,})" for key, count in sorted(self._left_out.items()))
            message = f"these keys have no place in the ontology and are left out: {keys}"
            yield fault(message, place, "keep the file if you need them", severity="warning")
