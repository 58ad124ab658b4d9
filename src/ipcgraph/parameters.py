"""A Parameter of a saved query: its kind, and the RDF term that a text from outside stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.tables import Cell, Table
from ipcgraph.tokens import tokenize
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, SKOS, XSD, compact, expand

if TYPE_CHECKING:
    import datetime as dt

    from ipcgraph.store import Store

CLASSES: Final = {
    name: IPCG + name
    for name in (
        "Center", "Organization", "Partner", "Commission", "Initiative", "Person", "Role", "Work", "Authorship",
        "Partnership", "Topic", "Place", "Count", "Source", "Passage", "Claim",
    )
} | {"Concept": SKOS + "Concept", "Thing": ""}  # fmt: skip
"""The kinds that ask for the id of a record; a Thing is a record of any class."""

SCHEMES: Final = (
    "role-type", "work-type", "partnership-kind", "initiative-kind", "date-basis", "summary-basis", "reading", "status",
    "basis",
)  # fmt: skip
"""The schemes of which `concept:role-type` and its like take a concept."""

_LITERALS: Final = {"year": "YYYY", "integer": "NUMBER", "date": "YYYY-MM-DD", "string": "TEXT"}
_DATATYPES: Final = {"year": "integer", "integer": "integer", "date": "date", "string": "string"}


Value: TypeAlias = "str | int | dt.date | NamedNode | Literal"
"""What is given for a parameter: text as a person writes it, a number, a day, or a term."""


class Parameter(NamedTuple):
    """What a saved query asks for: `kind` is the name of a class, `concept:scheme`, year, integer, date or string.

    Without a default it must be given.
    """

    name: str
    kind: str
    default: str | None
    about: str

    @property
    def option(self) -> str:
        """The parameter as an option of the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def placeholder(self) -> str:
        """What stands for the value in a usage text."""
        if self.kind == "Thing":
            return "ID"
        return _LITERALS.get(self.kind) or self.kind.removeprefix("concept:").upper()

    @property
    def scheme(self) -> str:
        """The IRI of the scheme whose concepts are taken; empty where the kind is no concept."""
        kind, colon, scheme = self.kind.partition(":")
        return CONCEPTS + scheme if kind == "concept" and colon else ""


def split(text: str) -> tuple[str, ...]:
    """The text cut at its `$name` tokens: SPARQL and names by turns, SPARQL first and last."""
    pieces, end = [], 0
    for token in tokenize(text):
        if token.kind == "variable" and token.text.startswith("$"):
            pieces += [text[end : token.start], token.text[1:]]
            end = token.start + len(token.text)
    return (*pieces, text[end:])


def join(pieces: Sequence[str], terms: Mapping[str, NamedNode | Literal]) -> str:
    """The pieces with a term in the place of each name; a name without one stays a variable."""
    joined = list(pieces)
    for index in range(1, len(joined), 2):
        name, before, after = joined[index], joined[index - 1], pieces[index + 1]
        # Blanks keep it apart from its neighbours: `?a<$b` must not become `?a<<…`, nor `$a@b` a text with a language.
        token = _written(terms[name]) if name in terms else "$" + name
        joined[index] = f"{'' if before[-1:].isspace() else ' '}{token}{'' if after[:1].isspace() else ' '}"
    return "".join(joined)


def _written(term: NamedNode | Literal) -> str:
    r"""A term in SPARQL that engines read alike which resolve `\uXXXX` before strings, even behind a backslash.

    >>> print(_written(Literal("C:\\users")))
    "C:\\\U00000075sers"
    """
    return re.sub(r"\\\\[uU]|\\.", lambda m: f"\\\\\\U{ord(m[0][2]):08X}" if len(m[0]) == 3 else m[0], str(term))


def is_kind(kind: str) -> bool:
    """Whether a Parameter can be of this kind."""
    return kind in CLASSES or kind in _LITERALS or (kind.startswith("concept:") and kind[8:] in SCHEMES)


