"""Statements written as one file, in any of the formats of RDF, as they come."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ipcgraph.errors import UsageError
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

FORMATS: Final[Mapping[str, RdfFormat]] = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
"""The formats that pyoxigraph writes; JSON-LD, which it writes without a context, has a writer here."""

# What XML 1.0 has no way to write.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_statements(
    triples: Iterable[Triple], file: BinaryIO, file_format: str, *, prefixes: Mapping[str, str], vocabulary: str
) -> int:
    """Writes statements in the order given, and gives their number; none is kept.

    In JSON-LD the terms of `vocabulary` have no prefix. Statements of one subject should follow each other. Raises
    UsageError for an unknown format, and where RDF/XML cannot hold a text.
    """
    counted = _Counted(triples)
    if file_format == "jsonld":
        _write_jsonld(counted, file, prefixes, vocabulary)
    elif file_format in FORMATS:
        given = _writable(counted) if file_format == "rdfxml" else counted
        declared = None if file_format in {"ntriples", "nquads"} else dict(prefixes)
        serialize(given, file, format=FORMATS[file_format], prefixes=declared)
    else:
        known = ", ".join(("jsonld", *FORMATS))
        raise UsageError(f"statements are not written as {file_format!r}; choose from {known}")
    return counted.number


class _Counted:
    """Statements, counted as they pass."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._triples = triples
        self.number = 0

    def __iter__(self) -> Iterator[Triple]:
        for triple in self._triples:
            self.number += 1
            yield triple


def _writable(triples: Iterable[Triple]) -> Iterator[Triple]:
    for triple in triples:
        if isinstance(triple.object, Literal) and (found := _UNWRITABLE.search(triple.object.value)):
            raise UsageError(
                f"a text of {term_text(triple.subject)} holds U+{ord(found[0]):04X}, which XML cannot carry; "
                "write turtle, ntriples or jsonld"
            )
        yield triple


def _write_jsonld(triples: Iterable[Triple], file: BinaryIO, prefixes: Mapping[str, str], vocabulary: str) -> None:
    others = {prefix: name for prefix, name in prefixes.items() if name != vocabulary}
    context = json.dumps({"@vocab": vocabulary, **others}, ensure_ascii=False)
    file.write(f'{{"@context": {context},\n"@graph": ['.encode())
    between = "\n"
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        node = _node(term_text(subject), group, others, vocabulary)
        file.write((between + json.dumps(node, ensure_ascii=False)).encode())
        between = ",\n"
    file.write(b"\n]}\n")


def _node(subject: str, triples: Iterable[Triple], prefixes: Mapping[str, str], vocabulary: str) -> dict[str, object]:
    found: dict[str, list[object]] = {}
    for triple in triples:
        if triple.predicate == TYPE:
            found.setdefault("@type", []).append(_short(term_text(triple.object), prefixes, vocabulary))
        else:
            key = _short(triple.predicate.value, prefixes, vocabulary)
            found.setdefault(key, []).append(_value(triple, prefixes, vocabulary))
    return {"@id": subject, **{key: values[0] if len(values) == 1 else values for key, values in found.items()}}


def _value(triple: Triple, prefixes: Mapping[str, str], vocabulary: str) -> object:
    value = triple.object
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if not isinstance(value, Literal):
        raise TypeError(f"{value} is neither an IRI nor a literal")
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == XSD + "string":
        return value.value
    return {"@value": value.value, "@type": _short(value.datatype.value, prefixes, vocabulary)}


def _short(iri: str, prefixes: Mapping[str, str], vocabulary: str) -> str:
    """An IRI as a term or with a prefix, where what is left is a plain word that means nothing else in the context."""
    if iri.startswith(vocabulary) and (word := iri[len(vocabulary) :]).isidentifier() and word not in prefixes:
        return word
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and iri[len(namespace) :].replace("-", "_").isidentifier():
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
