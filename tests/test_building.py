"""Building: what a build makes, when it does nothing, and what stays when it fails."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
import pytest
from tests.center_project import SOURCES, make_center

from ipcgraph import builds
from ipcgraph.building import build, check
from ipcgraph.deriving import derived_graph
from ipcgraph.errors import FindingsError, ProjectError, StoreError, UsageError
from ipcgraph.manifest import current_build
from ipcgraph.places import read_places
from ipcgraph.settings import find_project

CENTERS = """
SELECT ?name WHERE { ?c a <https://w3id.org/ipcgraph/ns#Center> ; <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name
"""


def centers(settings):
    store = pyoxigraph.Store.read_only(str(current_build(settings) / "store"))
    answer = store.query(CENTERS)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return [row["name"].value for row in answer]


def rename_center(settings, name):
    file = settings.data_folder / "center.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"name: {centers(settings)[0]}", f"name: {name}", 1), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    settings = make_center(tmp_path_factory.mktemp("built"))
    build(settings)
    return settings


@pytest.fixture
def project(built, tmp_path):
    """A project that is built already."""
    shutil.copytree(built.root, tmp_path / "center", symlinks=True)
    settings = find_project(tmp_path / "center")
    build(settings)
    return settings


def test_a_build_can_be_asked(built):
    assert len(centers(built)) >= 2


def test_a_second_build_does_nothing(project):
    first = build(project)
    before = {path: path.stat().st_mtime_ns for path in project.build_folder.rglob("*")}
    second = build(project)
    assert not second.changed
    assert second.folder == first.folder
    assert second.manifest.figures == first.manifest.figures
    assert {path: path.stat().st_mtime_ns for path in project.build_folder.rglob("*")} == before


def test_force_builds_all_the_same(project):
    before = current_build(project)
    done = build(project, force=True)
    assert done.changed
    assert done.folder == current_build(project) != before


@pytest.mark.parametrize("change", ["record", "new file", "deleted file", "settings", "query"])
def test_a_change_is_built(project, change):
    before = centers(project)
    if change == "record":
        rename_center(project, "Another Name")
    elif change == "new file":
        (project.data_folder / "new.yaml").write_text("- {id: topic/new, type: Topic, prefLabel: new}\n")
    elif change == "deleted file":
        (project.data_folder / "claims.yaml").unlink()
    elif change == "settings":
        (project.root / "ipcgraph.toml").write_text('name = "Changed"\n')
        project = find_project(project.root)
    else:
        (project.root / "queries").mkdir()
        (project.root / "queries" / "own.rq").write_text("#+ title: Own\n#+ about: Own.\nASK { ?s ?p ?o }\n")
    done = build(project)
    assert done.changed
    assert (centers(project) != before) == (change == "record")


def test_a_failed_build_leaves_the_last_good_one(project):
    before, names = current_build(project), centers(project)
    (project.data_folder / "bad.yaml").write_text("- {id: center/x, type: Centre}\n", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        build(project)
    assert not caught.value.report.conforms
    assert current_build(project) == before
    assert centers(project) == names
    assert len([path for path in project.build_folder.iterdir() if path.name.startswith("build-")]) <= 2


@pytest.mark.parametrize("size", [20_000, 200_000])
def test_a_disk_that_is_full_leaves_the_last_good_build_and_no_debris(project, size):
    before, names = current_build(project), centers(project)
    rename_center(project, "Another Name")
    # A limit on the size of each file stands for the full disk: a write beyond it fails with an error of the system.
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); from ipcgraph.cli import run; run()"
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited, "build"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {2, 3}, done.stderr
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr
    assert current_build(project) == before
    assert centers(project) == names
    builds = {path.name for path in project.build_folder.iterdir() if path.name.startswith("build-")}
    assert all((project.build_folder / name / "manifest.json").is_file() for name in builds)


def test_builds_no_longer_in_use_are_removed(project):
    debris = project.build_folder / "build-1-dead"
    (debris / "store").mkdir(parents=True)
    (project.build_folder / "current.build-1-dead").symlink_to("build-1-dead")
    for _ in range(3):
        build(project, force=True)
    left = sorted(path.name for path in project.build_folder.iterdir())
    assert not debris.exists()
    assert [name for name in left if not name.startswith("build-")] == [
        ".gitignore",
        "checked",
        "current",
        "lock",
        "settings.json",
    ]
    assert len(left) <= 8


def test_an_empty_folder_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(FindingsError) as caught:
        build(find_project(tmp_path))
    assert "no records" in str(caught.value.report.findings[0])


def test_a_missing_folder_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / "ipcgraph.toml").write_text('data = "records"\n')
    (finding, *_) = check(find_project(tmp_path))
    assert finding.place.path == "records"
    assert "no such file" in finding.message


def test_a_build_folder_without_permission_is_one_clear_error(tmp_path, nobody_can):
    settings = make_center(tmp_path)
    tmp_path.chmod(0o555)
    with nobody_can(tmp_path), pytest.raises(ProjectError, match="cannot be written"):
        build(settings)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_data_without_permission_is_a_finding(tmp_path, what, nobody_can):
    settings = make_center(tmp_path)
    inner = settings.data_folder / "inner"
    inner.mkdir()
    file = inner / "more.yaml"
    file.write_text("- {id: topic/more, type: Topic, prefLabel: more}\n")
    secret = inner if what == "folder" else file
    check(settings)  # imports what it needs while it may
    secret.chmod(0)
    with nobody_can(tmp_path):
        report = check(settings)
    secret.chmod(0o755)
    shown = "data/inner" if what == "folder" else "data/inner/more.yaml"
    assert [f for f in report.errors if f.place.path == shown], "\n".join(map(str, report))


@pytest.fixture
def nobody_can():
    """A context in which files are opened with the rights of nobody: root, as whom tests may run, may open everything."""

    @contextmanager
    def rights(folder):
        if os.geteuid() != 0:
            yield
            return
        for parent in [folder, *folder.parents]:
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o055)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return rights


def test_every_triple_of_the_store_has_a_place_or_a_rule(built):
    folder = current_build(built)
    store = pyoxigraph.Store.read_only(str(folder / "store"))
    derived = derived_graph(built.base)
    places = read_places(folder, [(quad.subject, quad.predicate, quad.object) for quad in store])
    repeated = {
        (quad.subject, quad.predicate, quad.object) for quad in store.quads_for_pattern(None, None, None, derived)
    }
    assert repeated
    for quad in store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()):
        place = places[str(quad.subject), str(quad.predicate), str(quad.object)]
        is_derived = (quad.subject, quad.predicate, quad.object) in repeated
        if is_derived:
            assert place.path.startswith("ontology/rules/")
        else:
            assert place.path.startswith(("data/", "ontology/"))
            assert place.line >= 1
    assert {quad.graph_name for quad in store} == {pyoxigraph.DefaultGraph(), derived}


def test_check_compares_the_passages_with_their_sources(tmp_path):
    settings = make_center(tmp_path)
    sources = tmp_path / "texts"
    shutil.copytree(SOURCES, sources)
    assert check(settings, sources=sources, accept=True).conforms
    assert check(settings, sources=sources).conforms
    file = min(sources.glob("*.txt"))
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    cited = [f for f in check(settings, sources=sources) if "rests on" in f.message]
    assert not cited
    file.write_text("".join(line[:-1] + "!\n" if line.strip() else line for line in lines), encoding="utf-8")
    changed = [f for f in check(settings, sources=sources) if "has changed" in f.message]
    assert changed
    assert all(Path(tmp_path / f.place.path).is_file() for f in changed)


def test_accept_without_sources_says_what_is_missing(built):
    with pytest.raises(UsageError, match="--sources"):
        check(built, accept=True)


def test_a_renamed_record_keeps_its_old_id(tmp_path):
    settings = make_center(tmp_path)
    record = "- {id: person/old-name, isReplacedBy: person/aoife-obrien, deprecated: true}\n"
    (settings.data_folder / "renamed.yaml").write_text(record, encoding="utf-8")
    assert check(settings).conforms


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("<work/x> a ipcg:Person", "begins with person/"),
        ("<Person/X%20Y> a ipcg:Person", "is not an id"),
        ("<foo> a ipcg:Person", "is not an id"),
        ('<person/x> a ipcg:Person ; ipcg:orcid "0000-0002-1825-0098"', "is no good orcid"),
        ('<organization/x> a ipcg:Organization ; ipcg:isni "0000000000000002"', "is no good isni"),
        ('<work/x> a ipcg:Work ; ipcg:doi "https://doi.org/10.1000/1"', "one written form"),
    ],
)
def test_ids_and_identifiers_in_rdf_are_as_good_as_in_yaml(tmp_path, record, says):
    settings = make_center(tmp_path)
    text = f"@base <{settings.base}> .\n@prefix ipcg: <https://w3id.org/ipcgraph/ns#> .\n{record} .\n"
    (settings.data_folder / "more.ttl").write_text(text, encoding="utf-8")
    found = [f for f in check(settings).errors if says in f.message]
    assert found
    assert (found[0].place.path, found[0].place.line) == ("data/more.ttl", 3)


def test_a_build_that_cannot_be_uploaded_is_there_all_the_same(tmp_path):
    settings = make_center(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
        said: list[str] = []
        with pytest.raises(StoreError, match="cannot be reached"):
            builds.build(settings._replace(store=address, store_update=address), notice=said.append)
    assert [each for each in said if each.endswith("records are built here; build again to upload them")]
    assert len(centers(settings)) >= 2
