"""Bundles: every format at once, a README that explains each number, swapped in whole, nothing else ever replaced."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from tests.center_project import make_center
from tests.network_readers import NASTY, Graph, read_back, read_with_node
from tests.test_exports import people

from ipcgraph.cli import main
from ipcgraph.errors import UsageError
from ipcgraph.exports import Provenance, export_all, network_table, prepare, provenance_of, write_bundle
from ipcgraph.exports.appearance import appearance
from ipcgraph.exports.glossary import explained
from ipcgraph.networkoptions import NETWORKS
from ipcgraph.settings import find_project

pytestmark = pytest.mark.usefixtures("made_assets")

KINDS = NETWORKS
TOOLS = (
    "network.gexf", "network.graphml", "network.cyjs", "network.graphology.json", "network.dot", "network.net",
    "network.cx2", "network.vosviewer.json", "network-map.txt", "network-neo4j-nodes.csv", "network.jsonl",
    "network-nodes.parquet",
)  # fmt: skip
WITH_NODE = TOOLS[:5]


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("center")
    make_center(folder)
    assert main(["--project", str(folder), "build"]) == 0
    return folder


def test_the_licence_is_that_of_the_settings_else_the_first_line_of_its_file(tmp_path):
    settings = make_center(tmp_path, settings='name = "Harbour"\n\n[site]\nlicence = "CC-BY-4.0"\n')
    assert main(["--project", str(tmp_path), "build"]) == 0
    assert provenance_of(settings).licence == "CC-BY-4.0"
    (tmp_path / "LICENSE-DATA").write_text("# Use it well\n\nThe rest\n", encoding="utf-8")
    assert provenance_of(settings).licence == "CC-BY-4.0"
    (tmp_path / "ipcgraph.toml").write_text('name = "Harbour"\n', encoding="utf-8")
    assert provenance_of(find_project(tmp_path)).licence == "Use it well (see the project's file LICENSE-DATA)"


@pytest.fixture(scope="module")
def bundle(project):
    folder = project / "out" / "coauthorship"
    words = ["--project", str(project), "network", "coauthorship", "--counting", "fractional", "--figures"]
    assert main([*words, "--bundle", str(folder)]) == 0
    return folder


def test_every_file_is_listed_with_its_size_and_hash(bundle):
    text = (bundle / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"(?m)^\| `([\w.-]+)` \| [^|]+ \| [\d,]+ \| `([0-9a-f]{64})` \|$", text))
    assert listed == {name: digest for name, digest in digests(bundle).items() if name != "README.md"}
    sizes = dict(re.findall(r"(?m)^\| `([\w.-]+)` \| [^|]+ \| ([\d,]+) \|", text))
    assert {name: int(size.replace(",", "")) for name, size in sizes.items()} == {
        name: (bundle / name).stat().st_size for name in listed
    }
    assert set(TOOLS) | {"network.svg", "network.png", "network.html", "network.matrix.svg"} <= set(listed)
    assert "not written" not in text
    mark = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    assert {file["name"]: file["sha256"] for file in mark["files"]} == {
        name: digest for name, digest in listed.items() if name != "bundle.json"
    }
    assert all(file["about"] for file in mark["files"])


def test_the_readme_says_how_each_number_came_about(bundle, project):
    text = (bundle / "README.md").read_text(encoding="utf-8")
    for said in (
        "# Co-authorship of Harbour Institute",
        "A node is a person who is author of a work",
        "ipcgraph network coauthorship --counting fractional --figures --bundle FOLDER",
        "adds 1/(k-1) to the weight of a link (Newman 2001)",
        "**Left out**",
        "here exact, unweighted, normalised",
        "seed 42",
        "| transitivity |",
        "#0072B2",
        "Walshaw 2003",
        "the project states none",
        "VOSviewer",
        "Gephi Lite",
    ):
        assert said in text, said
    assert str(project) not in text
    nodes, edges = (list(rows(bundle / f"network-{part}.csv")[0]) for part in ("nodes", "edges"))
    told = set(re.findall(r"(?m)^\| ([\w-]+) \| (?:integer|double|string|boolean|list) \|", text))
    assert set(nodes[1:]) - {"Label"} | {"label"} <= told
    assert {name.lower() for name in edges} - {"source", "target", "type", "id"} <= told


def test_the_hash_of_the_data_is_what_the_readme_says_it_is(tmp_path):
    make_center(tmp_path)
    data = tmp_path / "data"
    (data / "notes.txt").write_text("not read, but there", encoding="utf-8")
    (data / ".hidden").write_text("hidden", encoding="utf-8")
    (data / "link.yaml").symlink_to("center.yaml")
    assert main(["--project", str(tmp_path), "network", "topics", "--bundle", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    command = re.search(r"(?m)^\(cd data .*$", text)
    assert command
    shell = subprocess.run(["bash", "-c", command[0]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"`{shell.stdout.split()[0]}`" in text


def test_the_command_of_the_readme_makes_the_same_bytes(bundle, project, monkeypatch):
    monkeypatch.chdir(project)
    text = (bundle / "README.md").read_text(encoding="utf-8")
    command = re.search(r"(?m)^ipcgraph (network .*)$", text)
    assert command
    assert main(command[1].split()) == 0
    assert digests(project / "FOLDER") == digests(bundle)


def test_another_folder_and_a_second_run_give_the_same_bytes(tmp_path):
    for name in ("one", "two", "one"):
        write_bundle(people(), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_attribute_of_every_network_is_explained(kind, project):
    import ipcgraph

    settings = ipcgraph.find_project(project)
    more: dict[str, Any] = {}
    if kind in {"coauthorship", "collaboration", "topics", "partners", "subjects"}:
        more = {"normalise": "jaccard", "pair_limit": 2}
    if kind in {"partnership", "people-initiatives"}:
        import datetime as dt

        more = {"as_of": dt.date(2020, 1, 1)}
    graph = ipcgraph.network(kind, settings, measures=["all"], **more)
    table = network_table(graph)
    assert table.ids
    for side, columns in (("node", table.nodes), ("link", table.edges)):
        for column in columns:
            assert "nothing more is known" not in explained(column.name, side), column.name  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_bundles_of_every_network_open_in_the_readers_of_others(kind, project, tmp_path):
    folder = tmp_path / kind
    assert main(["--project", str(project), "network", kind, "--bundle", str(folder)]) == 0
    nodes, edges = (len(rows(folder / f"network-{part}.csv")) for part in ("nodes", "edges"))
    assert nodes
    for found in [
        *read_with_node([folder / name for name in WITH_NODE]),
        *(read_back(folder / name) for name in TOOLS[5:]),
    ]:
        assert (len(found.nodes), len(found.edges)) == (nodes, edges)


def nasty():
    graph = Graph(name="Nasty | <b>", note="a | b `c` </script>\nnew line")
    for number, label in enumerate(NASTY):
        graph.add_node(f"x:{number}", label=label, said=label)
    graph.add_edges_from((f"x:{number}", f"x:{number + 1}") for number in range(len(NASTY) - 1))
    return graph


def test_odd_labels_reach_every_file_and_break_none(tmp_path):
    graph = nasty()
    bundle = write_bundle(
        graph, tmp_path / "out", provenance=Provenance(project="A | B <i> _C_ ~~D~~", licence="`x` | y")
    )
    assert not bundle.skipped
    folder = tmp_path / "out"
    for found in [
        *read_with_node([folder / name for name in WITH_NODE]),
        *(read_back(folder / name) for name in TOOLS[5:]),
    ]:
        assert len(found.nodes) == len(NASTY)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Nasty \\| &lt;b&gt; of A \\| B &lt;i&gt; \\_C\\_ \\~\\~D\\~\\~\n")
    assert "<b>" not in text
    assert "</script" not in text
    assert "said | string | an attribute that came with the network" in text


def test_an_empty_network_says_so_and_leaves_tools_no_empty_file(tmp_path, capsys):
    make_center(tmp_path)
    words = ["--project", str(tmp_path), "network", "coauthorship", "--from", "1900", "--until", "1901"]
    assert main([*words, "--bundle", str(tmp_path / "out")]) == 0
    assert "Empty: " in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.md", "bundle.json"]
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "no file for other tools" in text
    assert "**Only**: works issued from 1900 to 1901" in text


@pytest.mark.parametrize(
    "make", [lambda: nx.path_graph(1), lambda: nx.DiGraph([("a", "b")]), lambda: nx.empty_graph(3)]
)
def test_one_node_no_link_and_directed_links_make_whole_bundles(make, tmp_path):
    bundle = write_bundle(make(), tmp_path / "out")
    assert not bundle.skipped
    assert all(path.is_file() for path in bundle.files)
    assert {path.name for path in bundle.files} == {path.name for path in (tmp_path / "out").iterdir()}


def test_a_bundle_goes_where_nothing_else_is(tmp_path):
    graph = people()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "alike").mkdir()
    (tmp_path / "alike" / "bundle.json").write_text('{"made_by": "another", "files": []}', encoding="utf-8")
    for name, said in (("file", "is a file"), ("full", r"holds thesis\.txt, which"), ("alike", r"holds bundle\.json")):
        with pytest.raises(UsageError, match=said):
            write_bundle(graph, tmp_path / name)
    assert (tmp_path / "full" / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alike", "file", "full"]


def test_a_file_put_into_a_bundle_is_not_lost(tmp_path):
    write_bundle(people(), tmp_path / "out")
    (tmp_path / "out" / "mine.gephi").write_text("mine", encoding="utf-8")
    before = digests(tmp_path / "out")
    with pytest.raises(UsageError, match=r"holds mine\.gephi"):
        write_bundle(people(), tmp_path / "out")
    assert digests(tmp_path / "out") == before


def test_a_bundle_is_refused_before_the_network_is_made(tmp_path, capsys):
    make_center(tmp_path)
    words = ["--project", str(tmp_path), "network", "coauthorship"]
    assert main([*words, "--bundle", str(tmp_path / "data")]) == 2
    assert "is no part of a bundle" in capsys.readouterr().err
    assert not (tmp_path / ".ipcgraph").exists()
    assert main([*words, "--output", str(tmp_path / "x.pdf"), "--bundle", str(tmp_path / "new")]) == 2
    assert not (tmp_path / "new").exists()


def test_the_folder_one_stands_in_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="the folder you are in"):
        write_bundle(people(), ".")


def test_the_places_are_those_of_single_exports(tmp_path, bundle, project):
    out = tmp_path / "x.graphml"
    words = ["--project", str(project), "network", "coauthorship", "--counting", "fractional", "--figures"]
    assert main([*words, "--output", str(out), "--bundle", str(tmp_path / "b")]) == 0
    assert out.read_bytes() == (bundle / "network.graphml").read_bytes()
    assert digests(tmp_path / "b") == digests(bundle)


def test_several_files_are_laid_out_once(tmp_path, monkeypatch):
    made = []

    def counted(table, **options):
        made.append(table)
        return appearance(table, **options)

    monkeypatch.setattr("ipcgraph.exports.bundle.appearance", counted)
    graph = people()
    prepared = prepare(graph)
    export_all(graph, [tmp_path / "a.gexf", tmp_path / "b.net"], prepared=prepared)
    write_bundle(graph, tmp_path / "out", prepared=prepared)
    assert len(made) == 1


def test_what_is_not_installed_is_said_and_the_rest_written(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    bundle = write_bundle(people(), tmp_path / "out")
    assert [each.name for each in bundle.skipped if each.name == "Parquet"] == ["Parquet"]
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "**not written: Parquet**" in text
    assert "pip install 'ipcgraph\\[parquet\\]'" in text
    assert not list((tmp_path / "out").glob("*.parquet"))
    assert (tmp_path / "out" / "network.gexf").is_file()


def test_the_growth_by_year_is_no_bundle(tmp_path, capsys):
    make_center(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main(["--project", str(tmp_path), "network", "coauthorship", "--per-year", "--bundle", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert "leave out --output, --bundle" in capsys.readouterr().err


KILLED = """
import json, os, signal, sys
from pathlib import Path
from tests.test_bundle import digests
from tests.test_exports import people
from ipcgraph.exports import bundle, write_bundle
from ipcgraph.media import formats_for
# How a format is written is the same for all: with a few that are soon written, every moment can be tried.
bundle.formats_for = lambda kind: [each for each in formats_for(kind) if each.name in {"gexf", "csv", "pajek"}]
seen = stop = 0
def hook(event, arguments):
    global seen
    if event in {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"} and sys.argv[1] in str(arguments[:2]):
        seen += 1
        if seen == stop:
            os.kill(os.getpid(), signal.SIGKILL)
graph, folder = people(), Path(sys.argv[1])
sys.addaudithook(hook)
write_bundle(graph, folder / "out")
whole, operations = digests(folder / "out"), seen
for point in range(1, operations + 1):
    child = os.fork()
    if child == 0:
        seen, stop = 0, point
        write_bundle(graph, folder / "out")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    left = next(path for path in (folder / "out", folder / ".out.old") if path.exists())
    names = sorted(path.name for path in folder.iterdir())
    print(json.dumps([point, os.WIFSIGNALED(status), digests(left) == whole, left.name, names]))
"""


def test_a_killed_run_leaves_the_last_bundle_whole_and_the_next_sweeps_up(tmp_path):
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    points = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(points) > 20
    assert all(killed for _, killed, *_ in points)
    assert all(whole for _, _, whole, *_ in points)
    assert any(".out.new" in names for *_, names in points)
    write_bundle(people(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_runs_at_once_do_not_mix(tmp_path):
    import fcntl

    (tmp_path / ".out.new").mkdir()
    holder = os.open(tmp_path / ".out.new", os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    try:
        with pytest.raises(UsageError, match="another run is writing"):
            write_bundle(people(), tmp_path / "out")
    finally:
        os.close(holder)
    write_bundle(people(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
