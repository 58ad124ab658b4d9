"""Saved queries: a Query with its Parameters, bound to values by tokens, run on a store, compiled for a fast start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import QueryError, UsageError
from ipcgraph.parameters import Near, Parameter, Value, existing_term, join, split, term_for
from ipcgraph.spelling import nearest
from ipcgraph.tables import Answer, Cell
from ipcgraph.tokens import MAX_LENGTH, check_nesting, check_words, query_form, tokenize
from ipcgraph.vocabulary import DEFAULT_BASE

if TYPE_CHECKING:
    from pathlib import Path

    from ipcgraph.store import Store


class Query(NamedTuple):
    """A saved query: `text` is SPARQL in which `$name` stands for a parameter.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE. `example` has values that mean something in any graph. `pieces` is the
    text cut at its parameters: SPARQL, a parameter's name, SPARQL, and so on. `columns` names the answer that columns
    give of a large graph in place of the SPARQL, row for row the same; mostly there is none.
    """

    name: str
    title: str
    about: str
    form: str
    parameters: tuple[Parameter, ...]
    text: str
    example: tuple[tuple[str, str], ...] = ()
    pieces: tuple[str, ...] = ()
    columns: str = ""


def dump_queries(queries: Mapping[str, Query]) -> list[dict[str, object]]:
    """The queries as values for JSON, which `load_queries` reads back without YAML and without a token pass."""
    return [
        {
            "name": query.name,
            "title": query.title,
            "about": query.about,
            "form": query.form,
            "parameters": [[p.name, p.kind, p.default, p.about] for p in query.parameters],
            "example": [list(pair) for pair in query.example],
            "pieces": list(query.pieces or split(query.text)),
            "columns": query.columns,
        }
        for query in queries.values()
    ]


def load_queries(dumped: Iterable[Mapping[str, object]]) -> dict[str, Query]:
    """The queries by name, from what `dump_queries` gave."""
    loaded = {}
    for item in dumped:
        pieces: tuple[str, ...] = tuple(item["pieces"])  # type: ignore[arg-type]  # written by dump_queries
        query = Query(
            name=str(item["name"]),
            title=str(item["title"]),
            about=str(item["about"]),
            form=str(item["form"]),
            parameters=tuple(Parameter(*parameter) for parameter in item["parameters"]),  # type: ignore[attr-defined]
            text="".join("$" + piece if index % 2 else piece for index, piece in enumerate(pieces)),
            example=tuple((name, value) for name, value in item["example"]),  # type: ignore[attr-defined]
            pieces=pieces,
            columns=str(item.get("columns", "")),
        )
        loaded[query.name] = query
    return loaded


def usage(query: Query) -> str:
    """How the query is called from the command line: one line, then one for each parameter."""
    calls = [f"{parameter.option} {parameter.placeholder}" for parameter in query.parameters]
    width = max(map(len, calls), default=0)
    first = " ".join(c if p.default is None else f"[{c}]" for c, p in zip(calls, query.parameters, strict=True))
    lines = [f"usage: ipcgraph query {query.name} {first}".rstrip()]
    for call, parameter in zip(calls, query.parameters, strict=True):
        # A default such as owl:Thing only stands for "not given"; what that means is said in words.
        told = "" if parameter.default is None or parameter.default.startswith("owl:") else parameter.default
        default = f" (default: {told})" if told else ""
        lines.append(f"  {call:<{width}}  {parameter.about}{default}")
    return "\n".join(lines)


def bind(query: Query, values: Mapping[str, Value], *, base: str = DEFAULT_BASE) -> str:
    """The SPARQL text of the query with these values in the places of its parameters.

    Each value becomes one RDF term, and only whole tokens are replaced: no value can change the shape of the query.
    Raises UsageError, with the query's usage, on a missing, unknown or wrong value.

    >>> works = Query("works-in", "", "", "SELECT", (Parameter("year", "year", None, ""),),
    ...     "SELECT ?work { ?work <urn:x:year> $year }")
    >>> bind(works, {"year": "2019"})
    'SELECT ?work { ?work <urn:x:year> "2019"^^<http://www.w3.org/2001/XMLSchema#integer> }'
    """
    terms = _terms(query, values, lambda parameter, value: term_for(parameter, value, base=base))
    return join(query.pieces or split(query.text), terms)


def run(
    query: Query,
    store: Store,
    values: Mapping[str, Value],
    *,
    base: str = DEFAULT_BASE,
    columns: Path | None = None,
) -> Answer:
    """The answer of the query, bound to the values, from the store.

    `columns` is the folder of the columns of this store, where a build made both: from them whole-graph counts and
    lists of a large graph are answered, as the store would, but in seconds. Raises UsageError, with the query's usage,
    as `bind` does, and also where a value names a thing that is not in the store, or is of another class; near misses
    among the ids of the store are told.
    """
    near = near_in(columns)
    terms = _terms(query, values, lambda parameter, value: existing_term(parameter, value, store, base=base, near=near))
    return ask(query, store, terms, columns=columns)


def near_in(columns: Path | None) -> Near | None:
    """What finds near misses in the columns of a large graph; None where the store is small enough to be asked."""
    if columns is None:
        return None
    from ipcgraph import answers

    if not answers.is_large(columns):
        return None

    def near(kind: str, iri: str, text: str) -> tuple[tuple[Cell, ...], ...]:
        from ipcgraph.answers.near import near_things

        return near_things(columns, kind, iri, text)

    return near


def ask(query: Query, store: Store, terms: Mapping[str, NamedNode | Literal], *, columns: Path | None = None) -> Answer:
    """The answer of the query with these terms as its parameters, as `run` finds it."""
    if columns is not None and query.columns:
        from ipcgraph import answers
        from ipcgraph.store.embedded import EmbeddedStore

        if isinstance(store, EmbeddedStore) and answers.is_large(columns):
            found = answers.answer(query.columns, columns, store, terms)
            if found is not None:
                return found
    return store.query(join(query.pieces or split(query.text), terms))


def check_query(text: str) -> None:
    """Refuse, with a QueryError and its line and column, what ipcgraph does not run for a stranger.

    That is a query over 64 KiB or nested over 100 deep (Oxigraph's parser would end the process), a call of another
    server, an update, and another dataset.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH // 1024} KiB; ask for less at once")
    tokens = tokenize(text)
    check_words(text, tokens)
    query_form(text, tokens)
    check_nesting(text)


def _terms(
    query: Query, values: Mapping[str, Value], term_of: Callable[[Parameter, Value], NamedNode | Literal]
) -> dict[str, NamedNode | Literal]:
    try:
        return {p.name: term_of(p, value) for p, value in _given(query, values)}
    except UsageError as error:
        raise UsageError(f"{error}\n{usage(query)}") from error


def _given(query: Query, values: Mapping[str, Value]) -> Iterator[tuple[Parameter, Value]]:
    """Each parameter with the value given for it, else with its default."""
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            near = nearest(name, known)
            remedy = f"; did you mean {known[near].option}?" if near else ""
            raise UsageError(f"{query.name} takes no --{name.replace('_', '-')}{remedy}")
    for name, parameter in known.items():
        value = values.get(name, parameter.default)
        if value is None:
            raise UsageError(f"{query.name} needs {parameter.option}")
        yield parameter, value
