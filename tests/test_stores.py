"""One project in the stores of others: uploaded, asked, read back, on each server the same."""

from __future__ import annotations

import filecmp
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from tests.center_project import make_center
from tests.server.running import serving
from tests.store_servers import Server, lacking, running

import ipcgraph
from ipcgraph import cli, mirroring, project, uploading
from ipcgraph.errors import StoreError, StoreUnreachableError, UsageError
from ipcgraph.explaining import explanation_table, read_thing
from ipcgraph.headers import read_queries
from ipcgraph.manifest import STORE, current_build
from ipcgraph.queries import run
from ipcgraph.revisions import stored_revision
from ipcgraph.settings import Settings, find_project
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.connecting import connect
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.store.remote import RemoteStore
from ipcgraph.tables import Table

GRAPH = "https://store.example/graph/harbour"
QUERIES = read_queries([shipped_folder("queries")])
MOST_ROWS = 500
"""So many rows Virtuoso gives at most here: the center has more statements of one property."""


class Uploaded(NamedTuple):
    """A project of the center, built into a server."""

    server: Server
    graph: str
    settings: Settings

    def reader(self, folder: Path, *, slow: bool = False) -> Settings:
        """Another project, without data, that reads the same store; `slow` without the graph store protocol."""
        folder.mkdir()
        text = 'name = "Harbour Institute"\n' + self.server.toml(self.graph)
        lines = [line for line in text.splitlines() if not slow or not line.startswith("graph-store")]
        (folder / "ipcgraph.toml").write_text("\n".join(lines) + "\n")
        return find_project(folder, environment=self.server.environment())


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso", "rdflib"])
def uploaded(request, tmp_path_factory) -> Iterator[Uploaded]:
    """The center on a server: in a graph of its own, or in the server's default graph, as `rdflib` has no other way."""
    name = request.param
    if reason := lacking(name):
        pytest.skip(reason)
    graph = "" if name == "rdflib" else GRAPH
    folder = tmp_path_factory.mktemp("stores")
    with running(name, folder / "server", rows=MOST_ROWS) as server:
        (folder / "project").mkdir()
        make_center(folder / "project", settings='name = "Harbour Institute"\n' + server.toml(graph))
        settings = find_project(folder / "project", environment=server.environment())
        done = project.build(settings)
        assert done.changed
        yield Uploaded(server, graph, settings)


def quads(folder: Path) -> set[Quad]:
    with EmbeddedStore.open(folder / STORE) as store:
        return set(store.dump())


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    for file in sorted((Path(__file__).parent / "expected").glob("*.yaml")):
        expected = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # texts only
        for case in expected.get("center", ()):
            yield file.stem, case.get("parameters", {})


def test_every_saved_query_has_the_same_answer_everywhere(uploaded):
    with EmbeddedStore.open(current_build(uploaded.settings) / STORE) as here, connect(uploaded.settings) as there:
        other = []
        number = 0
        for name, values in cases():
            mine, theirs = (run(QUERIES[name], store, values) for store in (here, there))
            assert isinstance(mine, Table)
            assert len(mine)
            number += 1
            if mine != theirs:
                other.append((name, values))
    assert other == []
    assert number > len(QUERIES)
    assert {name for name, _ in cases()} == set(QUERIES)


def test_near_misses_come_from_the_server_too(uploaded):
    with connect(uploaded.settings) as store, pytest.raises(UsageError, match="did you mean person/aoife-obrien"):
        run(QUERIES["person-works"], store, {"person": "person/aoife-obrian"})


def test_what_was_derived_is_in_its_own_graph_there_too(uploaded):
    text = (
        "SELECT ?work ?author WHERE { GRAPH <https://w3id.org/ipcgraph/id/graph/derived> "
        "{ ?work <https://w3id.org/ipcgraph/ns#creator> ?author } } ORDER BY ?work ?author"
    )
    with EmbeddedStore.open(current_build(uploaded.settings) / STORE) as here, connect(uploaded.settings) as there:
        mine = here.query(text)
        assert isinstance(mine, Table)
        assert len(mine) > 10
        assert there.query(text) == mine


