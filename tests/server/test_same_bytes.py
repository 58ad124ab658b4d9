"""The server and the static site give the same bytes: of each thing in each format and profile, and of all files."""

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.server.projects import ADDRESS, make_project
from tests.server.running import serving
from tests.web_servers import ask

from ipcgraph import project
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import find_project

ROOT = Path(__file__).parents[2]
HIDDEN = {".htaccess", ".nojekyll", "ipcgraph-site.json"}
LIVE = ("queries/index.html", "search.html")
"""Pages of the site that the server has better ones for, to which it leads."""
IPC = f"""name = "Industrial Performance Center"
evidence = "required"
[site]
licence = "CC-BY-4.0"
endpoint = "{ADDRESS}sparql"
[server]
requests_per_minute = 0
"""


def ipc(folder):
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "ipcgraph.toml").write_text(IPC, encoding="utf-8")
    return find_project(folder)


def previous(folder):
    """The center after a change, with its last release beside it: its pages lead to what has changed."""
    found = make_project(folder, odd=False)
    project.site(found, folder / "last", address=ADDRESS)
    (folder / "data" / "new.yaml").write_text("- {id: topic/kelp, type: Topic, prefLabel: Kelp}\n", encoding="utf-8")
    file = folder / "ipcgraph.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[site]", '[site]\nprevious = "last"'), encoding="utf-8")
    return find_project(folder)


@pytest.mark.parametrize("make", [make_project, ipc, previous])
def test_every_file_of_the_site_is_served_as_it_is(tmp_path, make):
    found = make(tmp_path / "project")
    site = tmp_path / "site"
    project.site(found, site, address=ADDRESS)
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    build = project.build(found).folder
    with Reading.open(build / "store", base=found.base) as reading:
        iris = list(reading.iris())
    with serving(found, address=ADDRESS, whole=True) as server:
        wrong, things = [], 0
        for path in files:
            answer = ask(server.address + quote(path))
            if path in HIDDEN:
                assert answer.status == 404, path
            elif path in LIVE:
                assert answer.status in {200, 303, 307, 308}, path
            elif (answer.status, answer.body) != (200, (site / path).read_bytes()):
                wrong.append((path, answer.status))
            things += path.endswith(".ttl")
        assert wrong == []
        assert things >= len(iris) > 100
        assert [line for line in server.lines if "Traceback" in line or line.startswith("ipcgraph: error")] == []
        # What the site does not have the server has not either.
        for iri in iris[::7]:
            path = quote(iri.removeprefix(found.base))
            for suffix in (
                ".bib",
                ".atom",
                ".vivo.ttl",
                ".works.2.html",
                ".linkset.json",
                ".works.1.html",
                ".x.2.html",
            ):
                assert (ask(server.address + path + suffix).status == 200) == (path + suffix in files), path + suffix
