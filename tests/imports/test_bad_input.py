"""Bad input: no traceback, bounded time and memory, what is good of it is read."""

import gzip
import json
import random
import resource
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.imports.reading import INVENTED, REAL, read, read_text

from ipcgraph.findings import Finding
from ipcgraph.imports import FORMATS, read_entries

SECONDS = 20
"""Of processor time: far more than any of these takes."""


def bounded(path, *, mebibytes=400, **options):
    """The entries and findings of a file, read within the bounds: of processor time, and of memory beyond that of before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    entries, findings = read(path, **options)
    assert time.process_time() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < mebibytes << 10
    return entries, findings


@pytest.mark.parametrize("name", ["a.bib.gz", "a.json.gz", "a.csv.gz", "a.rdf.gz", "a.ris.gz"])
def test_a_gzip_bomb_is_refused(tmp_path, name):
    begin = {
        "a.json": b'[{"title": "T", "type": "book"},',
        "a.rdf": b"<rdf:RDF>",
        "a.csv": b"Title;DOI\n",
        "a.ris": b"TY  - JOUR\nTI  - T\n",
        "a.bib": b"@book{a,\n title={T}}\n",
    }
    path = tmp_path / name
    with gzip.open(path, "wb") as file:
        file.write(begin[name.removesuffix(".gz")])
        block = (b" " * 127 + b"\n") * (1 << 13)
        for _ in range(200):
            file.write(block)
    assert path.stat().st_size < 1 << 20
    _, findings = bounded(path)
    assert any("refused" in finding.message and finding.severity == "error" for finding in findings)


def test_an_endless_line_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"id": "W1", "display_name": "'
        + b"x" * (17 << 20)
        + b'", "authorships": []}\n{"id": "W2", "display_name": "T", "authorships": []}\n'
    )
    entries, findings = bounded(path, mebibytes=400)
    assert [each.key for each in entries] == ["W2"]
    assert "longer than" in findings[0].message


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, "[" * 500 + "]" * 500, '[{"title": "T", "a": ' + "[" * 200 + "]" * 200 + "}]"],
)
@pytest.mark.parametrize(
    "form", ["csl", "crossref", "openalex", "orcid", "ror", "datacite", "schema-org", "skg-if", "rdf"]
)
def test_deep_json_is_refused(tmp_path, text, form):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    entries, findings = bounded(path, format=form)
    assert not entries
    assert any(finding.severity == "error" for finding in findings)


def test_a_doctype_is_refused_before_anything_of_it_is_read(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    text = f'<?xml version="1.0"?>\n{bomb}]>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a>&j;</a></rdf:RDF>'
    path = tmp_path / "a.rdf"
    path.write_text(text, encoding="utf-8")
    entries, findings = bounded(path)
    assert not entries
    assert findings[0].place.line == 2
    assert "DOCTYPE is refused" in findings[0].message


def test_entities_of_a_spreadsheet_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>')
    entries, findings = bounded(path)
    assert not entries
    assert "DOCTYPE is refused" in findings[0].message


def cells(*said):
    return "".join(
        f'<row r="{row}"><c r="{at}{row}" t="inlineStr"><is><t>{text}</t></is></c></row>' for row, at, text in said
    )


def make_workbook(path, sheet):
    """A workbook as small as one can be, whose sheet is this."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
        )
    return path


def test_a_million_empty_rows_cost_nothing(tmp_path):
    empty = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(3, 1_000_001))
    path = make_workbook(tmp_path / "a.xlsx", cells((1, "A", "Title"), (2, "A", "Tides")) + empty)
    entries, findings = bounded(path)
    assert [each.title for each in entries] == ["Tides"]
    assert all(finding.severity == "warning" for finding in findings)


