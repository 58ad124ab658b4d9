"""JSON however it is strung together, RIS, tables by mapping and by proposal, linked data, folders."""

import gzip
import json
import sys

import pytest
from tests.center_project import make_center
from tests.imports.reading import INVENTED, REAL, lost, names, needs_samples, one, read, read_text

from ipcgraph.entries import OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.imports import format_named, mapping_text, propose_mapping, read_mapping
from ipcgraph.project import build, export_profile


def csl(number):
    return {
        "id": f"w{number}",
        "type": "article-journal",
        "title": f"Work {number}",
        "issued": {"date-parts": [[2000 + number]]},
    }


RECORDS = [csl(number) for number in range(5)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(json.dumps(each) for each in RECORDS),
        "[\n" + ",\n".join(json.dumps(each) for each in RECORDS) + "\n]\n",
        "\n\n".join(json.dumps(each, indent=1) for each in RECORDS),
        json.dumps({"items": RECORDS}),
        json.dumps({"total": 5, "items": RECORDS}, indent=4),
        "".join(json.dumps(each) for each in RECORDS),
    ],
    ids=[
        "array",
        "indented",
        "lines",
        "array of lines",
        "one after the other",
        "envelope",
        "indented envelope",
        "without a space",
    ],
)
def test_records_are_read_however_they_are_strung_together(tmp_path, text):
    entries, findings = read_text(tmp_path, "a.json", text)
    assert [(each.key, each.title, each.issued) for each in entries] == [
        (f"w{n}", f"Work {n}", str(2000 + n)) for n in range(5)
    ]
    assert not findings


def test_a_bad_record_costs_no_other_and_is_told_at_its_line(tmp_path):
    lines = [json.dumps(each) for each in RECORDS]
    lines[2] = lines[2].replace('"title"', "title")
    entries, findings = read_text(tmp_path, "a.jsonl", "\n".join(lines))
    assert [each.key for each in entries] == ["w0", "w1", "w3", "w4"]
    assert [(finding.place.line, finding.severity) for finding in findings] == [(3, "error")]
    whole = "[\n" + ",\n".join(lines) + "\n]"
    entries, findings = read_text(tmp_path, "a.json", whole)
    assert [each.key for each in entries] == ["w0", "w1", "w3", "w4"]
    assert [(finding.place.line, finding.severity) for finding in findings] == [(4, "error")]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_cut_array_gives_the_records_before_the_cut(tmp_path, indent):
    text = json.dumps(RECORDS, indent=indent)
    entries, findings = read_text(tmp_path, "a.json", text[: text.index("Work 3")])
    assert [each.key for each in entries] == ["w0", "w1", "w2"]
    assert [finding.severity for finding in findings] == ["error"]


def test_lines_of_records_in_a_document(tmp_path):
    entries, _ = read_text(tmp_path, "a.json", json.dumps({"items": RECORDS}, indent=1))
    lines = json.dumps({"items": RECORDS}, indent=1).split("\n")
    assert ['"id": "w' in lines[each.place.line] for each in entries] == [True] * 5


@pytest.mark.parametrize("text", ["[]", "{}", "null", "3", '"text"', "[1, 2]", '{"items": []}'])
def test_json_without_a_record_is_an_error(tmp_path, text):
    entries, findings = read_text(tmp_path, "a.json", text, format="csl")
    assert not entries
    assert any(finding.severity == "error" for finding in findings)


def test_a_format_that_the_user_names_is_taken(tmp_path):
    text = json.dumps([{"title": "T", "DOI": "10.5555/a", "type": "book"}])
    assert one(tmp_path, "a.json", text, format="csl").work_type == "book"
    with pytest.raises(UsageError, match="did you mean"):
        read_text(tmp_path, "a.json", text, format="bibtx")
    assert format_named("rdf").title.startswith("RDF")


