"""Sheets: what csvw, pyarrow and a spreadsheet read from the tables, and that the graph is in them whole."""

import csv
import json
import subprocess
import sys
from urllib.parse import urldefrag

import pyarrow.parquet
import pytest
from csvw import TableGroup
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from tests.published_center import BASE, NASTY, center, date, graph, named, statement, thing, typed, work

from ipcgraph.ontology import read_ontology
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.tables.files import write_sheets
from ipcgraph.publish.tables.sheets import sheets_of, single_keys
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, TYPE, XSD

FACTS = SiteFacts("Harbour Institute", "", BASE, licence="https://creativecommons.org/licenses/by/4.0/", version="1.0")
LABEL = PREFIXES["rdfs"] + "label"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets")
    with center(folder) as reading:
        write_sheets(reading, read_ontology(), folder / "out", facts=FACTS, parquet=True)
        yield reading, folder / "out"


def written(folder, *groups, parquet=False):
    with graph(*groups) as reading:
        write_sheets(reading, read_ontology(), folder, facts=FACTS, parquet=parquet)
    return folder


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_works_are_a_sheet_with_a_row_each_and_dates_as_stated(harbour):
    _, folder = harbour
    works = {row["id"].removeprefix(BASE): row for row in rows(folder, "works")}
    assert len(works) == 15
    row = works["work/2022-salt-in-the-wells"]
    assert row["title"] == 'Salt in the Wells: "Fresh" Water & the Sea'
    assert (row["issued"], row["issuedNotBefore"], row["issuedNotAfter"]) == ("2022-05", "2022-05-01", "2022-05-31")
    assert row["workType"] == CONCEPTS + "work-type/article"
    assert works["work/undated-notes-from-the-third-pier"]["issued"] == ""
    authors = [row for row in rows(folder, "authorships") if "salt-in-the-wells" in row["id"]]
    assert sorted((row["position"], row["author"].rpartition("/")[2]) for row in authors) == [
        ("1", "zoe-dangelo"), ("2", "aoife-obrien"), ("3", "lin-chen-hydrologist"),
    ]  # fmt: skip
    assert {"subject": BASE + "work/2020-leap-day-surges", "value": "10.5555/harbour.2020.(2)"} in rows(
        folder, "link-doi"
    )


def test_the_csvw_library_reads_every_table_with_its_types_and_finds_no_broken_key(harbour):
    _, folder = harbour
    group = TableGroup.from_file(folder / "csv-metadata.json")
    assert {str(table.url) for table in group.tables} == {path.name for path in folder.glob("*.csv")}
    for table in group.tables:
        assert sum(1 for _ in table) == len(rows(folder, str(table.url).removesuffix(".csv")))
        assert table.check_primary_key()
    group.check_referential_integrity()
    by_url = {str(table.url): table for table in group.tables}
    claims = next(row for row in by_url["authorships.csv"] if "salt-in-the-wells" in row["id"].unsplit())
    assert type(claims["position"]) is int
    assert by_url["works.csv"].tableSchema.primaryKey == ["id"]
    keys = {key.columnReference[0] for key in by_url["roles.csv"].tableSchema.foreignKeys}
    assert {"holder", "heldAt", "roleType", "id"} <= keys


def test_a_broken_key_would_be_found(harbour, tmp_path):
    _, folder = harbour
    for path in folder.iterdir():
        if path.suffix != ".parquet":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    file = tmp_path / "roles.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("person/hugh-pemberton", "person/nobody"), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"nobody.* not found in table things\.csv"):
        TableGroup.from_file(tmp_path / "csv-metadata.json").check_referential_integrity()


def test_every_statement_of_the_things_is_in_the_tables(harbour):
    """By the metadata alone: about, property and value of each cell, and the class of each row."""
    reading, folder = harbour
    told = set(statements_of(folder))
    things = list(reading.iris())
    stored = {
        (iri, predicate, value.value)
        for iri in things
        for predicate, values in reading.statements(iri).items()
        for value in values
    }
    assert len(stored) > 900
    assert {each for each in told if each[0].startswith(BASE)} == stored