@pytest.mark.parametrize("slow", [False, True], ids=["graph-store", "pages"])
def test_a_project_without_data_reads_all_of_it(uploaded, tmp_path, slow):
    said: list[str] = []
    reader = uploaded.reader(tmp_path / "reader", slow=slow)
    build = project.fresh_build(reader, notice=said.append)
    assert quads(build) == quads(current_build(uploaded.settings))
    assert said == [f"reading {uploaded.server.query}"]
    assert project.fresh_build(reader, notice=said.append) == build, "the same revision is not read again"
    assert len(said) == 1


ON_ALL = ("oxigraph", "virtuoso", "rdflib")
QUICK = pytest.mark.parametrize("uploaded", ON_ALL[:2], indirect=True)
"""For tests that upload several times: rdflib parses a thousand statements in one second or more."""


@pytest.mark.parametrize("uploaded", ["virtuoso"], indirect=True)
def test_what_is_shown_and_written_is_the_same_without_the_data(uploaded, tmp_path):
    reader, owner = uploaded.reader(tmp_path / "reader"), uploaded.settings
    for settings, name in ((reader, "reader"), (owner, "owner")):
        project.site(settings, tmp_path / f"{name}-site")
        project.export_profile("schema", settings, tmp_path / f"{name}.ttl")
    assert (tmp_path / "reader.ttl").read_bytes() == (tmp_path / "owner.ttl").read_bytes()
    compared = filecmp.dircmp(tmp_path / "reader-site", tmp_path / "owner-site")
    assert (compared.left_only, compared.right_only, compared.diff_files) == ([], [], [])
    assert len(compared.same_files) > 5
    mine, theirs = (project.network("coauthorship", settings) for settings in (reader, owner))
    assert sorted(mine.edges(data="weight")) == sorted(theirs.edges(data="weight"))
    assert mine.number_of_edges() > 5


def test_a_statement_is_explained_by_its_rule_or_its_store(uploaded, tmp_path):
    reader = uploaded.reader(tmp_path / "reader")
    work = "work/2020-harbours-after-the-storm"
    rows = [
        explanation_table(project.explain(work, each), read_thing(work)).texts() for each in (reader, uploaded.settings)
    ]
    assert sorted((row[0], *row[2:]) for row in rows[0]) == sorted((row[0], *row[2:]) for row in rows[1])
    assert {row[1] for row in rows[0]} == {
        uploaded.server.query, "derived by ontology/rules/creator.rq", "derived by ontology/rules/date-bounds.rq"
    }  # fmt: skip


def test_the_store_is_checked_with_things_in_place_of_lines(uploaded, tmp_path):
    reader = uploaded.reader(tmp_path / "reader")
    (finding,) = project.check_store(reader).findings
    assert str(finding).startswith(
        f"{uploaded.server.query}: warning: organization/lighthouse-gazette: nothing is said of where this comes from"
    )
    with pytest.raises(UsageError, match="name no store"):
        project.check_store(reader._replace(store=""))


@QUICK
def test_nothing_is_uploaded_twice_and_a_change_is(uploaded, tmp_path):
    settings = uploaded.settings
    before = stored_revision(settings)
    said: list[str] = []
    assert not project.build(settings, notice=said.append).changed
    assert said == []
    reader = uploaded.reader(tmp_path / "reader")
    old = project.fresh_build(reader)
    extra = settings.data_folder / "extra.yaml"
    extra.write_text("- {id: person/new-comer, type: Person, name: 100% New Comer}\n")
    try:
        assert project.query("people", settings, notice=said.append) == project.query("people", reader)
        assert said == [f"{uploaded.server.query} may not have what the files say now; to upload it: ipcgraph build"]
        project.build(settings)
        assert stored_revision(settings) not in {before, ""}
        people = project.query("people", reader)
        assert isinstance(people, Table)
        assert Literal("100% New Comer") in people.column("name")
        mirroring.follow_store(reader, said.append)
        assert current_build(reader) != old, "a server that follows the store has the new graph"
        assert quads(current_build(reader)) == quads(current_build(settings))
    finally:
        extra.unlink()
        project.build(settings)
    assert stored_revision(settings) == before, "the same statements are the same revision"


