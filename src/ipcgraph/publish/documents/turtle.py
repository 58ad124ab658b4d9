"""Nodes as Turtle, grouped by subject, and as N-Triples."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.vocabulary import PREFIXES, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.publish.documents.nodes import Node
    from ipcgraph.statements import Term

NAMESPACES: Final = {**PREFIXES, "void": "http://rdfs.org/ns/void#"}
"""The prefixes of published documents."""

_TYPE: Final = TYPE.value
# Less than Turtle allows, so that nothing ever needs an escape.
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STRING: Final = XSD + "string"
_BARE: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}


def ntriples(nodes: Iterable[Node]) -> str:
    """The nodes as N-Triples, one statement a line."""
    return "".join(
        f"<{subject}> <{predicate}> {value} .\n"
        for subject, said in nodes
        for predicate, values in said
        for value in values
    )


def turtle(nodes: Iterable[Node]) -> str:
    """The nodes as Turtle: the prefixes that occur, then each subject once, in the order given."""
    blocks = [turtle_block(node) for node in nodes]
    used: set[str] = set()
    for _, names in blocks:
        used |= names
    text = "\n".join(block for block, _ in blocks if block)
    return "\n".join(filter(None, (turtle_head(used), text)))


def turtle_head(prefixes: Iterable[str] = NAMESPACES) -> str:
    """The lines that declare these prefixes, sorted."""
    return "".join(f"@prefix {prefix}: <{NAMESPACES[prefix]}> .\n" for prefix in sorted(prefixes))


def turtle_block(node: Node) -> tuple[str, set[str]]:
    """One subject with all that is said of it, and the prefixes used; an empty text where nothing is said."""
    subject, said = node
    used: set[str] = set()
    lines = []
    for predicate, values in said:
        if predicate == _TYPE:
            name = "a"
        else:
            name, prefix = _iri(predicate)
            used.add(prefix)
        shown = []
        for value in values:
            text, prefix = _term(value)
            used.add(prefix)
            shown.append(text)
        lines.append(f"    {name} {', '.join(shown)}" if len(shown) < 3 else f"    {name}\n        {_LIST.join(shown)}")
    used.discard("")
    if not lines:
        return "", used
    return f"<{subject}>\n{_STATEMENT.join(lines)} .\n", used


_LIST: Final = ",\n        "
_STATEMENT: Final = " ;\n"


@lru_cache(4_096)
def _iri(iri: str) -> tuple[str, str]:
    """How an IRI is written, and the prefix that it needs."""
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}", prefix
    return f"<{iri}>", ""


def _term(term: Term) -> tuple[str, str]:
    if isinstance(term, NamedNode):
        return _iri(term.value)
    if not isinstance(term, Literal):
        return str(term), ""
    datatype = term.datatype.value
    if datatype == _STRING or term.language:
        return str(term), ""
    if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
        return term.value, ""
    name, prefix = _iri(datatype)
    return str(term).removesuffix(f"<{datatype}>") + name, prefix
