"""One work of OpenAlex as N-Triples, as rows of tables, and what it says of authors and institutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.dates import stated_date
from ipcgraph.identifiers import normalise
from ipcgraph.imports.openalexagents import KINDS, Mention, literal, named_iri
from ipcgraph.sources.openalex import WORK_TYPES
from ipcgraph.sources.openalexrecords import EMPTY
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.sources.openalexrecords import Described, Record

NAMED: Final = 100_000
"""So many names of authors and institutions are kept: most authors occur again soon."""

_TYPE: Final = f"<{RDF}type>"


class Listed(NamedTuple):
    """One author of a work: the local part of their IRI, the name as listed where it is another, the affiliations."""

    person: str
    name: str
    organizations: tuple[str, ...]


class Work(NamedTuple):
    """One work; `text` are the statements on it and on its authorships, a line each. What is not stated is ""."""

    local: str
    text: str
    title: str
    issued: str
    year: int | None
    work_type: str
    """The last part of the concept."""
    doi: str
    openalex: str
    url: str
    authorships: tuple[Listed, ...]
    mentions: tuple[Mention, ...]


class WorkWriter:
    """Writes records as works. What is wrong with a record, but does not keep it out, is in `remarks` until the next.

    A remark is its severity, its message and its remedy.
    """

    def __init__(self, base: str, source: str) -> None:
        self._base = base
        self._tail = (f"<{IPCG}listedIn> <{source}> .\n", f"<{IPCG}evidence> <{source}> .\n")
        self._heads = _heads(base)
        self._named: dict[str, str] = {}
        self.remarks: list[tuple[str, str, str]] = []

    def written(self, record: Record) -> Work:
        """The work of one record."""
        self.remarks = []
        if record.is_cleaned:
            self._warn("this record holds control characters; they are left out", "remove them")
        issued = self._issued(record)
        year = issued[1:5] if issued else ""
        local, key, number = named_iri("work", record.source_id, year=year or "undated")
        head = f"<{self._base}{local}> "
        parts = [f"{head}{_TYPE} <{IPCG}Work> .\n{head}<{PREFIXES['dcterms']}title> {literal(record.title)} .\n"]
        parts += (head + tail for tail in self._tail)
        if issued:
            parts.append(f"{head}<{IPCG}issued> {issued} .\n")
        concept = work_type(record)
        if concept:
            parts.append(f"{head}<{IPCG}workType> <{CONCEPTS}work-type/{concept}> .\n")
        if number:
            parts.append(f"{head}<{IPCG}{key}> {literal(number)} .\n")
        doi = self._doi(record)
        if doi:
            parts.append(f"{head}<{IPCG}doi> {literal(doi)} .\n")
        mentions: list[Mention] = []
        listed = tuple(self._listed(record, mentions))
        parts += self._authorships(local, head, listed)
        return Work(
            local, "".join(parts), record.title, issued[1:].partition('"')[0], int(year) if year else None, concept,
            doi, number if key == "openalex" else "", number if key == "url" else "", listed, tuple(mentions),
        )  # fmt: skip

    def _listed(self, record: Record, mentions: list[Mention]) -> Iterator[Listed]:
        """The authors, each once; what the record says of them and of their institutions joins the mentions."""
        seen: set[str] = set()
        for each in record.authorships:
            author = each.author
            if author.source_id in seen:
                who = author.source_id
                message = f"the author {who} is listed twice on this work; counted once, at the first position"
                self._warn(message, "list each author once")
                continue
            seen.add(author.source_id)
            mentions.append(self._mention("A", author))
            person = mentions[-1].local
            organizations = []
            for institution in each.institutions:
                mentions.append(self._mention("I", institution))
                organizations.append(mentions[-1].local)
            yield Listed(person, each.name if each.name != author.name else "", tuple(dict.fromkeys(organizations)))

    def _mention(self, kind: str, said: Described) -> Mention:
        """What the record says of an author or institution, and the local part of the IRI."""
        key = kind + said.source_id
        local = self._named.get(key)
        if local is None:
            if len(self._named) > NAMED:
                self._named.clear()
            local, _, _ = named_iri(KINDS[kind][0], said.source_id)
            self._named[key] = local
        return Mention(local, kind, *said)

    def _authorships(self, local: str, head: str, authors: Sequence[Listed]) -> Iterator[str]:
        hold, kind, who, at, as_listed, where = self._heads
        for position, (person, name, organizations) in enumerate(authors, start=1):
            node = f"<{self._base}{local}/authorship/{person.partition('/')[2]}>"
            yield f"{head}{hold}{node} .\n{node}{kind}{node}{who}{person}> .\n"
            yield f'{node}{at}"{position}"^^<{XSD}integer> .\n'
            if name:
                yield f"{node}{as_listed}{literal(name)} .\n"
            for organization in organizations:
                yield f"{node}{where}{organization}> .\n"

    def _issued(self, record: Record) -> str:
        """The date as it is written in N-Triples, or "". The first of January is where OpenAlex knows the year only."""
        stated = record.year if record.date in EMPTY else record.date
        if stated in EMPTY:
            return ""
        text = str(stated).removesuffix("-01-01")
        date = stated_date(text)
        if date is None:
            message = f"{text[:40]!r} is not a date; the work is read without one"
            self._warn(message, "write a date such as 2021-03-21")
        return str(date) if date is not None else ""

    def _doi(self, record: Record) -> str:
        doi = normalise("doi", record.doi) if record.doi else ""
        if record.doi and not doi:
            self._warn(f"{record.doi[:80]!r} is not a good doi; left out", "write a doi of the right form")
        return doi or ""

    def _warn(self, message: str, fix: str) -> None:
        self.remarks.append(("warning", message, fix))


def work_type(record: Record) -> str:
    """The last part of the concept for the type of a record, or ""."""
    return WORK_TYPES.get(record.type, "") if isinstance(record.type, str) else ""


def _heads(base: str) -> tuple[str, ...]:
    """The middles of the statements on an authorship."""
    return (
        f"<{IPCG}hasAuthorship> ",
        f" {_TYPE} <{IPCG}Authorship> .\n",
        f" <{IPCG}author> <{base}",
        f" <{IPCG}position> ",
        f" <{IPCG}nameAsListed> ",
        f" <{IPCG}affiliation> <{base}",
    )
