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


@pytest.mark.parametrize("length", [1, 2])
def test_rows_begin_and_end_with_works_that_make_a_node_and_the_others_are_counted(length):
    graph = Invented(organizations={"acme"})
    for year, author in ((1989, "acme"), (2010, "ada"), (2012, "bo"), (2019, "acme")):
        issued = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        graph.works[f"w{year}"] = Work([author], issued, "report", None, [], {})
    columns = collect_columns(graph.quads())
    grown = networks.growth("coauthorship", columns, Options(), window=length)
    assert grown.table.column("year" if length == 1 else "from") == (
        (2010, 2011, 2012) if length == 1 else (2010, 2012)
    )
    assert grown.table.column("all_works")[0] == 2
    assert dict(grown.remarks)["Left out"] == (
        "2 works before the first row or after the last, where none makes a node"
    )
    assert networks.growth("coauthorship", columns, Options(since=1980), window=30).table.column("from") == (1980, 2010)
    nothing = networks.growth("collaboration", columns, Options(), window=length)
    assert nothing.table.rows == ()
    assert dict(nothing.remarks)["Left out"] == "4 works that make no node"


@pytest.mark.parametrize("length", [2, 3, 100])
@pytest.mark.parametrize("kind", ["coauthorship", "collaboration", "topics"])
def test_each_row_of_windows_has_the_figures_of_the_network_of_its_years(kind, length):
    columns = collect_columns(invented(3).quads())
    grown = networks.growth(kind, columns, Options(), window=length)
    by_year = networks.growth(kind, columns, Options())
    assert "year" not in grown.table.columns
    assert grown.table.column("from")[0] == by_year.table.column("year")[0]
    known = 0
    for row in grown.table.rows:
        values: Any = dict(zip(grown.table.columns, row, strict=True))
        assert values["until"] == values["from"] + length - 1
        inside = network(kind, columns, since=values["from"], until=values["until"])
        so_far = network(kind, columns, until=values["until"])
        assert (values["nodes"], values["edges"]) == (len(inside), inside.number_of_edges())
        assert (values["all_nodes"], values["all_edges"]) == (len(so_far), so_far.number_of_edges())
        assert values["new_nodes"] == len(so_far) - known
        known = len(so_far)
    starts: Any = grown.table.column("from")
    assert starts == tuple(range(starts[0], starts[-1] + 1, length))
    assert grown.table.column("all_works")[-1] == by_year.table.column("all_works")[-1]


def test_windows_begin_and_end_with_the_years_that_are_asked_for():
    graph = Invented()
    for year in (2012, 2013, 2019):
        issued = (dt.date(year, 1, 1), dt.date(year + (year == 2013), 12, 31))
        graph.works[f"w{year}"] = Work(["ada", f"b{year}"], issued, "report", None, [], {})
    columns = collect_columns(graph.quads())
    grown = networks.growth("coauthorship", columns, Options(since=2010, until=2021), window=4)
    rows = list(zip(*(grown.table.column(name) for name in ("from", "until", "works")), strict=True))
    assert rows == [(2010, 2013, 1), (2014, 2017, 0), (2018, 2021, 1)]
    assert "1 work of no one window" in dict(grown.remarks)["Left out"]
    cut = networks.growth("coauthorship", columns, Options(since=2010, until=2020), window=4)
    assert cut.table.column("until")[-1] == 2020
    with pytest.raises(UsageError, match="no length of a window"):
        networks.growth("coauthorship", columns, Options(), window=0)


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
