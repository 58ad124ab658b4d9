"""The remote store: a SPARQL 1.1 server, whole or one graph of it, as a Store."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.request import Request

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from ipcgraph.errors import QueryError, StoreAnswerError, StoreError, StoreRefusedError
from ipcgraph.store.opening import one_line
from ipcgraph.store.requests import PATIENCE, Address, Answered, Asked, Client, Credentials, cut_off
from ipcgraph.store.virtuoso import SERVER as VIRTUOSO
from ipcgraph.store.virtuoso import as_others_write, put_for_virtuoso, yes_or_no
from ipcgraph.tables import Answer, Cell, Table
from ipcgraph.tokens import query_form, tokenize

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

BATCH: Final = 1_000
"""Quads of one INSERT DATA."""

_RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
}
# No RDF/XML and no XML results: a document type in either could expand without end.
_GRAPHS: Final = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
_ACCEPTED: Final = {"SELECT": [*_RESULTS], "ASK": [*_RESULTS], "CONSTRUCT": [*_GRAPHS], "DESCRIBE": [*_GRAPHS]}
_LINES: Final = {"application/n-triples": RdfFormat.N_TRIPLES, "text/plain": RdfFormat.N_TRIPLES, **_GRAPHS}
_DUMP: Final = """
SELECT ?subject ?predicate ?object ?graph WHERE {
  { ?subject ?predicate ?object } UNION { GRAPH ?graph { ?subject ?predicate ?object } }
}
"""


class Graphs(NamedTuple):
    """Which graphs of a server a query reads, as the SPARQL protocol says it; the server's own default where empty."""

    default: str = ""
    """The IRI of the graph that stands for the default one."""
    named: tuple[str, ...] = ()
    """The IRIs of those that GRAPH may name."""

    def parameters(self) -> list[tuple[str, str]]:
        """What the protocol sends of it."""
        if not self.default:
            return []
        return [("default-graph-uri", self.default), *(("named-graph-uri", iri) for iri in self.named)]