def statements_of(folder):
    metadata = json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))
    for table in metadata["tables"]:
        name, schema = table["url"].removesuffix(".csv"), table["tableSchema"]
        for row in rows(folder, name):
            subject = row[schema["aboutUrl"].strip("{+}")]
            for column in schema["columns"]:
                if column.get("virtual"):
                    yield subject, column["propertyUrl"], column["valueUrl"]
                elif row[column["name"]] and "propertyUrl" in column:
                    yield subject, column["propertyUrl"], row[column["name"]]
            if name == "other-statements":
                yield subject, row["property"], row["value"]
            if name == "claims" and row["object"]:
                yield subject, PREFIXES["rdf"] + "object", row["object"]


def test_parquet_has_the_same_rows_with_types(harbour):
    _, folder = harbour
    assert {path.stem for path in folder.glob("*.parquet")} == {path.stem for path in folder.glob("*.csv")}
    for path in folder.glob("*.parquet"):
        assert pyarrow.parquet.read_table(path).num_rows == len(rows(folder, path.stem))
    works = pyarrow.parquet.read_table(folder / "works.parquet")
    assert str(works.schema.field("issuedNotBefore").type) == "date32[day]"
    assert works.schema.field("title").metadata[b"property"] == b"http://purl.org/dc/terms/title"
    row = next(row for row in works.to_pylist() if row["id"].endswith("2022-salt-in-the-wells"))
    assert row["issuedNotAfter"].isoformat() == "2022-05-31"
    assert pyarrow.parquet.read_schema(folder / "authorships.parquet").field("position").type == "int64"


