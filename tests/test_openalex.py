"""OpenAlex-shaped works: what a record becomes, what is left out and said, and that it conforms to the shapes."""

import gzip
import itertools
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ipcgraph.collecting import collect_columns
from ipcgraph.deriving import derive
from ipcgraph.findings import Finding, Place
from ipcgraph.networks import project
from ipcgraph.ontology import read_ontology
from ipcgraph.sources.openalex import read_openalex
from ipcgraph.statements import Index
from ipcgraph.validation import validate
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, TYPE, XSD

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"
SAMPLES = SHARED / "samples" / "openalex" / "works.jsonl"


def author(slug, name=None, **more):
    identity = {"id": f"https://example.org/people/{slug}", "display_name": name or slug.title(), "orcid": None}
    return {"author": identity, "raw_author_name": name or slug.title(), "institutions": [], **more}


def work(number, *authors, **more):
    return {
        "id": f"https://example.org/2020.tides-{number}",
        "doi": None,
        "title": f"Tides {number}",
        "publication_year": 2020,
        "publication_date": "2020-03-21",
        "type": "article",
        "authorships": list(authors),
        **more,
    }


def write(path, *records):
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read(path, **options):
    """The statements and the findings of a file."""
    items = list(read_openalex(path, path.name, **options))
    return [item for item in items if not isinstance(item, Finding)], [
        item for item in items if isinstance(item, Finding)
    ]


def graph_of(tmp_path, *records):
    """What a file of these records says, by subject and property without their namespaces, and the findings."""
    statements, findings = read(write(tmp_path / "works.jsonl", *records))
    said: dict[str, dict[str, list[str]]] = {}
    for quad, _ in statements:
        name = quad.predicate.value.rpartition("#")[2].rpartition("/")[2]
        value = quad.object.value.removeprefix(DEFAULT_BASE).removeprefix(IPCG).removeprefix(CONCEPTS)
        said.setdefault(quad.subject.value.removeprefix(DEFAULT_BASE), {}).setdefault(name, []).append(value)
    return said, findings


def test_a_work_becomes_a_work_with_its_authorships_in_order(tmp_path):
    said, findings = graph_of(tmp_path, work(1, author("ada"), author("bo"), doi="https://doi.org/10.5555/ABC"))
    assert said["work/2020-tides-1"] == {
        "type": ["Work"],
        "title": ["Tides 1"],
        "listedIn": ["source/works"],
        "evidence": ["source/works"],
        "issued": ["2020-03-21"],
        "workType": ["work-type/article"],
        "url": ["https://example.org/2020.tides-1"],
        "doi": ["10.5555/abc"],
        "hasAuthorship": ["work/2020-tides-1/authorship/ada", "work/2020-tides-1/authorship/bo"],
    }
    assert said["work/2020-tides-1/authorship/bo"] == {
        "type": ["Authorship"],
        "author": ["person/bo"],
        "position": ["2"],
    }
    assert said["person/ada"] == {
        "type": ["Person"],
        "name": ["Ada"],
        "evidence": ["source/works"],
        "url": ["https://example.org/people/ada"],
    }
    assert said["source/works"] == {"type": ["Source"], "title": ["works.jsonl"], "fileName": ["works.jsonl"]}
    assert findings == []


def test_each_statement_is_placed_at_the_line_of_its_record(tmp_path):
    statements, _ = read(write(tmp_path / "works.jsonl", work(1, author("ada")), "", work(2, author("bo"))))
    places = {quad.subject.value.removeprefix(DEFAULT_BASE): place for quad, place in statements}
    assert places["work/2020-tides-1"] == Place("works.jsonl", 1)
    assert places["work/2020-tides-2/authorship/bo"] == Place("works.jsonl", 3)


def test_a_person_has_one_name_and_the_others_are_kept(tmp_path):
    same = "https://example.org/people/ada"
    said, findings = graph_of(
        tmp_path,
        work(1, author("ada", "Ada Lovelace")),
        work(2, author("ada", "A. Lovelace")),
        work(3, author("ada", "Ada Lovelace") | {"raw_author_name": "LOVELACE, A"}),
    )
    assert said["person/ada"]["name"] == ["Ada Lovelace"]
    assert said["person/ada"]["alternateName"] == ["A. Lovelace"]
    assert said["person/ada"]["url"] == [same]
    assert [said[f"work/2020-tides-{number}/authorship/ada"].get("nameAsListed") for number in (1, 2, 3)] == [
        None,
        ["A. Lovelace"],
        ["LOVELACE, A"],
    ]
    assert findings == []


