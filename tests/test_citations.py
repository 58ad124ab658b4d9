"""Citations: what bibtexparser, pybtex, rispy and citeproc read from the BibTeX, RIS and CSL-JSON of works."""

import json
import re

import pybtex.database
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from tests.published_center import BASE, NASTY, center, date, graph, named, statement, thing, work

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.citations.authors import Author, author_name
from ipcgraph.publish.citations.bibliography import Bibliography, citation_key
from ipcgraph.publish.citations.bibtex import bibtex
from ipcgraph.publish.citations.csl import csl_json
from ipcgraph.publish.citations.files import FORMATS, bibliography_files
from ipcgraph.publish.citations.ris import ris
from ipcgraph.publish.citations.worklists import works_of
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.vocabulary import CONCEPTS


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    with center(tmp_path_factory.mktemp("citations")) as reading:
        yield reading


def cited(reading, *works):
    return list(Bibliography(reading).citations(BASE + "work/" + work for work in works))


def texts(reading, *works):
    citations = cited(reading, *works)
    return "".join(bibtex(citations)), "".join(ris(citations)), json.loads("".join(csl_json(citations)))


def decoded(bib):
    """The entries of a BibTeX file by key, as bibtexparser reads them, LaTeX turned into text."""
    library = parse_string(bib, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


def test_a_report_with_two_authors_in_the_order_printed(harbour):
    bib, lines, (item,) = texts(harbour, "2018-reading-the-tide-gauges")
    entry = decoded(bib)["2018-reading-the-tide-gauges"]
    assert entry["title"] == "Reading the Tide Gauges"
    assert entry["author"] == "Aoife O'Brien and Muñoz, José"
    assert (entry["year"], entry["doi"], entry["type"]) == ("2018", "10.5555/harbour.2018.1", "Report")
    assert not {"month", "date", "institution"} & entry.keys()
    (record,) = rispy.loads(lines)
    assert (record["type_of_reference"], record["year"], record["doi"]) == ("RPRT", "2018", "10.5555/harbour.2018.1")
    assert record["authors"] == ["Aoife O'Brien", "Muñoz, José"]
    assert "date" not in record
    assert item["author"] == [{"literal": "Aoife O'Brien"}, {"family": "Muñoz", "given": "José"}]
    assert item["issued"] == {"date-parts": [[2018]]}


def test_dates_stay_as_precise_as_stated(harbour):
    works = ("2020-leap-day-surges", "2022-salt-in-the-wells", "undated-notes-from-the-third-pier")
    bib, lines, items = texts(harbour, *works)
    entries = decoded(bib)
    dated = [[entries[key].get(name) for name in ("year", "month", "date")] for key in works]
    assert [[year, month in {"2", "feb"}, day] for year, month, day in dated] == [
        ["2020", True, "2020-02-29"], ["2022", False, None], [None, False, None],
    ]  # fmt: skip
    assert dated[1][1] in {"5", "may"}
    assert dated[2][1] is None
    records = rispy.loads(lines)
    assert [(record.get("year"), record.get("date")) for record in records] == [
        ("2020", "2020/02/29/"), ("2022", "2022/05//"), (None, None),
    ]  # fmt: skip
    assert [item.get("issued") for item in items] == [
        {"date-parts": [[2020, 2, 29]]}, {"date-parts": [[2022, 5]]}, None,
    ]  # fmt: skip


def test_pybtex_reads_persons_and_institutions(harbour):
    bib, _, items = texts(harbour, "2021-a-manual-of-mud", "2020-harbours-after-the-storm")
    entries = pybtex.database.parse_string(bib, "bibtex").entries
    (institution,) = entries["2021-a-manual-of-mud"].persons["author"]
    assert (institution.last_names, institution.first_names) == (["{Saltmarsh University}"], [])
    chen, okafor = entries["2020-harbours-after-the-storm"].persons["author"]
    assert str(chen) == "Chen, Lin"  # the way of BibTeX with a name in the order in which it is written
    assert (okafor.last_names, okafor.first_names) == (["Okafor"], ["Ngozi"])
    assert items[0]["author"] == [{"literal": "Saltmarsh University"}]
    assert items[0]["ISBN"] == "9780000000217"
    assert items[1]["author"] == [{"literal": "Lin Chen"}, {"family": "Okafor", "given": "Ngozi"}]


def test_types_and_who_put_it_out(harbour):
    bib, lines, items = texts(harbour, "1995-a-coast-worth-keeping", "2019-the-price-of-a-metre")
    entries = pybtex.database.parse_string(bib, "bibtex").entries
    report, article = entries.values()
    assert (report.type, report.fields["institution"]) == ("techreport", "{Commission on the Coast}")
    assert report.fields["type"] == "Commission report"
    assert (article.type, article.fields["keywords"]) == ("article", "ports and money")
    assert [item["type"] for item in items] == ["report", "article"]
    assert items[0]["publisher"] == "Commission on the Coast"
    assert "author" not in items[0]
    assert [record["type_of_reference"] for record in rispy.loads(lines)] == ["RPRT", "GEN"]


def test_a_centers_own_work_type_is_cited_as_the_shipped_one_above_it():
    own = [
        *named("concept/work-type/leaflet", "Topic", "leaflet"),
        statement("concept/work-type/leaflet", "prefLabel", "tide leaflet"),
        statement("concept/work-type/leaflet", "broader", thing("concept/work-type/paper")),
        statement("concept/work-type/paper", "broader", next(iter(work_type("research-brief")))),
        statement("concept/work-type/paper", "broader", thing("concept/work-type/leaflet")),
    ]
    leaflet = thing("concept/work-type/leaflet")
    with graph(
        own, work("a", "A", workType=leaflet), work("b", "B", workType=thing("concept/work-type/odd"))
    ) as reading:
        entries = decoded(texts(reading, "a", "b")[0])
        assert [citation.kind for citation in cited(reading, "a", "b")] == ["research-brief", ""]
        assert entries["a"]["type"] == "Leaflet"


def work_type(name):
    from pyoxigraph import NamedNode

    yield NamedNode(CONCEPTS + "work-type/" + name)


@pytest.mark.parametrize("title", NASTY)
def test_odd_titles_and_names_come_back_as_they_were(title):
    people = [*named("person/a", "Person", title), *named("organization/b", "Organization", title + ", Inc and Sons")]
    with graph(people, work("odd", title, ["person/a", "organization/b"], issued=date("2020"))) as reading:
        bib, lines, (item,) = texts(reading, "odd")
    plain = " ".join(re.sub(r"[\x00-\x1f\u2028\u202e]+", " ", title).split())
    entry = decoded(bib)["odd"]
    # pylatexenc leaves braces out, and has a letter that looks like ^.
    assert re.sub(r"[{}]", "", entry["title"]).replace("ˆ", "^") == re.sub(r"[{}]", "", plain)
    assert bib.count("{") == bib.count("}")
    (parsed,) = pybtex.database.parse_string(bib, "bibtex").entries.values()
    assert len(parsed.persons["author"]) == 2
    (record,) = rispy.loads(lines)
    assert record["title"] == plain
    assert len(record["authors"]) == 2
    assert item["title"] == plain
    assert item["author"][1] == {"literal": f"{plain}, Inc and Sons"}


def test_braces_in_a_title_are_printed():
    with graph(work("odd", "f{x} and }{")) as reading:
        bib, _, _ = texts(reading, "odd")
    assert r"f{\textbraceleft}x{\textbraceright} and {\textbraceright}{\textbraceleft}" in bib


def test_verbatim_fields_keep_the_braces_of_a_doi_from_ending_them():
    with graph(work("odd", "T", doi="10.1002/(sici)1{2}\\_%;2-a", url="https://example.org/a_b%20c")) as reading:
        entry = next(iter(pybtex.database.parse_string(texts(reading, "odd")[0], "bibtex").entries.values()))
    assert entry.fields["doi"] == "10.1002/(sici)1%7B2%7D%5C_%;2-a"
    assert entry.fields["url"] == "https://example.org/a_b%20c"


def test_citeproc_formats_what_we_write(harbour):
    works = works_of(harbour, BASE + "center/harbour")
    items = json.loads("".join(csl_json(Bibliography(harbour).citations(works))))
    bibliography = CitationStylesBibliography(
        CitationStylesStyle("harvard-cite-them-right", validate=False), CiteProcJSON(items), formatter.plain
    )
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    printed = [str(entry) for entry in bibliography.bibliography()]
    assert len(printed) == len(works) == 7
    assert any("Muñoz, J." in entry and "Leap-Day Surges" in entry for entry in printed)


def test_the_lists_of_a_person_an_initiative_two_centers_and_a_topic(harbour):
    def listed(path):
        return [iri.removeprefix(BASE + "work/") for iri in works_of(harbour, BASE + path)]

    assert listed("person/jose-munoz") == ["2020-leap-day-surges", "2018-reading-the-tide-gauges"]
    assert listed("person/lin-chen") == ["2019-the-price-of-a-metre", "undated-notes-from-the-third-pier"]
    assert listed("initiative/tide-futures") == ["2021-tide-tables-for-beginners", "2018-reading-the-tide-gauges"]
    assert listed("organization/saltmarsh-university") == ["2021-a-manual-of-mud"]
    assert listed("topic/ports-and-money") == ["2022-who-pays-for-sea-walls", "2019-the-price-of-a-metre"]
    assert listed("work/2019-the-price-of-a-metre") == ["2019-the-price-of-a-metre"]
    assert "2024-birds-of-the-estuary" in listed("center/estuary")
    assert "2024-birds-of-the-estuary" not in listed("center/harbour")
    assert listed("place/br") == []


def test_the_only_center_has_all_works_of_its_graph():
    with graph(
        named("center/c", "Center", "C"), work("a", "A"), work("b", "B", issuedNotAfter=date("2020-01-01", "date"))
    ) as reading:
        assert works_of(reading, BASE + "center/c") == (BASE + "work/b", BASE + "work/a")


def test_an_initiative_has_the_works_of_those_within_it_and_a_circle_ends():
    def part(whole, *parts):
        return [statement(each, "partOf", thing(whole)) for each in parts]

    initiatives = [*named("initiative/a", "Initiative", "A"), *named("initiative/b", "Initiative", "B")]
    circle = [*part("initiative/a", "initiative/b", "work/x"), *part("initiative/b", "initiative/a", "work/y")]
    with graph(initiatives, circle, work("x", "X"), work("y", "Y")) as reading:
        assert works_of(reading, BASE + "initiative/b") == (BASE + "work/x", BASE + "work/y")


@pytest.mark.parametrize(
    ("name", "others", "parts"),
    [
        ("Ben Armstrong", [], ("", "")),
        ("Gabriel García Márquez", [], ("", "")),
        ("Gabriel García Márquez", ["G. García Márquez"], ("", "")),
        ("María Luisa Fernández", ["M. Luisa Fernández"], ("", "")),
        ("María Luisa Fernández", ["M. L. Fernández"], ("Fernández", "María Luisa")),
        ("Gabriel García Márquez", ["García Márquez, Gabriel"], ("García Márquez", "Gabriel")),
        ("Li Wei", ["Wei Li"], ("", "")),
        ("Li Wei", ["W. Li"], ("Li", "Wei")),
        ("Li Wei", ["Li, W."], ("Li", "Wei")),
        ("José Muñoz", ["J. Munoz"], ("Muñoz", "José")),
        ("José Muñoz", ["K. Muñoz"], ("", "")),
        ("Jean-Paul Sartre", ["J.-P. Sartre"], ("Sartre", "Jean-Paul")),
        ("Jean Paul Sartre", ["Sartre JP"], ("", "")),
        ("Jean Paul Sartre", ["J.P. Sartre"], ("Sartre", "Jean Paul")),
        ("Richard K. Lester", [], ("Lester", "Richard K.")),
        ("M. Luisa Fernández", [], ("", "")),
        ("J. Muñoz", [], ("Muñoz", "J.")),
        ("Muñoz, José", [], ("Muñoz", "José")),
        ("Vincent van Gogh", [], ("van Gogh", "Vincent")),
        ("Jan van der Berg", [], ("van der Berg", "Jan")),
        ("Maria de Fátima Silva", [], ("", "")),
        ("bell hooks", [], ("", "")),
        ("Plato", [], ("", "")),
        ("", [], ("", "")),
    ],
)
def test_names_are_divided_only_where_it_is_certain(name, others, parts):
    found = author_name(name, [*others, name])
    assert (found.family, found.given) == parts
    assert found.institution is False


def test_suffixes():
    assert author_name("Martin L. King, Jr.") == Author("Martin L. King Jr.", "King", "Martin L.", "Jr.")
    assert author_name("King, Jr., Martin Luther").text
    assert author_name("Ann B. Lee III") == Author("Ann B. Lee III", "Lee", "Ann B.", "III")
    with graph(named("person/k", "Person", "Martin L. King, Jr."), work("a", "A", ["person/k"])) as reading:
        bib, lines, (item,) = texts(reading, "a")
    (person,) = next(iter(pybtex.database.parse_string(bib, "bibtex").entries.values())).persons["author"]
    assert (person.last_names, person.lineage_names) == (["King"], ["Jr."])
    assert "AU  - King, Martin L., Jr.\r\n" in lines
    assert item["author"] == [{"family": "King", "given": "Martin L.", "suffix": "Jr."}]


def test_a_name_is_cited_as_the_work_prints_it_where_it_differs():
    person = named("person/a", "Person", "Ada Lovelace")
    with graph(
        person, work("a", "A", [("person/a", "A. Lovelace")]), work("b", "B", [("person/a", "Ada Byron")])
    ) as reading:
        first, second = cited(reading, "a", "b")
    assert [first.authors[0].text, second.authors[0].text] == ["Ada Lovelace", "Ada Byron"]
    assert (first.authors[0].family, second.authors[0].family) == ("Lovelace", "")


def test_keys_are_the_ends_of_the_iris_and_differ_where_these_do():
    keys = [citation_key(iri, base=BASE) for iri in (
        BASE + "work/2022-robots", BASE + "work/a/b", BASE + "work/a-b", BASE + "work/É,{}", BASE + "work/é,{}",
        "https://example.org/x#y", BASE + "work/" + "x" * 300,
    )]  # fmt: skip
    assert keys[:3] == ["2022-robots", "a:b", "a-b"]
    assert len({key.lower() for key in keys}) == len(keys)
    assert all(re.fullmatch("[a-z0-9:-]+", key) for key in keys)


def test_an_empty_list_is_an_empty_file():
    assert (list(bibtex([])), list(ris([])), "".join(csl_json([]))) == ([], [], "[]\n")


def test_the_files_of_a_thing_are_those_that_it_has_works_for(harbour):
    def files(path):
        facts = SiteFacts("Harbour", "", BASE)
        return dict(bibliography_files(Bibliography(harbour), Addresses("", BASE), facts, harbour.thing(BASE + path)))

    assert list(files("person/jose-munoz")) == list(FORMATS)
    assert list(files("work/2019-the-price-of-a-metre")) == [".bib", ".ris", ".csl.json"]
    assert len(decoded(files("person/jose-munoz")[".bib"])) == 2
    assert files("person/hugh-pemberton") == files("place/br") == {}
