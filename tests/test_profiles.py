"""The graph in other people's vocabularies: read by their queries, their shapes and their terms, and read back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, Dataset, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, SH, SKOS, TIME
from tests.center_project import make_center
from tests.test_alignments import closure, contradictions, identified, types

from ipcgraph import building
from ipcgraph.cli import main
from ipcgraph.errors import UsageError
from ipcgraph.project import export_profile, query
from ipcgraph.publish.profiles.crosswalks import BATCH, cross, read_crosswalks
from ipcgraph.publish.profiles.profile import PROFILES, crosswalks_of, profile_of, profile_triples
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import Settings
from ipcgraph.shipped import shipped_folder
from ipcgraph.tables import Table
from ipcgraph.vocabulary import DEFAULT_BASE

ROOT = Path(__file__).resolve().parents[1]
VOCABULARIES = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared")) / "suites" / "vocabularies"
needs_vocabularies = pytest.mark.skipif(
    not VOCABULARIES.is_dir(),
    reason="the vocabulary files are not here: set IPCGRAPH_SHARED to the folder that has them",
)
SCHEMA = "https://schema.org/"
VIVO = "http://vivoweb.org/ontology/core#"
BIBO = "http://purl.org/ontology/bibo/"
STATEMENTS = [profile.name for profile in PROFILES if not profile.is_json]
CROSSED = ["schema", "vivo", "foaf", "bibo"]


@pytest.fixture(scope="module")
def center(tmp_path_factory) -> Settings:
    return make_center(tmp_path_factory.mktemp("center"))


@pytest.fixture(scope="module")
def reading(center):
    with Reading.open(building.build(center).folder / "store", base=center.base) as opened:
        yield opened


@pytest.fixture(scope="module")
def graphs(reading, tmp_path_factory):
    """Each profile as rdflib reads it from Turtle."""
    folder = tmp_path_factory.mktemp("profiles")
    from ipcgraph.publish.profiles.files import write_profile

    found = {}
    for name in STATEMENTS:
        number = write_profile(reading, name, folder / f"{name}.ttl")
        found[name] = Graph().parse(folder / f"{name}.ttl")
        assert len(found[name]) == number > 100
    return found


def iri(short):
    return URIRef(DEFAULT_BASE + short)


# What readers of each vocabulary find.

COAUTHORS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX bibo: <http://purl.org/ontology/bibo/>
PREFIX vivo: <http://vivoweb.org/ontology/core#>
SELECT DISTINCT ?other ?name ?work ?date
WHERE {
  ?person a foaf:Person ; rdfs:label ?label ; vivo:relatedBy ?mine .
  ?mine a vivo:Authorship ; vivo:relates ?work .
  ?work a bibo:Document ; vivo:relatedBy ?theirs .
  ?theirs a vivo:Authorship ; vivo:relates ?other .
  ?other a foaf:Person ; rdfs:label ?name .
  FILTER(?other != ?person)
  OPTIONAL { ?work vivo:dateTimeValue ?value . ?value vivo:dateTime ?date }
}
"""
"""What VIVO's co-author network joins: person, authorship, document, authorship, person, by relates and relatedBy."""


@pytest.mark.parametrize("person", ["aoife-obrien", "lin-chen-hydrologist", "jose-munoz", "li-wei", "ravi-menon"])
def test_the_coauthors_that_vivo_looks_for_are_ours(graphs, center, person):
    answer = query("person-coauthors", center, person=f"person/{person}")
    assert isinstance(answer, Table)
    ours = {(other, works) for other, _, works in answer.texts()}
    found = graphs["vivo"].query(COAUTHORS, initBindings={"person": iri(f"person/{person}")})
    works: dict[str, set[str]] = {}
    for row in found:
        works.setdefault(str(row.other), set()).add(str(row.work))
    assert {(other, str(len(joint))) for other, joint in works.items()} == ours
    assert ours


def test_the_coauthors_that_vivo_looks_for_are_found_by_oxigraph_too(reading):
    from ipcgraph.publish.profiles.profile import load_for_reading_back
    from ipcgraph.store.embedded import EmbeddedStore

    with EmbeddedStore.memory() as store:
        load_for_reading_back(store, profile_triples(reading, "vivo"))
        bound = COAUTHORS.replace("?person a", f"VALUES ?person {{ <{iri('person/aoife-obrien')}> }} ?person a")
        answer = store.query(bound)
    assert isinstance(answer, Table)
    assert {name for _, name, _, _ in answer.texts()} == {"José Muñoz", "Bjørn Åsgård", "Zoë D'Angelo", "Lin Chen"}


