"""Saved queries described for machines, as SHACL's executables: text, prefixes, parameters and an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.parameters import CLASSES, term_for
from ipcgraph.publish.description.rdf import Statements, iri
from ipcgraph.vocabulary import IPCG, PREFIXES, RDF, RDFS, SH, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.parameters import Parameter
    from ipcgraph.queries import Query

_FORMS: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_DATATYPES: Final = {"year": "integer", "integer": "integer", "date": "date", "string": "string"}
_PREFIX: Final = re.compile(r"^\s*PREFIX\s+([A-Za-z][\w-]*)?:\s*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)
_SCHEMA: Final = PREFIXES["schema"]


def tell_queries(told: Statements, queries: Mapping[str, Query], *, root: str, base: str, endpoint: str = "") -> None:
    """Says what each saved query asks.

    The query named `works-in-year` is `{root}#query-works-in-year`. Its text can be run as it is, with its PREFIX
    lines; `$name` in it is a parameter, which `sh:parameter` describes: the local name of its `sh:path` is the name of
    the variable. A parameter without `sh:optional` must be bound. DESCRIBE has no class in SHACL and is left out.
    """
    for name, query in sorted(queries.items()):
        if query.form not in _FORMS:
            continue
        subject = f"{root}#query-{name}"
        kind, text = _FORMS[query.form]
        told.type(subject, SH + "SPARQLExecutable", SH + kind)
        told.tell(subject, RDFS + "label", query.title)
        told.tell(subject, RDFS + "comment", query.about)
        told.tell(subject, SKOS + "notation", name)
        told.tell(subject, SH + text, query.text.strip() + "\n")
        for prefix, namespace in _PREFIX.findall(query.text):
            told.tell(subject, SH + "prefixes", iri(_declared(told, root, prefix, namespace)))
        for order, parameter in enumerate(query.parameters):
            told.tell(subject, SH + "parameter", NamedNode(node := f"{subject}-{parameter.name}"))
            path = f"{root}#parameter/{parameter.name}"
            told.type(path, RDF + "Property")
            _tell_parameter(told, node, path, parameter, base=base)
            told.tell(node, SH + "order", order)
        shown = " ".join(f"--{option.replace('_', '-')} {value}" for option, value in query.example)
        told.tell(subject, SKOS + "example", shown)
        told.tell(subject, _SCHEMA + "target", iri(endpoint))


def _declared(told: Statements, root: str, prefix: str, namespace: str) -> str:
    """The node that declares a prefix; the same in every query, but for one that means another namespace by it."""
    known = PREFIXES.get(prefix) == namespace
    end = prefix if known else f"{prefix}-{re.sub('[^a-z0-9]+', '-', namespace.lower()).strip('-')}"
    node, declaration = f"{root}#prefixes-{end}", f"{root}#prefix-{end}"
    told.tell(node, SH + "declare", NamedNode(declaration))
    told.tell(declaration, SH + "prefix", Literal(prefix))
    told.tell(declaration, SH + "namespace", Literal(namespace, datatype=NamedNode(XSD + "anyURI")))
    return node


def _tell_parameter(told: Statements, node: str, path: str, parameter: Parameter, *, base: str) -> None:
    told.type(node, SH + "Parameter")
    told.tell(node, SH + "path", NamedNode(path))
    told.tell(node, SH + "name", parameter.name)
    told.tell(node, SH + "description", parameter.about)
    if parameter.kind in _DATATYPES:
        told.tell(node, SH + "datatype", NamedNode(XSD + _DATATYPES[parameter.kind]))
    elif parameter.scheme:
        told.tell(node, SH + "class", NamedNode(SKOS + "Concept"))
        told.tell(node, IPCG + "scheme", NamedNode(parameter.scheme))
    else:
        told.tell(node, SH + "class", iri(CLASSES.get(parameter.kind, "")))
    if parameter.default is not None:
        told.tell(node, SH + "optional", Literal(value=True))
        told.tell(node, SH + "defaultValue", term_for(parameter, parameter.default, base=base))
