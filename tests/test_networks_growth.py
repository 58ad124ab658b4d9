"""Growth: the figures of each year are those of the network of that year, and undated works are in none."""

import datetime as dt
from typing import Any

import pytest
from tests.invented_graphs import CENTER, Invented, Work, invented

from ipcgraph import networks
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import DEFAULT_BASE

network: Any = networks.network
Options: Any = networks.Options


def share(graph):
    measured: Any = networks.measure(graph, measures=["component"])
    numbers = [number for _, number in measured.nodes(data="component")]
    return numbers.count(1) / len(numbers) if numbers else 0


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        *((kind, {}) for kind in ("coauthorship", "collaboration", "topics")),
        *((kind, {"since": 2013, "until": 2016}) for kind in ("coauthorship", "collaboration", "topics")),
        ("coauthorship", {"members_of": DEFAULT_BASE + CENTER}),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_each_row_has_the_figures_of_the_networks_of_its_year(seed, kind, options):
    columns = collect_columns(invented(seed).quads())
    grown = networks.growth(kind, columns, Options(**options))
    names = grown.table.columns
    known = 0
    for row in grown.table.rows:
        values: Any = dict(zip(names, row, strict=True))
        year = values["year"]
        of_year = network(kind, columns, **{**options, "since": year, "until": year})
        so_far = network(kind, columns, **{**options, "until": year})
        assert (values["nodes"], values["edges"]) == (len(of_year), of_year.number_of_edges())
        assert (values["all_nodes"], values["all_edges"]) == (len(so_far), so_far.number_of_edges())
        figures = networks.figures(networks.measure(of_year, measures=["degree"]))
        assert (values["density"], values["components"]) == (pytest.approx(figures.density), figures.components)
        assert values["giant_share"] == pytest.approx(share(of_year))
        assert values["all_giant_share"] == pytest.approx(share(so_far))
        assert values["new_nodes"] == len(so_far) - known
        known = len(so_far)


def test_years_without_a_work_have_rows_and_works_without_a_year_are_counted_apart():
    graph = Invented()
    for slug, dates in {"a": (2010, 2010), "b": (2012, 2012), "across": (2010, 2011)}.items():
        issued = (dt.date(dates[0], 1, 1), dt.date(dates[1], 12, 31))
        graph.works[slug] = Work(["ada", slug], issued, "report", None, [], {})
    graph.works["undated"] = Work(["ada"], None, "report", None, [], {})
    grown = networks.growth("coauthorship", collect_columns(graph.quads()), Options())
    assert grown.table.column("year") == (2010, 2011, 2012)
    assert grown.table.column("works") == (1, 0, 1)
    assert grown.table.column("all_works") == (1, 2, 3)
    assert grown.table.column("new_nodes") == (2, 1, 1)
    assert dict(grown.remarks)["Left out"] == (
        "1 work without a date: “undated”; 1 work of no one year, counted up to its last one only"
    )


def test_a_window_without_works_has_no_rows_and_says_so():
    grown = networks.growth("topics", collect_columns(invented(1).quads()), Options(since=1900, until=1901))
    assert grown.table.rows == ()
    assert dict(grown.remarks)["Empty"]


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("partnership", {}, "no growth by year"),
        ("coauthorship", {"counting": "fractional"}, "--counting changes no figure"),
        ("coauthorship", {"largest_component": True}, "--largest-component changes no figure"),
    ],
)
def test_what_has_no_growth_is_refused(kind, options, says):
    with pytest.raises(UsageError, match=says):
        networks.growth(kind, collect_columns([]), Options(**options))
