"""The networks of real data in every format: nothing is lost to the readers of others, whichever they are."""

import datetime as dt
import itertools
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.network_readers import read_back, read_graphviz, read_with_node, written_as
from tests.test_exports_readers import (
    COLOURED,
    COMPLETE,
    PLACED,
    SUFFIXES,
    WITH_NODE,
    assert_holds,
    expected_label,
    ids_of,
    label_of,
    place_of,
    unscaled,
    values_of,
)

from ipcgraph import networks
from ipcgraph.collecting import collect_columns
from ipcgraph.deriving import derive
from ipcgraph.exports import prepare
from ipcgraph.findings import Finding
from ipcgraph.ontology import read_ontology
from ipcgraph.project import network
from ipcgraph.settings import find_project
from ipcgraph.sources.openalex import read_openalex

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"
WORKS = int(os.environ.get("IPCGRAPH_CORPUS_WORKS", "150"))
"""So many works of the corpus; `make readers-corpus` takes all."""

IPC: dict[str, dict[str, Any]] = {
    "coauthorship": {},
    "collaboration": {},
    "partnership": {"as_of": dt.date(2021, 6, 1)},
    "topics": {},
    "people-initiatives": {},
    "partners": {"normalise": "jaccard"},
    "subjects": {},
}
EMPTY = {"collaboration"}
"""Of the IPC data: its works name no affiliation."""

ACL: dict[str, dict[str, Any]] = {
    "all": {},
    "fractional": {"counting": "fractional"},
    "vosviewer": {"counting": "vosviewer", "normalise": "association"},
    "window": {},
    "heavy": {"minimum_weight": 2},
    "largest": {"largest_component": True, "normalise": "salton"},
}
"""The corpus has authors and years, and neither affiliations, topics, roles nor partnerships: six networks of authors."""

LARGE = 500
"""Past so many nodes DOT is read by Graphviz itself, not by its build for browsers, which draws it too."""


@pytest.fixture(scope="module")
def center(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ipc")
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "ipcgraph.toml").write_text('name = "Industrial Performance Center"\n', encoding="utf-8")
    return find_project(folder)


@pytest.fixture(scope="module")
def corpus():
    if not CORPUS.is_file():
        pytest.skip("the corpus is not here")
    items = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
    stated = [quad for quad, _ in itertools.takewhile(lambda item: item[1].line <= WORKS, items)]
    rules = [rule for rule in read_ontology().rules if rule.local]  # of them follow the years
    return collect_columns([*stated, *(quad for quad, _ in derive(stated, rules))])


@pytest.mark.parametrize("kind", IPC)
def test_networks_of_the_center_reach_every_reader_whole(kind, center, tmp_path):
    graph = network(kind, center, measures=["all"], **IPC[kind])
    assert (len(graph) == 0) == (kind in EMPTY)
    assert_nothing_is_lost(graph, tmp_path)


@pytest.mark.parametrize("name", ACL)
def test_networks_of_the_corpus_reach_every_reader_whole(name, corpus, tmp_path):
    options = ACL[name]
    if name == "window":  # the first half of the works
        days = corpus.works.not_before
        options = {"until": dt.date.fromordinal(int(np.median(days[days > 0]))).year}
    chosen = networks.measure(
        networks.network("coauthorship", corpus, **options),
        measures=("degree", "weighted_degree", "pagerank", "core", "clustering", "component", "community"),
    )
    assert len(chosen) > 30
    assert_nothing_is_lost(chosen, tmp_path)


@pytest.mark.parametrize(
    "kind", ["collaboration", "partnership", "topics", "people-initiatives", "partners", "subjects"]
)
def test_what_the_corpus_has_nothing_of_is_empty_and_said(kind, corpus):
    graph = networks.network(kind, corpus)
    assert len(graph) == 0
    assert "Empty: " in "\n".join(networks.figures(networks.measure(graph)).sentences())


def assert_nothing_is_lost(graph, folder):
    table, look = prepare(graph)  # once: to lay out the whole corpus takes longer than to read most formats
    for suffix in SUFFIXES:
        path = written_as(table, look, folder / f"out{suffix}")[0]
        if suffix == ".dot" and len(table.ids) > LARGE:
            read = read_graphviz(path)
        else:
            read = read_with_node([path])[0] if suffix in WITH_NODE else read_back(path)
        assert list(read.nodes) == ids_of(suffix, table), suffix
        assert_labels(suffix, table, read)
        assert_links(suffix, table, read)
        assert_attributes(suffix, table, read)
        assert_looks(suffix, look, read)


def assert_labels(suffix, table, read):
    for seen, label in zip(read.nodes.values(), table.labels, strict=True):
        expected = expected_label(suffix, label)
        found = label_of(suffix, seen)
        # In Pajek a namesake has its id behind its name.
        assert found == expected or (suffix == ".net" and re.fullmatch(re.escape(expected) + r" \(n\d+\)", found))


def assert_links(suffix, table, read):
    called = dict(zip(table.ids, ids_of(suffix, table), strict=True))
    weight = "strength" if suffix.startswith(".vosviewer") else "weight"
    expected = Counter(
        (frozenset((called[one], called[other])), each)
        for one, other, each in zip(table.sources, table.targets, table.weights, strict=True)
    )
    assert Counter((frozenset(ends), float(values[weight])) for *ends, values in read.edges) == expected, suffix


def assert_attributes(suffix, table, read):
    if suffix in COMPLETE:
        for row, node in enumerate(read.nodes.values()):
            assert_holds(suffix, node, values_of(suffix, table.nodes, row))
        for row, (_, _, values) in enumerate(read.edges):
            assert_holds(suffix, values, values_of(suffix, table.edges, row))
    communities = table.node_column("community") or ()
    if suffix.startswith(".vosviewer"):
        clusters = [node.get("cluster") for node in read.nodes.values()]
        assert [int(cluster) if cluster else None for cluster in clusters] == [
            number if number <= 1000 else None for number in communities
        ]


def assert_looks(suffix, look, read):
    if not read.nodes:
        return
    if suffix in PLACED:
        places = [place_of(suffix, node) for node in read.nodes.values()]
        places = unscaled(places, look.positions) if suffix == ".net" and len(places) > 1 else places
        # Pajek has a millionth of the whole.
        tolerance = 2e-6 * max(map(max, look.positions)) + 2e-3 if suffix == ".net" else 2e-3
        if suffix != ".net" or len(places) > 1:
            apart = (
                abs(one - other)
                for seen, place in zip(places, look.positions, strict=True)
                for one, other in zip(seen, place, strict=True)
            )
            assert max(apart) <= tolerance, suffix
    if suffix in COLOURED:
        for node, colour in zip(read.nodes.values(), look.colours, strict=True):
            seen = node["fillcolor" if suffix == ".dot" else "color"]
            parts = re.findall(r"\d+", seen) if seen.startswith("rgb") else ()
            assert ("#" + "".join(f"{int(part):02X}" for part in parts) if parts else seen) == colour
