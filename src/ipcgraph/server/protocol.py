"""The SPARQL 1.1 protocol: what a request asks, in each of its forms, and in which format it is answered."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from ipcgraph.errors import QueryError
from ipcgraph.media import FORMATS
from ipcgraph.server.accept import best
from ipcgraph.server.dataset import check
from ipcgraph.server.output import amount
from ipcgraph.tokens import UPDATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.server.limits import Limits

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
HTML: Final = "text/html"
UPDATE: Final = "application/sparql-update"
READ_ONLY: Final = "this endpoint answers queries only; the graph is made from files, and nothing is changed here"

_RESULTS: Final = "application/sparql-results+"
_JSON, _XML = _RESULTS + "json", _RESULTS + "xml"
SOLUTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        _JSON: _JSON, _XML: _XML, "text/csv": "text/csv", "text/tab-separated-values": "text/tab-separated-values",
        "application/json": _JSON, "application/xml": _XML, "text/xml": _XML,
    }
)  # fmt: skip
"""What SELECT and ASK are answered in: the media type that is asked for, and the one whose format it is."""
GRAPHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text/turtle": "text/turtle", "application/n-triples": "application/n-triples",
        "application/ld+json": "application/ld+json", "application/rdf+xml": "application/rdf+xml",
        "application/json": "application/ld+json", "application/xml": "application/rdf+xml",
        "text/plain": "application/n-triples",
    }
)  # fmt: skip
"""The same for CONSTRUCT and DESCRIBE."""
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "json": "application/json", "xml": "application/xml", "csv": "text/csv", "tsv": "text/tab-separated-values",
        "turtle": "text/turtle", "ntriples": "application/n-triples", "jsonld": "application/ld+json",
        "rdfxml": "application/rdf+xml", "rdf": "application/rdf+xml", "rdf+xml": "application/rdf+xml",
        "json-ld": "application/ld+json", "nt": "application/n-triples", "n3": "text/turtle",
    }
)  # fmt: skip
"""The formats that a link can name: `?format=csv`, for those who cannot send a header; SPARQLWrapper sends both."""

_WRITING: Final = frozenset(("update", "graph", "default", "using-graph-uri", "using-named-graph-uri"))
"""What stands in the address of those who would write, by updates or by the graph store protocol."""
_DATA: Final = frozenset((UPDATE, "multipart/form-data", *(each.media_type for each in FORMATS if each.rdf)))
"""What they would send."""
_PROLOGUE: Final = frozenset((b"PREFIX", b"BASE", b"VERSION"))
_UPDATES: Final = frozenset(word.encode() for word in UPDATES)
_MOST_FIELDS: Final = 200
SHORT: Final = 2_000
"""Characters of a query that is judged before it gets a process: more would keep others waiting."""
_REMEMBERED: Final = 1_024
_LONGEST_REMEMBERED: Final = 6 << 10


class Asked(NamedTuple):
    """A query that may run, and how it is answered."""

    text: str
    media_type: str
    """The media type that is said."""
    written_as: str
    """The media type whose format it is written in."""
    default_graphs: tuple[str, ...] | None
    """The dataset that the request names, which goes before that of the query; None where it names none."""
    named_graphs: tuple[str, ...] | None
    graphs: tuple[str, ...]
    """The graphs that the query names, where they count."""
    digest: str
    """Another one for each query, dataset and format; empty where an answer holds but once, as with NOW()."""


class Posed(NamedTuple):
    """A query of which nothing is known yet; a long one is judged by the process that runs it."""

    text: str
    named: str
    """The media type of the format that the address names; it counts where it can carry the answer."""
    accept: str | None
    has_page: bool
    """Whether a page can show the answer."""
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


class Wrong(NamedTuple):
    """Why there is nothing to run: a status and a sentence, with the place in the query where there is one."""

    status: int
    sentence: str
    line: int = 0
    column: int = 0
    offers: tuple[str, ...] = ()
    """The media types that there are."""


def told(wrong: Wrong) -> str:
    """The sentence, with the media types that there are."""
    return wrong.sentence + ("; there is " + ", ".join(wrong.offers) if wrong.offers else "")


class Nothing(NamedTuple):
    """A request without a query: it asks for the description of the service."""


Request: TypeAlias = Asked | Posed | Wrong | Nothing


class Sent(NamedTuple):
    """What a request is, as it came."""

    method: str
    query_string: bytes
    content_type: str
    body: bytes
    accept: str | None


class Bounds(NamedTuple):
    """How long and how deep a query may be."""

    query_bytes: int
    nesting: int


def bounds(limits: Limits) -> Bounds:
    """How long and how deep a query may be."""
    return Bounds(limits.query_bytes, limits.nesting)


def read_request(sent: Sent, limits: Bounds) -> Request:
    """What a request asks. The same request gives the same, so that those that come often are read once."""
    size = len(sent.query_string) + len(sent.body) + len(sent.accept or "") + len(sent.content_type)
    return _remembered(sent, limits) if size <= _LONGEST_REMEMBERED else _read(sent, limits)


def _read(sent: Sent, limits: Bounds) -> Request:
    try:
        fields = list(_fields(sent.query_string))
        if sent.method == "POST":
            if _WRITING.intersection(name for name, _ in fields):
                return Wrong(403, READ_ONLY)
            fields += _posted(sent)
    except UnicodeDecodeError:
        return Wrong(400, "the query is not in UTF-8; send it so")
    except _WrongError as error:
        return error.wrong
    queries = [value for name, value in fields if name == "query"]
    if any(name == "update" for name, _ in fields):
        return Wrong(403, READ_ONLY)
    if len(queries) > 1:
        return Wrong(400, "there is more than one query; send one at a time")
    if not queries:
        if any(name.endswith("graph-uri") for name, _ in fields):
            return Wrong(400, "a dataset is named, and there is no query; send one as the field query")
        return Nothing() if sent.method != "POST" else Wrong(400, "there is no query; send one as the field query")
    posed = _posed(queries[0], fields, sent, limits)
    return judge(posed, nesting=limits.nesting) if isinstance(posed, Posed) and len(posed.text) <= SHORT else posed


_remembered = lru_cache(_REMEMBERED)(_read)


def _posed(text: str, fields: list[tuple[str, str]], sent: Sent, limits: Bounds) -> Posed | Wrong:
    if len(text.encode("utf-8", "surrogatepass")) > limits.query_bytes:
        return Wrong(413, f"the query is longer than {amount(limits.query_bytes)}; ask for less at once")
    named = next((value for name, value in fields if name == "format"), "")
    default = tuple(value for name, value in fields if name == "default-graph-uri")
    others = tuple(value for name, value in fields if name == "named-graph-uri")
    named = NAMES.get(named, named)
    if named and named not in SOLUTIONS and named not in GRAPHS:
        return Wrong(406, f"there is no format {named}", offers=tuple(NAMES))
    is_named = bool(default or others)
    alone = {name for name, _ in fields} == {"query"}
    return Posed(
        text=text,
        named=named,
        accept=sent.accept,
        has_page=sent.method != "POST" and alone and len(text) <= SHORT,
        default_graphs=default if is_named else None,
        named_graphs=others if is_named else None,
    )


def judge(posed: Posed, *, nesting: int) -> Asked | Wrong:
    """Whether a query may run, and how it is answered. It takes a millisecond for a thousand characters."""
    try:
        checked = check(posed.text, nesting=nesting)
    except QueryError as error:
        return Wrong(400, error.reason, error.line, error.column)
    if checked.is_update:
        return Wrong(403, READ_ONLY)
    types = SOLUTIONS if checked.form in {"SELECT", "ASK"} else GRAPHS
    # A reader who follows a link gets the page that shows the answer, where it can show the same.
    offers = (*types, *((HTML,) if posed.has_page else ()))
    media_type = posed.named if posed.named in types else best(posed.accept, offers)
    if media_type is None:
        sentence = f"what a query with {checked.form} finds is not written as {posed.accept}"
        return Wrong(406, sentence, offers=tuple(dict.fromkeys(types.values())))
    return Asked(
        text=posed.text,
        media_type=media_type,
        written_as=types.get(media_type, ""),
        default_graphs=posed.default_graphs,
        named_graphs=posed.named_graphs,
        graphs=() if posed.default_graphs is not None else checked.graphs,
        digest=digest(posed._replace(accept=media_type)) if checked.steady else "",
    )


def digest(posed: Posed) -> str:
    """Another text for each query, dataset and format."""
    graphs = (*(posed.default_graphs or ()), "", *(posed.named_graphs or ()))
    parts = "\0".join((posed.text, posed.named, posed.accept or "", *graphs))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:20]


class _WrongError(Exception):
    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.sentence)
        self.wrong = wrong


def _posted(sent: Sent) -> Iterator[tuple[str, str]]:
    """The fields of what was posted; a query alone is one field."""
    media_type, _, parameters = sent.content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type in _DATA:
        raise _WrongError(Wrong(403, READ_ONLY))
    if media_type not in {FORM, QUERY}:
        if _is_update(sent.body[:SHORT]):
            raise _WrongError(Wrong(403, READ_ONLY))
        shown = f"{media_type} is" if media_type else "what has no Content-Type is"
        raise _WrongError(Wrong(415, f"{shown} not read here; send a query as {QUERY} or {FORM}"))
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip("\"'").lower() not in {"utf-8", "utf8"}:
            raise _WrongError(Wrong(415, "queries are read in UTF-8 only"))
    if media_type == FORM:
        yield from _fields(sent.body)
    else:
        yield "query", sent.body.decode()


def _is_update(beginning: bytes) -> bool:
    """Whether something sent as no kind that is known begins as an update does: to these the answer is always no."""
    if beginning.startswith(b"update="):
        return True
    words = re.findall(rb"<[^<>]*>|#[^\r\n]*|[A-Za-z0-9_.-]*:|[A-Za-z]+", beginning)
    return next((word for word in words if word.isalpha() and word.upper() not in _PROLOGUE), b"").upper() in _UPDATES


def _fields(text: bytes) -> Iterator[tuple[str, str]]:
    """The fields of a form, each decoded once; UnicodeDecodeError where one is not in UTF-8."""
    pairs = text.split(b"&", _MOST_FIELDS)
    if len(pairs) > _MOST_FIELDS:
        raise _WrongError(Wrong(400, f"there are more than {_MOST_FIELDS} fields"))
    for pair in filter(None, pairs):
        name, _, value = pair.partition(b"=")
        yield _decoded(name), _decoded(value)


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode()