def test_an_author_without_an_id_is_a_person_of_that_work_alone(tmp_path):
    nameless = {"author": {"id": None, "display_name": "Ada Lovelace"}}
    said, findings = graph_of(tmp_path, work(1, nameless), work(2, nameless, author("ada", "Ada Lovelace")))
    people = {subject: properties for subject, properties in said.items() if properties["type"] == ["Person"]}
    assert set(people) == {"person/2020-tides-1-ada-lovelace", "person/2020-tides-2-ada-lovelace", "person/ada"}
    assert [slug for slug, properties in people.items() if "url" in properties] == ["person/ada"]
    assert findings == []


def test_an_author_listed_twice_counts_once_at_the_first_position_and_is_said(tmp_path):
    said, findings = graph_of(tmp_path, work(1, author("ada"), author("bo"), author("ada"), author("cy")))
    assert [said[f"work/2020-tides-1/authorship/{name}"]["position"] for name in ("ada", "bo", "cy")] == [
        ["1"],
        ["2"],
        ["3"],
    ]
    assert [(finding.severity, finding.place.line) for finding in findings] == [("warning", 1)]
    assert "people/ada is listed twice" in findings[0].message


@pytest.mark.parametrize(
    ("date", "year", "literal"),
    [
        ("2021-03-21", 2021, Literal("2021-03-21", datatype=NamedNode(XSD + "date"))),
        ("2021-01-01", 2021, Literal("2021", datatype=NamedNode(XSD + "gYear"))),
        (None, 2021, Literal("2021", datatype=NamedNode(XSD + "gYear"))),
    ],
)
def test_a_first_of_january_is_a_year(tmp_path, date, year, literal):
    statements, _ = read(write(tmp_path / "w.jsonl", work(1, publication_date=date, publication_year=year)))
    assert [quad.object for quad, _ in statements if quad.predicate.value == IPCG + "issued"] == [literal]


@pytest.mark.parametrize("date", ["2021-02-30", "soon", "20210321"])
def test_a_date_that_is_none_is_a_finding(tmp_path, date):
    said, findings = graph_of(tmp_path, work(1, publication_date=date))
    assert ["issued" in properties for properties in said.values() if properties["type"] == ["Work"]] == [False]
    assert [date in finding.message for finding in findings] == [True]


def test_ids_that_give_the_same_words_are_told_apart(tmp_path):
    said, _ = graph_of(tmp_path, work(1, author("søren"), author("sren"), author("s.ren")))
    people = [subject for subject in said if subject.startswith("person/")]
    assert len(people) == 3
    assert said["work/2020-tides-1/authorship/sren"]["author"] == ["person/sren"]
    again, _ = graph_of(tmp_path, work(1, author("søren"), author("sren"), author("s.ren")))
    assert again == said


def test_identifiers_are_normalised_and_bad_ones_are_said(tmp_path):
    first = author("ada")
    first["author"] |= {"id": "https://openalex.org/A123", "orcid": "https://orcid.org/0000-0002-1825-0097"}
    second = author("bo")
    second["author"]["orcid"] = "https://orcid.org/0000-0002-1825-0098"
    said, findings = graph_of(tmp_path, work(1, first, second, doi="doi:nonsense"))
    assert said["person/a123"]["orcid"] == ["0000-0002-1825-0097"]
    assert said["person/a123"]["openalex"] == ["A123"]
    assert "orcid" not in said["person/bo"]
    assert "doi" not in said["work/2020-tides-1"]
    assert sorted(finding.message.partition(" is ")[2] for finding in findings) == [
        "not a good doi; left out",
        "not a good orcid; left out",
    ]


def test_institutions_become_affiliations(tmp_path):
    institution = {
        "id": "https://openalex.org/I9",
        "display_name": "Tide Institute",
        "ror": "https://ror.org/042nb2s44",
    }
    said, _ = graph_of(
        tmp_path, work(1, author("ada", institutions=[institution])), work(2, author("bo", institutions=[institution]))
    )
    assert said["organization/i9"] == {
        "type": ["Organization"],
        "name": ["Tide Institute"],
        "evidence": ["source/works"],
        "openalex": ["I9"],
        "ror": ["042nb2s44"],
    }
    assert said["work/2020-tides-2/authorship/bo"]["affiliation"] == ["organization/i9"]


