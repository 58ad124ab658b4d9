"""The remote store: a SPARQL 1.1 endpoint, asked through SPARQLWrapper with a fresh object for each request."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Thread
from typing import IO, Any, Final, Self
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)
from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper

from ipcgraph.errors import (
    QueryError,
    StoreAnswerError,
    StoreError,
    StoreRefusedError,
    StoreUnreachableError,
    UsageError,
)
from ipcgraph.tables import Answer, Table
from ipcgraph.tokens import query_form, tokenize

GRACE: Final = 0.5
"""Seconds past the timeout in which the request may still end by itself, with the better message."""
LARGEST_ANSWER: Final = 1 << 30
"""Bytes of an answer; past it the server has lost its way, or the memory would be lost."""
LONGEST_GET: Final = 2_000
"""Characters of a query, as an address spells it, that still goes into one; servers refuse some 8,000 and more."""
BATCH: Final = 1_000
"""Quads of one INSERT DATA."""

_RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
}
# No RDF/XML and no XML results: a document type in either could expand without end.
_GRAPHS: Final = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")
_ACCEPTED: Final = {"SELECT": [*_RESULTS], "ASK": [*_RESULTS], "CONSTRUCT": [*_GRAPHS], "DESCRIBE": [*_GRAPHS]}
_DUMP: Final = """
SELECT ?subject ?predicate ?object ?graph WHERE {
  { ?subject ?predicate ?object } UNION { GRAPH ?graph { ?subject ?predicate ?object } }
}
"""


class RemoteStore:
    """A Store behind a SPARQL 1.1 endpoint.

    The address can carry a user and a password (`https://user:password@host/sparql`); no message shows them. `timeout`
    is in seconds and bounds a request as a whole; the server may go on working after it. Every failure raises:
    StoreUnreachableError for no answer, StoreRefusedError for a no, StoreAnswerError for what is not a SPARQL result or
    was cut off, QueryError for a query that the server cannot read. A redirect to another host is refused.
    """

    def __init__(self, endpoint: str, *, update: str = "", timeout: float = 60.0) -> None:
        if timeout <= 0:
            raise UsageError(f"a timeout of {timeout} seconds leaves no time for an answer; give more than 0")
        self._query_address = _Address(endpoint)
        self._update_address = _Address(update) if update else None
        self._timeout = timeout

    def query(self, text: str) -> Answer:
        form = query_form(text, tokenize(text))
        media_type, body = self._ask(self._query_address, text, form)
        try:
            if form in {"SELECT", "ASK"}:
                answer = parse_query_results(body, format=_RESULTS[media_type])
                result = bool(answer) if isinstance(answer, QueryBoolean) else Table.of(answer)
                if isinstance(result, bool) != (form == "ASK"):
                    raise StoreAnswerError(
                        f"{self._query_address} answered another question than the {form} it was asked"
                    )
                return result
            return [quad.triple for quad in parse(body, format=_GRAPHS[media_type])]
        except SyntaxError as error:
            cut = f"the answer of {self._query_address} was cut off or is broken"
            raise StoreAnswerError(f"{cut} ({_one_line(str(error))}); nothing of it is used") from error

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads by INSERT DATA, 1,000 at a time; where a request fails, those before it are kept.

        Raises StoreError where the store was made without an update address, and on blank nodes: each request would
        make new ones of them.
        """
        if self._update_address is None:
            raise StoreError(f"{self._query_address} is asked only; to load, give its update address, too")
        remaining = iter(quads)
        while batch := list(islice(remaining, BATCH)):
            self._ask(self._update_address, _insert(batch), "INSERT")

    def dump(self) -> Iterator[Quad]:
        """All quads of all graphs; the default graph's twice, where the server shows the union of all graphs there."""
        table = self.query(_DUMP)
        for subject, predicate, value, graph in table.rows if isinstance(table, Table) else ():
            yield Quad(subject, predicate, value, graph or DefaultGraph())  # type: ignore[arg-type]  # RDF by position

    def close(self) -> None:
        """Nothing is kept open between requests."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, address: _Address, text: str, form: str) -> tuple[str, bytes]:
        """The media type and the whole body of the answer, in the time that a request may take altogether."""
        answers: list[tuple[str, bytes] | BaseException] = []

        def ask() -> None:
            try:
                answers.append(self._answer(address, text, form))
            except BaseException as error:  # noqa: BLE001  # it is raised again below, where the caller can catch it
                answers.append(error)

        # In a thread of its own: a server that drips its headers byte by byte keeps every timeout of a socket waiting.
        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._timeout + GRACE)
        if not answers:
            raise self._no_answer(address, TimeoutError())
        (answer,) = answers
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _answer(self, address: _Address, text: str, form: str) -> tuple[str, bytes]:
        deadline = time.monotonic() + self._timeout
        try:
            response: http.client.HTTPResponse = _Request(address, text, form, self._timeout).query().response
            with response:
                body = _read(response, deadline)
                media_type = response.headers.get_content_type()
        except HTTPError as error:
            with error:
                raise _refusal(address, error) from error
        except StoreError:  # a redirect that was refused
            raise
        except (http.client.IncompleteRead, _CutOffError) as error:
            raise StoreAnswerError(f"the answer of {address} was cut off; nothing of it is used") from error
        except (TimeoutError, URLError, OSError, http.client.HTTPException) as error:
            raise self._no_answer(address, error) from error
        if form in _ACCEPTED and media_type not in _ACCEPTED[form]:
            raise StoreAnswerError(
                f"{address} answered with {_one_line(media_type)}, which is no SPARQL result; "
                "is it the address of a SPARQL endpoint?"
            )
        return media_type, body

    def _no_answer(self, address: _Address, error: Exception) -> StoreError:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return StoreUnreachableError(
                f"{address} gave no answer within {self._timeout:g} s; ask for less, or wait longer"
            )
        return StoreUnreachableError(f"{address} cannot be reached ({_one_line(str(reason))}); is the address right?")


class _Address:
    """The address of an endpoint, its credentials kept apart; its text is what may be shown."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port is not None else ""
            (parts.hostname or "").encode("idna")
        except ValueError as error:
            raise UsageError(f"the address of an endpoint is not right ({error}); write https://host/path") from error
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or not url.isascii()
            or not url.isprintable()
            or " " in url
        ):
            raise UsageError(
                "the address of an endpoint begins with http:// or https:// and is plain ASCII without blanks"
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.url = urlunsplit((parts.scheme, host + port, parts.path, "", ""))
        self.parameters = parse_qsl(parts.query, keep_blank_values=True)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def __str__(self) -> str:
        return self.url


class _Request(SPARQLWrapper):
    """One request. What SPARQLWrapper would guess (the form, by a pattern) or lacks (redirects, time) is set here."""

    def __init__(self, address: _Address, text: str, form: str, timeout: float) -> None:
        self._form = form
        super().__init__(address.url, returnFormat=TURTLE if form in _GRAPH_FORMS else JSON, agent="ipcgraph")
        for name, value in address.parameters:
            self.addParameter(name, value)
        self.setQuery(text)
        self.setMethod(GET if len(quote(text)) <= LONGEST_GET and form != "INSERT" else POST)
        self.setOnlyConneg(True)
        self._seconds = timeout
        self.addCustomHttpHeader("Accept", ", ".join(_ACCEPTED.get(form, ["*/*"])))
        if address.user:
            self.setCredentials(address.user, address.password)

    def _parseQueryType(self, query: str) -> str:  # noqa: N802, ARG002
        return self._form

    def _query(self) -> tuple[Any, str]:
        opener: OpenerDirector = build_opener(_SameOrigin)
        return opener.open(self._createRequest(), timeout=self._seconds), self.returnFormat


class _SameOrigin(HTTPRedirectHandler):
    """Follows a redirect only where it asks the same host the same way."""

    def redirect_request(  # noqa: PLR0917  # as urllib calls it
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(urljoin(req.full_url, newurl))
        if (old.scheme, old.netloc) != (new.scheme, new.netloc) or req.get_method() != "GET":
            fp.close()
            there = urlunsplit((new.scheme, new.netloc.rpartition("@")[2], new.path, "", ""))
            here = urlunsplit((old.scheme, old.netloc, old.path, "", ""))
            raise StoreRefusedError(
                f"{here} sends on to {_one_line(there)} ({code}); give that address if you trust it"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _CutOffError(Exception):
    """A body shorter than its Content-Length."""


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    """The whole body; a timeout of the socket alone would let a server that drips bytes go on for ever."""
    parts = []
    size = 0
    while part := response.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise _CutOffError
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise _CutOffError
    return b"".join(parts)


def _refusal(address: _Address, error: HTTPError) -> StoreError | QueryError:
    try:
        said = _one_line(error.read(2_000).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException):
        said = ""
    if error.headers.get_content_type() == "text/html":
        said = ""
    if error.code == 400:
        return QueryError(f"{address} does not accept the query (400){': ' + said if said else ''}")
    wait = _one_line(error.headers.get("Retry-After", ""))
    seconds = f"{wait} seconds" if wait.isdigit() else f"until {wait}"
    remedies = {
        401: "it asks for a user and a password: https://user:password@host/…",
        403: "it does not allow this",
        404: "there is no SPARQL endpoint at this address",
        429: "it has had too many requests",
        503: "it is not available now",
    }
    parts = [remedies.get(error.code, said or _one_line(error.reason))]
    if wait:
        parts.append(f"wait {seconds}")
    return StoreRefusedError(f"{address} answered {error.code}: {'; '.join(filter(None, parts))}")


def _one_line(text: str) -> str:
    """At most 200 characters of what a server says, on one line, with nothing that a terminal would obey."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 200 else line[:199] + "…"


def _insert(quads: Iterable[Quad]) -> str:
    lines = []
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object)
        if not all(isinstance(term, NamedNode | Literal) for term in terms) or isinstance(quad.graph_name, BlankNode):
            raise StoreError(f"{quad} has a blank node or a triple in it, which INSERT DATA cannot keep; name it")
        triple = " ".join(map(str, terms)) + " ."
        lines.append(triple if isinstance(quad.graph_name, DefaultGraph) else f"GRAPH {quad.graph_name} {{ {triple} }}")
    return "INSERT DATA {\n" + "\n".join(lines) + "\n}"
