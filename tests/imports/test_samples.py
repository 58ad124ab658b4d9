"""Each format on real exports of other projects, where there are some, and on invented ones made after its documentation."""

import re
from collections import Counter

import pytest
from tests.imports.reading import INVENTED, REAL, lost, names, needs_samples, read

from ipcgraph.entries import OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.imports import format_of

FILES = sorted(path for path in REAL.rglob("*") if path.is_file()) if REAL.is_dir() else []
FORMATS = {
    "bibtex": "bibtex",
    "crossref": "crossref",
    "csl": "csl",
    "datacite": "datacite",
    "openalex": "openalex",
    "orcid": "orcid",
    "ris": "ris",
    "schema-org": "schema-org",
    "vivo": "rdf",
}
WITHOUT_RECORDS = {
    # Its only entry has an author and a date, no title; the records of the other have only notes.
    "Choose_fields_to_exclude_for_each_exported_file__1827.biblatex",
    "example_multiline.ris",
}


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:40])
def test_every_real_export_is_read_by_its_own_reader(path):
    assert getattr(format_of(path, path.name), "name", "") == FORMATS[path.parent.name]
    entries, findings = read(path)
    errors = [finding for finding in findings if finding.severity == "error"]
    if path.name in WITHOUT_RECORDS:
        assert errors
        return
    assert entries
    assert not errors
    assert all(entry.place.path == path.name and entry.place.line >= 1 for entry in entries)


@needs_samples
def test_no_entry_of_bibtex_is_missing():
    found = 0
    for path in (REAL / "bibtex").iterdir():
        written = re.findall(
            r"^\s*@(?!comment|string|preamble)\w+\s*\{", path.read_text(), re.MULTILINE | re.IGNORECASE
        )
        entries, findings = read(path)
        assert len(entries) + len(findings) == len(written), path.name
        found += len(entries)
    assert found > 60


@needs_samples
def test_fields_of_real_records_are_kept_or_lost():
    entries, _ = read(REAL / "crossref" / "crossref.json")
    (work,) = entries
    assert work.title.startswith("Automated quantitative histology")
    assert work.doi == "10.7554/elife.01567"
    assert (work.issued, work.work_type, work.container) == ("2014-02-11", "article", "eLife")
    assert names(work)[:2] == [("Sankar", "Martial"), ("Nieminen", "Kaisa")]
    assert {"reference", "license", "publisher", "abstract", "ISSN"} <= lost(work).keys()


@needs_samples
def test_a_real_vivo_names_its_authors_in_order_of_rank():
    entries, findings = read(REAL / "vivo" / "sample-data.n3")
    works = {entry.title: entry for entry in entries if isinstance(entry, WorkEntry)}
    work = works["Derrida's influence on political rhetoric"]
    assert names(work) == [("Bogart", "Andrew"), ("Roberts", "Patricia"), ("Stevens", "Emily K")]
    assert (work.issued, work.container) == ("2015", "Journal of Political Rhetoric")
    assert {"Sample University", "Harvard University"} <= {e.name for e in entries if isinstance(e, OrganizationEntry)}
    assert any("Grant (1)" in finding.message for finding in findings)


@needs_samples
def test_a_real_orcid_record_gives_its_person_and_work():
    entries, findings = read(REAL / "orcid" / "record-full-3.0.json")
    person, work = entries
    assert isinstance(person, PersonEntry)
    assert person.orcid == "0000-0002-7319-2192"
    assert work.title == "Work Title"
    assert work.doi == ""  # its only good DOI is that of another version
    assert lost(work)["contributors"] == "Three releasecandidate1"
    assert not findings


@pytest.mark.parametrize("path", sorted(INVENTED.glob("*.*")), ids=lambda path: path.name)
def test_every_invented_sample_has_its_format(path):
    wanted = {
        "README.md": "",
        "crossref-list.json": "crossref",
        "openalex-people.jsonl": "openalex",
        "orcid-without-works.json": "orcid",
        "page.html": "html",
        "people.csv": "csv",
        "works.csv": "csv",
        "ror-v1.json": "ror",
        "ror-v2.json": "ror",
        "scopus.csv": "scopus",
        "scopus-2016.csv": "scopus",
        "skg-if.jsonld": "skg-if",
        "wos.txt": "web-of-science",
        "wos-tab.txt": "web-of-science-table",
        "zotero.rdf": "rdf",
    }
    assert getattr(format_of(path, path.name), "name", "") == wanted[path.name]


def tides(entries):
    return next(entry for entry in entries if isinstance(entry, WorkEntry) and entry.doi == "10.5555/tides.1")


@pytest.mark.parametrize(
    "name", ["crossref-list.json", "page.html", "scopus.csv", "skg-if.jsonld", "wos.txt", "wos-tab.txt", "zotero.rdf"]
)
def test_one_work_is_the_same_in_every_format(name):
    entries, _ = read(INVENTED / name)
    work = tides(entries)
    assert work.title.startswith("Tides & Quays" if "&" in work.title else "Tides and Quays")
    assert names(work)[0] == ("van der Meer", "Anna")
    assert work.issued.startswith("2020")
    assert work.work_type == "article"
    assert work.container.lower() == "journal of harbours"


