"""Every key of every record of the test center, changed in each way that is wrong: each change is found at its line.

What reading finds is tried one change at a time. What needs the shapes is tried for all records at once that have the
key, since a change of one record is no matter to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from tests.center_project import CENTER, SOURCES

from ipcgraph import checks
from ipcgraph.building import Graph, check_graph
from ipcgraph.deriving import derive
from ipcgraph.findings import Finding
from ipcgraph.ontology import read_ontology
from ipcgraph.passages import accept, hash_statements, read_lock
from ipcgraph.records import Mapping, Node, Scalar, Sequence, Statement
from ipcgraph.settings import Settings
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.resources import statements
from ipcgraph.sources.yaml import read_yaml
from ipcgraph.statements import Index
from ipcgraph.vocabulary import DEFAULT_BASE

ONTOLOGY = read_ontology()

NESTED = {"roles": "Role", "partnerships": "Partnership", "counts": "Count", "authors": "Authorship"}
LONG = {
    ("Role", "role"): "roleType",
    ("Role", "at"): "heldAt",
    ("Partnership", "kind"): "partnershipKind",
    ("Partnership", "with"): "partner",
    ("Partnership", "countries"): "partnerCountry",
    ("Count", "of"): "countOf",
    ("Authorship", "person"): "author",
}
"""The short keys of nested records (ontology.md, Records) and what they stand for."""
REQUIRED = {
    "Center": {"id", "type", "name", "evidence"},
    "Organization": {"id", "type", "name", "evidence"},
    "Partner": {"id", "type", "name", "evidence"},
    "Commission": {"id", "type", "name", "evidence"},
    "Initiative": {"id", "type", "name", "initiativeKind", "evidence"},
    "Person": {"id", "type", "name", "evidence"},
    "Work": {"id", "type", "title", "workType", "evidence"},
    "Place": {"id", "type", "name", "countryCode"},
    "Source": {"id", "type", "title"},
    "Topic": {"id", "type", "prefLabel"},
    "Concept": {"id", "type", "prefLabel", "inScheme"},
    "Claim": {"type", "subject", "predicate", "object", "basis"},
    "Role": {"roleType", "evidence"},
    "Authorship": {"author"},
    "Partnership": {"partnershipKind", "evidence"},
    "Count": {"countOf", "asStated", "reading", "evidence"},
    "value": {"value"},
}
"""The keys that a record cannot do without (ontology.md, Properties: card. 1, and Evidence)."""
MATTERS = {"min", "max", "partner", "partnerCountry", "partnerships"}
"""Keys that no record needs, but some: bounds that a reading asks for, the only partner, a partner's only partnership."""


@dataclass(frozen=True)
class Site:
    """One key in one record, at the top or nested: `steps` lead to the mapping that holds it, `entry` is its number there."""

    record: int
    steps: tuple[int, ...]
    entry: int
    mapping: Mapping
    cls: str
    key: str

    @property
    def written(self) -> Scalar:
        return self.mapping.entries[self.entry][0]

    def scalars(self) -> list[tuple[tuple[int, ...], Scalar]]:
        """The single values of this key, with the steps to each from the record."""
        value, steps = self.mapping.entries[self.entry][1], (*self.steps, self.entry)
        if isinstance(value, Scalar):
            return [(steps, value)]
        items = value.items if isinstance(value, Sequence) else ()
        return [((*steps, number), item) for number, item in enumerate(items) if isinstance(item, Scalar)]


@cache
def records() -> tuple[Mapping, ...]:
    read = [item for file in sorted(CENTER.glob("*.yaml")) for item in read_yaml(file, file.name)]
    assert not [item for item in read if isinstance(item, Finding)]
    return tuple(item for item in read if isinstance(item, Mapping))


@cache
def sites() -> tuple[Site, ...]:
    return tuple(
        site
        for number, record in enumerate(records())
        for site in sites_of(number, (), record, record.text("type") or "")
    )


def sites_of(record: int, steps: tuple[int, ...], mapping: Mapping, cls: str) -> Iterator[Site]:
    for entry, (key, value) in enumerate(mapping.entries):
        yield Site(record, steps, entry, mapping, cls, LONG.get((cls, key.text), key.text))
        below = NESTED.get(key.text, "value")
        items = enumerate(value.items) if isinstance(value, Sequence) else ()
        for inner, item in [((entry,), value), *(((entry, number), item) for number, item in items)]:
            if isinstance(item, Mapping):
                yield from sites_of(record, (*steps, *inner), item, below)