@QUICK
def test_an_interrupted_upload_leaves_the_old_graph_in_use(uploaded, tmp_path, monkeypatch):
    settings = uploaded.settings
    before = quads(current_build(settings))
    revision = stored_revision(settings)
    extra = settings.data_folder / "extra.yaml"
    extra.write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
    monkeypatch.setattr(uploading, "PART", 300)
    monkeypatch.setattr(uploading, "BATCH", 300)
    local = ipcgraph.building.build(settings).folder

    def stop(done: int, total: int) -> None:
        assert total == len(quads(local))
        if done >= 900:
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            uploading.upload(settings, local, notice=lambda _: None, progress=stop)
        assert stored_revision(settings) == revision
        assert quads(project.fresh_build(uploaded.reader(tmp_path / "reader"))) == before
        assert uploading.upload(settings, local, notice=lambda _: None)
        assert quads(project.fresh_build(uploaded.reader(tmp_path / "later"))) == quads(local)
        assert left_beside(settings) == set()
    finally:
        extra.unlink()
        project.build(settings)


@pytest.mark.parametrize("uploaded", ["oxigraph"], indirect=True)
def test_a_server_that_ends_after_we_have_stopped_waiting_has_the_new_graph(uploaded, monkeypatch):
    settings = uploaded.settings
    extra = settings.data_folder / "extra.yaml"
    extra.write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
    local = ipcgraph.building.build(settings).folder
    update, given = RemoteStore.update, []

    def late(store: RemoteStore, text: str) -> None:
        update(store, text)
        if "MOVE" in text or "FILTER NOT EXISTS" in text:
            given.append(store._client.timeout)
            raise StoreUnreachableError("no answer")

    monkeypatch.setattr(RemoteStore, "update", late)
    try:
        with pytest.raises(
            StoreUnreachableError, match="no answer; where it ends all the same, the next ipcgraph build"
        ):
            uploading.upload(settings, local, notice=lambda _: None)
        # A second for each thousand statements besides what every request has.
        assert given == [float(settings.store_timeout) + len(quads(local)) / 1_000]
        assert not uploading.upload(settings, local, notice=lambda _: None)
        assert left_beside(settings) == set()
    finally:
        monkeypatch.undo()
        extra.unlink()
        project.build(settings)


@pytest.mark.parametrize("uploaded", ["oxigraph"], indirect=True)
def test_a_server_without_move_is_built_into_as_well(uploaded, monkeypatch):
    settings = uploaded.settings
    extra = settings.data_folder / "extra.yaml"
    extra.write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
    monkeypatch.setattr(uploading, "_MOVE", ("MOVE-IS-NOT-KNOWN ", "staging", " ", "graph", ""))
    try:
        local = project.build(settings).folder
        with connect(settings) as store:
            there = {quad.triple for quad in store.dump() if quad.graph_name == DefaultGraph()}
        assert there == {quad.triple for quad in quads(local) if quad.graph_name == DefaultGraph()}
        assert left_beside(settings) == set()
    finally:
        extra.unlink()
        project.build(settings)


def left_beside(settings: Settings) -> set[str]:
    """The graphs of the store that are neither the project's nor say which it is."""
    with connect(settings, whole=True) as store:
        answer = store.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(answer, Table)
    found = {str(getattr(graph, "value", "")) for (graph,) in answer.rows}
    own = {settings.store_graph, settings.base + "graph/derived", settings.base + "graph/revision"}
    return {graph for graph in found - own if graph.startswith((settings.base, "https://store.example/"))}


@QUICK
def test_two_uploads_at_once_do_not_mix(uploaded, monkeypatch):
    settings = uploaded.settings
    revision = stored_revision(settings)
    extra = settings.data_folder / "extra.yaml"
    extra.write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
    local = ipcgraph.building.build(settings).folder

    def begin_another(done: int, _: int) -> None:
        with connect(settings, whole=True) as store:
            uploading._begin(settings, store, uploading._names(settings))

    try:
        with pytest.raises(StoreError, match=r"another upload|statements in"):
            uploading.upload(settings, local, notice=lambda _: None, progress=begin_another)
        assert stored_revision(settings) == revision
    finally:
        extra.unlink()
        project.build(settings)


