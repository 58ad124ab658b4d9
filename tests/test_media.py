"""The table of formats: each name, suffix and media type once, and what pyoxigraph says of the same formats."""

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from ipcgraph.errors import UsageError
from ipcgraph.media import FORMATS, format_named, format_of_file, format_of_media_type, formats_for


def test_no_name_suffix_or_media_type_stands_twice():
    for values in (
        [each.name for each in FORMATS],
        [suffix for each in FORMATS for suffix in each.suffixes],
        [each.media_type for each in FORMATS],
    ):
        assert len(values) == len(set(values)) > 10


def test_media_types_and_suffixes_are_those_of_pyoxigraph():
    for each in FORMATS:
        known = each.rdf or each.results
        if known is not None:
            assert known.media_type.partition(";")[0] == each.media_type
            assert f".{known.file_extension}" in each.suffixes


def test_every_format_of_rdf_and_of_results_that_we_promise_is_there():
    assert {each.rdf for each in formats_for("graph")} == {
        RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.RDF_XML, RdfFormat.JSON_LD,
    }  # fmt: skip
    assert {each.results for each in FORMATS} - {None} == {
        QueryResultsFormat.CSV, QueryResultsFormat.TSV, QueryResultsFormat.JSON, QueryResultsFormat.XML,
    }  # fmt: skip
    assert [each.name for each in formats_for("table")] == ["table", "csv", "tsv", "json", "xml", "markdown"]
    assert [each.name for each in formats_for("network")] == [
        "csv", "gexf", "graphml", "cytoscape", "graphology", "dot", "pajek", "vosviewer", "vosviewer-text", "cx2", "neo4j",
        "jsonlines", "parquet", "svg", "png", "matrix", "periods", "map", "html",
    ]  # fmt: skip
    assert [each.name for each in formats_for("records")] == ["yaml", "csv", "tsv"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.yaml", "yaml"), ("a.YML", "yaml"), ("x/y.b.ttl", "turtle"), ("a.nt", "ntriples"), ("a.nq", "nquads"),
        ("a.trig", "trig"), ("a.rdf", "rdfxml"), ("a.owl", "rdfxml"), ("a.jsonld", "jsonld"), ("a.csv", "csv"),
        ("a.tsv", "tsv"), ("a.gexf", "gexf"), ("b/a.c.graphology.json", "graphology"), ("A.VOSviewer.JSON", "vosviewer"),
        ("a.vosviewer.txt", "vosviewer-text"), ("a.neo4j.csv", "neo4j"), ("neo4j.csv", "csv"), (".neo4j.csv", "csv"),
        ("a.x.csv", "csv"), ("a.gv", "dot"), ("a.net", "pajek"),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_suffix(path, name):
    known = format_of_file(path)
    assert known is not None
    assert known.name == name


@pytest.mark.parametrize(
    "path", ["a", "a.xlsx", "ttl", ".ttl", "a.ttl.gz", "a.ttl~", "", "a.json", "a.graphology", "graphology.json"]
)
def test_another_suffix_is_unknown(path):
    assert format_of_file(path) is None


def test_a_media_type_is_known_without_its_parameters():
    for each in FORMATS:
        assert format_of_media_type(f"{each.media_type.upper()} ; charset=utf-8; q=0.5") is each
    assert format_of_media_type("image/tiff") is None


def test_an_unknown_name_is_a_wrong_call_that_lists_the_names():
    with pytest.raises(UsageError, match=r"there is no format 'excel'; write one of yaml, turtle, .*gexf"):
        format_named("excel")