@pytest.mark.parametrize("name", ["crossref-list.json", "page.html", "skg-if.jsonld", "wos.txt", "wos-tab.txt"])
def test_orcids_and_organizations_stand_at_their_author(name):
    first = tides(read(INVENTED / name)[0]).contributors[0]
    assert first.orcid == "0000-0002-1825-0097"
    assert first.affiliations[0].name.startswith("Harbour Inst")


def test_bodies_among_authors_are_no_persons():
    for name in ("crossref-list.json", "page.html", "zotero.rdf", "wos-tab.txt"):
        bodies = [each.name for each in tides(read(INVENTED / name)[0]).contributors if each.name.is_organization]
        assert [each.text.removesuffix("oup").removesuffix("p") for each in bodies] == ["Harbour Survey Gr"], name
        assert not bodies[0].family


def test_retracted_works_are_told():
    assert [entry.is_retracted for entry in read(INVENTED / "crossref-list.json")[0]] == [True, False]
    assert [entry.is_retracted for entry in read(INVENTED / "wos.txt")[0]] == [True, False]
    assert [entry.is_retracted for entry in read(INVENTED / "scopus.csv")[0]] == [False, True]


@pytest.mark.parametrize("name", ["ror-v1.json", "ror-v2.json"])
def test_both_schemas_of_ror_give_the_same_organization(name):
    entries, _ = read(INVENTED / name)
    one = entries[0]
    assert one.name == "Harbour Institute"
    assert set(one.other_names) == {"Hafeninstitut", "Institute at the Harbour"}
    assert (one.acronyms, one.ror, one.wikidata, one.isni) == (("HI",), "0harb0r44", "Q4115189", "0000000123412786")
    assert (one.url, one.country) == ("https://harbour.example.org/", "NL")
    assert "established" in lost(one)


def test_what_is_wrong_in_a_ror_record_is_told():
    entries, findings = read(INVENTED / "ror-v2.json")
    assert entries[1].ror == ""
    assert lost(entries[1])["id"] == "https://ror.org/0aaaaaa99"
    assert [(finding.place.line, finding.severity) for finding in findings] == [(35, "error")]


def test_an_orcid_record_of_somebody_with_no_works_gives_the_person():
    entries, findings = read(INVENTED / "orcid-without-works.json")
    (person,) = entries
    assert (person.name.text, person.name.family, person.name.given) == ("A. van der Meer", "van der Meer", "Anna")
    assert person.other_names == ("Anna van der Meer",)
    assert person.isni == "0000000123412786"
    assert [(each.name, each.ror, each.country) for each in person.affiliations] == [
        ("Harbour Institute", "0harb0r44", "NL")
    ]
    assert lost(person)["external-identifiers"] == "Scopus Author ID: 57190000001"
    assert not findings


def test_authors_and_institutions_of_openalex():
    entries, findings = read(INVENTED / "openalex-people.jsonl")
    person, organization = entries
    assert (person.openalex, person.orcid, person.other_names) == (
        "A5000000001",
        "0000-0002-1825-0097",
        ("A. van der Meer",),
    )
    assert [each.ror for each in person.affiliations] == ["0harb0r44"]
    assert (organization.openalex, organization.ror, organization.wikidata) == ("I1", "0harb0r44", "Q4115189")
    assert [(finding.place.line, finding.severity) for finding in findings] == [(3, "warning")]


def test_nothing_of_a_web_of_science_record_is_dropped():
    entries, _ = read(INVENTED / "wos.txt")
    counted = Counter(each.field for each in entries[0].lost)
    assert counted["OI"] == 1  # of nobody in the list of authors
    assert {"LA", "DE", "AB", "RP", "CR", "TC", "PU", "SN", "VL", "IS", "BP", "EP"} <= counted.keys()
    assert [each.suffix for each in (one.name for one in entries[0].contributors)] == ["", "Jr."]
    assert (entries[1].issued, entries[1].isbn) == ("2019", "9783161484100")


def test_zotero_tells_its_attachments_and_reads_names_in_han():
    entries, findings = read(INVENTED / "zotero.rdf")
    assert [entry.place.line for entry in entries] == [11, 56]
    assert names(entries[1]) == [("王", "小明")]
    assert ["2 attachments and notes" in finding.message for finding in findings] == [True]


def test_scopus_keeps_its_numbers_of_authors_as_keys():
    entries, _ = read(INVENTED / "scopus.csv")
    assert [each.key for each in entries[0].contributors] == ["scopus:57190000001", "scopus:57190000002"]
    assert entries[1].contributors == ()
    assert lost(entries[1])["Authors"] == "[No author name available]"
    older, _ = read(INVENTED / "scopus-2016.csv")
    assert names(older[0]) == [("van der Meer", "A."), ("Smith", "J.A.")]