def test_what_has_no_place_in_the_ontology_is_counted(tmp_path):
    _, findings = graph_of(
        tmp_path,
        work(1, author("ada", countries=["NO"], empty=[]), biblio={"volume": "1"}, fwci=None),
        work(2, biblio={"volume": "2"}, type="dataset"),
    )
    assert [finding.message for finding in findings] == [
        "works of these types are read without a work type: dataset (1)",
        "these keys have no place in the ontology and are left out: authorships.countries (1), biblio (2)",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "a number in this line is too long"),
        (json.dumps(work(1) | {"id": None}), "no id"),
        (json.dumps(work(1) | {"title": None}), "no display_name"),
        (json.dumps(work(1) | {"title": 7}), "title is no text"),
        (json.dumps(work(1) | {"authorships": "ada"}), "authorships is no list"),
        (json.dumps(work(1, {"author": None})), "no author"),
        (json.dumps(work(1, author("new"), {"author": {"orcid": None}})), "no id"),
        (json.dumps(work(1, author("new", institutions=[{"display_name": "X"}]))), "no id"),
        (json.dumps(work(9)), "stands in this file already"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read_is_left_out_whole_with_its_line(tmp_path, line, said):
    good = work(9, author("ada")), work(10, author("new"))
    bad_graph, findings = graph_of(tmp_path, good[0], line, good[1])
    assert [(finding.severity, finding.place.line) for finding in findings] == [("error", 2)]
    assert said in findings[0].message
    assert bad_graph == graph_of(tmp_path, *good)[0]


def test_text_that_no_format_carries_is_taken_out_and_said(tmp_path):
    said, findings = graph_of(tmp_path, json.dumps(work(1, title="Tides\x00 and\ud800 mud")))
    assert said["work/2020-tides-1"]["title"] == ["Tides and mud"]
    assert ["control characters" in finding.message for finding in findings] == [True]


def test_a_file_that_cannot_be_read_is_one_finding(tmp_path):
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(json.dumps(work(1)).encode() * 50)[:-20])
    (tmp_path / "not.jsonl.gz").write_text("plain")
    (tmp_path / "bytes.jsonl").write_bytes(b'{"id": "\xff"}\n')
    for name in ("cut.jsonl.gz", "not.jsonl.gz", "bytes.jsonl", "absent.jsonl"):
        _, findings = read(tmp_path / name)
        assert [finding.severity for finding in findings] == ["error"], name


def test_the_same_file_gives_the_same_statements(tmp_path):
    path = write(tmp_path / "w.jsonl", work(1, author("ada"), author("bo")), work(2, author("bo")))
    assert read(path) == read(path)
    assert read(path, title="Tides")[0] != read(path)[0]


def test_what_is_read_conforms_to_the_shapes(tmp_path):
    records = [work(1, author("ada"), author("bo", "B. Bo")), work(2, author("bo", "Bo")), work(3)]
    statements, _ = read(write(tmp_path / "works.jsonl", *records))
    ontology = read_ontology()
    derived = tuple(derive((quad for quad, _ in statements), ontology.rules))
    assert {quad.predicate.value for quad, _ in derived} >= {IPCG + "creator", IPCG + "issuedNotBefore"}
    findings = list(validate(Index.of(statements), derived, ontology, base=DEFAULT_BASE, evidence="required"))
    assert findings == []


