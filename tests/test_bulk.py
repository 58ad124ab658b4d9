"""Large files: read by parts they give the findings, the store, the columns and the places that they give whole."""

import gzip
import random
import shutil

import pyoxigraph
import pytest
from tests.center_project import SOURCES, make_center
from tests.test_columns import same

from ipcgraph.building import build, check
from ipcgraph.bulk.streaming import large_files
from ipcgraph.columns import read_columns
from ipcgraph.errors import FindingsError, SettingsError
from ipcgraph.manifest import COLUMNS, STORE, current_build
from ipcgraph.ontology import read_ontology
from ipcgraph.places import read_places
from ipcgraph.settings import find_project
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, RDF, XSD

WORKS = 40
"""Works of the invented list; each has two to four authors of nine."""


def iri(local):
    return f"<{DEFAULT_BASE}{local}>"


def key(name):
    return f"<{IPCG}{name}>"


def record(subject, kind, **values):
    """The lines on a thing."""
    yield f"{iri(subject)} <{RDF}type> {key(kind)} ."
    yield f"{iri(subject)} {key('evidence')} {iri('source/list')} ."
    for name, value in values.items():
        property_ = {"name": f"<{PREFIXES['foaf']}name>", "title": f"<{PREFIXES['dcterms']}title>"}.get(name, key(name))
        yield f"{iri(subject)} {property_} {value} ."


def authorship(work, position, person):
    node = f"{work}/authorship/{person}"
    yield f"{iri(work)} {key('hasAuthorship')} {iri(node)} ."
    yield f"{iri(node)} <{RDF}type> {key('Authorship')} ."
    yield f"{iri(node)} {key('author')} {iri('person/' + person)} ."
    yield f'{iri(node)} {key("position")} "{position}"^^<{XSD}integer> .'


def listed():
    """Works and people as an import writes them: a record's lines together."""
    chance = random.Random(5)
    people = [f"p{number}" for number in range(9)]
    lines = [
        f"{iri('source/list')} <{RDF}type> {key('Source')} .",
        f'{iri("source/list")} <{PREFIXES["dcterms"]}title> "The list" .',
    ]
    for number in range(WORKS):
        work = f"work/w{number}"
        lines += record(
            work,
            "Work",
            title=f'"Work {number} – “α”"',
            issued=f'"{1990 + number % 30}"^^<{XSD}gYear>',
            workType=f"<{CONCEPTS}work-type/article>",
            doi=f'"10.1000/{number}"',
        )
        for position, person in enumerate(chance.sample(people, chance.randint(2, 4)), start=1):
            lines += authorship(work, position, person)
    for person in people:
        lines += record(f"person/{person}", "Person", name=f'"Person {person}"', openalex=f'"A{ord(person[1])}"')
    return lines


def write(settings, lines, name="list.nt"):
    (settings.data_folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def sized(settings, bulk):
    """The project with another limit of size; `0 B` reads its N-Triples by parts, `1 TB` whole."""
    return find_project(settings.root, environment={"IPCGRAPH_BULK": bulk})


@pytest.fixture
def center(tmp_path, monkeypatch):
    settings = make_center(tmp_path / "center")
    # Small parts, made in this process, so that a few lines are many parts.
    monkeypatch.setattr("ipcgraph.bulk.streaming.RANGE", 5_000)
    monkeypatch.setattr("ipcgraph.processes.MOST_PROCESSES", 1)
    return settings


def made(settings):
    """All that a build comes to."""
    done = build(settings, force=True)
    quads = set(pyoxigraph.Store.read_only(str(done.folder / STORE)))
    places = read_places(done.folder, [(quad.subject, quad.predicate, quad.object) for quad in quads])
    return done, quads, read_columns(done.folder / COLUMNS), places


def assert_same_build(settings):
    whole, quads, columns, places = made(sized(settings, "1 TB"))
    parted, other_quads, other_columns, other_places = made(sized(settings, "0 B"))
    assert quads == other_quads
    assert same(columns, other_columns)
    assert places == other_places
    assert whole.report == parted.report
    assert whole.manifest.figures == parted.manifest.figures
    return parted


def assert_same_findings(settings):
    """The findings, equal by parts and whole."""
    whole, parted = (check(sized(settings, bulk)).findings for bulk in ("1 TB", "0 B"))
    assert set(map(str, parted)) == set(map(str, whole))
    assert parted == whole
    return whole


def parts_of(settings):
    return [path for path in (settings.build_folder / "parts").iterdir() if path.is_dir()]


def test_every_shipped_rule_needs_one_record_only():
    assert all(rule.local for rule in read_ontology().rules)


def test_a_build_by_parts_is_the_build_of_the_whole(center):
    write(center, listed())
    assert_same_build(center)
    assert len(parts_of(center)) > 5
    assert not list(center.build_folder.glob("bulk-*"))


def test_records_whose_lines_stand_apart_are_built_alike(center):
    lines = listed()
    random.Random(3).shuffle(lines)
    write(center, lines)
    assert_same_build(center)


def test_a_record_that_a_curated_file_adds_to_is_built_alike(center):
    write(center, listed())
    added = f'{iri("person/p1")} {key("orcid")} "0000-0002-1825-0097" .'
    (center.data_folder / "more.ttl").write_text(added, encoding="utf-8")
    assert_same_build(center)


def authors_of(work):
    return sum(line.startswith(f"{iri(work)} {key('hasAuthorship')}") for line in listed())


def test_decisions_are_followed_in_large_files(center):
    more = [
        *authorship("work/w3", authors_of("work/w3") + 1, "q"),
        *record("person/q", "Person", name='"Q"'),
        *record("person/r", "Person", name='"R"'),
    ]
    write(center, [*listed(), *more])
    decisions = (
        "- {one: person/r, other: person/q, verdict: same, by: Ada, date: 2024-01-01}\n"
        "- {one: person/p1, other: person/s, verdict: different, works: [%s], by: Ada, date: 2024-01-01}\n"
    )
    work = next(line for line in listed() if line.startswith("<") and "/authorship/p1>" in line).partition("> ")[0]
    (center.root / "decisions.yaml").write_text(decisions % work.removeprefix(f"<{DEFAULT_BASE}"), encoding="utf-8")
    assert_same_build(center)
    store = pyoxigraph.Store.read_only(str(current_build(center) / STORE))
    authors = {str(quad.object) for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(IPCG + "author"), None)}
    assert {iri("person/r"), iri("person/s")} <= authors
    assert iri("person/q") not in authors