def test_names_of_csl(tmp_path):
    people = [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"family": "King", "given": "Martin", "suffix": "Jr."},
        {"literal": "World Health Organization"},
        {"family": "et al."},
    ]
    work = one(tmp_path, "a.json", json.dumps({**RECORDS[0], "author": people}))
    assert names(work) == [("van Beethoven", "Ludwig"), ("King", "Martin"), ("", "")]
    assert work.contributors[2].name.is_organization
    assert "et al." in lost(work)["author"]


# RIS.


def test_ris_of_many_programs(tmp_path):
    text = (
        "TY  - JOUR\nT1  - Tides and\n quays\nAU  - Meer, Anna van der\nAU  - Smith, J., Jr.\nA1  - Smith, J., Jr.\nPY  - 2020\n"
        "DA  - 2020/03/21/Spring\nT2  - Journal of Harbours\nSN  - 0000-0019\nDO  - doi:10.5555/Tides.1\nSP  - 1\nKW  - tides\nKW  - quays\n"
        "UR  - https://example.org/a; https://example.org/b\nER  - \n"
        "2.\nTY - BOOK\nTI - Harbours\nSN - 978-3-16-148410-0\nER -\n"
    )
    entries, findings = read_text(tmp_path, "a.ris", text)
    assert not findings
    work, book = entries
    assert work.title == "Tides and quays"
    assert names(work) == [("van der Meer", "Anna"), ("Smith", "J.")]
    assert (work.issued, work.doi, work.container) == ("2020-03-21", "10.5555/tides.1", "Journal of Harbours")
    assert work.url == "https://example.org/a"
    assert [(each.field, each.value) for each in work.lost if each.field == "KW"] == [("KW", "tides"), ("KW", "quays")]
    assert {"SN", "SP", "DA", "UR"} <= lost(work).keys()
    assert (book.work_type, book.isbn) == ("book", "9783161484100")


def test_a_record_of_ris_that_is_not_closed_is_read_and_told(tmp_path):
    entries, findings = read_text(
        tmp_path, "a.ris", "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \nstray\nTY  - JOUR\nTI  - Three"
    )
    assert [each.title for each in entries] == ["One", "Two", "Three"]
    assert sorted(finding.place.line for finding in findings) == [1, 6, 7]


def test_a_web_of_science_file_called_ris_is_read_as_what_it_is(tmp_path):
    entries, findings = read_text(tmp_path, "a.ris", (INVENTED / "wos.txt").read_bytes())
    assert len(entries) == 2
    assert not findings
    entries, findings = read_text(tmp_path, "b.ris", (INVENTED / "wos.txt").read_bytes(), format="ris")
    assert not entries
    assert "no record of RIS" in findings[0].message


@needs_samples
def test_rispy_sees_the_same_records():
    import rispy

    for path in (REAL / "ris").iterdir():
        with path.open(encoding="utf-8-sig") as file:
            theirs = rispy.load(file)
        entries, findings = read(path)
        without_title = sum("neither a title" in finding.message for finding in findings)
        assert len(theirs) == len(entries) + without_title, path.name


# Tables.


def test_a_proposal_in_several_languages():
    headers = {
        ("Titel", "Autoren", "Jahr", "Zeitschrift"): ["title", "authors", "year", "container"],
        ("Title", "Author(s)", "Publication Year", "Journal"): ["title", "authors", "year", "container"],
        ("Titre", "Auteurs", "Année", "Revue"): ["title", "authors", "year", "container"],
        ("Título", "Autores", "Año", "Revista"): ["title", "authors", "year", "container"],
        ("标题", "作者", "年份", "期刊"): ["title", "authors", "year", "container"],
        ("タイトル", "著者", "発行年", "雑誌名"): ["title", "authors", "year", "container"],
    }
    for header, targets in headers.items():
        assert [column.target for column in propose_mapping(header).columns] == targets, header
    person = propose_mapping(["Nachname", "Vorname", "ORCID"])
    assert (person.entry, [column.target for column in person.columns]) == ("person", ["family", "given", "orcid"])
    body = propose_mapping(["Name", "ROR", "Country"])
    assert (body.entry, [column.target for column in body.columns]) == ("organization", ["name", "ror", "country"])


