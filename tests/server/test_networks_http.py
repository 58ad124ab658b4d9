"""Networks over HTTP: the bytes of the command line, for every network, format and option."""

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipcgraph import cli
from ipcgraph.media import formats_for
from ipcgraph.networkoptions import NETWORKS, OF_WORKS
from ipcgraph.server.networkfiles import elsewhere, network_files
from ipcgraph.server.networkpages import is_offered

ROOT = Path(__file__).parents[2]
SAID = {"README.md", "bundle.json"}
"""The files of a bundle that say by which command it was made."""
SINGLE = tuple(ending for ending, each in network_files().items() if each.sort == "file" and ending != ".gv")
OPTIONS = (
    ("coauthorship", ["--from", "2015", "--until", "2022"], "from=2015&until=2022"),
    ("coauthorship", ["--from", "2015"], "since=2015"),
    ("coauthorship", ["--counting", "fractional", "--normalise", "salton"], "counting=fractional&normalise=salton"),
    ("coauthorship", ["--type", "article", "--type", "report"], "type=article&type=report"),
    (
        "coauthorship",
        ["--members-of", "center/harbour", "--as-of", "2020-01-01"],
        "members-of=center/harbour&as-of=2020-01-01",
    ),
    ("coauthorship", ["--initiative", "initiative/tide-futures"], "initiative=initiative/tide-futures"),
    ("coauthorship", ["--measures", "all", "--figures"], "measures=all&figures=true"),
    ("coauthorship", ["--communities", "leiden"], "communities=leiden"),
    ("partnership", ["--minimum-weight", "2", "--largest-component"], "minimum_weight=2&largest_component=yes"),
    ("partners", ["--pair-limit", "3"], "pair-limit=3"),
)


def command_line(project, *words):
    """Runs `ipcgraph network` in this process."""
    assert cli.main(["--project", str(project.root), "network", *words]) == 0


@pytest.fixture(scope="module")
def made(center, tmp_path_factory):
    """What the command line writes of two networks, in every format that they have, by network and ending."""
    _, project = center
    found: dict[tuple[str, str], bytes] = {}
    for kind in ("coauthorship", "partnership"):
        folder = tmp_path_factory.mktemp(kind)
        suffixes = [each.suffixes[0] for each in formats_for("network") if is_possible(kind, each.suffixes[0])]
        words = [word for suffix in suffixes for word in ("--output", str(folder / f"{kind}{suffix}"))]
        command_line(project, kind, *words)
        found |= {(kind, path.name[len(kind) :]): path.read_bytes() for path in folder.iterdir()}
    return found


def is_possible(kind, suffix):
    return {".map.svg": kind == "partnership", ".periods.svg": kind in OF_WORKS}.get(suffix, True)


def test_every_format_has_the_bytes_of_the_command_line(center, made):
    server, _ = center
    wanted = {("coauthorship", ending) for ending in SINGLE if ending != ".map.svg"} | {("partnership", ".map.svg")}
    for kind, ending in sorted(wanted):
        got = server.ask(f"network/{kind}{ending}")
        assert got.status == 200, (kind, ending, got.body[:300])
        assert got.body == made[kind, ending], (kind, ending)
        assert got.headers["access-control-allow-origin"] == "*"
        assert int(got.headers["content-length"]) == len(got.body)
    assert {ending for _, ending in made} == set(SINGLE)


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_network_is_that_of_the_command_line(center, tmp_path, kind):
    server, project = center
    command_line(project, kind, "--bundle", str(tmp_path / "bundle"))
    got = server.ask(f"network/{kind}.zip")
    with zipfile.ZipFile(io.BytesIO(got.body)) as archive:
        there = {path.name: path.read_bytes() for path in (tmp_path / "bundle").iterdir()}
        assert {name for name in there if name not in archive.namelist() or archive.read(name) != there[name]} <= SAID
        assert set(archive.namelist()) == set(there)


@pytest.mark.parametrize(("kind", "words", "asked"), OPTIONS)
def test_every_option_means_what_it_means_on_the_command_line(center, tmp_path, kind, words, asked):
    server, project = center
    plain = server.ask(f"network/{kind}.gexf").body
    command_line(project, kind, *words, "--output", str(tmp_path / "x.gexf"))
    got = server.ask(f"network/{kind}.gexf?{asked}")
    assert got.body == (tmp_path / "x.gexf").read_bytes()
    assert got.body != plain