class Rows(NamedTuple):
    """The rows of an answer as they come: nothing of them is kept. To read them raises what `query` raises."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


class RemoteStore:
    """A Store behind a SPARQL 1.1 server.

    An address can carry a user and a password (`https://user:password@host/sparql`); no message shows them. `timeout`
    is in seconds and bounds a request as a whole; the server may go on working after it. While the server says that it
    is too busy (429, 503) a request is made again, as Retry-After asks, with at most `patience` seconds of waiting.
    Every failure raises: StoreUnreachableError for no answer, StoreRefusedError for a no, StoreAnswerError for what is
    not a SPARQL result or was cut off, QueryError for a query that the server cannot read. A redirect to another host
    is refused. Virtuoso 7 is asked and read in its own way, once an answer has shown that it is one.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        update: str = "",
        graph_store: str = "",
        graphs: Graphs = Graphs(),  # noqa: B008  # a value, never changed
        credentials: Credentials = Credentials(),  # noqa: B008
        timeout: float = 60.0,
        patience: float = PATIENCE,
    ) -> None:
        self._query_address = Address(endpoint)
        self._update_address = Address(update) if update else None
        self._graph_store_address = Address(graph_store) if graph_store else None
        self._client = Client(credentials, timeout=timeout, patience=patience)
        self._graphs = graphs

    def __str__(self) -> str:
        return str(self._query_address)

    @property
    def writable(self) -> bool:
        """Whether it was made with an update address."""
        return self._update_address is not None

    @property
    def has_graph_store(self) -> bool:
        """Whether it was made with an address of the graph store protocol."""
        return self._graph_store_address is not None

    @property
    def is_virtuoso(self) -> bool:
        """Whether the last answer was that of a Virtuoso."""
        return self._client.server.startswith(VIRTUOSO)

    def query(self, text: str) -> Answer:
        form = _form(text)
        answer = self._ask(text, form)
        with answer.body.bound() as body:
            read = io.BufferedReader(body)
            try:
                if form in {"SELECT", "ASK"}:
                    return self._result(parse_query_results(read, format=_RESULTS[answer.media_type]), form)
                return [quad.triple for quad in parse(read, format=_GRAPHS[answer.media_type])]
            except SyntaxError as error:
                raise cut_off(self._query_address, str(error)) from error

    def rows(self, text: str) -> Rows:
        """The rows of a SELECT as they come: in constant memory, where the server sends them so.

        The timeout is then that of each pause between two pieces, not of the whole.
        """
        answer = self._ask(text, "SELECT")
        solutions = self._begin(answer)
        return Rows(tuple(variable.value for variable in solutions.variables), self._rows(answer, solutions))

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads by INSERT DATA, 1,000 at a time; where a request fails, those before it are kept.

        Raises StoreError where the store was made without an update address, and on blank nodes: each request would
        make new ones of them.
        """
        remaining = iter(quads)
        self._need_update()
        while batch := list(islice(remaining, BATCH)):
            self.update(insertion(batch))

    def update(self, text: str) -> None:
        """Sends an update; returns when the server says that it is done."""
        asked = Asked(self._need_update(), text, "UPDATE")
        with self._client.ask(asked).body as body:
            for _ in body.pieces():
                pass

    def post(self, graph: str, lines: bytes) -> bool:
        """Adds lines of N-Triples to a graph by the graph store protocol; false where no address of it is known."""
        if self._graph_store_address is None:
            return False
        request = self._graph_request(graph, lines, "POST")
        with self._client.transfer(self._graph_store_address, request).body as body:
            for _ in body.pieces():
                pass
        return True

    def download(self, graph: str) -> Iterator[Triple] | None:
        """The triples of a graph by the graph store protocol, as they come; None where no address of it is known."""
        address = self._graph_store_address
        if address is None:
            return None
        answer = self._client.transfer(address, self._graph_request(graph, None, "GET"))
        if answer.media_type not in _LINES:
            answer.body.close()
            raise StoreAnswerError(
                f"{address} answered with {one_line(answer.media_type)}, which is no graph; "
                "is it the address of the graph store protocol?"
            )
        return self._triples(answer, address)

    def dump(self) -> Iterator[Quad]:
        """All quads of all graphs; the default graph's twice, where the server shows the union of all graphs there."""
        for subject, predicate, value, graph in self.rows(_DUMP).rows:
            yield Quad(subject, predicate, value, graph or DefaultGraph())  # type: ignore[arg-type]  # RDF by position

    def close(self) -> None:
        """Nothing is kept open between requests."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, text: str, form: str) -> Answered:
        put = put_for_virtuoso(text, self._led_to) if self.is_virtuoso else text
        known = bool(self._client.server)
        try:
            answer = self._send(put, form)
        except (QueryError, StoreRefusedError):
            if known or not self.is_virtuoso:
                raise
        else:
            if known or not self.is_virtuoso:
                return answer
            answer.body.close()
        # The first question went out before it was known who answers.
        return self._send(put_for_virtuoso(text, self._led_to), form)

    def _send(self, text: str, form: str) -> Answered:
        return self._client.ask(Asked(self._query_address, text, form, _ACCEPTED[form], self._graphs.parameters()))

    def _led_to(self, text: str) -> Sequence[str]:
        answer = self._send(text, "SELECT")
        return [str(row[0]) for row in self._rows(answer, self._begin(answer))]

    def _result(self, answer: QuerySolutions | QueryBoolean, form: str) -> Answer:
        if self.is_virtuoso and form == "ASK" and not isinstance(answer, QueryBoolean):
            return yes_or_no(answer)
        result = bool(answer) if isinstance(answer, QueryBoolean) else Table.of(answer)
        if isinstance(result, bool) != (form == "ASK"):
            raise StoreAnswerError(f"{self._query_address} answered another question than the {form} it was asked")
        if self.is_virtuoso and isinstance(result, Table):
            return Table(result.columns, tuple(tuple(map(as_others_write, row)) for row in result.rows))
        return result

    def _begin(self, answer: Answered) -> QuerySolutions:
        try:
            solutions = parse_query_results(io.BufferedReader(answer.body), format=_RESULTS[answer.media_type])
        except SyntaxError as error:
            raise cut_off(self._query_address, str(error)) from error
        if isinstance(solutions, QueryBoolean):
            raise StoreAnswerError(f"{self._query_address} answered another question than the SELECT it was asked")
        return solutions

    def _rows(self, answer: Answered, solutions: QuerySolutions) -> Iterator[tuple[Cell, ...]]:
        with answer.body:
            try:
                for solution in solutions:
                    yield tuple(map(as_others_write, solution)) if self.is_virtuoso else tuple(solution)
            except SyntaxError as error:
                raise cut_off(self._query_address, str(error)) from error

    def _triples(self, answer: Answered, address: Address) -> Iterator[Triple]:
        with answer.body:
            try:
                for quad in parse(io.BufferedReader(answer.body), format=_LINES[answer.media_type]):
                    value = as_others_write(quad.object) if self.is_virtuoso else quad.object
                    yield Triple(quad.subject, quad.predicate, value)  # type: ignore[arg-type]  # what it was
            except SyntaxError as error:
                raise cut_off(address, str(error)) from error

    def _graph_request(self, graph: str, lines: bytes | None, method: str) -> Request:
        address = self._graph_store_address
        url = address.with_parameters(("graph", graph) if graph else ("default", "")) if address else ""
        headers = {"User-Agent": "ipcgraph", "Accept": ", ".join(_LINES)}
        if lines is not None:
            headers["Content-Type"] = "application/n-triples"
        return Request(url, data=lines, headers=headers, method=method)  # noqa: S310  # Address takes http(s) only

    def _need_update(self) -> Address:
        if self._update_address is None:
            raise StoreError(f"{self._query_address} is asked only; to load, give its update address, too")
        return self._update_address


@lru_cache(256)
def _form(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE: what is asked again and again is looked at once."""
    return query_form(text, tokenize(text))


def insertion(quads: Iterable[Quad]) -> str:
    """The INSERT DATA of some quads; StoreError on blank nodes, which it cannot keep."""
    lines = []
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object)
        if not all(isinstance(term, NamedNode | Literal) for term in terms) or isinstance(quad.graph_name, BlankNode):
            raise StoreError(f"{quad} has a blank node or a triple in it, which INSERT DATA cannot keep; name it")
        # Some servers decode a form twice, and would make another text of it: no text has a % as such.
        written = (str(term).replace("%", "\\u0025") if isinstance(term, Literal) else str(term) for term in terms)
        triple = " ".join(written) + " ."
        lines.append(triple if isinstance(quad.graph_name, DefaultGraph) else f"GRAPH {quad.graph_name} {{ {triple} }}")
    return "INSERT DATA {\n" + "\n".join(lines) + "\n}"