def test_cells_tell_what_a_header_does_not():
    rows = [["Tides", "2020", "10.5555/a", "x"], ["Quays", "2021", "10.5555/b", "y"]]
    proposal = propose_mapping(["Title", "When", "Number of the register", "?"], rows)
    assert {column.name: column.target for column in proposal.columns} == {
        "Title": "title",
        "When": "year",
        "Number of the register": "doi",
    }


def test_a_proposal_is_told_and_what_it_leaves_out_is_lost():
    entries, findings = read(INVENTED / "works.csv")
    assert [finding.severity for finding in findings] == ["warning"]
    assert "Remarque" in findings[0].message
    work = entries[0]
    assert (work.title, work.issued, work.doi) == ("Marées et quais", "2020", "10.5555/tides.1")
    assert names(work) == [("van der Meer", "Anna"), ("Smith", "John")]
    assert lost(work) == {"Remarque": "à relire"}
    assert (entries[1].title, entries[1].place.line) == ("Ports et villes", 3)


def test_a_mapping_that_is_written_is_read_again(tmp_path):
    header = ["Titel", 'Au"toren', "Jahr", "Notiz"]
    proposal = propose_mapping(header, [["a", "B, C; D, E", "2020", ""]])
    path = tmp_path / "a.mapping.yaml"
    path.write_text(mapping_text(proposal, header), encoding="utf-8")
    assert read_mapping(path, "a.mapping.yaml") == proposal


def test_a_mapping_beside_the_table_counts(tmp_path):
    (tmp_path / "list.mapping.yaml").write_text(
        'entry: work\nheader: 2\ncolumns:\n  What: title\n  Who: {to: authors, split: "/"}\n  Kind: work_type\ntypes: {Heft: research-brief}\nignore: [Room]\n',
        encoding="utf-8",
    )
    work = one(
        tmp_path, "list.csv", "Our list of works\nWhat,Who,Kind,Room,Pages\nTides,Ada Lovelace/Jo Green,Heft,12,9\n"
    )
    assert (work.title, work.work_type, work.stated_type) == ("Tides", "research-brief", "Heft")
    assert names(work) == [("Lovelace", "Ada"), ("Green", "Jo")]
    assert (lost(work), work.place.line) == ({"Pages": "9"}, 3)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("entry: wrk\ncolumns: {A: title}\n", 1, "no kind of entry"),
        ("entry: work\ncolumns:\n  A: titel\n", 3, 'cannot be "titel"'),
        ("entry: work\ncolumn: {A: title}\n", 2, 'no key "column"'),
        ("- 1\n", 1, ""),
    ],
)
def test_a_wrong_mapping_is_told_at_its_line(tmp_path, text, line, said):
    (tmp_path / "a.mapping.yaml").write_text(text, encoding="utf-8")
    entries, findings = read_text(tmp_path, "a.csv", "A,B\n1,2\n")
    assert not entries
    assert any(
        finding.place.path == "a.mapping.yaml" and finding.place.line == line and said in finding.message
        for finding in findings
    )


def test_a_column_that_is_not_there_and_a_table_without_a_title(tmp_path):
    (tmp_path / "a.mapping.yaml").write_text("entry: work\ncolumns: {Titel: title, DOI: doi}\n", encoding="utf-8")
    _, findings = read_text(tmp_path, "a.csv", "Titel,Jahr\nT,2020\n")
    assert 'no column "DOI"' in findings[0].message
    entries, findings = read_text(tmp_path, "b.csv", "Raum,Preis\n1,2\n3,4\n")
    assert not entries
    assert any(finding.severity == "error" for finding in findings)


def workbook(path, fill):
    from openpyxl import Workbook

    book = Workbook()
    fill(book.active, book)
    book.save(path)
    return path


