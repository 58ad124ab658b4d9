"""Records from CSV: cells become values at their place, by a mapping, and each bad row or cell is named."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.test_yaml import places, written

from ipcgraph.findings import Finding
from ipcgraph.records import Mapping, Scalar
from ipcgraph.sources.cells import Cell, find_delimiter, read_rows
from ipcgraph.sources.csv import CsvMapping, read_csv, read_mapping
from ipcgraph.sources.yaml import parse_yaml

MAPPING = """\
type: Work
id: work/{Year}-{Title|slug}
columns:
  Title: title
  Year: issued
  Authors: {key: authors, split: ";", each: "person/{value|slug}"}
set:
  workType: report
ignore: [Notes]
"""


@pytest.fixture
def read(tmp_path):
    """Records and findings of a CSV text with a mapping."""

    def read_text(text, mapping=MAPPING, **options):
        file, beside = tmp_path / "works.csv", tmp_path / "works.mapping.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        beside.write_text(mapping, encoding="utf-8")
        known = read_mapping(beside, "data/works.mapping.yaml", **options)
        items = list(read_csv(file, "data/works.csv", known) if isinstance(known, CsvMapping) else known)
        return [i for i in items if isinstance(i, Mapping)], [str(i) for i in items if isinstance(i, Finding)]

    return read_text


def test_a_row_becomes_a_record_with_the_place_of_every_cell(read):
    text = (
        'Title,Year,Authors,Notes\nMaking,2015,"Ada Byron; Bo Å",x\n"The ""Work""\nof All" , 2016,,\n,,,\nLast,2017,Cy,'
    )
    records, findings = read(text)
    assert findings == []
    assert [written(record) for record in records] == [
        {
            "id": "work/2015-making", "type": "Work", "title": "Making", "issued": "2015",
            "authors": ["person/ada-byron", "person/bo-a"], "workType": "report",
        },
        {
            "id": "work/2016-the-work-of-all", "type": "Work", "title": 'The "Work"\nof All', "issued": "2016",
            "workType": "report",
        },
        {
            "id": "work/2017-last", "type": "Work", "title": "Last", "issued": "2017", "authors": ["person/cy"],
            "workType": "report",
        },
    ]  # fmt: skip
    values = [{key.text: (value.place.line, value.place.column) for key, value in record.entries} for record in records]
    assert values == [
        {"id": (2, 8), "type": (2, 1), "title": (2, 1), "issued": (2, 8), "authors": (2, 13), "workType": (2, 1)},
        {"id": (4, 11), "type": (3, 1), "title": (3, 1), "issued": (4, 11), "workType": (3, 1)},
        {"id": (6, 6), "type": (6, 1), "title": (6, 1), "issued": (6, 6), "authors": (6, 11), "workType": (6, 1)},
    ]
    assert {place.path for record in records for place in [record.place]} == {"data/works.csv"}


def test_keys_stand_where_their_values_stand(read):
    [record] = read("Title,Year,Authors\nMaking,2015,Ada\n")[0]
    assert all(key.place == value.place for key, value in record.entries)
    assert ("person/ada", (2, 13)) in list(places(record))


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("Title;Year;Authors\nMaking, and more;2015;Ada\n", ""),
        ("Title\tYear\tAuthors\nMaking, and more\t2015\tAda\n", ""),
        ("Title|Year|Authors\nMaking, and more|2015|Ada\n", 'delimiter: "|"\n'),
        ('Title,Year,Authors\n"Making, and more",2015,Ada\n', 'delimiter: ","\n'),
        ("\ufeffTitle;Year;Authors\r\nMaking, and more;2015;Ada\r\n", ""),
        ("Title;Year;Authors\rMaking, and more;2015;Ada\r", ""),
    ],
)
def test_the_delimiter_is_found_or_declared(read, text, declared):
    records, findings = read(text, declared + MAPPING)
    assert ([record.text("title") for record in records], findings) == (["Making, and more"], [])


def test_nested_records_come_from_constants_with_columns_in_them(read):
    mapping = (
        "type: Person\nid: person/{Name|slug}\ncolumns: {Name: name}\nset:\n"
        '  roles: [{role: "{Role}", at: center/one, start: "{Start}"}]\n  evidence: "list#L{Line}"\n'
        '  summary: "a {{brace}} of {Name}"\n'
    )
    records, findings = read("Name,Role,Start,Line\nAda,director,1840,7\nBo,,,8\nCy,fellow,,\n", mapping)
    assert findings == []
    assert [written(record) for record in records] == [
        {
            "id": "person/ada", "type": "Person", "name": "Ada", "evidence": "list#L7", "summary": "a {brace} of Ada",
            "roles": [{"role": "director", "at": "center/one", "start": "1840"}],
        },
        {"id": "person/bo", "type": "Person", "name": "Bo", "evidence": "list#L8", "summary": "a {brace} of Bo",
         "roles": [{"at": "center/one"}]},
        {"id": "person/cy", "type": "Person", "name": "Cy", "summary": "a {brace} of Cy",
         "roles": [{"role": "fellow", "at": "center/one"}]},
    ]  # fmt: skip
    roles = records[0].find("roles")
    assert roles is not None
    assert dict(places(roles))["1840"] == (2, 14)


def test_two_columns_of_one_key_make_a_list_and_a_part_may_be_a_record(read):
    mapping = (
        "type: Work\nid: work/{Title|slug}\ncolumns:\n  Title: title\n"
        '  First: {key: authors, each: {person: "person/{value|slug}", nameAsListed: "{value}"}}\n  Second: authors\n'
    )
    records, findings = read("Title,First,Second\nA,Ada B.,person/bo\nB,,person/cy\n", mapping)
    assert findings == []
    assert [written(record.find("authors")) for record in records] == [
        [{"person": "person/ada-b", "nameAsListed": "Ada B."}, "person/bo"],
        "person/cy",
    ]


def test_a_brace_in_a_cell_is_text(read):
    [record] = read("Title,Year,Authors\n{Year} {{x}} {,2015,\n")[0]
    assert record.text("title") == "{Year} {{x}} {"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title,Year,Authors\nA,2015\nB,2016,Ada\n", [
            ('data/works.csv:2:1: error: this row has 2 cells, the header has 3; write one cell for each column; '
            'put text with a delimiter in ""'),
        ]),
        ("Title,Year,Authors\nA,2015,Ada,x\nB,2016,Ada\n", [
            ('data/works.csv:2:1: error: this row has 4 cells, the header has 3; write one cell for each column; '
            'put text with a delimiter in ""'),
        ]),
        ('Title,Year,Authors\n"A"x,2015,Ada\nB,2016,Ada\n', [
            'data/works.csv:2:1: error: text follows the closing quote of this cell; write "" for a quote inside a cell',
        ]),
        ('Title,Year,Authors\nB,2016,Ada\nA, "2015,Ada\n', [
            'data/works.csv:3:4: error: this quoted cell is not closed; close it with "; write "" for a quote inside',
        ]),
        ("Title,Year,Authors\nA,,Ada\nB,2016,Ada\n", [
            'data/works.csv:2:3: error: "Year" is empty, so that this row has no id; write a value in this cell',
        ]),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_costs_no_other(read, text, expected):
    records, findings = read(text)
    assert findings == expected
    assert [record.text("title") for record in records] == ["B"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Title,Yaer,Authors", [
            'data/works.csv:1:7: error: the mapping does not know the column "Yaer"; did you mean "Year"?',
        ]),
        ("Title,Year", [
            ('data/works.csv:1:1: error: the column "Authors" is missing; add it to the header, or take it out of '
            "data/works.mapping.yaml"),
        ]),
        ("Title,Year,Authors,Year", [
            'data/works.csv:1:20: error: the column "Year" stands twice in the header; give each column a name of its own',
        ]),
    ],
)  # fmt: skip
def test_a_header_that_does_not_fit_the_mapping_stops_the_file(read, header, expected):
    records, findings = read(header + "\n" + "A,2015,Ada,2016\n" * 3)
    assert (records, findings) == ([], expected)


def test_a_column_that_the_mapping_does_not_know_is_a_finding_and_the_rows_are_read(read):
    records, findings = read("Title,Pages,Year,Authors\nA,7,2015,Ada\n")
    assert [record.text("title") for record in records] == ["A"]
    assert findings == [
        (
            'data/works.csv:1:7: error: the mapping does not know the column "Pages"; '
            "add it to columns or to ignore in data/works.mapping.yaml"
        )
    ]


@pytest.mark.parametrize("text", ["", "\n", "Title,Year,Authors\n", "\ufeff"])
def test_a_file_without_rows_has_no_records(read, text):
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"Title,Year,Authors\nA,2015,Jos\xe9\n",
            "data/works.csv:2:11: error: this is not UTF-8 text: byte 0xE9 on line 2",
        ),
        (b"Title,Year,Authors\nA,2015,\x00\n", "data/works.csv:2:8: error: the control character U+0000"),
        (
            "Title,Year,Authors\n".encode("utf-16"),
            "data/works.csv:1:1: error: this is not UTF-8 text: byte 0xFF on line 1",
        ),
    ],
)
def test_a_file_that_is_no_text_is_one_finding(read, data, expected):
    records, [finding] = read(data)
    assert records == []
    assert finding.startswith(expected)


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("id: a/{B}\n", "1:1: error: type is missing; write type: Work, for instance"),
        ("type: Work\n", "1:1: error: id is missing; write id: work/{Year}-{Title|slug}, for instance"),
        ("type: Work\nid: [a]\n", "2:5: error: id is one text; write id: work/{Year}-{Title|slug}, for instance"),
        ("type: Work\nid: a/{B}\ncolums: {B: title}\n", '3:1: error: a mapping has no key "colums"; did you mean "columns"?'),
        ("type: Work\nid: a/{B}\ncolumns: {B: {kye: title, key: title}}\n",
         '3:15: error: a mapping has no key "kye"; did you mean "key"?'),
        ("type: Work\nid: a/{B|upper}\n", "2:5: error: upper is not known after |; write {Column}, {Column|slug}, or {{ and }}"),
        ("type: Work\nid: a/{B\n", "2:5: error: a brace { stands alone; write {Column}, {Column|slug}, or {{ and }}"),
        ("type: Work\nid: a/{B}\ncolumns: {B: titel}\n", '3:14: error: there is no key "titel"; did you mean "title"?'),
        ("type: Work\nid: a/{B}\nset: {titel: x}\n", '3:7: error: there is no key "titel"; did you mean "title"?'),
        ("type: Work\nid: a/{B}\ncolumns: {B: [title]}\n",
         '3:14: error: a column stands for one key; write Title: title, or {key: …, split: ";"}'),
        ("type: Work\nid: a/{B}\ncolumns: [B]\n", ("3:10: error: columns has keys and values; write each on a line of its own"
         " under columns:")),
        ("type: Work\nid: a/{B}\ncolumns: {B: title}\nset: {title: x}\n",
         '4:7: error: "title" is written twice: here and above; delete one of them'),
        ("type: Work\nid: a/{B}\ndelimiter: x\n", '3:12: error: "x" is no delimiter; write ",", ";", "|" or "\\t"'),
        ("type: Work\nid: a/{B}\ndelimiter: [x]\n", '3:12: error: delimiter is one text; write delimiter: ";", for instance'),
        ("type: Work\nid: a/{B}\ncolumns: {B: {key: title, split: [x]}}\n",
         '3:34: error: split is one text; write split: ";", for instance'),
        ("type: Work\nid: a/{B}\ncolumns: {B: id}\n",
         "3:14: error: no column can be the id of its row; write id: above columns, and leave this one out"),
        ("type: Work\nid: a/{B}\ncolumns: {B: {key: type}}\n",
         "3:20: error: no column can be the type of its row; write type: above columns, and leave this one out"),
        ("type: Work\nid: work/{value}\ncolumns: {B: title}\n",
         ("2:5: error: {value} stands for one value of a cell, which only each has, and there is no such column; "
         "write the name of a column in braces")),
        ("type: Work\nid: work/{B}\nset: {title: 'The {value}'}\n",
         ("3:14: error: {value} stands for one value of a cell, which only each has, and there is no such column; "
         "write the name of a column in braces")),
        ("type: Work\nid: a/{B}\nignore: [[x]]\n", "3:10: error: ignore is a list of columns; write ignore: [Notes], for instance"),
        ("type: Work\nid: *x\n", "2:5: error: the alias *x repeats a value from elsewhere; write the value out"),
        ("", "1:1: error: a mapping file holds one mapping; write type, id and columns, each once"),
        ("- {type: A, id: b}\n- {type: A, id: b}\n",
         "1:1: error: a mapping file holds one mapping; write type, id and columns, each once"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_mapping_is_named_in_the_mapping(read, mapping, expected):
    records, findings = read("B\nx\n", mapping, keys=["title", "authors"])
    assert (records, findings) == ([], [f"data/works.mapping.yaml:{expected}"])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a,b;c", ","), ("a;b;c,d", ";"), ("a\tb", "\t"), ('"a;b;c",d', ","), ("a", ","), ("", ","), ("a|b\nc,d,e", "|")],
)
def test_the_delimiter_is_the_one_that_parts_the_header_most(text, delimiter):
    assert find_delimiter(text) == delimiter


CELLS = st.text(st.sampled_from(" a\"é,;\t\n\r|='") | st.characters(exclude_categories=["Cs"]), max_size=6)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_python_writes_is_read_back_cell_by_cell(rows, delimiter, quoting, end):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    text = file.getvalue()
    read = list(read_rows(text, "x.csv", delimiter))
    stripped = [[cell.strip() for cell in row] for row in rows]
    expected = [row for row in stripped if any(row)]
    # A cell that begins with spaces before a quote is written without quotes by Python's minimal style, and read as quoted here.
    if not any(cell.lstrip(" \t").startswith('"') and cell[:1] in " \t" for row in rows for cell in row):
        assert [[cell.text for cell in row] for row in read if not isinstance(row, Finding)] == expected
        assert not [row for row in read if isinstance(row, Finding)]


def test_each_cell_begins_where_its_place_says():
    text = 'a, "b\n""c""" ,d\ne,,"f"\n'
    rows = list(read_rows(text, "x.csv", ","))
    assert [[(c.text, c.place.line, c.place.column) for c in row] for row in rows if not isinstance(row, Finding)] == [
        [("a", 1, 1), ('b\n"c"', 1, 4), ("d", 2, 9)],
        [("e", 3, 1), ("", 3, 3), ("f", 3, 4)],
    ]


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(text=st.text(st.sampled_from('ab",;\n\r \t') | st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_makes_the_reader_raise(text):
    for row in read_rows(text, "x.csv", find_delimiter(text)):
        for item in [row] if isinstance(row, Finding) else row:
            assert isinstance(item, Finding | Cell)
            assert 1 <= item.place.line <= len(text) + 1


def test_scalars_of_the_mapping_file_are_not_places_of_the_data(read):
    [record] = read("Title,Year,Authors\nA,2015,Ada\n")[0]
    assert {value.place.path for _, value in record.entries if isinstance(value, Scalar)} == {"data/works.csv"}


def test_the_example_of_the_documentation_is_as_it_says(read):
    page = (Path(__file__).parents[1] / "docs" / "csv.md").read_text(encoding="utf-8")
    table, mapping, records = re.findall(r"```(?:csv|yaml)\n(.*?)```", page, re.DOTALL)[:3]
    rows, findings = read(table, mapping)
    assert findings == []
    expected = [written(record) for record in parse_yaml(records, "x.yaml") if isinstance(record, Mapping)]
    assert len(expected) == 2
    assert [written(row) for row in rows] == expected


def test_a_column_may_be_called_value(read):
    mapping = (
        'type: Work\nid: work/{value|slug}\ncolumns:\n  value: title\n  B: {key: authors, each: "person/{value}"}\n'
    )
    records, findings = read("value,B\nTides,ada\n", mapping)
    assert findings == []
    assert written(records[0]) == {"id": "work/tides", "type": "Work", "title": "Tides", "authors": "person/ada"}
    records, findings = read("Value,B\nTides,ada\n", mapping)
    assert records == []
    assert findings[0].startswith(
        'data/works.csv:1:1: error: the mapping does not know the column "Value"; did you mean "value"?'
    )


NODES = st.recursive(
    st.sampled_from(
        ["'{value}'", "'{A}'", "'{A|slug}'", "'{x'", "'{ }'", "id", "type", "title", "authors", "';'", "value", "A"]
    ),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(["key", "split", "each", "A", "value", "title", "id"]), inner, max_size=3
        ).map(lambda entries: "{" + ", ".join(f"{key}: {node}" for key, node in entries.items()) + "}")
    ),
    max_leaves=5,
)
PARTS = ("type", "id", "columns", "set", "ignore", "delimiter")


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(
    parts=st.dictionaries(st.sampled_from(PARTS), NODES, max_size=6),
    header=st.sampled_from(["A", "A,value", "value", "A,B", "A,A", ""]),
)
def test_no_mapping_makes_the_reader_raise(parts, header, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    file, beside = folder / "any.csv", folder / "any.mapping.yaml"
    file.write_text(f"{header}\nx,y\nx;y\n,\n", encoding="utf-8")
    lines = {"type": "Work", "id": "'work/{A}'"} | parts
    beside.write_text("".join(f"{key}: {node}\n" for key, node in lines.items()), encoding="utf-8")
    known = read_mapping(beside, "any.mapping.yaml", keys=["title", "authors"])
    for item in read_csv(file, "any.csv", known) if isinstance(known, CsvMapping) else known:
        assert isinstance(item, Mapping | Finding)
        if isinstance(item, Mapping):
            assert len(set(item.keys())) == len(item.entries)
