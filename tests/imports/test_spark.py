"""Imports by Spark: the same as on one machine, as a set; quiet; and every reason why it cannot run said in a sentence."""

import functools
import gzip
import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import sys

import pyarrow.parquet
import pytest
from tests.imports.openalex_records import author, statements, work, write
from tests.imports.reading import CORPUS

from ipcgraph.errors import UsageError
from ipcgraph.imports.openalextables import COLUMNS
from ipcgraph.imports.snapshots import import_snapshot
from ipcgraph.imports.spark import convert_with_spark
from ipcgraph.settings import find_project

HAS_SPARK = importlib.util.find_spec("pyspark") is not None
needs_spark = pytest.mark.skipif(not HAS_SPARK, reason="PySpark is not installed: make spark")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java: make spark")
needs_corpus = pytest.mark.skipif(not CORPUS.is_file(), reason=f"the corpus of works is not at {CORPUS}")
WORKS = int(os.environ.get("IPCGRAPH_SPARK_WORKS", "4000"))
"""So many works of the corpus are compared; `make spark-corpus` takes all."""


def ipcgraph(project, *words, **environment):
    command = [sys.executable, "-m", "ipcgraph", "--project", str(project), *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=900, check=False, env={**os.environ, **environment}
    )


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "center"
    (root / "data").mkdir(parents=True)
    (root / "ipcgraph.toml").write_text("", encoding="utf-8")
    return root