def term_for(parameter: Parameter, value: Value, *, base: str = DEFAULT_BASE) -> NamedNode | Literal:
    """The term that a value stands for; a term is taken as it is, once its sort and datatype fit.

    Raises UsageError with what is wrong and what to write.

    >>> term_for(Parameter("person", "Person", None, ""), "person/ada").value
    'https://w3id.org/ipcgraph/id/person/ada'
    >>> term_for(Parameter("type", "concept:role-type", None, ""), "director").value
    'https://w3id.org/ipcgraph/vocab/role-type/director'
    """
    if isinstance(value, NamedNode | Literal | BlankNode):
        return _fitting(parameter, value)
    value = str(value)  # a number or a day of Python reads as a person writes it
    if not value:
        raise UsageError(f"{parameter.option} is empty; write {_wanted(parameter)}")
    try:
        if parameter.scheme:
            return _concept(parameter, value, base)
        if parameter.kind in CLASSES:
            return expand(value, base=base)
    except UsageError as error:
        raise UsageError(f"{parameter.option} {value!r} is not {_wanted(parameter)}") from error
    return _literal(parameter, value)


def _own_concept(parameter: Parameter, value: Value, *, base: str = DEFAULT_BASE) -> NamedNode | None:
    """The concept of the center's own that a bare word would be, if it is not one of the shipped."""
    if parameter.scheme and isinstance(value, str) and _is_bare(value):
        return expand(f"{base}concept/{parameter.kind[8:]}/{value}")
    return None


def _concept(parameter: Parameter, value: str, base: str) -> NamedNode:
    if _is_bare(value):
        return expand(f"{parameter.scheme}/{value}")
    # As tables show a shipped concept: role-type/director.
    if value.startswith(parameter.kind[8:] + "/"):
        return expand(CONCEPTS + value)
    return expand(value, base=base)


def _is_bare(value: str) -> bool:
    return "/" not in value and ":" not in value and not value.startswith("<")


def _literal(parameter: Parameter, value: str) -> Literal:
    fits = {"year": _is_year, "integer": _is_integer, "date": _is_date, "string": _is_text}
    if not fits[parameter.kind](value):
        raise UsageError(f"{parameter.option} {value!r} is not {_wanted(parameter)}")
    lexical = str(int(value)) if parameter.kind in {"year", "integer"} else value
    return Literal(lexical, datatype=_datatype(parameter))


def _is_year(value: str) -> bool:
    return re.fullmatch("[0-9]{4}", value) is not None


def _is_integer(value: str) -> bool:
    return re.fullmatch("[+-]?[0-9]{1,18}", value) is not None


def _is_date(value: str) -> bool:
    from datetime import date

    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_text(value: str) -> bool:
    # The command line gives bytes that are not UTF-8 as lone surrogates, which no term can hold.
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _datatype(parameter: Parameter) -> NamedNode:
    return NamedNode(XSD + _DATATYPES[parameter.kind])


def _wanted(parameter: Parameter) -> str:
    if parameter.scheme:
        return f"a concept of the scheme {parameter.kind[8:]}"
    if parameter.kind in CLASSES:
        return f"the id of a {parameter.kind} (kind/slug, as in person/ada-lovelace) or a whole IRI"
    wanted = {
        "year": "a year such as 2019",
        "integer": "a whole number",
        "date": "a day of the calendar, as 2019-02-28",
    }
    return wanted.get(parameter.kind, "text in UTF-8")


def _fitting(parameter: Parameter, term: NamedNode | Literal | BlankNode) -> NamedNode | Literal:
    asks_for_iri = bool(parameter.scheme) or parameter.kind in CLASSES
    if isinstance(term, NamedNode) and asks_for_iri:
        return term
    if (
        isinstance(term, Literal)
        and not asks_for_iri
        and (term.datatype == _datatype(parameter) or (parameter.kind == "string" and term.language))
    ):
        return term
    raise UsageError(f"{parameter.option} {term} is not {_wanted(parameter)}")


# Whether the things asked about are in the store: SPARQL cut at its parameters, as Query.pieces are.

