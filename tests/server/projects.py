"""The invented center as a project to be served, with what servers find hard: old ids and names that are no files."""

from __future__ import annotations

from tests.center_project import make_center
from tests.published_center import BASE, named
from tests.published_site import LICENCE, ODD, OLD_RECORDS, escaped

from ipcgraph import project
from ipcgraph.store.embedded import EmbeddedStore

ADDRESS = "https://harbour.example/graph/"
SETTINGS = f"""name = "Harbour Institute"
[site]
licence = "{LICENCE}"
endpoint = "{ADDRESS}sparql"
[server]
requests_per_minute = 0
queries_per_minute = 0
"""


def make_project(folder, *, settings=SETTINGS, odd=True):
    """The center with deprecated records, built; with `odd`, also with things whose IRIs cannot be names of files."""
    found = make_center(folder, settings=settings)
    (folder / "data" / "old.yaml").write_text(OLD_RECORDS, encoding="utf-8")
    built = project.build(found)
    if odd:  # no record can have such an id, but a graph from elsewhere can
        with EmbeddedStore.create(built.folder / "store") as store:
            store.load([quad for path in ODD for quad in named(escaped(path), "Person", path)])
    return found


def iri(path):
    return BASE + escaped(path)