def test_a_sheet_with_merged_cells_days_and_formulas(tmp_path):
    import datetime as dt

    def fill(sheet, book):
        for column, name in enumerate(["Titel", "Jahr", "Datum", "DOI", "Summe"], start=2):
            sheet.cell(row=3, column=column, value=name)
        for row, title in enumerate(["Eins", "Zwei", "Drei"], start=4):
            sheet.cell(row=row, column=2, value=title)
        sheet["C4"] = 2020
        sheet.merge_cells("C4:C5")
        sheet["C6"] = 2021
        sheet["D6"] = dt.date(2021, 3, 4)
        sheet["F4"] = "=1+1"
        book.create_sheet("Other")["A1"] = "x"

    entries, findings = read(workbook(tmp_path / "a.xlsx", fill))
    assert [(each.title, each.issued, each.place.line) for each in entries] == [
        ("Eins", "2020", 4),
        ("Zwei", "2020", 5),
        ("Drei", "2021-03-04", 6),
    ]
    said = " ".join(finding.message for finding in findings)
    assert "1 merged cells" in said
    assert "F4 has no saved value" in said
    assert "not Other" in said
    assert all(finding.severity == "warning" for finding in findings)


def test_a_sheet_that_the_mapping_names(tmp_path):
    def fill(sheet, book):
        sheet.append(["Title"])
        sheet.append(["One"])
        other = book.create_sheet("Second")
        other.append(["Title"])
        other.append(["Two"])

    path = workbook(tmp_path / "a.xlsx", fill)
    (tmp_path / "a.mapping.yaml").write_text("entry: work\nsheet: Second\ncolumns: {Title: title}\n", encoding="utf-8")
    assert [each.title for each in read(path)[0]] == ["Two"]
    (tmp_path / "a.mapping.yaml").write_text("entry: work\nsheet: Third\ncolumns: {Title: title}\n", encoding="utf-8")
    entries, findings = read(path)
    assert not entries
    assert 'no sheet "Third"' in findings[0].message


# Linked data.


@pytest.fixture(scope="module")
def profiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles")
    settings = make_center(folder / "center")
    build(settings)
    return folder, settings


PROFILES = [
    "native.ttl",
    "native.nt",
    "schema.ttl",
    "schema.jsonld",
    "schema.rdf",
    "vivo.ttl",
    "vivo.rdf",
    "bibo.ttl",
    "foaf.ttl",
    "skg-if.jsonld",
]


@pytest.mark.parametrize("name", PROFILES)
def test_our_own_profiles_are_read_back(profiles, name):
    folder, settings = profiles
    path = folder / name
    if not path.exists():
        export_profile(name.partition(".")[0], settings, path)
    entries, findings = read(path)
    assert all(finding.severity == "warning" for finding in findings)
    native, _ = read_native(folder, settings)
    works = {each.title: each for each in entries if isinstance(each, WorkEntry)}
    assert works.keys() == {each.title for each in native}
    for wanted in native:
        found = works[wanted.title]
        people, authors = [each.key for each in found.contributors], [each.key for each in wanted.contributors]
        assert people == authors or (name == "foaf.ttl" and sorted(people) == sorted(authors))  # FOAF has no order
        if name.startswith(("native", "schema")):  # they keep names as the work lists them
            assert names(found) == names(wanted)
        assert found.issued == wanted.issued or (name == "skg-if.jsonld" and not found.issued)
        assert found.work_type == wanted.work_type
        assert found.place.path == name
    assert len({each.place.line for each in works.values()}) == len(works)


def read_native(folder, settings):
    path = folder / "native.ttl"
    if not path.exists():
        export_profile("native", settings, path)
    entries, findings = read(path)
    return [each for each in entries if isinstance(each, WorkEntry)], findings