def test_vivo_ranks_are_of_the_datatype_that_vivo_states(graphs):
    ranks = set(graphs["vivo"].objects(None, URIRef(VIVO + "rank")))
    assert {int(rank) for rank in ranks} == {1, 2, 3}
    assert {str(rank.datatype) for rank in ranks} == {"http://www.w3.org/2001/XMLSchema#int"}


def test_vivo_dates_keep_the_precision_that_is_stated(graphs):
    def issued(work):
        value = graphs["vivo"].value(iri(work), URIRef(VIVO + "dateTimeValue"))
        precision = graphs["vivo"].value(value, URIRef(VIVO + "dateTimePrecision"))
        return str(graphs["vivo"].value(value, URIRef(VIVO + "dateTime"))), str(precision)

    assert issued("work/2018-reading-the-tide-gauges") == ("2018-01-01T00:00:00", VIVO + "yearPrecision")
    assert issued("work/2019-the-price-of-a-metre") == ("2019-03-01T00:00:00", VIVO + "yearMonthPrecision")
    assert issued("work/2020-leap-day-surges") == ("2020-02-29T00:00:00", VIVO + "yearMonthDayPrecision")


def test_bibo_has_the_authors_in_the_order_printed(graphs):
    work = iri("work/2022-salt-in-the-wells")
    first = graphs["bibo"].value(work, URIRef(BIBO + "authorList"))
    people = ["zoe-dangelo", "aoife-obrien", "lin-chen-hydrologist"]
    assert list(Collection(graphs["bibo"], first)) == [iri(f"person/{person}") for person in people]
    none = iri("work/2023-the-quiet-estuary")
    assert graphs["bibo"].value(none, URIRef(BIBO + "authorList")) is None


def test_schema_says_who_led_and_who_paid(graphs):
    graph = graphs["schema"]
    rows = graph.query(
        """PREFIX schema: <https://schema.org/>
        SELECT ?name ?start WHERE {
          ?center schema:name "Harbour Institute for Tidal Studies" ; schema:member ?role .
          ?role schema:roleName "executive director" ; schema:member ?person .
          ?person schema:name ?name . OPTIONAL { ?role schema:startDate ?start } }"""
    )
    assert {(str(name), str(start)) for name, start in rows} == {
        ("Aoife O'Brien", "2019-07"),
        ("Hugh Pemberton", "None"),
    }
    payers = graph.query(
        """PREFIX schema: <https://schema.org/>
        SELECT ?name WHERE { ?item schema:name "Storm surge" ; schema:funding ?grant .
          ?grant schema:funder ?funder . ?funder schema:name ?name }"""
    )
    assert [str(name) for (name,) in payers] == ["National Tide Fund"]


def test_a_work_in_schema_has_its_creators_and_their_places(graphs):
    graph, work = graphs["schema"], iri("work/2020-harbours-after-the-storm")
    assert len(list(graph.objects(work, URIRef(SCHEMA + "creator")))) == 2
    roles = list(graph.objects(work, URIRef(SCHEMA + "author")))
    said = {
        (int(graph.value(r, URIRef(SCHEMA + "position"))), str(graph.value(r, URIRef(SCHEMA + "name")))) for r in roles
    }
    assert said == {(1, "Lin Chen"), (2, "N. Okafor")}


# Their own shapes and terms.


def literal_shapes() -> Graph:
    """schema.org's shapes for https, made usable.

    As they are, a text, date or number must be an IRI or a blank node, so that they refuse every literal; and the
    shapes name each other in circles, in which pySHACL gives up. So each reference to a shape asks only what kind of
    node is meant; every node that has a class is checked by the shape of the class all the same.
    """
    text = (VOCABULARIES / "schemaorg-shapes.ttl").read_text(encoding="utf-8").replace("http://schema.org/", SCHEMA)
    shapes = Graph().parse(data=text)
    vocabulary = schema_terms()
    marked = vocabulary.subjects(RDF.type, URIRef(SCHEMA + "DataType"))
    data = {str(sub) for mark in marked for sub in vocabulary.transitive_subjects(RDFS.subClassOf, mark)}
    for shape, named in list(shapes.subject_objects(SH.node)):
        meant = SCHEMA + str(named).rpartition("ValidSchema")[2]
        kind = SH.IRIOrLiteral if meant == SCHEMA + "URL" else SH.Literal if meant in data else SH.BlankNodeOrIRI
        shapes.remove((shape, SH.node, named))
        shapes.add((shape, SH.nodeKind, kind))
    return shapes


def schema_terms() -> Graph:
    return Graph().parse(VOCABULARIES / "schemaorg-current-https.ttl")