def with_lines(*more, without=""):
    return [line for line in listed() if not without or without not in line] + list(more)


FAULTS = {
    "is already used in": record("person/p3", "Person", name='"Another"'),
    "no record with the id": authorship("work/w3", 9, "nobody"),
    "did you mean person/p4": [f"{iri('work/w9')} {key('topic')} {iri('person/p44')} ."],
    "there is no word": [f"{iri('work/w1')} {key('workType')} <{CONCEPTS}work-type/artikle> ."],
    "there is no property": [f'{iri("work/w1")} {key("isued")} "1999" .'],
    "there is no ipcg:Persn": [f"{iri('person/v')} <{RDF}type> {key('Persn')} ."],
    "has no type": [f'{iri("person/u")} {key("summary")} "U" .'],
    "never written by hand": [f"{iri('work/w2')} {key('creator')} {iri('person/p1')} ."],
    "two authors of work/w5": [*authorship("work/w5", 1, "t"), *record("person/t", "Person", name='"T"')],
    "is its author number": [*authorship("work/w7", 9, "t")],
    "topic/t1 is part of": [
        *(f"{iri(f'topic/t{n}')} {key('partOf')} {iri(f'topic/t{(n + 1) % 3}')} ." for n in range(3)),
        *(line for n in range(3) for line in record(f"topic/t{n}", "Topic")),
    ],
    "is no good orcid": [f'{iri("person/p6")} {key("orcid")} "0000-0002-1825-0098" .'],
    "two records have the same doi": [f'{iri("work/w12")} {key("doi")} "10.1000/16" .'],
    "title": [f"{iri('work/y')} <{RDF}type> {key('Work')} ."],
    "begins with work/": record("person/x", "Work", title='"X"'),
    "is not read by ipcgraph": [f'{iri("person/p1")} <{PREFIXES["foaf"]}nmae> "P" .'],
}
"""Lines with one mistake each, by what is said of it."""

UNREAD = {
    "is not N-Quads": ["this is no statement"],
    "blank node": [f"{iri('work/w1')} {key('topic')} _:b .", f"{iri('work/w2')} {key('topic')} _:b ."],
    "control character U+009F": [f'{iri("work/w1")} {key("summary")} "a\u009fb" .'],
    "control character U+0001": [f'{iri("work/w1")} {key("summary")} "a\\u0001b" .'],
    "is not a date": [f'{iri("work/w1")} {key("issued")} "19x1"^^<{XSD}gYear> .'],
    "named graphs": [f"{iri('work/w1')} {key('topic')} {iri('topic/z')} {iri('graph/g')} ."],
    "references to records that are missing were not looked for": [],
}
"""Lines that are not read, each beside good ones."""


