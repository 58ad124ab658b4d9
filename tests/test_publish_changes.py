"""Dumps and what has changed between two of them."""

import gzip

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.errors import ProjectError
from ipcgraph.publish.changes import ADDED, REMOVED, SHOWN, Earlier, write_changes
from ipcgraph.publish.dumps import NQUADS, write_dumps, write_sums
from ipcgraph.publish.reading import Reading, Thing
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import IPCG, PREFIXES, TYPE

BASE = "http://x.org/id/"
NAME = NamedNode(PREFIXES["foaf"] + "name")


def person(slug, name, kind="Person"):
    node = NamedNode(f"{BASE}person/{slug}")
    return [Quad(node, TYPE, NamedNode(IPCG + kind)), Quad(node, NAME, Literal(name))]


def dumped(folder, *people):
    """The reading of a graph, whose dumps are in the folder."""
    store = EmbeddedStore.memory()
    store.load(quad for each in people for quad in each)
    reading = Reading(store, base=BASE)
    write_dumps(reading.lines(), folder)
    return reading


def lines(file):
    return gzip.decompress(file.read_bytes()).decode().splitlines()


def test_new_gone_and_otherwise_told_things_are_counted_and_named(tmp_path):
    dumped(tmp_path / "one", person("ada", "Ada"), person("bob", "Bob"), person("cy", "Cy"), person("dot", "Dot"))
    reading = dumped(
        tmp_path / "two",
        person("ada", "Ada"),
        person("cy", "Cyril"),
        person("dot", "Dot", "Partner"),
        person("eve", "Eve"),
    )
    changes = write_changes(reading, tmp_path / "two", Earlier(tmp_path / "one", "2023"))
    assert changes is not None
    assert changes.since == "2023"
    assert changes.new == (Thing(BASE + "person/eve", "Person", "Eve"),)
    assert changes.gone == (Thing(BASE + "person/bob", "Person", "Bob"),)
    # Dot is the same thing, of another class.
    assert changes.counts == {"Partner": (0, 1, 0), "Person": (1, 1, 1)}
    assert (changes.added, changes.removed) == (4, 4)
    assert len(lines(tmp_path / "two" / ADDED)) == len(lines(tmp_path / "two" / REMOVED)) == 4


def test_of_many_new_things_some_are_named_and_all_are_counted(tmp_path):
    dumped(tmp_path / "one", person("ada", "Ada"))
    reading = dumped(tmp_path / "two", *(person(f"p{number:03}", f"P {number}") for number in range(120)))
    changes = write_changes(reading, tmp_path / "two", Earlier(tmp_path / "one", ""))
    assert changes is not None
    assert [thing.label for thing in changes.new] == [f"P {number}" for number in range(SHOWN)]
    assert changes.counts == {"Person": (120, 0, 1)}


def test_the_last_release_is_found_by_what_has_changed_since(tmp_path):
    dumped(tmp_path / "one", person("ada", "Ada"), person("bob", "Bob"))
    two = dumped(tmp_path / "two", person("ada", "Adah"), person("cy", "Cy"))
    write_changes(two, tmp_path / "two", Earlier(tmp_path / "one", "1"))
    again = dumped(tmp_path / "again", person("ada", "Ada"), person("cy", "Cy"), person("dot", "Dot"))
    write_changes(again, tmp_path / "again", Earlier(tmp_path / "two", "1", same=True))
    direct = dumped(tmp_path / "direct", person("ada", "Ada"), person("cy", "Cy"), person("dot", "Dot"))
    write_changes(direct, tmp_path / "direct", Earlier(tmp_path / "one", "1"))
    for name in (ADDED, REMOVED):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "direct" / name).read_bytes()
    assert lines(tmp_path / "again" / REMOVED)


def test_where_nothing_has_changed_both_files_are_empty(tmp_path):
    dumped(tmp_path / "one", person("ada", "Ada"))
    reading = dumped(tmp_path / "two", person("ada", "Ada"))
    changes = write_changes(reading, tmp_path / "two", Earlier(tmp_path / "one", ""))
    assert changes is not None
    assert (changes.added, changes.removed, changes.counts) == (0, 0, {})
    assert lines(tmp_path / "two" / ADDED) == lines(tmp_path / "two" / REMOVED) == []


def packed(*text):
    return gzip.compress("".join(line + "\n" for line in text).encode())


@pytest.mark.parametrize(
    "content",
    [
        packed(
            "<http://x.org/b> <http://x.org/p> <http://x.org/c> .",
            "<http://x.org/a> <http://x.org/p> <http://x.org/c> .",
        ),
        packed("<http://x.org/a> <http://x.org/p> <http://x.org/c> .")[:-12],
        b"not packed",
        gzip.compress(b"\xff\xfe\n"),
        packed("nonsense"),
    ],
)
def test_a_last_release_that_cannot_be_read_is_told(tmp_path, content):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / NQUADS).write_bytes(content)
    reading = dumped(tmp_path / "two", person("ada", "Ada"))
    with pytest.raises(ProjectError, match="the last release"):
        write_changes(reading, tmp_path / "two", Earlier(tmp_path / "one", ""))


def test_the_same_graph_gives_the_same_bytes_in_any_order(tmp_path):
    people = [person(f"p{number}", "x" * number) for number in range(30)]
    dumped(tmp_path / "one", *people)
    dumped(tmp_path / "two", *reversed(people))
    write_sums(tmp_path / "one")
    write_sums(tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
