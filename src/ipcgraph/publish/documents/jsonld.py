"""Nodes as JSON-LD, compact in the keys of the shipped context."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.shipped import shipped_folder
from ipcgraph.vocabulary import TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.publish.documents.nodes import Node
    from ipcgraph.statements import Term

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"

_TYPE: Final = TYPE.value
# The whole numbers that every reader of JSON keeps as they are.
_SAFE: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")


class JsonLd:
    """The writer of JSON-LD.

    Each document carries those terms of the shipped context that it uses, and so is read by any processor without
    another request: many refuse a context of another address, a relative one is lost when the file is moved, and the
    whole context is larger than most documents. Its keys and values are those that compaction with the shipped
    context gives.
    """

    def __init__(self) -> None:
        file = shipped_folder("ontology") / "context.jsonld"
        try:
            self._terms: dict[str, str | dict[str, str]] = json.loads(read_regular(file))["@context"]
        except (OSError, ValueError, KeyError) as error:
            raise ProjectError(f"{file} cannot be read ({error}); install ipcgraph anew") from error
        self._keys: dict[str, tuple[str, str]] = {}
        for key, term in self._terms.items():
            if isinstance(term, dict):
                self._keys[term["@id"]] = key, term.get("@type", "").replace("xsd:", XSD)
            elif "://" in str(term) and key != "xsd":
                self._keys[term] = key, ""

    def text(self, nodes: Iterable[Node]) -> str:
        """The nodes as one document."""
        used: set[str] = set()
        parts = [indented(self.node(node, used)) for node in nodes if node[1]]
        graph = ",\n".join(parts)
        context = json.dumps(self.context(used), ensure_ascii=False)
        return f'{{"@context": {context},\n"@graph": [\n{graph}\n]}}\n'

    def context(self, used: Iterable[str] | None = None) -> dict[str, object]:
        """The shipped context, or what of it these keys need."""
        if used is None:
            return dict(self._terms)
        names = {"@version", "id", "type", *used}
        if any(isinstance(term := self._terms[key], dict) and "xsd:" in term.get("@type", "") for key in names):
            names.add("xsd")
        return {key: term for key, term in self._terms.items() if key in names}

    def node(self, node: Node, used: set[str]) -> dict[str, Json]:
        """One subject with all that is said of it; the keys of the context that it needs are added to `used`."""
        subject, said = node
        written: dict[str, Json] = {"id": subject}
        for predicate, values in said:
            classes = [value.value for value in values if isinstance(value, NamedNode)] if predicate == _TYPE else []
            if classes and len(classes) == len(values):
                written["type"] = _one_or_many([self._class(name, used) for name in classes])
                continue
            key, coercion = self._keys.get(predicate, (predicate, ""))
            if key != predicate:
                used.add(key)
            written[key] = _one_or_many([self._value(value, coercion, used) for value in values])
        return written

    def _class(self, iri: str, used: set[str]) -> str:
        if iri not in self._keys:
            return iri
        key = self._keys[iri][0]
        used.add(key)
        return key

    def _value(self, value: Term, coercion: str, used: set[str]) -> Json:
        if isinstance(value, NamedNode):
            return value.value if coercion == "@id" else {"id": value.value}
        if not isinstance(value, Literal):
            raise TypeError(f"{value} is neither an IRI nor a literal")
        text = value.value
        if value.language:
            return {"@value": text, "@language": value.language}
        datatype = value.datatype.value
        if datatype == XSD + "string":
            return {"@value": text} if coercion else text
        if datatype != coercion:
            if datatype.startswith(XSD):
                used.add("xsd")
                datatype = "xsd:" + datatype[len(XSD) :]
            return {"type": datatype, "@value": text}
        if datatype == XSD + "integer" and _SAFE.fullmatch(text):
            return int(text)
        if datatype == XSD + "boolean" and text in {"true", "false"}:
            return text == "true"
        return text


def indented(value: Json, *, ends: str = "\n") -> str:
    """A value as `json.dumps(value, ensure_ascii=False, indent=1)` writes it, in a fifth of the time.

    >>> print(indented({"a": [1, {"b": True}], "c": []}))
    {
     "a": [
      1,
      {
       "b": true
      }
     ],
     "c": []
    }
    """
    if isinstance(value, str):
        return _quoted(value)
    if not isinstance(value, dict | list) or not value:
        return _plain(value)
    inner = ends + " "
    if isinstance(value, list):
        texts = [indented(each, ends=inner) for each in value]
        return f"[{inner}{f',{inner}'.join(texts)}{ends}]"
    texts = [f"{_quoted(key)}: {indented(each, ends=inner)}" for key, each in value.items()]
    return f"{{{inner}{f',{inner}'.join(texts)}{ends}}}"


_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode
_plain: Final = json.dumps


def _one_or_many(values: list[Json]) -> Json:
    return values[0] if len(values) == 1 else values
