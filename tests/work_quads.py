"""Invented works and partnerships as quads, written down as briefly as a test can read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, TYPE, XSD

NAME = NamedNode(PREFIXES["foaf"] + "name")
TITLE = NamedNode(PREFIXES["dcterms"] + "title")

IPC_WORKS = {
    "w1": ["ba"],
    "w2": ["ba", "dt"],
    "w3": ["ba", "js"],
    "w4": ["ba", "bb", "rr"],
    "w5": ["ba"],
    "w6": ["ba"],
    "w7": ["ba"],
    "w8": ["ba"],
    "w9": ["sb", "ba"],
    "w10": ["ba", "sb", "bb"],
}
"""Works and authors of the Industrial Performance Center's list of publications."""


def thing(local: str) -> NamedNode:
    return NamedNode(DEFAULT_BASE + local)


def key(name: str) -> NamedNode:
    return NamedNode(IPCG + name)


def described(local: str, kind: str, name: str = "") -> Iterator[Quad]:
    """A thing of a class, with its name (its slug unless given)."""
    yield Quad(thing(local), TYPE, key(kind))
    yield Quad(thing(local), NAME, Literal(name or local.rpartition("/")[2]))


def written(works: Mapping[str, Sequence[str]], *, organizations: Iterable[str] = ()) -> Iterator[Quad]:
    """Works by slug with their authors by slug, in order; those in `organizations` are no persons."""
    for author in sorted({author for authors in works.values() for author in authors}):
        kind = "Organization" if author in organizations else "Person"
        yield from described(f"person/{author}", kind)
    for work, authors in works.items():
        yield Quad(thing(f"work/{work}"), TYPE, key("Work"))
        yield Quad(thing(f"work/{work}"), TITLE, Literal(work))
        for position, author in enumerate(authors, start=1):
            node = thing(f"work/{work}/authorship/{author}-{position}")
            yield Quad(thing(f"work/{work}"), key("hasAuthorship"), node)
            yield Quad(node, TYPE, key("Authorship"))
            yield Quad(node, key("author"), thing(f"person/{author}"))
            yield Quad(node, key("position"), Literal(str(position), datatype=NamedNode(XSD + "integer")))


def partnership(
    local: str,
    *,
    kind: str,
    of: Sequence[str],
    partners: Sequence[str] = (),
    countries: Sequence[str] = (),
    bounds: Mapping[str, str] | None = None,
) -> Iterator[Quad]:
    """A partnership; `bounds` are days by key, such as startNotBefore."""
    node = thing(f"partnership/{local}")
    yield Quad(node, TYPE, key("Partnership"))
    yield Quad(node, key("partnershipKind"), NamedNode(f"{CONCEPTS}partnership-kind/{kind}"))
    ends = {"partnerOf": of, "partner": partners, "partnerCountry": countries}
    for name, others in ends.items():
        yield from (Quad(node, key(name), thing(other)) for other in others)
    for name, day in (bounds or {}).items():
        yield Quad(node, key(name), Literal(day, datatype=NamedNode(XSD + "date")))