def test_two_cells_in_far_corners_are_refused(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx", cells((1, "A", "Title"), (1_048_576, "XFD", "stray")))
    entries, findings = bounded(path)
    assert not entries
    assert "too far apart" in findings[0].message


def test_a_workbook_that_unfolds_to_too_much_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as file:
            for _ in range(200):
                file.write(b" " * (1 << 20))
    entries, findings = bounded(path)
    assert not entries
    assert "refused" in findings[0].message


def test_damaged_workbooks_are_told(tmp_path):
    whole = make_workbook(tmp_path / "a.xlsx", cells((1, "A", "Title"), (2, "A", "Tides"))).read_bytes()
    for cut in (60, len(whole) // 2, len(whole) - 30):
        entries, findings = read_text(tmp_path, "b.xlsx", whole[:cut])
        assert not entries
        assert [finding.severity for finding in findings] == ["error"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", "@article{a,\n title = {" + "x" * 3_000_000 + "}\n}\n"),
        ("a.bib", "@article{a,\n title = {T},\n author = {" + " and ".join(["A, B"] * 100_000) + "}\n}\n"),
        ("a.bib", "@a{" * 100_000),
        ("a.bib", "@article{a, title = " + "{" * 100_000),
        ("a.bib", "@article{a, title = {T}, note = " + "a # " * 50_000 + "a}"),
        ("a.bib", "@article{a, title = {" + "\\'" * 50_000 + "}}"),
        (
            "a.bib",
            "@article{a, title = {T}, date = {" + "2" * 100_000 + "}, author = {" + "{" * 5_000 + "}" * 5_000 + "}}",
        ),
        ("a.ris", "TY  - JOUR\nTI  - T\n" + "AU  - A, B\n" * 100_000),
        ("a.ris", "TY  - JOUR\n" * 50_000),
        ("a.ris", "TY  - JOUR\nTI  - T\nAB  - a\n" + "more\n" * 50_000),
        ("a.csv", "Title;" + ";".join(f"c{n}" for n in range(50_000)) + "\nT;" + ";" * 50_000 + "\n"),
        ("a.csv", 'Title;DOI\n"' + "never closed\n" * 100_000),
        ("a.csv", "Title;DOI\n" + "T;" * 200_000 + "\n"),
        ("a.ttl", "@prefix a: <http://a/> .\n" + "a:b a:c " + "[ a:d " * 20_000),
        ("a.ttl", "<http://a/l> <http://a/p> ( " + '"x" ' * 50_000 + ") ."),
        ("a.json", json.dumps([{"title": "T", "author": [{"family": "F", "given": "G"}] * 50_000}])),
        ("a.json", '[{"title": "T", "a": ' + "9" * 100_000 + "}]"),
        ("a.html", "<html>" + "<script type='application/ld+json'>{}</script>" * 20_000),
        ("a.html", "<html>" + "<div>" * 100_000),
    ],
    ids=lambda value: None if len(value) > 20 else value,
)
def test_huge_values_are_read_or_refused_in_bounded_time(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    entries, findings = bounded(path)
    assert entries or any(finding.severity == "error" for finding in findings)


def test_halves_of_characters_and_nulls_in_json(tmp_path):
    text = (
        '[{"title": "T\\ud800ides\\u0000", "id": "a\\udfff", "type": "book", "author": [{"family": "Fa\\u0007mily"}]}]'
    )
    entries, _ = read_text(tmp_path, "a.json", text)
    (work,) = entries
    assert (work.title, work.key, work.contributors[0].name.family) == ("Tides", "a", "Family")
    repr(work).encode()


SEEDS = [path.read_bytes() for path in sorted(INVENTED.glob("*.*")) if path.suffix != ".md"]
SEEDS += [path.read_bytes() for path in sorted(REAL.rglob("*")) if path.is_file() and path.stat().st_size < 20_000]
NAMES = [each.name for each in FORMATS if each.name != "xlsx"]
PIECES = [
    b"\x00",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b"\xff",
    b"\r",
    b"\n",
    b"<",
    b">",
    b"&x;",
    b"@a{",
    b"TY  - ",
    b"ER  - ",
    b"\\ud800",
    b"9" * 4400,
    b"\t",
    b" and ",
]


def mutated(seed):
    chance = random.Random(seed)
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice([1, 3, 12])):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[at:at] = chance.choice(PIECES)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 200)]
        elif kind == 2 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 3:
            del data[at:]
        else:
            other = chance.choice(SEEDS)
            data[at:at] = other[: chance.randrange(len(other))]
    return bytes(data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), form=st.sampled_from(["", "", *NAMES]))
def test_mutated_files_never_raise(tmp_path, seed, form):
    path = tmp_path / "mutated"
    path.write_bytes(mutated(seed))
    for item in read_entries(path, "mutated", format=form):
        repr(item).encode()
        assert isinstance(item, Finding) or item.place.line >= 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), form=st.sampled_from(NAMES))
def test_any_bytes_in_any_format_never_raise(tmp_path, data, form):
    path = tmp_path / "bytes"
    path.write_bytes(data)
    assert list(read_entries(path, "bytes", format=form))
