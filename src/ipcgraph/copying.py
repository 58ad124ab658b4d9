"""All statements of a graph of a remote store, complete or not at all: in one piece, or page by page."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from ipcgraph.errors import StoreAnswerError, StoreError
from ipcgraph.parameters import join
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipcgraph.store.remote import RemoteStore

PAGE: Final = 10_000
"""Rows of a page, where a server gives fewer than there are: no more than the least of such limits that is known."""

_COUNTS: Final = ("SELECT ?predicate (COUNT(*) AS ?number) WHERE { ?subject ?predicate ?object } GROUP BY ?predicate",)
_COUNTS_NAMED: Final = (
    "SELECT ?predicate (COUNT(*) AS ?number) WHERE { GRAPH ", "graph",
    " { ?subject ?predicate ?object } } GROUP BY ?predicate",
)  # fmt: skip
_WHOLE: Final = ("SELECT ?subject ?object WHERE { ?subject ", "predicate", " ?object }")
_WHOLE_NAMED: Final = ("SELECT ?subject ?object WHERE { GRAPH ", "graph", " { ?subject ", "predicate", " ?object } }")
_PAGE: Final = (
    "SELECT ?subject ?object WHERE { ?subject ", "predicate", " ?object FILTER(STR(?subject) > ", "last",
    ") } ORDER BY STR(?subject) LIMIT ", "size", "",
)  # fmt: skip
_PAGE_NAMED: Final = (
    "SELECT ?subject ?object WHERE { GRAPH ", "graph", " { ?subject ", "predicate",
    " ?object FILTER(STR(?subject) > ", "last", ") } } ORDER BY STR(?subject) LIMIT ", "size", "",
)  # fmt: skip


class _Forms(NamedTuple):
    """The questions to the default graph, or to a named one."""

    counts: tuple[str, ...]
    whole: tuple[str, ...]
    page: tuple[str, ...]


_DEFAULT: Final = _Forms(_COUNTS, _WHOLE, _PAGE)
_NAMED: Final = _Forms(_COUNTS_NAMED, _WHOLE_NAMED, _PAGE_NAMED)


def statements(
    store: RemoteStore, graph: str, *, named: bool, base: str, told: Callable[[int, int], None]
) -> Iterator[Triple]:
    """The triples of a graph of a store; `told` hears how many of how many have come.

    With the graph store protocol they come in one piece, and blank nodes get IRIs below `base`. Without it, or where
    the server gives fewer than it counts, they come predicate by predicate, each in one piece or by pages in the order
    of subjects. With `named` the graph is asked for by name; else it is the default one of the store's queries. Raises
    StoreAnswerError at the end where fewer or more came than the server counts, and StoreError on blank nodes that no
    graph store protocol carries.
    """
    known: dict[str, NamedNode | Literal] = {"graph": NamedNode(graph)} if graph else {}
    forms = _NAMED if named else _DEFAULT
    counts = _counts(store, join(forms.counts, known))
    total, number = sum(counts.values()), 0
    for triple in _found(store, graph, base, forms=forms, known=known, counts=counts):
        number += 1
        if not number % PAGE:
            told(number, total)
        yield triple
    if number != total:
        raise StoreAnswerError(
            f"{store} gave {number:,} statements of the {total:,} that it counts; nothing of them is used. "
            "Has it changed meanwhile? Try again"
        )


def _found(
    store: RemoteStore,
    graph: str,
    base: str,
    *,
    forms: _Forms,
    known: dict[str, NamedNode | Literal],
    counts: dict[NamedNode, int],
) -> Iterator[Triple]:
    if not counts:
        return
    whole = store.download(graph)
    if whole is not None:
        with TemporaryFile("w+b") as file:
            # It waits on the disk until it is known to be whole.
            if _write(_named_blanks(whole, base), file) == sum(counts.values()):
                yield from _read(file)
                return
    yield from _by_predicate(store, forms, known, counts)


def _counts(store: RemoteStore, text: str) -> dict[NamedNode, int]:
    answer = store.query(text)
    rows = answer.rows if isinstance(answer, Table) else ()
    found = {
        predicate: int(number.value)
        for predicate, number in rows
        if isinstance(predicate, NamedNode) and isinstance(number, Literal)
    }
    return dict(sorted(found.items(), key=lambda pair: pair[0].value))


def _by_predicate(
    store: RemoteStore, forms: _Forms, known: dict[str, NamedNode | Literal], counts: dict[NamedNode, int]
) -> Iterator[Triple]:
    limit = 0
    for predicate, number in counts.items():
        terms = known | {"predicate": predicate}
        if not limit or number <= limit:
            with TemporaryFile("w+b") as file:
                rows = store.rows(join(forms.whole, terms)).rows
                came = _write((_triple(subject, predicate, value) for subject, value in rows), file)
                if came == number:
                    yield from _read(file)
                    continue
                limit = came
        yield from _pages(store, forms, terms, predicate, min(limit, PAGE))


def _write(triples: Iterator[Triple], file: IO[bytes]) -> int:
    """The number of triples written to a file."""
    number = 0

    def counted() -> Iterator[Triple]:
        nonlocal number
        for triple in triples:
            number += 1
            yield triple

    serialize(counted(), file, RdfFormat.N_TRIPLES)
    return number


def _read(file: IO[bytes]) -> Iterator[Triple]:
    file.seek(0)
    for quad in parse(file, format=RdfFormat.N_TRIPLES):
        yield quad.triple


def _pages(
    store: RemoteStore, forms: _Forms, terms: dict[str, NamedNode | Literal], predicate: NamedNode, size: int
) -> Iterator[Triple]:
    """All triples of a predicate in the order of subjects: the last one of a full page comes with the next."""
    last = ""
    while True:
        text = join(forms.page, terms | {"last": Literal(last)}).replace("$size", str(size))
        page = [_triple(subject, predicate, value) for subject, value in store.rows(text).rows]
        if len(page) < size:
            yield from page
            return
        end = page[-1].subject
        whole = [triple for triple in page if triple.subject != end]
        if not whole or not isinstance(whole[-1].subject, NamedNode):
            raise StoreError(
                f"{store} gives {size:,} rows at most, and {end} alone has so many values of {predicate}; "
                "give the address of its graph store protocol: graph-store in [store]"
            )
        yield from whole
        last = whole[-1].subject.value


def _triple(subject: object, predicate: NamedNode, value: object) -> Triple:
    if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
        raise StoreError(
            f"{subject} {predicate} {value} has a blank node in it, whose name holds for one answer only; "
            "give the address of the graph store protocol, by which all come at once: graph-store in [store]"
        )
    return Triple(subject, predicate, value)


def _named_blanks(triples: Iterator[Triple], base: str) -> Iterator[Triple]:
    """The triples with an IRI for each blank node, as RDF 1.1 section 3.5 has it."""

    def name(term: object) -> NamedNode | Literal:
        if isinstance(term, BlankNode):
            return NamedNode(f"{base}.well-known/genid/{term.value}")
        if isinstance(term, NamedNode | Literal):
            return term
        raise StoreError(f"{term} is a triple in a triple, which this graph has no place for")

    for triple in triples:
        yield Triple(name(triple.subject), triple.predicate, name(triple.object))  # type: ignore[arg-type]  # an IRI