def validated(data: Graph, shapes: Graph, ontology: Graph) -> tuple[list[tuple[str, str]], int]:
    """The violations as path and value, and how many nodes are the focus of a shape."""
    import pyshacl

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology, inference="none")
    targets = set(shapes.objects(None, SH.targetClass))
    focus = {
        s for s, c in data.subject_objects(RDF.type) if targets & set(ontology.transitive_objects(c, RDFS.subClassOf))
    }
    results = report.subjects(RDF.type, SH.ValidationResult)
    return [(str(report.value(r, SH.resultPath)), str(report.value(r, SH.value))) for r in results], len(focus)


@needs_vocabularies
def test_the_shapes_of_schema_org_find_nothing_in_the_schema_profile(graphs):
    classes = Graph()
    classes += schema_terms().triples((None, RDFS.subClassOf, None))
    shapes, data = literal_shapes(), graphs["schema"]
    violations, focus = validated(data, shapes, classes)
    assert violations == []
    assert focus == len(set(data.subjects())) == 136
    # They do look: a founding date that is a thing, and a member that is a text.
    broken = Graph() + data
    broken.add((iri("center/harbour"), URIRef(SCHEMA + "foundingDate"), iri("place/no")))
    broken.add((iri("center/harbour"), URIRef(SCHEMA + "funding"), next(data.objects(None, URIRef(SCHEMA + "name")))))
    assert {path for path, _ in validated(broken, shapes, classes)[0]} == {SCHEMA + "foundingDate", SCHEMA + "funding"}


@needs_vocabularies
def test_properties_of_schema_org_stand_where_schema_org_has_them(graphs):
    terms, graph = schema_terms(), graphs["schema"]

    def classes(node):
        return {sup for c in graph.objects(node, RDF.type) for sup in terms.transitive_objects(c, RDFS.subClassOf)}

    role, odd, checked = URIRef(SCHEMA + "Role"), set(), 0
    for subject, predicate, value in graph:
        if predicate == RDF.type:
            continue
        checked += 1
        domains = set(terms.objects(predicate, URIRef(SCHEMA + "domainIncludes")))
        ranges = set(terms.objects(predicate, URIRef(SCHEMA + "rangeIncludes")))
        assert domains, predicate
        assert ranges, predicate
        # A Role stands between the two ends of a property, and has that property itself.
        if role not in classes(subject) and not domains & classes(subject):
            odd.add(("domain", predicate))
        if isinstance(value, URIRef) and role not in classes(value) and URIRef(SCHEMA + "URL") not in ranges:
            allowed = ranges & (classes(value) | {URIRef(SCHEMA + "Thing")})
            odd |= set() if allowed else {("range", predicate)}
    assert odd == set()
    assert checked > 500


BIBO_TERMS = {"authorList", "isbn10", "isbn13", "doi", "uri", "issuer", "Document", "Article", "Book", "Report"}
"""Terms of BIBO 1.3, whose file lists them; VIVO's file has all but authorList."""


@needs_vocabularies
def test_every_term_is_in_its_vocabulary(graphs):
    known = {
        SCHEMA: set(map(str, schema_terms().subjects())),
        "http://www.w3.org/ns/org#": set(map(str, Graph().parse(VOCABULARIES / "org.ttl").subjects())),
        BIBO: {BIBO + name for name in BIBO_TERMS},
    }
    vivo = set(map(str, Graph().parse(VOCABULARIES / "vivo.owl", format="xml").subjects()))
    for space in (VIVO, "http://purl.obolibrary.org/obo/", "http://www.w3.org/2006/vcard/ns#"):
        known[space] = vivo
    known["http://aims.fao.org/aos/geopolitical.owl#"] = vivo
    for namespace in (FOAF, DCTERMS, SKOS, TIME):
        known[str(namespace)] = set(map(str, dir(namespace)))
    assert known[BIBO] - {BIBO + "authorList"} <= vivo
    used: dict[str, int] = {}
    for name in CROSSED:
        for _, predicate, value in graphs[name]:
            for term in (predicate, value if predicate == RDF.type else None):
                space = next((space for space in known if term and str(term).startswith(space)), "")
                if space:
                    assert str(term) in known[space], term
                    used[space] = used.get(space, 0) + 1
                else:
                    assert term is None or str(term).startswith((str(RDF), str(RDFS))), term
    assert set(used) == set(known)