def test_persons_and_organizations_of_a_profile_keep_their_numbers(profiles):
    folder, settings = profiles
    for name in ("native.ttl", "schema.ttl"):
        path = folder / name
        if not path.exists():
            export_profile(name.partition(".")[0], settings, path)
    native, schema = read(folder / "native.ttl")[0], read(folder / "schema.ttl")[0]
    for kind in (PersonEntry, OrganizationEntry):
        ours = {each.key: each for each in native if isinstance(each, kind)}
        theirs = {each.key: each for each in schema if isinstance(each, kind)}
        assert ours.keys() == theirs.keys()
        assert any(any(numbers(each)) for each in ours.values())
        assert {key: numbers(each) for key, each in ours.items()} == {
            key: numbers(each) for key, each in theirs.items()
        }


def numbers(entry):
    """The identifiers of a person or an organization."""
    return [getattr(entry, key, "") for key in ("orcid", "ror", "openalex", "wikidata", "isni")]


def test_schema_org_in_any_spelling(tmp_path):
    bare = {
        "@type": "ScholarlyArticle",
        "name": "T",
        "author": {"@type": "Person", "name": "Ada Lovelace"},
        "datePublished": "2020",
    }
    spelt = [
        {"@context": "http://schema.org", **bare},
        {"@context": "https://schema.org/", "@graph": [bare]},
        {
            "@context": {"schema": "http://schema.org/"},
            "@type": "schema:ScholarlyArticle",
            "schema:name": "T",
            "schema:author": {"@type": "schema:Person", "schema:name": "Ada Lovelace"},
            "schema:datePublished": "2020",
        },
        [
            {
                "@type": ["http://schema.org/ScholarlyArticle"],
                "http://schema.org/name": [{"@value": "T"}],
                "http://schema.org/author": [{"@id": "_:b0"}],
                "http://schema.org/datePublished": [{"@value": "2020"}],
            },
            {
                "@id": "_:b0",
                "@type": ["http://schema.org/Person"],
                "http://schema.org/name": [{"@value": "Ada Lovelace"}],
            },
        ],
    ]
    for said in spelt:
        entries, _ = read_text(tmp_path, "a.json", json.dumps(said), format="schema-org")
        work = entries[0]
        assert (work.title, names(work), work.issued, work.work_type) == ("T", [("Lovelace", "Ada")], "2020", "article")


def test_authors_of_schema_org_stay_in_order(tmp_path):
    people = [{"@type": "Person", "name": f"Given Family{number}"} for number in range(12)]
    said = {"@context": "https://schema.org", "@type": "Article", "headline": "T", "author": people}
    assert [family for family, _ in names(one(tmp_path, "a.jsonld", json.dumps(said)))] == [
        f"Family{n}" for n in range(12)
    ]


def test_a_page_without_records_says_so(tmp_path):
    entries, findings = read_text(tmp_path, "a.html", "<!DOCTYPE html><html><body>Hello</body></html>")
    assert not entries
    assert "no JSON-LD" in findings[0].message


def test_scripts_of_a_page_are_found_in_any_spelling(tmp_path):
    said = json.dumps({"@context": "https://schema.org", "@type": "Article", "headline": "T", "author": "Ada Lovelace"})
    pages = [
        f"<html><SCRIPT id=x TYPE='application/ld+json; charset=utf-8'>{said}</SCRIPT></html>",
        f"<html><script type=application/ld+json>\n//<![CDATA[\n{said}\n//]]>\n</script >",
        f"<html><!-- <script type='application/ld+json'>{{</script> --><script type='application/ld+json'>{said}",
        f"<html><script>var a = '<!--';</script><script type='application/ld+json'>{said}</script>",
    ]
    for page in pages:
        assert one(tmp_path, "a.html", page).title == "T"


# Folders.


