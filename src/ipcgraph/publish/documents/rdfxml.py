"""Nodes as RDF/XML, one description a subject."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from pyoxigraph import Literal, NamedNode

from ipcgraph.publish.documents.turtle import NAMESPACES
from ipcgraph.vocabulary import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.publish.documents.nodes import Node

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")
# What XML 1.0 has no way to write.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PREFIXES: Final = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_TEXT: Final = {"\r": "&#13;"}
_QUOTED: Final = {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
# Names of the syntax itself, which cannot be those of properties.
_SYNTAX: Final = frozenset(
    RDF + name
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li", "aboutEach",
        "aboutEachPrefix", "bagID",
    )
)  # fmt: skip


def rdf_xml(nodes: Iterable[Node]) -> str:
    """The nodes as RDF/XML, in the order given.

    A statement that RDF/XML has no way to write (its property ends in no XML name, its text has a control character)
    is left out; a comment at the end says how many.
    """
    body: list[str] = []
    namespaces: dict[str, str] = {RDF: "rdf"}
    left_out = 0
    for subject, said in nodes:
        if not said:
            continue
        body.append(f"  <rdf:Description rdf:about={_attribute(subject)}>\n")
        for predicate, values in said:
            namespace, local = _split(predicate)
            if not local:
                left_out += len(values)
                continue
            if namespace not in namespaces:
                namespaces[namespace] = _PREFIXES.get(namespace) or f"n{len(namespaces)}"
            name = f"{namespaces[namespace]}:{local}"
            for value in values:
                if isinstance(value, NamedNode):
                    body.append(f"    <{name} rdf:resource={_attribute(value.value)}/>\n")
                elif isinstance(value, Literal) and not _UNWRITABLE.search(value.value):
                    body.append(f"    <{name}{_kind(value)}>{escape(value.value, _TEXT)}</{name}>\n")
                else:
                    left_out += 1
        body.append("  </rdf:Description>\n")
    declared = "".join(
        f"\n  xmlns:{prefix}={_attribute(namespace)}"
        for namespace, prefix in sorted(namespaces.items(), key=lambda item: item[1])
    )
    note = f"<!-- RDF/XML cannot write {left_out} statements of this document; the other formats have them. -->\n"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n{"".join(body)}</rdf:RDF>\n'
        f"{note if left_out else ''}"
    )


@lru_cache(4_096)
def _split(predicate: str) -> tuple[str, str]:
    """The namespace and the local name of a property; no local name where it has none that XML can write."""
    if predicate in _SYNTAX:
        return "", ""
    for namespace in _PREFIXES:
        if predicate.startswith(namespace) and _LOCAL.match(predicate, len(namespace)):
            return namespace, predicate[len(namespace) :]
    found = _LOCAL.search(predicate)
    return (predicate[: found.start()], found[0]) if found and found.start() else ("", "")


def _attribute(text: str) -> str:
    return f'"{escape(text, _QUOTED)}"'


def _kind(literal: Literal) -> str:
    if literal.language:
        return f' xml:lang="{literal.language}"'
    datatype = literal.datatype.value
    return "" if datatype == XSD + "string" else f" rdf:datatype={_attribute(datatype)}"