@pytest.mark.skipif(not SAMPLES.is_file(), reason="the OpenAlex samples are not here")
def test_real_records_of_openalex_are_read():
    statements, findings = read(SAMPLES)
    titles = [quad for quad, _ in statements if quad.predicate.value == PREFIXES["dcterms"] + "title"]
    lines = [line for line in SAMPLES.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(titles) == len(lines) + 1, "each work, and the source"
    assert not [finding for finding in findings if finding.severity == "error"]


@pytest.fixture(scope="module")
def first_works(tmp_path_factory):
    """The statements of the first thousand records of the corpus."""
    if not CORPUS.is_file():
        pytest.skip("the corpus is not here")
    path = tmp_path_factory.mktemp("corpus") / "acl.jsonl"
    with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
        path.write_text("".join(itertools.islice(file, 1000)), encoding="utf-8")
    return path, read(path)[0]


def test_the_network_of_real_works_is_what_their_records_say(first_works):
    path, statements = first_works
    arrays = project(collect_columns(quad for quad, _ in statements))
    pairs = set()
    people = set()
    occurrences = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        authors = sorted({each["author"]["id"] for each in json.loads(line)["authorships"]})
        found = list(itertools.combinations(authors, 2))
        people.update(authors)
        pairs.update(found)
        occurrences += len(found)
    assert (len(arrays.person), len(arrays.source), int(arrays.joint.sum())) == (len(people), len(pairs), occurrences)
    assert occurrences > len(pairs) > 1000


def test_real_works_are_found_by_the_store_that_holds_them(first_works):
    _, statements = first_works
    store = Store()
    store.bulk_extend(quad for quad, _ in statements)
    answer = store.query(
        "SELECT (COUNT(*) AS ?n) WHERE { ?w a <"
        + IPCG
        + "Work> ; <"
        + IPCG
        + "hasAuthorship>/<"
        + IPCG
        + "author> ?p }"
    )
    assert isinstance(answer, QuerySolutions)
    count = next(answer)["n"]
    authorships = sum(
        1 for quad, _ in statements if quad.predicate == TYPE and quad.object.value == IPCG + "Authorship"
    )
    assert isinstance(count, Literal) and int(count.value) == authorships > 1000  # noqa: PT018


def test_half_characters_in_ids_and_identifiers_are_taken_out_and_said(tmp_path):
    half = json.dumps(work(1, author("ada\ud800"), doi="10.5555/a\udfffb", odd="x") | {"odd\ud800": 1})
    said, findings = graph_of(tmp_path, half.replace("tides-1", "tides\\ud800-1"))
    assert said["work/2020-tides-1"]["doi"] == ["10.5555/ab"]
    assert said["person/ada"]["url"] == ["https://example.org/people/ada"]
    assert "this record holds control characters; they are left out" in [finding.message for finding in findings]
    assert all(str(finding).encode() for finding in findings)


@pytest.mark.parametrize("depth", [100, 300, 450, 900])
def test_half_a_character_deep_in_a_record_is_read_or_refused(tmp_path, depth):
    deep = json.dumps(work(1, odd="")).replace('"odd": ""', '"odd": ' + "[" * depth + '"\\ud800"' + "]" * depth)
    _, findings = graph_of(tmp_path, deep)
    said = " ".join(finding.message for finding in findings)
    assert "control characters" in said or "nested too deeply" in said


def test_a_file_name_that_is_no_text_is_read(tmp_path):
    path = write(tmp_path / "caf\udce9.jsonl", work(1))
    items = list(read_openalex(path, "caf\ufffd.jsonl"))
    statements = [item for item in items if not isinstance(item, Finding)]
    assert len(statements) == len(items)
    assert "caf\ufffd.jsonl" in {quad.object.value for quad, _ in statements if isinstance(quad.object, Literal)}


TEXTS = st.sampled_from(
    ["", "https://openalex.org/W1", "10.1/x", "10.5555/é", "2020-01-01", "2021-02-30", "\ud800", "\x7f", "/", "ada"]
)
JSON = st.recursive(
    TEXTS | st.text(st.characters(), max_size=4) | st.none() | st.booleans() | st.floats() | st.integers()
    | st.just(10**4200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def either(strategy):
    """What a key should hold, now and then something else."""
    return strategy | strategy | strategy | JSON


PEOPLE = st.fixed_dictionaries(
    {"id": either(TEXTS)}, optional={key: either(TEXTS) for key in ("display_name", "orcid", "ror")}
)
AUTHORSHIPS = st.fixed_dictionaries(
    {"author": either(PEOPLE)},
    optional={"raw_author_name": either(TEXTS), "institutions": either(st.lists(PEOPLE, max_size=2)), "\udc00": JSON},
)
WORKS = st.fixed_dictionaries(
    {"id": either(TEXTS), "title": either(TEXTS)},
    optional={key: either(TEXTS) for key in ("doi", "publication_date", "display_name", "type")}
    | {"authorships": either(st.lists(AUTHORSHIPS, max_size=3)), "publication_year": JSON, "\ud800": JSON},
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(records=st.lists(WORKS, min_size=1, max_size=3), ascii_only=st.booleans())
def test_no_record_makes_the_reader_raise(records, ascii_only, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    lines = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    items = list(read_openalex(path, "any.jsonl"))
    for item in items:
        assert str(item if isinstance(item, Finding) else item[0]).encode()
    refused = {item.place.line for item in items if isinstance(item, Finding) and item.severity == "error"}
    read_lines = {item[1].line for item in items[3:] if not isinstance(item, Finding)}
    assert not refused & read_lines