@needs_vocabularies
@pytest.mark.parametrize("name", ["vivo", "bibo"])
def test_the_vivo_and_bibo_profiles_are_consistent_with_the_axioms_of_vivo(graphs, name):
    closed = closure(graphs[name], "vivo")
    assert contradictions(closed) == []
    assert identified(closed) == set()
    organization = str(FOAF.Organization)
    if name == "vivo":
        # A project is a process there, and no organization; a committee is a group.
        assert organization not in types(closed, str(iri("initiative/storm-surge")))
        assert organization not in types(closed, str(iri("organization/commission-on-sea-level")))
        assert organization in types(closed, str(iri("initiative/tide-futures")))
        assert VIVO + "FundingOrganization" in types(closed, str(iri("organization/kelp-foundation")))


@needs_vocabularies
def test_the_foaf_profile_is_consistent_with_the_axioms_of_org(graphs):
    closed = closure(graphs["foaf"], "org")
    assert contradictions(closed) == []
    assert identified(closed) == set()
    assert len(closed) > 2 * len(graphs["foaf"])
    assert str(FOAF.Agent) not in types(closed, str(iri("initiative/tide-futures")))


# The queries themselves.


def test_the_queries_of_profiles_are_no_saved_queries(center, capsys):
    assert main(["--project", str(center.root), "query"]) == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert "person-coauthors" in listed
    assert not listed & {path.stem for path in (shipped_folder("queries") / "profiles").rglob("*.rq")}


@pytest.mark.parametrize("name", CROSSED)
def test_each_query_as_it_stands_says_of_all_things_what_batches_say(reading, name):
    for crosswalk in crosswalks_of(name):
        assert crosswalk.title
        assert crosswalk.about
        assert crosswalk.of
        assert set(reading.store.query(crosswalk.text)) == set(cross(reading.store, [crosswalk])), crosswalk.name


def test_all_that_is_said_of_single_things_is_all_that_is_said(reading):
    whole = list(profile_triples(reading, "vivo"))
    assert len(whole) == len(set(whole))
    single = {triple for thing in reading.iris() for triple in profile_of(reading, thing, "vivo")}
    assert single == set(whole)


def test_what_is_said_of_a_person_has_the_roles_of_that_person_only(reading):
    said = profile_of(reading, DEFAULT_BASE + "person/zoe-dangelo", "schema")
    subjects = {str(triple.subject)[1:-1].removeprefix(DEFAULT_BASE) for triple in said}
    assert subjects == {
        "person/zoe-dangelo", "person/zoe-dangelo#orcid-0000-0000-1000-3003",
        "role/zoe-dangelo--co-lead--tide-futures--2021",
    }  # fmt: skip


def test_batches_follow_each_other_in_one_order(reading, monkeypatch):
    whole = list(profile_triples(reading, "schema"))
    monkeypatch.setattr("ipcgraph.publish.profiles.crosswalks.BATCH", 7)
    assert BATCH > 7
    assert list(profile_triples(reading, "schema")) == whole


# Files.


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own readers of JSON-LD and quads
@pytest.mark.parametrize("name", STATEMENTS)
def test_every_format_says_the_same_to_rdflib(reading, graphs, tmp_path, name):
    from ipcgraph.publish.profiles.files import write_profile

    for suffix, file_format in (
        ("jsonld", "json-ld"),
        ("rdf", "xml"),
        ("nt", "nt"),
        ("nq", "nquads"),
        ("trig", "trig"),
    ):
        write_profile(reading, name, tmp_path / f"p.{suffix}")
        if suffix in {"nq", "trig", "jsonld"}:
            read = set(Dataset().parse(tmp_path / f"p.{suffix}", format=file_format).default_graph)
        else:
            read = set(Graph().parse(tmp_path / f"p.{suffix}", format=file_format))
        assert read == set(graphs[name]), suffix


def test_json_ld_of_schema_has_bare_keys(reading, tmp_path):
    from ipcgraph.publish.profiles.files import write_profile

    write_profile(reading, "schema", tmp_path / "schema.jsonld")
    document = json.loads((tmp_path / "schema.jsonld").read_text(encoding="utf-8"))
    nodes = {node["@id"]: node for node in document["@graph"]}
    person = nodes[str(iri("person/aoife-obrien"))]
    assert person["@type"] == "Person"
    assert person["name"] == "Aoife O'Brien"


def test_two_builds_of_shuffled_files_give_the_same_bytes(center, tmp_path):
    settings = make_center(tmp_path / "other")
    for file in (tmp_path / "other" / "data").glob("*.yaml"):
        file.rename(file.with_name(f"{'z' if file.stem < 'o' else 'a'}-{file.name}"))
    for profile in PROFILES:
        export_profile(profile.name, center, tmp_path / "one.jsonld")
        export_profile(profile.name, settings, tmp_path / "two.jsonld")
        assert (tmp_path / "one.jsonld").read_bytes() == (tmp_path / "two.jsonld").read_bytes()