def test_a_folder_of_several_formats(tmp_path):
    folder = tmp_path / "exports"
    (folder / "more").mkdir(parents=True)
    for name in ("wos.txt", "scopus.csv", "zotero.rdf"):
        (folder / name).write_bytes((INVENTED / name).read_bytes())
    (folder / "more" / "a.bib").write_text("@book{a, title = {T}}", encoding="utf-8")
    (folder / "notes.txt").write_text("Dear colleague, thank you", encoding="utf-8")
    entries, findings = read(folder)
    paths = list(dict.fromkeys(each.place.path for each in entries))
    assert paths == ["exports/more/a.bib", "exports/scopus.csv", "exports/wos.txt", "exports/zotero.rdf"]
    assert [finding.place.path for finding in findings if finding.severity == "error"] == ["exports/notes.txt"]


def openalex_work(number):
    return {
        "id": f"https://openalex.org/W{number}",
        "display_name": f"Work {number}",
        "publication_year": 2020,
        "type": "article",
        "authorships": [
            {"author": {"id": "https://openalex.org/A1", "display_name": "Ada Lovelace"}, "institutions": []}
        ],
    }


def make_snapshot(folder, parts=3, each=4):
    urls = []
    for part in range(parts):
        below = folder / "works" / f"updated_date=2026-01-0{part + 1}"
        below.mkdir(parents=True)
        lines = "".join(json.dumps(openalex_work(1 + part * each + n)) + "\n" for n in range(each))
        (below / "part_000.gz").write_bytes(gzip.compress(lines.encode()))
        urls.append({"url": f"s3://openalex/data/works/{below.name}/part_000.gz"})
    (folder / "works" / "manifest").write_text(json.dumps({"entries": urls}), encoding="utf-8")
    (folder / "concepts" / "updated_date=2026-01-01").mkdir(parents=True)
    (folder / "concepts" / "updated_date=2026-01-01" / "part_000.gz").write_bytes(
        gzip.compress(b'{"id": "https://openalex.org/C1"}\n')
    )
    return folder


def test_a_snapshot_folder_is_read_part_by_part(tmp_path):
    folder = make_snapshot(tmp_path / "snapshot")
    entries, findings = read(folder)
    assert [each.openalex for each in entries] == [f"W{number}" for number in range(1, 13)]
    assert entries[0].place.path == "snapshot/works/updated_date=2026-01-01/part_000.gz"
    assert ["concepts" in finding.message for finding in findings] == [True]


def test_a_damaged_part_is_named_and_the_rest_is_kept(tmp_path):
    folder = make_snapshot(tmp_path / "snapshot")
    parts = sorted((folder / "works").rglob("*.gz"))
    parts[1].write_bytes(parts[1].read_bytes()[:40])
    parts[2].unlink()
    entries, findings = read(folder)
    assert {"W1", "W2", "W3", "W4"} <= {each.openalex for each in entries}
    errors = {finding.place.path: finding.message for finding in findings if finding.severity == "error"}
    assert "damaged" in errors["snapshot/works/updated_date=2026-01-02/part_000.gz"]
    assert "updated_date=2026-01-03/part_000.gz" in errors["snapshot/works/manifest"]


# Without the extra.


@pytest.mark.parametrize(
    ("name", "library", "content"),
    [
        ("a.bib", "bibtexparser.entrypoint", "@book{a, title = {T}}"),
        ("a.bib", "pylatexenc.latex2text", "@book{a, title = {$x$}}"),
        ("a.ris", "charset_normalizer", "TY  - JOUR\nTI  - \xc9tude\nER  - \n".encode("latin-1")),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_command(tmp_path, monkeypatch, name, library, content):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ipcgraph\[import\]'"):
        read_text(tmp_path, name, content)


def test_openalex_in_bulk_needs_no_extra(tmp_path, monkeypatch):
    from ipcgraph.sources.openalex import read_openalex

    path = make_snapshot(tmp_path / "snapshot") / "works" / "updated_date=2026-01-01" / "part_000.gz"
    fast = list(read_openalex(path, "a.gz"))
    monkeypatch.delitem(sys.modules, "ipcgraph.sources.openalexstructs", raising=False)
    monkeypatch.setitem(sys.modules, "msgspec", None)
    assert list(read_openalex(path, "a.gz")) == fast
