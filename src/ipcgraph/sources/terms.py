"""The terms of a JSON-LD context: what a key, a type and a short IRI stand for, as far as places and checks need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ipcgraph.sources.wording import resolve

if TYPE_CHECKING:
    from ipcgraph.sources.json import Value

KEYWORDS: Final = frozenset({
    "@id", "@type", "@value", "@language", "@direction", "@graph", "@list", "@set", "@reverse", "@included", "@nest",
    "@index", "@context",
})  # fmt: skip
"""The keywords that may stand outside of a context."""

_CHAIN: Final = 8
"""How long a chain of terms, each defined by the next, may be; a circle of them, the parser refuses."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a key stands for: an IRI or a keyword, and the type that its values are read with."""

    iri: str
    coercion: str = ""
    container: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that are known at one point of a document; a context inside adds to them."""

    base: str
    vocabulary: str = ""
    known: Mapping[str, Term] = field(default_factory=dict)

    def extend(self, definitions: Mapping[str, object]) -> Terms:
        """These terms and those of a context, which may speak of each other in any order."""
        base, vocabulary = definitions.get("@base"), definitions.get("@vocab")
        known = dict(self.known)
        written: dict[str, str] = {}
        for key, definition in definitions.items():
            if key.startswith("@"):
                continue
            if definition is None:
                known.pop(key, None)  # a context may take a term away
                continue
            inner = definition if isinstance(definition, Mapping) else {"@id": definition}
            iri, coercion, container = (
                inner.get("@id", inner.get("@reverse")),
                inner.get("@type"),
                inner.get("@container"),
            )
            written[key] = iri if isinstance(iri, str) else key
            known[key] = Term(written[key], _text(coercion), _text(container))
        extended = Terms(
            resolve(self.base, base) if isinstance(base, str) else self.base,
            vocabulary if isinstance(vocabulary, str) else self.vocabulary,
            known,
        )
        for _ in range(_CHAIN):
            expanded = {key: replace(known[key], iri=extended.expand(iri, own=key)) for key, iri in written.items()}
            if all(known[key] == term for key, term in expanded.items()):
                break
            known.update(expanded)
        return extended

    def expand(self, text: str, *, own: str = "") -> str:
        """The IRI or keyword of a key or a type, or an empty text where it stands for none; `own` is not looked up."""
        if text in self.known and text != own:
            return self.known[text].iri
        if text.startswith("@"):
            return text if text in KEYWORDS else ""
        prefix, colon, rest = text.partition(":")
        if colon:
            return self.known[prefix].iri + rest if self._has_prefix(prefix, rest) else text
        return self.vocabulary + text if self.vocabulary else ""

    def is_declared(self, text: str) -> bool:
        """Whether what stands before the colon of a key is a prefix of the context, or the text is a whole IRI."""
        prefix, _, rest = text.partition(":")
        return rest.startswith("//") or prefix in self.known or prefix == "urn"

    def reference(self, text: str) -> str:
        """The IRI of an `@id`: a short or a whole one, or one relative to the base; an empty text where it is none."""
        prefix, colon, rest = text.partition(":")
        if colon and self._has_prefix(prefix, rest):
            return resolve("", self.known[prefix].iri + rest)
        return resolve(self.base, text)

    def term(self, key: str) -> Term | None:
        """What a key stands for, or None where it stands for nothing and JSON-LD would drop it in silence."""
        if key in self.known:
            return self.known[key]
        iri = self.expand(key)
        return Term(iri) if iri else None

    def _has_prefix(self, prefix: str, rest: str) -> bool:
        return prefix in self.known and prefix != "_" and not rest.startswith("//")


def plain(value: Value) -> object:
    """A JSON value without its places: text, a mapping, a list, or None for everything else."""
    if value.kind == "string":
        return value.text
    if value.kind == "object":
        return {key.text: plain(item) for key, item in value.entries}
    return [plain(item) for item in value.items] if value.kind == "array" else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