HOSTILE = r"""
- {id: person/odd, type: Person, name: '<script>alert("1")</script> \u202e } UNION { ?s ?p ?o', url: 'https://x.example/?a=%22%3E', orcid: 0000-0000-1000-1008}
- {id: work/odd, type: Work, title: "A \"title\" \\ with } # and ' and \U0001F30A", workType: article, doi: "10.5555/a<b>c#d?e%f", authors: [person/odd]}
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own readers of JSON-LD and quads
def test_hostile_texts_are_texts_in_every_profile(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "odd.yaml").write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "ipcgraph.toml").write_text('name = "Odd"\n', encoding="utf-8")
    from ipcgraph.settings import find_project

    settings = find_project(tmp_path)
    title = 'A "title" \\ with } # and \' and \U0001f30a'
    for profile in PROFILES:
        for suffix in ("jsonld",) if profile.is_json else ("jsonld", "ttl", "rdf"):
            export_profile(profile.name, settings, tmp_path / f"odd.{suffix}")
            if profile.is_json:
                entities = json.loads((tmp_path / f"odd.{suffix}").read_text(encoding="utf-8"))["@graph"]
                assert [title] in [entity.get("titles", {}).get("none") for entity in entities]
            else:
                read = Dataset().parse(tmp_path / f"odd.{suffix}")
                assert title in {str(value) for value in read.objects()}


# The command.


def test_the_command_writes_says_what_it_wrote_and_reports_losses(center, tmp_path, capsys):
    out, report = tmp_path / "new" / "vivo.ttl", tmp_path / "loss.md"
    words = ["--project", str(center.root), "export", "--profile", "vivo"]
    assert main([*words, "--output", str(out), "--loss-report", str(report)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert f"wrote {out}" in said.err
    assert "facts" in said.err
    assert "survive" in said.err
    assert "| Role | status | 11 | 11 |" in report.read_text(encoding="utf-8")
    assert [path.name for path in out.parent.iterdir()] == ["vivo.ttl"]


def test_one_thing_goes_to_standard_output(center):
    words = ["--project", str(center.root), "export", "--profile", "foaf", "--thing", "person/ines-sa"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "ipcgraph", *words], capture_output=True, check=True, timeout=120, env=environment
    )
    graph = Graph().parse(data=done.stdout, format="turtle")
    assert str(graph.value(iri("person/ines-sa"), FOAF.name)) == "Inês Sá"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--profile", "shema"], "did you mean 'schema'"),
        (["--profile", "skg-if", "--format", "turtle"], "not written as turtle"),
        (["--output", "."], "is a folder"),
        (["--profile", "foaf", "--thing", "place/pt"], "has no place for"),
        (["--thing", "person/nobody"], "has no place for"),
        (["--output", "x.csv"], "no profile is written as csv"),
        (["--output", "x.ttl", "--loss-report", "x.png"], "no loss report is written"),
    ],
)
def test_what_cannot_be_meant_is_told(center, tmp_path, monkeypatch, capsys, words, told):
    monkeypatch.chdir(tmp_path)
    code: object
    try:
        code = main(["--project", str(center.root), "export", *words])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert told in capsys.readouterr().err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_failed_export_leaves_the_older_file(center, tmp_path):
    (tmp_path / "x.ttl").write_text("old", encoding="utf-8")
    with pytest.raises(UsageError):
        export_profile("foaf", center, tmp_path / "x.ttl", thing="place/pt")
    assert (tmp_path / "x.ttl").read_text(encoding="utf-8") == "old"


def test_the_command_line_knows_every_profile():
    from ipcgraph.cli import _parser

    chosen = [_parser(["export"]).parse_args(["export", "--profile", profile.name]).profile for profile in PROFILES]
    assert chosen == [profile.name for profile in PROFILES]


def test_a_role_on_the_border_of_the_ontology_is_read(reading):
    warden = NamedNode(DEFAULT_BASE + "concept/role-type/warden")
    said = {str(t.object) for t in profile_triples(reading, "schema") if t.predicate.value == SCHEMA + "roleName"}
    assert str(warden) in said
    assert '"warden"' in said


def test_back_queries_make_our_own_terms_only():
    for name in CROSSED:
        for crosswalk in read_crosswalks(shipped_folder("queries") / "profiles" / name / "back"):
            template = crosswalk.text.partition("CONSTRUCT")[2].partition("WHERE")[0]
            made = set(re.findall(r"\b([\w-]+):", template))
            assert made <= {"ipcg", "foaf", "dcterms", "skos", "vocab"}, crosswalk.name
