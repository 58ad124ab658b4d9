"""The invented center built and opened as publishing reads it, and a graph of records that are hard to publish."""

from contextlib import contextmanager
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad
from tests.center_project import make_center

from ipcgraph.ontology import read_ontology
from ipcgraph.project import fresh_build
from ipcgraph.publish.reading import Reading
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, TYPE

BASE = DEFAULT_BASE
NASTY = (
    'R&D at 5% of $9_000 in #1 ~ {x^2} \\cite{a} <b>&amp;</b> "quoted" | `rm`',
    "a lone { brace",
    "} another",
    "=1+1",
    "</script><script>alert(1)</script>",
    "line one\nER  - \r\nTY  - JOUR\u2028@book{evil,",
    "Ærøskøbing – żółć – Đặng – 李明 – محمد\u202eevil",
    "😀",
    "x" * 300,
)


@contextmanager
def opened(project):
    """The reading of a project's fresh build."""
    with Reading.open(fresh_build(project) / "store", base=project.base) as reading:
        yield reading


@contextmanager
def center(folder):
    with opened(make_center(folder / "center")) as reading:
        yield reading


def thing(path):
    return NamedNode(BASE + path)


@cache
def ontology():
    return read_ontology()


def statement(subject, key, value):
    """A statement with a key of the ontology; the value is a term, or a text."""
    known = ontology()
    iri = known.properties[key].iri if key in known.properties else key
    return Quad(thing(subject), NamedNode(iri), Literal(value) if isinstance(value, str) else value)


def typed(subject, kind):
    return Quad(thing(subject), TYPE, NamedNode(IPCG + kind))


def named(subject, kind, name):
    return [typed(subject, kind), statement(subject, "title" if kind == "Work" else "name", name)]


def work(slug, title, authors=(), **keys):
    """A work with its authors: pairs of the thing and the name as listed, or things."""
    subject = f"work/{slug}"
    yield from named(subject, "Work", title)
    for key, value in keys.items():
        yield statement(subject, key, value)
    for position, author in enumerate(authors, start=1):
        who, listed = author if isinstance(author, tuple) else (author, "")
        part = f"{subject}/authorship/{who.rpartition('/')[2]}"
        yield from (typed(part, "Authorship"), statement(part, "author", thing(who)))
        yield Quad(thing(subject), NamedNode(IPCG + "hasAuthorship"), thing(part))
        yield Quad(thing(part), NamedNode(IPCG + "position"), Literal(position))
        if listed:
            yield statement(part, "nameAsListed", listed)


@contextmanager
def graph(*groups, shipped=True):
    """The reading of a graph in memory: groups of statements, with the shipped vocabulary unless it is left out."""
    with EmbeddedStore.memory() as store:
        own = [quad for quad, _ in ontology().statements] if shipped else []
        store.load([*own, *(quad for group in groups for quad in group)])
        yield Reading(store, base=BASE)


def date(text, kind="gYear"):
    return Literal(text, datatype=NamedNode(PREFIXES["xsd"] + kind))
