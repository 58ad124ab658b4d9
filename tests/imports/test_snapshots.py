"""Whole snapshots of OpenAlex in a project: found in any layout, written in parts, resumed after a kill, as Parquet too."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import networkx as nx
import pyarrow.parquet
import pytest
from pyoxigraph import RdfFormat, parse, serialize
from tests.imports.openalex_records import author, statements, work, write

from ipcgraph.building import build
from ipcgraph.columns import read_columns
from ipcgraph.errors import UsageError
from ipcgraph.imports import snapshots
from ipcgraph.imports.openalexbulk import write_openalex
from ipcgraph.imports.openalextables import COLUMNS as TABLE_COLUMNS
from ipcgraph.imports.openalextables import write_coauthors
from ipcgraph.imports.snapshots import find_snapshot, import_snapshot
from ipcgraph.manifest import COLUMNS
from ipcgraph.networks import network
from ipcgraph.settings import find_project
from ipcgraph.vocabulary import DEFAULT_BASE

HARBOUR = {"id": "https://openalex.org/I1", "display_name": "Harbour Institute", "ror": "https://ror.org/042nb2s44"}


def ipcgraph(project, *words, **environment):
    command = [sys.executable, "-m", "ipcgraph", "--project", str(project), *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **environment}
    )


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "center"
    (root / "data").mkdir(parents=True)
    (root / "ipcgraph.toml").write_text("", encoding="utf-8")
    return root


def snapshot(folder, *, parts=3, works=30):
    """A folder in OpenAlex's layout; some authors occur in all parts, some names differ, one institution.

    Two works have one DOI, and two authors one ORCID.
    """
    for part in range(parts):
        records = []
        for place in range(works):
            number = part * works + place + 1
            ada = author(1, "Ada Lovelace" if part else "A. Lovelace", orcid="https://orcid.org/0000-0002-1825-0097")
            same = "https://orcid.org/0000-0001-5109-3700" if number in {3, 7} else None
            authors = [ada, author(number % 7 + 2), author(1000 + number, orcid=same)][: number % 4]
            record = work(number, *authors, publication_year=2000 + number % 20)
            if number in {5, works * parts - 1}:
                record["doi"] = "https://doi.org/10.5555/shared"
            for listed in record["authorships"][:1]:
                listed["institutions"] = [HARBOUR]
                listed["raw_author_name"] = 'Lovelace, "A."\tthe \\ first'
            records.append(record)
        write(folder / "data" / "works" / f"updated_date=2024-0{part + 1}-15" / "part_000.gz", records)
    return folder


def test_works_come_into_the_project_and_build(tmp_path, project):
    source = snapshot(tmp_path / "snapshot")
    done = ipcgraph(project, "import", "openalex", source, "--processes", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("imported 90 works, 30 persons, 1 organizations: ")
    folder = project / "data" / "imports" / "openalex"
    assert {file.name.partition("-")[0] for file in folder.glob("*.nq")} == {"works", "agents"}
    assert "title: OpenAlex, works updated to 2024-03-15" in (folder / "source.yaml").read_text(encoding="utf-8")
    assert not list((project / ".ipcgraph" / "import-openalex").glob("*/"))
    assert ipcgraph(project, "check").returncode == 0
    text = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.nq"))
    assert (text.count("10.5555/shared"), text.count("0000-0001-5109-3700")) == (1, 1)
    taken = [line for line in done.stderr.splitlines() if "already; left out" in line]
    assert [line.partition(": warning: ")[2].partition(";")[0] for line in taken] == [
        "the orcid 0000-0001-5109-3700 of person/a1007 is that of person/a1003 already",
        "the doi 10.5555/shared of work/2009-w89 is that of work/2005-w5 already",
    ]
    again = ipcgraph(project, "import", "openalex", source)
    assert (again.returncode, again.stdout) == (0, "")
    assert "nothing to write" in again.stderr


def test_parts_are_canonical_and_hold_whole_records(tmp_path, project):
    settings = find_project(project)
    done = import_snapshot(snapshot(tmp_path / "snapshot"), settings)
    for file in done.folder.glob("*.nq"):
        text = file.read_bytes()
        assert serialize(parse(text, format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS) == text
    whole = tmp_path / "whole.nt"
    parts = find_snapshot(tmp_path / "snapshot").parts
    write_openalex(parts, whole, source="source/openalex", title="Works", base=settings.base)
    of_source = {line for line in statements(whole) if line.split(" ")[0].endswith("/source/openalex>")}
    assert statements(done.folder) == statements(whole) - of_source
    lines = "".join(file.read_text(encoding="utf-8") for file in done.folder.glob("*.nq"))
    typed = [line for line in lines.splitlines() if "#type> " in line]
    assert len(typed) == len(set(typed)) > 100


def test_any_number_of_processes_writes_the_same_files(tmp_path, project):
    settings = find_project(project)
    source = snapshot(tmp_path / "snapshot")
    written = []
    for processes in (1, 3):
        folder, tables = project / "data" / f"by-{processes}" / "works", tmp_path / f"tables-{processes}"
        import_snapshot(source, settings, into=folder, tables=tables, processes=processes)
        files = [
            file for root in (folder, tables) for file in sorted(root.rglob("*")) if file.suffix in {".nq", ".parquet"}
        ]
        written.append([(file.name, file.read_bytes()) for file in files])
    assert written[0] == written[1]
    assert len(written[0]) > 30


@pytest.mark.parametrize("below", ["data/jsonl/works", "data/works", "works", "", "updated_date=2024-01-01"])
def test_a_snapshot_is_found_in_any_layout(tmp_path, below):
    folder = tmp_path / "snapshot" / below
    write(folder / "part_000.gz", [work(1)])
    write(folder / "more.jsonl", [work(2)])
    if below == "data/works":
        write(tmp_path / "snapshot" / "data" / "authors" / "part_000.gz", [author(1)])
    found = find_snapshot(tmp_path / "snapshot")
    assert [path for path, _ in found.parts] == [folder / "more.jsonl", folder / "part_000.gz"]
    assert found.findings == ()
    single = find_snapshot(folder / "more.jsonl")
    assert [path for path, _ in single.parts] == [folder / "more.jsonl"]


@pytest.mark.parametrize("name", ["manifest", "manifest.json"])
def test_the_manifest_says_which_parts_count(tmp_path, name):
    works = snapshot(tmp_path / "snapshot") / "data" / "works"
    listed = [
        "updated_date=2024-02-15/part_000.gz",
        "updated_date=2024-03-15/part_000.gz",
        "updated_date=2024-09-15/part_000.gz",
    ]
    entries = [{"url": f"s3://openalex/data/works/{each}", "meta": {"record_count": 30}} for each in listed]
    (works / name).write_text(json.dumps({"entries": entries}), encoding="utf-8")
    found = find_snapshot(tmp_path / "snapshot")
    assert [path.parent.name[-5:] for path, _ in found.parts] == ["02-15", "03-15"]
    assert sorted(finding.severity for finding in found.findings) == ["error", "warning"]
    text = " ".join(finding.message for finding in found.findings)
    assert "updated_date=2024-09-15/part_000.gz, which the manifest lists, is not there" in text
    assert "1 parts are not in the manifest" in text


def test_a_damaged_part_is_named_and_the_rest_is_kept(tmp_path, project):
    source = snapshot(tmp_path / "snapshot")
    bad = source / "data" / "works" / "updated_date=2024-02-15" / "part_000.gz"
    bad.write_bytes(bad.read_bytes()[:-30])
    other = bad.with_name("part_001.gz")
    other.write_bytes(b"<html>not found</html>")
    done = ipcgraph(project, "import", "openalex", source)
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if ": error: " in line]
    assert [line.partition(".gz")[0][-8:] for line in errors] == ["part_000", "part_001"]
    assert all("the compressed file is damaged after line" in line for line in errors)
    imported = int(done.stdout.split()[1])
    assert 60 <= imported < 90
    assert ipcgraph(project, "check").returncode == 0


def test_what_is_done_is_not_done_again_after_a_kill(tmp_path, project):
    source = snapshot(tmp_path / "snapshot", parts=9, works=1_500)
    whole = import_snapshot(source, find_project(project), into=project / "data" / "whole", processes=2)
    words = ["--project", str(project), "import", "openalex", str(source), "--processes", "2"]
    running = subprocess.Popen([sys.executable, "-m", "ipcgraph", *words], stderr=subprocess.DEVNULL)
    stages = project / ".ipcgraph" / "import-openalex"
    deadline = time.monotonic() + 60
    while len(list(stages.glob("*/done/range-*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait(timeout=10)
    assert not (project / "data" / "imports").exists()
    done = {each.name[6:11] for each in stages.glob("*/done/range-*.json")}
    assert 3 <= len(done) < 9
    assert _end_of_workers(stages)
    killed = time.time_ns()
    assert ipcgraph(project, *words[2:]).returncode == 0
    folder = project / "data" / "imports" / "openalex"
    before = {file.name[6:11] for file in folder.glob("works-*") if file.stat().st_mtime_ns < killed}
    assert done <= before
    assert before != {file.name[6:11] for file in folder.glob("works-*")}
    same = {line.replace("/source/openalex>", "/source/whole>") for line in statements(folder)}
    assert same == statements(whole.folder)


def _end_of_workers(stages):
    """Whether nothing writes there any more: the processes of a killed import end by themselves."""
    for _ in range(100):
        held = [
            file
            for process in Path("/proc").glob("[0-9]*")
            if process.name != str(os.getpid())
            for file in _files_of(process)
            if str(stages) in file
        ]
        if not held:
            return True
        time.sleep(0.1)
    return False


def _files_of(process):
    try:
        return [str(each.readlink()) for each in (process / "fd").iterdir()]
    except OSError:
        return []


def test_tables_hold_what_the_graph_holds(tmp_path, project):
    settings = find_project(project)
    tables = tmp_path / "tables"
    done = import_snapshot(snapshot(tmp_path / "snapshot"), settings, tables=tables)
    found = {name: pyarrow.parquet.read_table(tables / name).to_pylist() for name in TABLE_COLUMNS}
    build(settings)
    graph = network("coauthorship", read_columns(settings.build_folder / "current" / COLUMNS))
    assert isinstance(graph, nx.Graph)
    links = {
        (*sorted((one, other)), link["works"], link["first_year"], link["last_year"])
        for one, other, link in graph.edges(data=True)
    }
    assert {tuple(row.values()) for row in found["coauthors"]} == links
    assert len(links) == len(found["coauthors"]) == done.coauthors > 50
    assert {row["id"] for row in found["persons"]} >= set(graph.nodes)
    text = "".join(file.read_text(encoding="utf-8") for file in done.folder.glob("*.nq"))
    assert {row["id"] for row in found["works"]} == {f"{DEFAULT_BASE}work/{2000 + n % 20}-w{n}" for n in range(1, 91)}
    assert len(found["authorships"]) == text.count("#author> ")
    assert len(found["affiliations"]) == text.count("#affiliation> ")
    (ada,) = (row for row in found["persons"] if row["openalex"] == "A1")
    assert (ada["name"], ada["other_names"], ada["orcid"]) == ("A. Lovelace", ["Ada Lovelace"], ["0000-0002-1825-0097"])
    assert 'Lovelace, "A."\tthe \\ first' in {row["name_as_listed"] for row in found["authorships"]}
    assert found["organizations"][0]["ror"] == ["042nb2s44"]
    assert [row["id"][-2:] for row in found["works"] if row["doi"]] == ["w5"]
    assert [row["openalex"] for row in found["persons"] if row["orcid"]] == ["A1", "A1003"]


def test_a_work_of_too_many_authors_makes_no_links_and_is_counted(tmp_path, project):
    many = [author(number) for number in range(1, 6)]
    source = write(tmp_path / "works.jsonl", [work(1, *many), work(2, *many[:2]), work(3, *many[1:3])])
    import_snapshot(source, find_project(project), tables=tmp_path / "tables")
    assert write_coauthors(tmp_path / "tables", pair_limit=4) == (2, 1)
    links = pyarrow.parquet.read_table(tmp_path / "tables" / "coauthors").to_pylist()
    assert [(row["source"][-2:], row["target"][-2:], row["works"]) for row in links] == [
        ("a1", "a2", 1),
        ("a2", "a3", 1),
    ]


def test_a_new_snapshot_replaces_the_old_one_and_keeps_what_a_curator_wrote(tmp_path, project):
    settings = find_project(project)
    done = import_snapshot(write(tmp_path / "works.jsonl", [work(1, author(1))]), settings)
    source = done.folder / "source.yaml"
    source.write_text(source.read_text(encoding="utf-8").replace("works.jsonl", "our group"), encoding="utf-8")
    again = import_snapshot(write(tmp_path / "works.jsonl", [work(2, author(1)), work(3)]), settings)
    assert again.changed
    assert again.works == 2
    assert "OpenAlex works of our group" in source.read_text(encoding="utf-8")
    assert not any("/w1>" in line for line in statements(done.folder))
    assert sorted(each.name for each in (project / "data" / "imports").iterdir()) == ["openalex"]


def test_a_folder_of_others_is_left_alone(tmp_path, project):
    settings = find_project(project)
    source = write(tmp_path / "works.jsonl", [work(1)])
    ours = project / "data" / "people"
    ours.mkdir()
    (ours / "people.yaml").write_text("[]", encoding="utf-8")
    for into in (ours, project / "data", tmp_path / "elsewhere"):
        with pytest.raises(UsageError):
            import_snapshot(source, settings, into=into)
    with pytest.raises(UsageError):
        import_snapshot(source, settings, tables=ours)
    assert (ours / "people.yaml").read_text(encoding="utf-8") == "[]"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["openalex"], "name one snapshot"),
        (["openalex", "nowhere"], "there is no snapshot nowhere"),
        (["openalex", ".", "--engine", "flink"], "there is no engine flink; write spark or spark:MASTER"),
        (["openalex", ".", "--processes", "0"], "--processes takes a number from 1"),
        (["openalex", ".", "--format", "ris"], "--format is not for a snapshot"),
        (["works.bib", "--engine", "spark"], "--engine is only for a snapshot"),
    ],
)
def test_what_cannot_be_meant_is_said(project, words, message):
    done = ipcgraph(project, "import", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_keeps_what_is_done_and_leaves_the_data_alone(tmp_path, project):
    source = snapshot(tmp_path / "snapshot", parts=2, works=600)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
    limited += "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from ipcgraph.cli import run; run()"
    words = ["--project", str(project), "import", "openalex", str(source), "--processes", "1"]
    done = subprocess.run([sys.executable, "-c", limited, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the import cannot be written" in done.stderr
    assert "run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "data" / "imports").exists()
    assert ipcgraph(project, *words[2:]).returncode == 0


def test_the_first_findings_of_each_kind_are_shown_and_the_others_counted(tmp_path, project):
    records = [work(number, author(number), doi="nonsense") for number in range(1, 21)]
    source = write(tmp_path / "works.jsonl", [*records, "{", "{"])
    some, every = (ipcgraph(project, "import", "openalex", source, *words) for words in ([], ["--all"]))
    assert (some.stderr.count("is not a good doi"), some.stderr.count("not JSON")) == (5, 2)
    assert "15 more findings like these; --all shows them" in some.stderr
    assert every.stderr.count("is not a good doi") == 20
    assert "more findings" not in every.stderr


def test_where_nothing_can_be_read_the_last_import_stays(tmp_path, project):
    settings = find_project(project)
    path = write(tmp_path / "works.jsonl", [work(1, author(1))])
    done = import_snapshot(path, settings)
    before = statements(done.folder)
    write(tmp_path / "works.jsonl", ["<html>", "not found"])
    failed = ipcgraph(project, "import", "openalex", path)
    assert failed.returncode == 1
    assert "works.jsonl:1:1: error: this line is not JSON" in failed.stderr
    assert "no work could be read; nothing was written" in failed.stderr
    assert statements(done.folder) == before


@pytest.mark.parametrize("moved", ["data", "data and tables"])
def test_an_import_killed_while_it_is_put_in_its_place_goes_on(tmp_path, project, monkeypatch, moved):
    settings = find_project(project)
    source, tables = snapshot(tmp_path / "snapshot"), tmp_path / "tables"
    wanted = import_snapshot(
        source, settings, into=project / "data" / "wanted" / "openalex", tables=tmp_path / "wanted"
    )
    places = []

    class KilledError(BaseException):
        pass

    def move(new, target):
        new.rename(target)
        places.append(new.name)
        if places == moved.replace("and ", "").split():
            raise KilledError  # nothing of ours catches it, as after a kill

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "_move", move)
        with pytest.raises(KilledError):
            import_snapshot(source, settings, tables=tables)
    done = import_snapshot(source, settings, tables=tables)
    assert statements(done.folder) == statements(wanted.folder)
    for name in TABLE_COLUMNS:
        rows, others = (pyarrow.parquet.read_table(each / name) for each in (tables, tmp_path / "wanted"))
        assert rows.equals(others)
    assert done._replace(folder=wanted.folder, tables=wanted.tables, findings=()) == wanted._replace(findings=())
    assert not list(project.rglob(".openalex.*")) + list(tmp_path.glob(".tables.*"))