def test_formulas_are_closed_in_csv_and_stay_as_they_are_in_parquet(tmp_path):
    formulas = ["=1+1", "+1", "-1", "@A1", '=HYPERLINK("http://x")']
    people = [quad for n, name in enumerate(formulas) for quad in named(f"person/p{n}", "Person", name)]
    folder = written(tmp_path / "out", people, [statement("person/p0", "alternateName", "=2")], parquet=True)
    assert [row["name"] for row in rows(folder, "people")] == ["'" + formula for formula in formulas]
    assert [row["label"] for row in rows(folder, "things") if row["kind"] == "Person"] == ["'" + f for f in formulas]
    assert rows(folder, "link-alternate-name")[0]["value"] == "'=2"
    assert pyarrow.parquet.read_table(folder / "people.parquet").column("name").to_pylist() == formulas
    for path in folder.glob("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True)):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("odd", NASTY)
def test_odd_texts_come_back(odd, tmp_path):
    folder = written(tmp_path / "out", work("odd", odd, summary=odd), parquet=True)
    (row,) = rows(folder, "works")
    assert row["title"].removeprefix("'" if odd.startswith("=") else "") == odd
    assert pyarrow.parquet.read_table(folder / "works.parquet").column("summary").to_pylist() == [odd]
    TableGroup.from_file(folder / "csv-metadata.json").check_referential_integrity()


def test_what_has_no_column_is_kept_and_what_no_table_can_hold_is_counted(tmp_path):
    person = thing("person/a")
    odd = [
        *named("person/a", "Person", "Ada"),
        statement("person/a", "name", "Augusta"),
        Quad(person, TYPE, NamedNode("https://schema.org/Person")),
        Quad(person, NamedNode("https://x.example/likes"), Literal("thé", language="fr")),
        Quad(person, NamedNode(IPCG + "orcid"), Literal("0000", language="en")),
        Quad(person, NamedNode("https://x.example/knows"), BlankNode("b")),
        statement("person/a", "issued", date("2020")),
        typed("work/w", "Work"), statement("work/w", "issued", Literal("soon")),
        statement("work/w", "issuedNotBefore", date("10000-01-01", "date")),
        Quad(thing("x/y"), TYPE, NamedNode("https://x.example/Thing")),
    ]  # fmt: skip
    folder = written(tmp_path / "out", odd, parquet=True)
    others = {
        (row["subject"].removeprefix(BASE), row["value"], row["valueType"], row["valueLanguage"])
        for row in rows(folder, "other-statements")
    }
    assert others == {
        ("person/a", "Augusta", XSD + "string", ""),
        ("person/a", "https://schema.org/Person", XSD + "anyURI", ""),
        ("person/a", "thé", PREFIXES["rdf"] + "langString", "fr"),
        ("person/a", "0000", PREFIXES["rdf"] + "langString", "en"),
        ("person/a", "2020", XSD + "gYear", ""),
        ("work/w", "soon", XSD + "string", ""),
        ("work/w", "10000-01-01", XSD + "date", ""),
        ("x/y", "https://x.example/Thing", XSD + "anyURI", ""),
    }
    assert "without an IRI (1)" in (folder / "dictionary.md").read_text(encoding="utf-8")


def test_an_id_outside_the_graph_is_no_key(tmp_path):
    role = [typed("role/r", "Role"), statement("role/r", "holder", NamedNode("https://elsewhere.example/ada"))]
    metadata = json.loads((written(tmp_path / "out", role) / "csv-metadata.json").read_text(encoding="utf-8"))
    (roles,) = [table for table in metadata["tables"] if table["url"] == "roles.csv"]
    keys = {key["columnReference"] for key in roles["tableSchema"]["foreignKeys"]}
    assert "id" in keys
    assert "holder" not in keys


def test_a_claim_has_its_object_with_its_type(harbour):
    _, folder = harbour
    objects = {row["object"]: row["objectType"] for row in rows(folder, "claims")}
    assert XSD + "anyURI" in objects.values()
    assert {urldefrag(kind)[1] for kind in objects.values()} >= {"anyURI", "string"}


def test_the_dictionary_names_every_table_column_and_property(harbour):
    _, folder = harbour
    text = (folder / "dictionary.md").read_text(encoding="utf-8")
    assert "| holder | The person who holds the role. | IRI | `ipcg:holder` | things |" in text
    assert "(works.csv)" in text
    assert "(works.parquet)" in text
    for path in folder.glob("*.csv"):
        assert f"## {path.stem}\n" in text


def test_the_same_graph_gives_the_same_bytes(harbour, tmp_path):
    reading, folder = harbour
    write_sheets(reading, read_ontology(), tmp_path / "again", facts=FACTS, parquet=True)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first


def test_every_key_of_the_ontology_has_its_column_or_sheet():
    ontology = read_ontology()
    sheets = sheets_of(ontology)
    properties = {column.property for sheet in sheets.values() for column in sheet.columns}
    assert {known.iri for known in ontology.properties.values()} <= properties
    assert {sheet.kind for sheet in sheets.values()} - {""} == set(ontology.classes.values())
    assert len({name.lower() for name in sheets}) == len(sheets)
    assert {"holder", "title"} <= single_keys(ontology)
    assert not {"topic", "sameAs", "evidence", "partOf"} & single_keys(ontology)


def test_parquet_needs_its_extra(tmp_path):
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\n"
        "from ipcgraph.errors import MissingExtraError\n"
        "from ipcgraph.ontology import read_ontology\n"
        "from ipcgraph.publish.facts import SiteFacts\n"
        "from ipcgraph.publish.reading import Reading\n"
        "from ipcgraph.publish.tables.files import write_sheets\n"
        "from ipcgraph.store.embedded import EmbeddedStore\n"
        "facts = SiteFacts('', '', 'https://x.example/')\n"
        "with EmbeddedStore.memory() as store:\n"
        "    reading = Reading(store, base=facts.base)\n"
        "    write_sheets(reading, read_ontology(), Path(sys.argv[1]) / 'a', facts=facts)\n"
        "    try:\n"
        "        write_sheets(reading, read_ontology(), Path(sys.argv[1]) / 'b', facts=facts, parquet=True)\n"
        "    except MissingExtraError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "pip install 'ipcgraph[parquet]'" in done.stdout
    assert (tmp_path / "a" / "csv-metadata.json").exists()
    assert not (tmp_path / "b").exists()


def test_an_empty_name_of_a_label_is_no_column():
    assert LABEL not in {column.property for sheet in sheets_of(read_ontology()).values() for column in sheet.columns}