@pytest.mark.parametrize("faults", [FAULTS, UNREAD], ids=["read", "unread"])
def test_what_is_wrong_is_found_alike_and_at_the_same_line(center, faults):
    lines = listed()
    for place, added in enumerate(faults.values(), start=1):
        at = place * len(lines) // (len(faults) + 2)
        while not lines[at].endswith(f"{key('Work')} ."):
            at += 1
        lines[at:at] = added
    # Some lines in another form: they are no mistake, and read one by one.
    lines = [line.replace("α", "\\u03B1").replace(" <", "   <", 1) if "w2" in line else line for line in lines]
    write(center, lines, "list.nq")
    found = assert_same_findings(center)
    said = [str(finding) for finding in found if finding.place.path == "data/list.nq"]
    for sentence in faults:
        assert any(sentence in each for each in said), sentence


def test_a_compressed_file_is_read_as_the_plain_one(center):
    with gzip.open(center.data_folder / "list.nt.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(listed()) + "\n")
    packed = made(sized(center, "0 B"))
    (center.data_folder / "list.nt.gz").unlink()
    write(center, listed())
    plain = made(sized(center, "1 TB"))
    assert packed[1] == plain[1]
    assert packed[0].manifest.figures["records"] > WORKS


def test_of_a_damaged_file_the_rest_is_kept_and_the_part_named(center):
    data = gzip.compress("\n".join(listed()).encode() + b"\n")
    (center.data_folder / "list.nt.gz").write_bytes(data[: len(data) // 2])
    (center.data_folder / "other.nt").write_text("\n".join(record("person/q", "Person", name='"Q"')) + "\n")
    for bulk in ("1 TB", "0 B"):
        found = check(sized(center, bulk))
        damaged = [finding for finding in found.errors if "damaged" in finding.message]
        assert [finding.place.path for finding in damaged] == ["data/list.nt.gz"]
        assert damaged[0].place.line > 10
        with pytest.raises(FindingsError):
            build(sized(center, bulk))


def test_parts_of_files_that_have_not_changed_are_used_again(center):
    write(center, listed())
    write(center, record("person/q", "Person", name='"Q"'), "other.nt")
    build(sized(center, "0 B"))
    before = {path.name: (path / "part.json").stat().st_mtime_ns for path in parts_of(center)}
    write(center, record("person/q", "Person", name='"Quentin"'), "other.nt")
    build(sized(center, "0 B"))
    after = {path.name: (path / "part.json").stat().st_mtime_ns for path in parts_of(center)}
    assert len(before) == len(after)
    assert len(set(before.items()) - set(after.items())) == 1


def test_many_findings_alike_are_counted(center, monkeypatch):
    monkeypatch.setattr("ipcgraph.bulk.sifting.LISTED", 5)
    write(center, with_lines(without=f"<{RDF}type> {key('Person')}"))
    found = [
        finding
        for finding in check(sized(center, "0 B"))
        if "has no type" in finding.message or "more like" in finding.message
    ]
    untyped = [finding for finding in found if finding.shape.endswith("check-type")]
    assert len(untyped) == 6
    assert any("4 more like these are not listed" in finding.message for finding in untyped)


def test_passages_are_compared_with_their_sources_alike(center):
    passage = "source/annals/L1"
    lines = [
        f"{iri(passage)} <{RDF}type> {key('Passage')} .",
        f"{iri(passage)} {key('source')} {iri('source/annals')} .",
        *(f'{iri(passage)} {key(name)} "1"^^<{XSD}integer> .' for name in ("firstLine", "lastLine")),
        f"{iri('work/w1')} {key('evidence')} {iri(passage)} .",
    ]
    write(center, with_lines(*lines))
    texts = center.root / "texts"
    shutil.copytree(SOURCES, texts)
    file = texts / "annals.txt"
    check(sized(center, "0 B"), sources=texts, accept=True)
    assert "source/annals L1 " in (center.data_folder / "passages.lock").read_text(encoding="utf-8")
    rows = file.read_text(encoding="utf-8").splitlines()
    rows[0] += " changed"
    file.write_text("\n".join(rows), encoding="utf-8")
    whole, parted = (check(sized(center, bulk), sources=texts) for bulk in ("1 TB", "0 B"))
    assert parted == whole
    assert [finding for finding in parted if finding.focus.endswith("work/w1") and "has changed" in finding.message]


def test_the_size_is_that_of_all_files_together(center):
    write(center, listed())
    size = (center.data_folder / "list.nt").stat().st_size
    assert not large_files(sized(center, f"{size} B"))
    write(center, record("person/q", "Person", name='"Q"'), "other.nt")
    assert [path.name for path in large_files(sized(center, f"{size} B"))] == ["list.nt", "other.nt"]


@pytest.mark.parametrize("bulk", ["", "100", "-1 MB", "100 apples", "1e9 B"])
def test_a_size_that_is_none_is_refused(center, bulk):
    with pytest.raises(SettingsError, match='write a size, such as "100 MB"'):
        sized(center, bulk)