def changed(node: Node, steps: tuple[int, ...], change: Callable[[Node], Node]) -> Node:
    """The node with the part changed that the steps lead to."""
    if not steps:
        return change(node)
    number, rest = steps[0], steps[1:]
    if isinstance(node, Sequence):
        items = list(node.items)
        items[number] = changed(items[number], rest, change)
        return Sequence(tuple(items), node.place)
    assert isinstance(node, Mapping)
    entries = list(node.entries)
    key, value = entries[number]
    entries[number] = (key, changed(value, rest, change))
    return Mapping(tuple(entries), node.place)


def changed_record(number: int, steps: tuple[int, ...], change: Callable[[Node], Node]) -> Mapping:
    record = changed(records()[number], steps, change)
    assert isinstance(record, Mapping)
    return record


def without(entry: int) -> Callable[[Node], Node]:
    def change(node: Node) -> Node:
        assert isinstance(node, Mapping)
        return Mapping(node.entries[:entry] + node.entries[entry + 1 :], node.place)

    return change


def renamed(entry: int, text: str) -> Callable[[Node], Node]:
    def change(node: Node) -> Node:
        assert isinstance(node, Mapping)
        entries = list(node.entries)
        key, value = entries[entry]
        entries[entry] = (Scalar(text, key.place), value)
        return Mapping(tuple(entries), node.place)

    return change


def reworded(text: str) -> Callable[[Node], Node]:
    return lambda node: Scalar(text, node.place)


def read(*changed_records: Mapping) -> tuple[list[Statement], list[Finding]]:
    """What these records state, and what is found in reading them."""
    stated: list[Statement] = []
    found: list[Finding] = []
    for item in statements(expand_records(changed_records, ONTOLOGY, base=DEFAULT_BASE)):
        if isinstance(item, Finding):
            found.append(item)
        else:
            stated.append(item)
    return stated, found


@pytest.fixture(scope="module")
def check(tmp_path_factory) -> Callable[[dict[int, Mapping]], list[Finding]]:
    """Gives all findings of the center with some records changed."""
    folder = tmp_path_factory.mktemp("lock")
    stated, _ = read(*records())
    accept(Index.of(stated), SOURCES, folder / "passages.lock")
    lock = read_lock(folder / "passages.lock")

    def findings(changes: dict[int, Mapping]) -> list[Finding]:
        written, found = read(*(changes.get(number, record) for number, record in enumerate(records())))
        written += hash_statements(Index.of(written), lock)
        derived = tuple(derive((quad for quad, _ in written), ONTOLOGY.rules))
        graph = Graph(ONTOLOGY, DEFAULT_BASE, Index.of(written), derived, tuple(found))
        return list(check_graph(graph, Settings(folder)))

    return findings


def lines(found: list[Finding]) -> set[tuple[str, int]]:
    return {(finding.place.path, finding.place.line) for finding in found}


def kind_of(site: Site) -> str:
    return ONTOLOGY.properties[site.key].kind if site.key in ONTOLOGY.properties else ""


def misspelt(word: str) -> str:
    """The word with its first two different neighbours changed over: `anme` for `name`."""
    at = next(i for i in range(len(word) - 1) if word[i] != word[i + 1])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def test_the_center_is_large_enough_to_try_things_on():
    assert len(sites()) > 600
    assert {site.cls for site in sites()} == set(REQUIRED)


def test_every_misspelt_key_is_found_at_its_line():
    missed = []
    for site in sites():
        word = misspelt(site.written.text)
        _, found = read(changed_record(site.record, site.steps, renamed(site.entry, word)))
        named = {finding.place.line for finding in found if f'"{word}"' in finding.message}
        # Without its id, its type or a part of a Claim, the record is none: then it is the record that lacks the key.
        whole = site.written.text in {"id", "type"} or site.cls == "Claim"
        at_record = {finding.place.line for finding in found if finding.place == records()[site.record].place}
        if site.written.place.line not in named and not (whole and at_record):
            missed.append(f"{site.written.place}: {word}")
    assert missed == []


def test_every_value_of_a_wrong_type_is_found_at_its_line():
    missed = []
    tried = 0
    for site in sites():
        for steps, scalar in site.scalars():
            text_only = kind_of(site) == "string" and site.key not in {"doi", "orcid", "ror", "wikidata", "isbn", "url"}
            if text_only or (site.cls == "value" and site.key == "value"):
                change: Callable[[Node], Node] = lambda node: Mapping(  # noqa: E731
                    ((Scalar("nonsense", node.place), Scalar("nonsense", node.place)),), node.place
                )
            else:
                change = reworded("this is nonsense")
            tried += 1
            _, found = read(changed_record(site.record, steps, change))
            if scalar.place.line not in {finding.place.line for finding in found}:
                missed.append(f"{scalar.place}: {site.written.text}: {scalar.text}")
    assert tried > 600
    assert missed == []