def snapshot(folder):
    """Works of the corpus in parts, one of them damaged; a plain file with all that is odd."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for part, some in enumerate(iter(lambda: list(itertools.islice(lines, WORKS // 3)), [])):
            if part * (WORKS // 3) >= WORKS:
                break
            path = write(folder / "works" / f"updated_date=2024-01-{part + 1:02}" / "part_000.gz", map(str.strip, some))
    path.write_bytes(path.read_bytes()[:-50])
    institution = {"id": "https://openalex.org/I1", "display_name": "Harbour", "ror": "https://ror.org/042nb2s44"}
    other = {"id": "https://openalex.org/I2", "display_name": 'Other \\ "House"\twith a tab', "ror": "nonsense"}
    odd = [
        work(1, author(1, "A. Lovelace"), author(2)),
        work(2, author(1, "Ada\tLovelace", orcid="https://orcid.org/0000-0002-1825-0097"), author(1), type="unknown"),
        work(3, author(3, "\\\"'\n", orcid="0000-0002-1825-0098"), title="a\nb", doi="nonsense", cited_by_count=4),
        work(1, author(2, "Second Name"), author(4), title="The later record", publication_year=2021),
        work(5, author(5, orcid="0000-0001-5109-3700"), doi="https://doi.org/10.5555/shared"),
        work(6, author(6, orcid="0000-0001-5109-3700"), author(1), doi="https://doi.org/10.5555/shared"),
        work(7, author(6, orcid="0000-0002-1825-0097"), doi="https://doi.org/10.5555/SHARED"),
        '{"id": ',
        "",
        work(4, publication_year=None),
    ]
    odd[0]["authorships"][0]["institutions"] = [institution, other, institution]
    write(folder / "works" / "updated_date=2024-02-01" / "part_000.jsonl", odd)
    return folder


def rows(folder):
    return sorted(map(repr, pyarrow.parquet.read_table(folder).to_pylist()))


@needs_spark
@needs_java
@needs_corpus
def test_spark_writes_what_one_machine_writes(tmp_path, project):
    source = snapshot(tmp_path / "snapshot")
    here = import_snapshot(
        source, find_project(project), into=project / "data" / "here" / "works", tables=tmp_path / "one"
    )
    there = project / "data" / "there" / "works"
    done = ipcgraph(project, "import", "openalex", source, "--engine", "spark:local[2]", "--into", there, "--all")
    assert done.returncode == 1, done.stderr  # a part is damaged, a line is no JSON
    told = {str(finding) for finding in here.findings}
    assert {line for line in done.stderr.splitlines() if not line.startswith("ipcgraph: ")} == told
    assert sum(": error: " in each for each in told) == 2
    assert sum("already; left out" in each for each in told) >= 4
    assert statements(there) == statements(here.folder)
    assert done.stdout == (
        f"imported {here.works:,} works, {here.persons:,} persons, {here.organizations} organizations: "
        f"{here.statements:,} statements, {here.coauthors:,} pairs of co-authors\n"
    )
    tables = project / "out" / "openalex"
    for name in COLUMNS:
        assert rows(tables / name) == rows(tmp_path / "one" / name), name
    assert rows(tables / "affiliations")
    assert (there / "source.yaml").read_text() == (here.folder / "source.yaml").read_text()
    assert {each.suffix for each in there.iterdir()} == {".nq", ".yaml", ".json"}
    # Lines of one record stand together.
    heads = "".join(file.read_text(encoding="utf-8") for file in sorted(there.glob("*.nq"))).splitlines()
    records = [line.split("> ")[0].split("/authorship/")[0] for line in heads]
    assert len([record for record, _ in itertools.groupby(records)]) == len(set(records))


def require(tmp_path, master):
    convert_with_spark([], tmp_path, master=master, pair_limit=1)


@needs_spark
@pytest.mark.parametrize("master", ["local[x]", "here", "spark//host", ""])
def test_a_master_that_is_none_is_refused(tmp_path, master):
    with pytest.raises(UsageError, match="there is no Spark at"):
        require(tmp_path, master)


@needs_spark
@needs_java
def test_a_master_that_does_not_answer_is_named(tmp_path, project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=f"the Spark master does not answer: {address}"):
        require(tmp_path, f"spark://{address}")
    source = write(tmp_path / "works.jsonl", [work(1)])
    for engine in (f"spark://{address}", f"spark:spark://{address}"):
        done = ipcgraph(project, "import", "openalex", source, "--engine", engine)
        assert done.returncode == 2
        assert f"the Spark master does not answer: {address}" in done.stderr


@needs_spark
def test_without_java_it_is_said_what_to_install(tmp_path, project):
    source = write(tmp_path / "works.jsonl", [work(1)])
    run = functools.partial(ipcgraph, project, "import", "openalex", source, "--engine", "spark")
    missing = run(JAVA_HOME=str(tmp_path))
    assert missing.returncode == 2
    assert f"there is no Java in JAVA_HOME, {tmp_path}; Spark needs Java 17 or later" in missing.stderr
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    old = run(JAVA_HOME=str(tmp_path))
    assert old.returncode == 2
    assert "is Java 11; Spark needs Java 17 or later" in old.stderr
    assert "Traceback" not in missing.stderr + old.stderr


def test_without_pyspark_the_extra_is_named(tmp_path, project):
    source = write(tmp_path / "works.jsonl", [work(1)])
    hidden = (
        "import importlib.util as u, sys; find = u.find_spec;"
        "u.find_spec = lambda name, *rest: None if name == 'pyspark' else find(name, *rest);"
        "from ipcgraph.cli import run; run()"
    )
    words = ["--project", str(project), "import", "openalex", str(source), "--engine", "spark"]
    done = subprocess.run([sys.executable, "-c", hidden, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pyspark is not installed: pip install 'ipcgraph[spark]'" in done.stderr


@needs_spark
@needs_java
def test_what_spark_cannot_do_is_one_sentence_and_a_log(tmp_path, project):
    source = write(tmp_path / "works.jsonl", [work(1)])
    options = "--conf spark.driver.memory=10m pyspark-shell"  # less than Spark begins with
    done = ipcgraph(project, "import", "openalex", source, "--engine", "spark", PYSPARK_SUBMIT_ARGS=options)
    assert done.returncode == 2
    (error,) = [line for line in done.stderr.splitlines() if line]
    assert "Spark has not finished: " in error
    assert error.endswith("spark.log")
    assert not (project / "data" / "imports").exists()