_PREFIXES: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
EXISTS: Final = (_PREFIXES + "ASK { ", "entity", " a/rdfs:subClassOf*|skos:inScheme ", "kind", " }")
CANDIDATES: Final = (
    _PREFIXES + "SELECT DISTINCT ?entity ?name WHERE { ?entity a/rdfs:subClassOf*|skos:inScheme ",
    "kind",
    " OPTIONAL { ?entity foaf:name|dcterms:title|skos:prefLabel ?name } } ORDER BY ?entity ?name",
)


Near: TypeAlias = "Callable[[str, str, str], tuple[tuple[Cell, ...], ...]]"
"""Gives, for a kind, an IRI and a text, some things of the kind with their names: what is like these is among them."""


def existing_term(
    parameter: Parameter, value: Value, store: Store, *, base: str = DEFAULT_BASE, near: Near | None = None
) -> NamedNode | Literal:
    """The term of a value that is in the store with the parameter's class or scheme.

    Raises UsageError, with near misses among the ids of the store, where none is: an empty answer to the query would
    say that a thing has none of what was asked. Literals, and what equals the default, are not looked up. All ids of
    the kind are compared, unless `near` finds some: for large graphs.
    """
    try:
        term = term_for(parameter, value, base=base)
    except UsageError as error:
        # What is no id may be the name of the thing.
        alike = []
        if parameter.kind in CLASSES:
            text = str(value)
            known = near(parameter.kind, text, text) if near else _known(parameter, store)
            alike = _near_misses(text, known, base)
        remedy = f"; did you mean {' or '.join(alike)}?" if alike else ""
        raise UsageError(f"{error}{remedy}") from error
    if value == parameter.default or isinstance(term, Literal):
        return term
    terms = _kind_term(parameter)
    for candidate in filter(None, (term, _own_concept(parameter, value, base=base))):
        if store.query(join(EXISTS, terms | {"entity": candidate})) is True:
            return candidate
    few = near is None or parameter.kind not in CLASSES
    short = compact(term.value, base=base)
    known = _known(parameter, store) if few or near is None else near(parameter.kind, term.value, _words(short))
    alike = _near_misses(short, known, base)
    noun = f"concept of the scheme {parameter.kind[8:]}" if parameter.scheme else parameter.kind
    remedy = f"did you mean {' or '.join(alike)}?" if alike else "none has an id or a name near it"
    if not known and few:
        remedy = "the graph has none at all"
    raise UsageError(f"{parameter.option} {short}: there is no such {noun}; {remedy}")


def _kind_term(parameter: Parameter) -> dict[str, NamedNode]:
    """What the class or scheme is bound to; nothing for a Thing, which may be of any class."""
    kind = parameter.scheme or CLASSES[parameter.kind]
    return {"kind": NamedNode(kind)} if kind else {}


def _known(parameter: Parameter, store: Store) -> tuple[tuple[Cell, ...], ...]:
    """Each thing that the parameter could name, with its name."""
    answer = store.query(join(CANDIDATES, _kind_term(parameter)))
    return answer.rows if isinstance(answer, Table) else ()


def _near_misses(text: str, known: Iterable[tuple[Cell, ...]], base: str) -> list[str]:
    """At most five ids whose slug or name is like the text, the nearest first."""
    from difflib import get_close_matches

    ids: dict[str, list[str]] = {}
    for entity, name in known:
        if isinstance(entity, NamedNode):
            short = compact(entity.value, base=base)
            ids.setdefault(_words(short), []).append(short)
            if isinstance(name, Literal):
                ids.setdefault(name.value.casefold(), []).append(short)
    wanted = _words(text)
    holding = sorted((words for words in ids if wanted and wanted in words), key=lambda words: (len(words), words))
    alike = get_close_matches(wanted, ids, n=5, cutoff=0.6)
    return list(dict.fromkeys(short for words in (*holding, *alike) for short in ids[words]))[:5]


def _words(short: str) -> str:
    return short.rpartition("/")[2].replace("-", " ").casefold()
