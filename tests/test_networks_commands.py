"""`ipcgraph network` with its options: what is printed and written, the exit codes, and what --help explains."""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from tests.center_project import make_center

from ipcgraph import networkoptions, networks
from ipcgraph.networks.growth import COLUMNS
from ipcgraph.networks.measures import EXPLAINED as MEASURES
from ipcgraph.networks.options import TAKEN
from ipcgraph.networks.structure import EXPLAINED as FIGURES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    make_center(folder)
    assert run(folder, "coauthorship").returncode == 0
    return folder


def run(folder, *arguments):
    command = [sys.executable, "-m", "ipcgraph", "network", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("kind", networkoptions.NETWORKS)
def test_every_network_is_shown_and_written(project, tmp_path, kind):
    done = run(project, kind)
    assert done.returncode == 0, done.stderr
    assert "weighted_degree" in done.stdout
    assert "Left out: " in done.stdout
    written = run(project, kind, "--measures", "all", "--figures", "--output", tmp_path / "n.gexf")
    assert written.returncode == 0, written.stderr
    text = (tmp_path / "n.gexf").read_text(encoding="utf-8")
    assert "pagerank" in text
    assert "giant share" in text


def test_what_options_leave_out_stands_in_the_terminal_and_in_the_file(project, tmp_path):
    asked = ("coauthorship", "--from", 2020, "--until", 2022, "--members-of", "center/harbour", "--minimum-weight", 2)
    sentences = [
        "works issued from 2020 to 2022",
        "persons with a role at Harbour Institute for Tidal Studies",
        "links of a weight of 2 or more",
        "1 work without a date: “Notes from the Third Pier”",
        "5 works not issued from 2020 to 2022",
        "4 persons without a role at Harbour Institute for Tidal Studies: Bjørn Åsgård, Inês Sá, Lin Chen, Zoë D'Angelo",
        "of a weight below 2",
    ]
    shown = run(project, *asked).stdout
    assert run(project, *asked, "--output", tmp_path / "n.csv").returncode == 0
    remarks = (tmp_path / "n-remarks.csv").read_text(encoding="utf-8")
    for sentence in sentences:
        assert sentence in shown
        assert sentence in remarks


def test_a_window_without_works_is_an_empty_network_in_words(project):
    done = run(project, "coauthorship", "--from", 1900, "--until", 1901)
    assert done.returncode == 0, done.stderr
    assert "0 rows" in done.stdout
    assert "Empty: " in done.stdout
    assert "14 works not issued from 1900 to 1901" in done.stdout


def test_no_file_is_written_of_an_empty_network(project, tmp_path):
    done = run(project, "coauthorship", "--from", 1900, "--until", 1901, "--output", tmp_path / "out" / "n.gexf")
    assert done.returncode == 2
    assert "14 works not issued from 1900 to 1901" in done.stdout
    assert "no file is written of an empty network" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--members-of", "--initiative", "--bundle"])
def test_an_option_that_names_nothing_is_refused(project, option):
    done = run(project, "coauthorship", option, "")
    assert done.returncode == 2
    assert f"argument {option}: nothing is named" in done.stderr


def test_each_measure_is_explained_below_the_table_whether_asked_for_or_not(project):
    for words in ((), ("--measures", "all")):
        done = run(project, "coauthorship", *words)
        for name in networks.MEASURES:
            assert f"{name}: {MEASURES[name]}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["coauthorship", "--members-of", "center/habour"], "did you mean center/harbour?"),
        (["coauthorship", "--initiative", "initiative/tide-future"], "did you mean initiative/tide-futures?"),
        (["coauthorship", "--type", "artcle"], "did you mean 'article'?"),
        (["coauthorship", "--from", "2022", "--until", "2020"], "earlier year first"),
        (["partnership", "--as-of", "2020-02-30"], "is no day"),
        (["partnership", "--from", "2020"], "--from is no option of partnership"),
        (["coauthorship", "--measures", "pagrank"], "did you mean 'pagerank'?"),
        (["coauthorship", "--normalise", "salten"], "did you mean 'salton'?"),
        (["coauthorship", "--per-year", "--figures"], "--per-year and --window give a table of their own"),
        (["partnership", "--per-year"], "no growth by year"),
        (["coauthorship", "--window", "0"], "0 is no length of a window"),
        (["coauthorship", "--pair-limit", "0"], "no limit of pairs"),
        (
            ["coauthorship", "--output", "n.foo"],
            "no network is written as 'n.foo': its end says the format, one of .csv, ",
        ),
        (["coauthorship", "--output", "n.gefx"], "did you mean .gexf?"),
        (["coauthorship", "--window", "1", "--from", "1900", "--output", "n.periods.svg"], "more than 24 windows"),
        (["colaboration"], "did you mean 'collaboration'?"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_remedy(project, arguments, says):
    done = run(project, *arguments)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_growth_by_year_is_a_table(project):
    done = run(project, "coauthorship", "--per-year", "--from", 2020, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert [row["year"]["value"] for row in rows] == ["2020", "2021", "2022", "2023", "2024"]
    assert "Left out: 1 work without a date" in done.stderr


def test_growth_by_windows_is_a_table_of_the_same_form(project):
    done = run(project, "coauthorship", "--window", 3, "--from", 2018, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert [(row["from"]["value"], row["until"]["value"]) for row in rows] == [
        ("2018", "2020"),
        ("2021", "2023"),
        ("2024", "2026"),
    ]


def test_a_work_of_too_many_authors_is_named_in_the_terminal_and_in_the_file(project, tmp_path):
    asked = ("coauthorship", "--pair-limit", 2)
    shown = run(project, *asked).stdout
    assert run(project, *asked, "--output", tmp_path / "n.csv").returncode == 0
    remarks = (tmp_path / "n-remarks.csv").read_text(encoding="utf-8")
    assert "with more than 2 authors in the network: " in shown
    assert "with more than 2 authors in the network: " in remarks
    assert "unlinked_works" in (tmp_path / "n-nodes.csv").read_text(encoding="utf-8")


def test_help_and_documentation_explain_every_measure_figure_and_column():
    done = run(ROOT, "coauthorship", "--help")
    page = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
    for name, about in {**MEASURES, **FIGURES, **COLUMNS}.items():
        assert name in done.stdout
        assert about in done.stdout
        assert f"| `{name}` | {about} |" in page
    for name, about in networkoptions.NETWORKS.items():
        assert f"{name:<22}{about}" in done.stdout


def test_the_command_line_knows_the_networks_and_the_options():
    assert tuple(networkoptions.NETWORKS) == networks.KINDS
    names = {field.name for field in fields(networks.Options)}
    assert names == set(TAKEN) == set(networks.OptionValues.__annotations__)
