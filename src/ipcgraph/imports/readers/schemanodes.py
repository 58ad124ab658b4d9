"""Nodes of schema.org as JSON has them: their types, texts, names and identifiers; in any form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from ipcgraph.entries import Name
from ipcgraph.identifiers import normalise
from ipcgraph.imports.personalnames import body, in_parts, named

if TYPE_CHECKING:
    from ipcgraph.imports.jsonrecords import Json
    from ipcgraph.imports.ledger import Ledger

Node: TypeAlias = "dict[str, Json]"

ORGANIZATIONS: Final = frozenset(
    [
        "Organization",
        "ResearchOrganization",
        "CollegeOrUniversity",
        "EducationalOrganization",
        "GovernmentOrganization",
        "Corporation",
        "NGO",
        "FundingAgency",
        "Consortium",
        "NewsMediaOrganization",
        "LibrarySystem",
        "MedicalOrganization",
        "School",
        "Library",
        "Hospital",
    ]
)


class Numbers:
    """The identifiers of a node, wherever it has them: its id, `identifier`, `sameAs`, `url`."""

    def __init__(self, node: Node, ledger: Ledger, *, prefix: str = "") -> None:
        self._ledger, self._prefix = ledger, prefix
        self._stated: dict[str, str] = {}
        self._pages = [text for text in texts_of(node, "url") if text.startswith("http")]
        for value in listed_in(node, "identifier"):
            if isinstance(value, dict):
                kind = " ".join(texts_of(value, "propertyID") + texts_of(value, "name")).lower()
                for text in texts_of(value, "value") + ([id_of(value)] if id_of(value) else []):
                    self._stated.setdefault(text, f"{kind} identifier")
            elif isinstance(value, str):
                self._stated.setdefault(value.strip(), "identifier")
        for text in [
            id_of(node),
            *texts_of(node, "sameAs"),
            *(id_of(each) for each in listed_in(node, "sameAs") if isinstance(each, dict)),
        ]:
            if text:
                self._stated.setdefault(text, "sameAs")
        for text in self._pages:
            self._stated.setdefault(text, "url")
        self._own = id_of(node)

    def one(self, scheme: str) -> str:
        """The first good identifier of a scheme; those used are not lost."""
        found = ""
        for text, where in list(self._stated.items()):
            if scheme in {"isni", "orcid"} and scheme not in (text + where).lower():
                continue  # sixteen digits are either
            good = normalise(scheme, text)
            if good:
                found = found or good
                if good == found and where != "url":
                    del self._stated[text]
        return found

    def url(self) -> str:
        """The address of the thing, which is not that of a register."""
        for text in [*self._pages, self._own]:
            if text.startswith("http") and not re.match(r"https?://(?:dx\.)?(?:doi|orcid|ror|openalex)\.org/", text):
                good = normalise("url", text)
                if good and (text != self._own or text in self._stated):
                    self._stated.pop(text, None)
                    return good
        return ""

    def closed(self) -> Ledger:
        """The ledger with the identifiers that were not used."""
        for text, where in self._stated.items():
            if text not in {self._own, *self._pages} and not text.startswith("_:"):
                self._ledger.lose(self._prefix + where.rpartition(" ")[2], text)
        return self._ledger


def person_name(node: Node) -> Name:
    whole = next(iter(texts_of(node, "name")), "")
    family, given = next(iter(texts_of(node, "familyName")), ""), next(iter(texts_of(node, "givenName")), "")
    if types_of(node) & ORGANIZATIONS:
        return body(whole)
    if family:
        middle = next(iter(texts_of(node, "additionalName")), "")
        return in_parts(family, f"{given} {middle}".strip() if middle not in given else given, text=whole)
    return named(whole)


def types_of(node: Node) -> set[str]:
    return {text.rpartition("/")[2].rpartition(":")[2].rpartition("#")[2] for text in texts_of(node, "@type")}


def id_of(node: Node) -> str:
    value = node.get("@id")
    return value.strip() if isinstance(value, str) else ""


def listed_in(node: Node, key: str) -> list[Json]:
    value = node.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def bare_texts(node: Node, key: str) -> list[str]:
    return [" ".join(each.split()) for each in listed_in(node, key) if isinstance(each, str) and each.strip()]


def texts_of(node: Node, key: str) -> list[str]:
    """The texts under a key: bare, numbers, or in value objects."""
    found = []
    for each in listed_in(node, key):
        value = (
            each.get("@value", each.get("name") if key == "addressCountry" else None)
            if isinstance(each, dict)
            else each
        )
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            found.append(" ".join(value.split()))
        elif isinstance(each, dict) and key == "genre" and id_of(each):
            found.append(id_of(each))
    return found


def plain_node(value: Node) -> Node:
    """A node whose keys of schema.org are bare, whatever prefix or address they are written with."""
    found = _bare(value)
    return found if isinstance(found, dict) else {}


def _bare(value: Json) -> Json:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    said: Node = {}
    for key, each in value.items():
        bare = {"id": "@id", "type": "@type"}.get(key, re.sub(r"^(?:https?://schema\.org/|schema:|sdo:|so:)", "", key))
        if key != "@context":
            said.setdefault(bare, _bare(each))
    return said