def test_tables_are_those_of_the_terminal(center, capsys):
    server, project = center
    capsys.readouterr()
    command_line(project, "coauthorship", "--format", "csv", "--measures", "degree,core")
    expected = capsys.readouterr().out
    got = server.ask("network/coauthorship-table.csv?measures=degree,core")
    assert got.body.decode() == expected.replace("\n", "\r\n") or got.body.decode() == expected
    command_line(project, "coauthorship", "--window", "5", "--format", "tsv")
    assert server.ask("network/coauthorship-growth.tsv?window=5").body.decode() == capsys.readouterr().out
    command_line(project, "coauthorship", "--per-year", "--format", "json")
    assert server.ask("network/coauthorship-growth.srj").body.decode() == capsys.readouterr().out


def test_periods_take_a_window(center, tmp_path):
    server, project = center
    command_line(project, "coauthorship", "--window", "4", "--output", str(tmp_path / "x.periods.svg"))
    assert server.ask("network/coauthorship.periods.svg?window=4").body == (tmp_path / "x.periods.svg").read_bytes()


@pytest.mark.parametrize("suffix", sorted(elsewhere()))
def test_formats_of_several_files_come_packed(center, made, suffix):
    server, _ = center
    moved = server.ask(f"network/partnership{suffix}?minimum-weight=1")
    assert (moved.status, moved.headers["location"]) == (303, f"/network/partnership{suffix}.zip?minimum-weight=1")
    packed = server.ask(f"network/partnership{suffix}.zip")
    assert packed.type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
        names = archive.namelist()
        assert len(names) > 1
        for name in names:
            assert archive.read(name) == made["partnership", name.removeprefix("partnership")], name
    assert server.ask(f"network/partnership{suffix}.zip").body == packed.body


def test_the_readme_of_everything_says_the_command_and_the_data(center, tmp_path):
    server, project = center
    command_line(project, "coauthorship", "--from", "2015", "--figures", "--bundle", str(tmp_path / "bundle"))
    got = server.ask("network/coauthorship.zip?from=2015&figures=true")
    with zipfile.ZipFile(io.BytesIO(got.body)) as archive:
        readme = archive.read("README.md").decode()
    assert "ipcgraph network coauthorship --from 2015 --figures --bundle FOLDER" in readme
    data = [line for line in (tmp_path / "bundle" / "README.md").read_text("utf-8").splitlines() if "SHA-256" in line]
    assert data[0] in readme


def test_what_is_left_out_is_said_in_a_header_and_on_the_page(center):
    server, _ = center
    got = server.ask("network/coauthorship.gexf?from=2015&until=2020")
    said = unquote(got.headers["ipcgraph-left-out"])
    assert "Notes from the Third Pier" in said
    assert "ipcgraph-left-out" in got.headers["access-control-expose-headers"].lower()
    remarks = got.headers["link"].partition("<")[2].partition(">")[0]
    assert remarks == "/network/coauthorship-remarks.csv?from=2015&until=2020"
    assert said in server.ask(remarks[1:]).body.decode().replace('""', '"')
    page = server.ask("network/coauthorship?from=2015&until=2020", "text/html").body.decode()
    assert "Left out: " in page
    assert "Notes from the Third Pier" in page