def test_statements_of_others_are_not_replaced(tmp_path):
    quad = Quad(NamedNode("urn:x:theirs"), NamedNode("urn:x:is"), Literal("precious"))
    with running("oxigraph", tmp_path / "server", quads=(quad,)) as server:
        (tmp_path / "project").mkdir()
        make_center(tmp_path / "project", settings=server.toml())
        settings = find_project(tmp_path / "project")
        with pytest.raises(StoreError, match="holds statements that no upload put there"):
            project.build(settings)
        with connect(settings) as store:
            assert list(store.dump()) == [quad]
        project.build(settings._replace(store_graph=GRAPH))
        with connect(settings) as store:
            assert store.query("SELECT ?o { <urn:x:theirs> ?p ?o }") == Table(("o",), ((Literal("precious"),),))


def test_the_default_graph_of_a_server_is_built_into_as_well(tmp_path):
    with running("oxigraph", tmp_path / "server") as server:
        (tmp_path / "project").mkdir()
        make_center(tmp_path / "project", settings=server.toml())
        settings = find_project(tmp_path / "project")
        first = project.build(settings).folder
        (settings.data_folder / "people.yaml").write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
        (settings.data_folder / "claims.yaml").unlink()
        with connect(settings) as store:
            before = {quad for quad in store.dump() if quad.graph_name == DefaultGraph()}
        assert before == {quad for quad in quads(first) if quad.graph_name == DefaultGraph()}
        for file in settings.data_folder.glob("*.yaml"):
            if file.name != "people.yaml":
                file.unlink()
        second = project.build(settings).folder
        with connect(settings) as store:
            after = {quad for quad in store.dump() if quad.graph_name == DefaultGraph()}
        assert after == {quad for quad in quads(second) if quad.graph_name == DefaultGraph()}
        assert after != before
        assert left_beside(settings) == set()


def test_a_store_that_no_build_has_filled_is_read_too(tmp_path):
    """As it is, with the ontology, without which no query knows what is a work."""
    make_center(tmp_path)
    settings = find_project(tmp_path)
    all_quads = quads(project.build(settings).folder)
    own = tuple(quad for quad in all_quads if "ontology" not in str(quad.subject))
    with running("oxigraph", tmp_path / "server", quads=own) as server:
        (tmp_path / "reader").mkdir()
        (tmp_path / "reader" / "ipcgraph.toml").write_text(f'store = "{server.query}"\n')
        said: list[str] = []
        reader = find_project(tmp_path / "reader")
        assert quads(project.fresh_build(reader, notice=said.append)) == all_quads
        assert said == [f"reading {server.query}, which does not say when it has changed"]
        with pytest.raises(UsageError, match="is only read; to build into it"):
            project.build(reader)


@pytest.mark.parametrize("uploaded", ["virtuoso"], indirect=True)
def test_a_virtuoso_is_built_into_with_a_graph_and_its_graph_store_only(uploaded):
    settings = uploaded.settings
    build = current_build(settings)
    with pytest.raises(StoreError, match="graph of its own"):
        uploading.upload(settings._replace(store_graph=""), build, notice=lambda _: None)
    other = settings._replace(store_graph=GRAPH + "/other", store_graph_store="", base="https://other.example/id/")
    with pytest.raises(StoreError, match="makes years of months"):
        uploading.upload(other, build, notice=lambda _: None)