def test_every_reference_to_nothing_is_found_at_its_line():
    stated, _ = read(*records())
    of_record = [read(record)[0] for record in records()]
    missed = []
    tried = 0
    for site in sites():
        if kind_of(site) != "reference" and site.key != "authors":
            continue
        for steps, scalar in site.scalars():
            source, hash_sign, passage = scalar.text.partition("#")
            word = f"{source}-nowhere{hash_sign}{passage}"
            mine, found = read(changed_record(site.record, steps, reworded(word)))
            others = set(of_record[site.record])
            rest = [statement for statement in stated if statement not in others]
            dangling = list(checks.dangling_references(Index.of([*rest, *mine]), ONTOLOGY))
            tried += 1
            named = [finding for finding in (*found, *dangling) if "-nowhere" in finding.message]
            if scalar.place.line not in {finding.place.line for finding in named}:
                missed.append(f"{scalar.place}: {scalar.text}")
    assert tried > 200
    assert missed == []


@pytest.mark.parametrize("key", sorted({key for keys in REQUIRED.values() for key in keys}))
def test_every_key_that_is_needed_and_deleted_is_found_at_its_record(check, key):
    gone = [site for site in sites() if site.key == key and key in REQUIRED[site.cls]]
    found = check(deleted(gone))
    missed = [f"{site.mapping.place}: {site.cls}" for site in gone if where(site.mapping) not in lines(found)]
    assert gone
    assert missed == []


@pytest.mark.parametrize(
    "key", sorted({s.key for s in sites()} - {k for ks in REQUIRED.values() for k in ks} - MATTERS)
)
def test_a_key_that_is_not_needed_can_be_deleted(check, key):
    gone = [site for site in sites() if site.key == key]
    found = [finding for finding in check(deleted(gone)) if finding.severity == "error"]
    # Roles are named by what they are held at: without it, two may have the same name.
    assert [str(finding) for finding in found if "this would be named" not in finding.message] == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("min", {"exact", "at-least"}),
        ("max", {"exact", "at-most"}),
    ],
)
def test_a_bound_that_the_reading_asks_for_is_found_missing(check, key, expected):
    gone = [site for site in sites() if site.key == key]
    asked = [site for site in gone if site.mapping.text("reading") in expected]
    found = [finding for finding in check(deleted(gone)) if finding.severity == "error"]
    assert lines(found) == {where(site.mapping) for site in asked}


def test_a_partnership_left_with_nobody_is_found(check):
    gone = [site for site in sites() if site.key in {"partner", "partnerCountry"}]
    only = [site for site in gone if sum(1 for other in gone if other.mapping is site.mapping) == 1]
    found = check(deleted(only))
    assert {where(site.mapping) for site in only} <= lines(found)


def test_a_partner_whose_partnerships_are_deleted_is_found(check):
    found = check(deleted([site for site in sites() if site.key == "partnerships"]))
    partners = {where(record) for record in records() if record.text("type") == "Partner"}
    assert len(partners) > 5
    assert lines([finding for finding in found if finding.severity == "error"]) == partners


@pytest.mark.parametrize(
    "key",
    sorted(
        {site.key for site in sites() if kind_of(site) == "reference"}
        - {"subject", "evidence", "inScheme"}  # any thing, or a word
        | {"authors"}
    ),
)
def test_every_reference_to_a_thing_of_another_class_is_found_at_its_line(check, key):
    other = "person/li-wei" if key in {"topic", "broader"} else "topic/birds"
    changes: dict[int, Mapping] = {}
    wrong = [(site.record, steps, scalar) for site in sites() if site.key == key for steps, scalar in site.scalars()]
    for record, steps, _ in wrong:
        changes[record] = changed(changes.get(record, records()[record]), steps, reworded(other))  # type: ignore[assignment]
    found = check(changes)
    assert wrong
    assert [str(scalar.place) for _, _, scalar in wrong if where(scalar) not in lines(found)] == []


def deleted(gone: list[Site]) -> dict[int, Mapping]:
    """The records that these keys are deleted from; deepest and last first, so that the steps stay right."""
    changes: dict[int, Mapping] = {}
    for site in sorted(gone, key=lambda site: (len(site.steps), site.steps, site.entry), reverse=True):
        record = changed(changes.get(site.record, records()[site.record]), site.steps, without(site.entry))
        assert isinstance(record, Mapping)
        changes[site.record] = record
    return changes


def where(node: Node) -> tuple[str, int]:
    return node.place.path, node.place.line