def test_an_empty_network_is_no_file_but_says_why(center):
    server, _ = center
    got = server.ask("network/coauthorship.gexf?from=2100")
    assert got.status == 404
    assert "nothing is left" in json.loads(got.body)["detail"]
    page = server.ask("network/coauthorship?from=2100", "text/html")
    assert page.status == 200
    assert "Nothing is left of this network." in page.body.decode()
    with zipfile.ZipFile(io.BytesIO(server.ask("network/coauthorship.zip?from=2100").body)) as archive:
        assert sorted(archive.namelist()) == ["README.md", "bundle.json"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("network/coauthorshp.gexf", 404, ["coauthorship"]),
        ("network/coauthorship.gexff", 404, [".gexf"]),
        ("network/coauthorship.gexf?form=2020", 400, ["form", "did you mean from"]),
        ("network/coauthorship.gexf?from=x", 400, ["from", "whole number", "2020"]),
        ("network/coauthorship.gexf?from=2020&from=2021", 400, ["from is given twice"]),
        ("network/coauthorship.gexf?from=2020&since=2021", 400, ["given twice"]),
        ("network/coauthorship.gexf?from=2021&until=2020", 400, ["earlier year first"]),
        ("network/coauthorship.gexf?counting=half", 400, ["counting", "fractional"]),
        ("network/coauthorship.gexf?as-of=2020-13-01&members-of=center/harbour", 400, ["as-of", "2021-05-01"]),
        ("network/coauthorship.gexf?type=no-such", 400, ["no-such"]),
        ("network/coauthorship.gexf?measures=degre", 400, ["degree"]),
        ("network/coauthorship.gexf?minimum-weight=nan", 400, ["weight"]),
        ("network/coauthorship.gexf?largest-component=perhaps", 400, ["true", "false"]),
        ("network/coauthorship.gexf?initiative=", 400, ["initiative"]),
        ("network/coauthorship.gexf?initiative=initiative/none", 400, ["initiative/none"]),
        ("network/coauthorship.gexf?window=5", 400, ["window"]),
        ("network/partnership.gexf?from=2020", 400, ["from", "coauthorship"]),
        ("network/partnership-growth.csv", 400, ["partnership"]),
        ("network/coauthorship.map.svg", 400, ["map"]),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(center, path, status, words):
    got = center[0].ask(path)
    assert (got.status, got.type) == (status, "application/problem+json"), got.body
    detail = got.body.decode()
    assert [word for word in words if word not in detail] == [], detail
    assert "--" not in detail
    assert "Traceback" not in detail


def test_a_network_is_negotiated_at_its_own_address(center):
    server, _ = center
    types: dict[str | None, str] = {
        "text/html": "text/html",
        "application/gexf+xml": "application/gexf+xml",
        "image/svg+xml": "image/svg+xml",
    }
    types |= {None: "text/html", "image/png": "image/png", "application/json": "application/json"}
    for accept, expected in types.items():
        assert server.ask("network/topics", accept).type == expected
    refused = server.ask("network/topics", "application/pdf")
    assert refused.status == 406


def test_who_has_a_file_is_told_so_and_head_says_what_get_says(center):
    server, _ = center
    got, head = (server.ask("network/topics.graphml", method=method) for method in ("GET", "HEAD"))
    assert head.body == b""
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert server.ask("network/topics.graphml", headers={"If-None-Match": got.headers["etag"]}).status == 304


def test_gephi_lite_and_vosviewer_online_are_led_to_addresses_that_answer_them(center):
    server, _ = center
    page = server.ask("network/coauthorship?from=2015", "text/html").body.decode()
    for start in ("https://lite.gephi.org/?file=", "https://app.vosviewer.com/?json="):
        address = unquote(page.partition(start)[2].partition('"')[0])
        assert address.startswith(server.address)
        got = server.ask(address.removeprefix(server.address), headers={"Origin": start.partition("?")[0]})
        assert (got.status, got.headers["access-control-allow-origin"]) == (200, "*")
        assert got.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_network_of_an_answer_links_the_things_of_each_row(center):
    server, _ = center
    got = json.loads(server.ask("query/coauthor-pairs.network.cyjs").body)["elements"]
    rows = json.loads(server.ask("query/coauthor-pairs.json").body)["results"]["bindings"]
    assert len(got["edges"]) == len(rows) > 5
    assert {node["data"]["label"] for node in got["nodes"]} >= {"Aoife O'Brien", "José Muñoz"}
    weights = sorted(edge["data"]["weight"] for edge in got["edges"])
    assert weights == sorted(float(row["works"]["value"]) for row in rows)
    page = server.ask("query/coauthor-pairs.network.html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'sha256-")


def test_pages_of_networks_need_nothing_in_line(center):
    got = center[0].ask("network/coauthorship.html")
    policy = got.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.removesuffix("; frame-ancestors *") in got.body.decode()
    policy = center[0].ask("network/coauthorship.svg").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from((*NETWORKS, "x", "..", "coauthorship.coauthorship")),
    ending=st.sampled_from(("", ".gexf", "-remarks.csv", ".html", ".x", "/", ".zip.zip", "-growth.csv")),
    values=st.lists(
        st.tuples(st.sampled_from(("from", "as_of", "type", "measures", "initiative", "<b>")), st.text(max_size=20)),
        max_size=2,
    ),
)
def test_nothing_in_an_address_breaks_the_server_or_comes_back_as_markup(center, kind, ending, values):
    asked = "&".join(f"{quote(word)}={quote(text, errors='replace')}" for word, text in values)
    got = center[0].ask(f"network/{kind}{ending}?{asked}&until=<script>x".replace("<", "%3C"))
    assert got.status < 500
    assert got.type != "text/html" or b"<script>x" not in got.body
    assert b"Traceback" not in got.body


def test_every_offered_file_is_there(center):
    server, _ = center
    page = server.ask("network/partnership", "text/html").body.decode()
    offered = [ending for ending in network_files() if is_offered("partnership", ending)]
    shown = [ending for ending in offered if f'"partnership{ending}"' in page]
    assert {".gexf", ".map.svg", "-edges.csv", ".parquet.zip"} <= set(shown)
    for ending in shown:
        assert server.ask(f"network/partnership{ending}", method="HEAD").status == 200, ending
