"""schema.org as JSON-LD, from a file or a web page: works, persons and organizations; no context is fetched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.entries import Affiliation, Contributor, Entry, OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.jsonrecords import Json, Record, json_records
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import is_nobody, listed, named
from ipcgraph.imports.readers.schemanodes import (
    ORGANIZATIONS,
    Node,
    Numbers,
    bare_texts,
    id_of,
    person_name,
    plain_node,
    texts_of,
    types_of,
)
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.sources.text import fault
from ipcgraph.vocabulary import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_WORKS: Final = frozenset(
    [
        "CreativeWork",
        "Article",
        "ScholarlyArticle",
        "MedicalScholarlyArticle",
        "NewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "TechArticle",
        "APIReference",
        "Report",
        "Book",
        "Chapter",
        "Thesis",
        "Dataset",
        "SoftwareSourceCode",
        "SoftwareApplication",
        "BlogPosting",
        "SocialMediaPosting",
        "LiveBlogPosting",
        "Manuscript",
        "DigitalDocument",
        "PresentationDigitalDocument",
        "TextDigitalDocument",
        "Review",
        "PublicationIssue",
        "LearningResource",
        "VideoObject",
        "AudioObject",
        "Legislation",
        "Poster",
    ]
)
_PASSED: Final = ("mainEntity", "itemListElement", "item", "@graph", "@set", "@list", "dataFeedElement")
"""Keys of nodes that hold what is meant."""
_QUIET: Final = frozenset(
    [
        "WebPage",
        "WebSite",
        "BreadcrumbList",
        "ItemList",
        "ListItem",
        "ProfilePage",
        "CollectionPage",
        "AboutPage",
        "Role",
        "OrganizationRole",
        "PropertyValue",
        "SearchAction",
        "DefinedTerm",
        "Place",
        "PostalAddress",
        "Country",
        "Periodical",
        "Blog",
        "ImageObject",
        "Language",
        "PublicationVolume",
        "DataFeed",
        "DataFeedItem",
        "AdministrativeArea",
        "ContactPoint",
        "EntryPoint",
        "ReadAction",
        "Comment",
        "Offer",
    ]
)
"""Kinds of nodes that are parts of others: they are not named among what is not read."""
_WORK_KEPT: Final = frozenset((
    "@id", "@type", "@context", "name", "headline", "author", "creator", "datePublished", "isPartOf", "url", "isbn",
    "genre", "sameAs", "identifier", "creativeWorkStatus", "additionalType", "mainEntityOfPage",
))  # fmt: skip
_PERSON_KEPT: Final = frozenset((
    "@id", "@type", "@context", "name", "givenName", "familyName", "additionalName", "honorificSuffix", "alternateName",
    "affiliation", "worksFor", "memberOf", "url", "sameAs", "identifier", "mainEntityOfPage",
))  # fmt: skip
_ORGANIZATION_KEPT: Final = frozenset((
    "@id", "@type", "@context", "name", "legalName", "alternateName", "url", "sameAs", "identifier", "address",
    "additionalType",
))  # fmt: skip


class _Placed(NamedTuple):
    node: Node
    place: Place


def read_schema_org(path: Path, name: str, *, encoding: str = "") -> Iterator[Entry | Finding]:
    """The entries of a JSON-LD file in schema.org, however it writes its terms: `http`, `https`, `schema:` or bare."""
    records: list[Record] = []
    for item in json_records(path, name, envelopes=("@graph",), encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            records.append(item)
    yield from entries_of(_Placed(plain_node(record.said), record.place) for record in records)


def entries_of(nodes: Iterable[_Placed]) -> Iterator[Entry | Finding]:
    """The entries among nodes whose terms are bare; references are looked up among all of them."""
    document = _Document()
    placed = list(nodes)
    for node, _ in placed:
        document.index(node)
    seen: set[int] = set()
    passed: dict[str, Place] = {}
    for node, place in placed:
        yield from document.entries(node, place, seen, passed, 0)
    if passed:
        kinds = ", ".join(sorted(passed))
        message = f"nodes of these types are not read: {kinds[:200]}"
        yield fault(message, min(passed.values()), "works, persons and organizations are read", severity="warning")


def placed(node: Node, place: Place) -> _Placed:
    """A node for `entries_of`."""
    return _Placed(node, place)


class _Document:
    """The nodes of one document by their id."""

    def __init__(self) -> None:
        self._by_id: dict[str, Node] = {}

    def index(self, value: Json, depth: int = 0) -> None:
        """Notes every node that says something of itself under its id."""
        if isinstance(value, list):
            for each in value:
                self.index(each, depth)
        elif isinstance(value, dict):
            own = value.get("@id")
            if isinstance(own, str) and len(value) > len(self._by_id.get(own, {})) and len(value) > 1:
                self._by_id[own] = value
            for each in value.values():
                if isinstance(each, list | dict) and depth < 50:
                    self.index(each, depth + 1)

    def entries(
        self, node: Node, place: Place, seen: set[int], passed: dict[str, Place], depth: int
    ) -> Iterator[Entry | Finding]:
        kinds = types_of(node)
        if id(node) in seen or depth > 8:
            return
        seen.add(id(node))
        if kinds & _WORKS:
            yield from self._work(node, place)
        elif "Person" in kinds:
            yield from self._person(node, place)
        elif kinds & ORGANIZATIONS:
            yield from self._organization(node, place)
        else:
            inner = [each for key in _PASSED for each in self._nodes(node, key)]
            for each in inner:
                yield from self.entries(each, place, seen, passed, depth + 1)
            if not inner and not kinds & _QUIET:
                for kind in kinds or {"no type"}:
                    passed.setdefault(kind, place)

    def _work(self, node: Node, place: Place) -> Iterator[Entry | Finding]:
        ledger = Ledger()
        ledger.others(node, _WORK_KEPT)
        titles = texts_of(node, "name") + texts_of(node, "headline")
        for other in dict.fromkeys(titles[1:]):
            if other != titles[0]:
                ledger.lose("headline", other, "the name counts")
        kinds = sorted(types_of(node) & _WORKS)
        genres = [each.removeprefix(CONCEPTS + "work-type/") for each in texts_of(node, "genre")]
        numbers = Numbers(node, ledger)
        venue = next(iter(self._nodes(node, "isPartOf")), {})
        yield from finished(
            WorkEntry(
                place,
                id_of(node) or str(place.line),
                plain(titles[0]) if titles else "",
                contributors=tuple(self._contributors(node, ledger)),
                issued=ledger.date(next(iter(texts_of(node, "datePublished")), ""), "datePublished"),
                work_type=next((found for each in (*genres, *kinds) if (found := concept_of(each))), ""),
                stated_type=kinds[0]
                if len(kinds) == 1
                else next((kind for kind in kinds if kind != "CreativeWork"), ""),
                container=plain(self._container(venue)),
                doi=numbers.one("doi"),
                isbn=ledger.first_identifier("isbn", texts_of(node, "isbn"), "isbn"),
                openalex=numbers.one("openalex"),
                url=numbers.url(),
                is_retracted="retracted" in " ".join(texts_of(node, "creativeWorkStatus")).lower(),
            ),
            numbers.closed(),
        )

    def _container(self, node: Node, depth: int = 0) -> str:
        """The name of the journal: that of the issue's volume's periodical."""
        above = next(iter(self._nodes(node, "isPartOf")), None)
        if above is not None and depth < 5 and (found := self._container(above, depth + 1)):
            return found
        return next(iter(texts_of(node, "name") + texts_of(node, "headline")), "")

    def _contributors(self, node: Node, ledger: Ledger) -> Iterator[Contributor]:
        """Authors, else creators; a Role between them and the work is seen through, in the order of its position."""
        key = "author" if node.get("author") else "creator"
        if (
            key == "author"
            and node.get("creator")
            and not any("Role" in types_of(each) for each in self._nodes(node, "author"))
        ):
            ledger.lose("creator", node["creator"], "author counts")
        for text in bare_texts(node, key):
            yield from (Contributor(named(each)) for each in listed(text) if not is_nobody(each))
        found = [(position, person) for each in self._nodes(node, key) for position, person in self._through_role(each)]
        if all(position for position, _ in found):
            found.sort(key=lambda pair: pair[0])
        for _, person in found:
            contributor = self._contributor(person, ledger)
            if contributor is None:
                ledger.lose(key, person, "names nobody")
            else:
                yield contributor

    def _through_role(self, node: Node) -> list[tuple[int, Node]]:
        if not any(kind.endswith("Role") for kind in types_of(node)):
            return [(0, node)]
        position = next(iter(texts_of(node, "position")), "")
        number = int(position) if position.isdecimal() and len(position) < 9 else 0
        people = self._nodes(node, "author") + self._nodes(node, "creator")
        # The name of the Role is the one that the work lists.
        own: Node = {"name": node["name"], "familyName": None, "givenName": None} if node.get("name") else {}
        return [(number, {"@type": "Person", **each, **own}) for each in people]

    def _contributor(self, node: Node, ledger: Ledger) -> Contributor | None:
        name = person_name(node)
        if not name.text or is_nobody(name.text):
            return None
        numbers = Numbers(node, ledger, prefix="author.")
        places = [each for key in ("affiliation", "worksFor") for each in self._nodes(node, key)]
        affiliations = [self._affiliation(each, ledger) for each in places] + [
            Affiliation(each) for each in bare_texts(node, "affiliation")
        ]
        own = id_of(node)
        return Contributor(
            name,
            orcid=numbers.one("orcid"),
            openalex=numbers.one("openalex"),
            key=own if own and not own.startswith("_:") else "",
            affiliations=tuple(dict.fromkeys(each for each in affiliations if each.name)),
        )

    def _affiliation(self, node: Node, ledger: Ledger) -> Affiliation:
        if any(kind.endswith("Role") for kind in types_of(node)):
            node = next(
                iter(self._nodes(node, "affiliation") + self._nodes(node, "worksFor") + self._nodes(node, "memberOf")),
                {},
            )
        numbers = Numbers(node, ledger, prefix="affiliation.")
        return Affiliation(
            next(iter(texts_of(node, "name")), ""),
            ror=numbers.one("ror"),
            openalex=numbers.one("openalex"),
            country=_country(self, node),
        )

    def _person(self, node: Node, place: Place) -> Iterator[Entry | Finding]:
        ledger = Ledger()
        ledger.others(node, _PERSON_KEPT)
        name = person_name(node)
        if not name.text:
            yield fault("this person has no name; left out", place, "give them a name", check="no-title")
            return
        numbers = Numbers(node, ledger)
        places = [
            self._affiliation(each, ledger)
            for key in ("affiliation", "worksFor", "memberOf")
            for each in self._nodes(node, key)
        ]
        entry = PersonEntry(
            place,
            id_of(node) or str(place.line),
            name,
            other_names=tuple(each for each in texts_of(node, "alternateName") if each != name.text),
            orcid=numbers.one("orcid"),
            openalex=numbers.one("openalex"),
            wikidata=numbers.one("wikidata"),
            isni=numbers.one("isni"),
            url=numbers.url(),
            affiliations=tuple(dict.fromkeys(each for each in places if each.name)),
        )
        yield entry._replace(lost=numbers.closed().lost)

    def _organization(self, node: Node, place: Place) -> Iterator[Entry | Finding]:
        ledger = Ledger()
        ledger.others(node, _ORGANIZATION_KEPT)
        names = texts_of(node, "name") + texts_of(node, "legalName")
        if not names:
            yield fault("this organization has no name; left out", place, "give it a name", check="no-title")
            return
        numbers = Numbers(node, ledger)
        entry = OrganizationEntry(
            place,
            id_of(node) or str(place.line),
            names[0],
            other_names=tuple(
                dict.fromkeys(each for each in names[1:] + texts_of(node, "alternateName") if each != names[0])
            ),
            ror=numbers.one("ror"),
            openalex=numbers.one("openalex"),
            wikidata=numbers.one("wikidata"),
            isni=numbers.one("isni"),
            url=numbers.url(),
            country=_country(self, node),
        )
        yield entry._replace(lost=numbers.closed().lost)

    def _nodes(self, node: Node, key: str) -> list[Node]:
        """The nodes under a key; a reference stands for what is said of it elsewhere."""
        value = node.get(key)
        if isinstance(value, dict) and "@list" in value:
            value = value["@list"]
        found = []
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                own = each.get("@id")
                known = self._by_id.get(own, {}) if isinstance(own, str) else {}
                found.append({**known, **each} if known is not each and known else each)
            elif isinstance(each, str) and each in self._by_id:
                found.append(self._by_id[each])
        return found


def _country(document: _Document, node: Node) -> str:
    """The code of the country of an address, where it is a code."""
    for address in document._nodes(node, "address"):  # noqa: SLF001  # of this module
        for text in texts_of(address, "addressCountry"):
            if re.fullmatch("[A-Za-z]{2}", text):
                return text.upper()
    return ""