@pytest.mark.parametrize("uploaded", ["virtuoso"], indirect=True)
def test_the_command_line_does_all_of_it(uploaded, tmp_path):
    reader = uploaded.reader(tmp_path / "reader")

    def ipc(*words: str, folder: Path = reader.root, code: int = 0, text: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ipcgraph", "--project", str(folder), *words],
            capture_output=True,
            text=True,
            timeout=120,
            input=text,
            check=False,
            env={"PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1", **uploaded.server.environment()},
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    assert ipc("build", folder=uploaded.settings.root).startswith("nothing to do")
    select = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o) LIMIT 20"
    rows = ipc("sparql", "-", "--format", "csv", text=select)
    with EmbeddedStore.open(current_build(uploaded.settings) / STORE) as store:
        expected = StringIO(newline="")
        ipcgraph.tables.write_answer(store.query(select), expected, "csv")
    assert rows.splitlines() == expected.getvalue().splitlines()
    assert "Hugh Pemberton" in ipc("query", "center-leaders", "--center", "center/harbour")
    assert "organization/lighthouse-gazette" in ipc("check")
    assert ipc("build", code=2) == ""


@pytest.mark.parametrize("uploaded", ["oxigraph"], indirect=True)
def test_a_build_that_is_not_in_the_store_yet_is_told_of_until_it_is(uploaded, capsys):
    root = str(uploaded.settings.root)
    other = uploaded.settings._replace(store_graph="https://store.example/graph/other")
    said: list[str] = []
    project.query("people", other, notice=said.append)
    assert said == [f"{uploaded.server.query} may not have what the files say now; to upload it: ipcgraph build"]
    done = project.build(uploaded.settings)
    assert (done.changed, done.uploaded) == (False, False)
    with connect(uploaded.settings, whole=True) as store:
        store.update("DROP GRAPH <https://w3id.org/ipcgraph/id/graph/revision>")
        store.update(f"DROP GRAPH <{uploaded.graph}>")
    assert cli.main(["--project", root, "build"]) == 0
    assert capsys.readouterr().out.startswith("no file has changed since the last build (")
    assert stored_revision(uploaded.settings)
    assert cli.main(["--project", root, "build"]) == 0
    assert capsys.readouterr().out.startswith("nothing to do: no file has changed since the last build (")


@QUICK
def test_a_graph_that_is_empty_is_never_an_answer_without_a_word(uploaded, tmp_path, capsys):
    reader = uploaded.reader(tmp_path / "reader")
    environment = uploaded.server.environment() | {"IPCGRAPH_STORE_GRAPH": "https://store.example/graph/misspelt"}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        for words in (["query", "people"], ["network", "coauthorship"]):
            assert cli.main(["--project", str(reader.root), *words]) == 0
            said = capsys.readouterr()
            assert "0 rows" in said.out
            assert (
                f"the graph https://store.example/graph/misspelt of {uploaded.server.query} is empty; "
                "is graph in [store] the right one?"
            ) in said.err
        patched.delenv("IPCGRAPH_STORE_GRAPH")
        patched.setenv("IPCGRAPH_BASE", "https://store.example/id/")
        assert cli.main(["--project", str(reader.root), "network", "coauthorship"]) == 0
        assert "begins with https://store.example/id/; write the base of its project" in capsys.readouterr().err
        patched.delenv("IPCGRAPH_BASE")
        assert cli.main(["--project", str(reader.root), "query", "works-by-one-author"]) == 0
        assert cli.main(["--project", str(reader.root), "network", "coauthorship"]) == 0
        said = capsys.readouterr()
        assert not any(word in said.err for word in ("is empty", "begins with"))


@pytest.mark.parametrize("uploaded", ["oxigraph"], indirect=True)
def test_a_server_follows_the_store(uploaded, tmp_path):
    reader = uploaded.reader(tmp_path / "reader")
    settings = uploaded.settings
    extra = settings.data_folder / "extra.yaml"
    with serving(reader) as served:
        assert served.ask("person/aoife-obrien.ttl").status == 200
        assert served.ask("person/new-comer.ttl").status == 404
        extra.write_text("- {id: person/new-comer, type: Person, name: New Comer}\n")
        try:
            project.build(settings)
            served.process.send_signal(signal.SIGHUP)  # it would ask by itself, within ten seconds
            until = time.monotonic() + 60
            while served.ask("person/new-comer.ttl").status != 200:
                assert time.monotonic() < until, served.said()
                time.sleep(0.2)
        finally:
            extra.unlink()
            project.build(settings)
