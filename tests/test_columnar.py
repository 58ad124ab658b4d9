"""Lists read from columns: the same entries as thing by thing, or none where the columns do not tell all."""

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from tests.center_project import make_center

from ipcgraph import project
from ipcgraph.collecting import collect_columns
from ipcgraph.columns import write_columns
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.publish import pages
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.pages import register
from ipcgraph.publish.pages.columnar import columnar_entries
from ipcgraph.publish.pages.library import Library
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import Settings
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES

ADDRESS = "https://data.example.org/graph/"
WORKS = """
- {id: work/two-titles, type: Work, title: Two, workType: article, issued: 2019-03, authors: [person/ada-many, person/hugh-pemberton]}
- {id: work/undated, type: Work, title: "<b>Undated</b>\\ttab", workType: report, authors: [person/hugh-pemberton]}
- {id: work/of-six, type: Work, title: Of Six, workType: article, issued: 2020-01-02, alternateName: Sixes,
   authors: [person/p1, person/p2, person/hugh-pemberton, person/p3, person/ada-many, person/p4]}
- {id: work/of-nobody, type: Work, title: Of nobody, workType: report, issued: 2018, producedBy: [center/harbour]}
- {id: person/ada-many, type: Person, name: Ada Many, alternateName: [A. Many, "A\\u030a Many"]}
- {id: person/p1, type: Person, name: Élodie Zoë}
- {id: person/p2, type: Person, name: "李 明"}
- {id: person/p3, type: Person, name: ada many}
- {id: person/p4, type: Person, name: P Four}
"""


def both(settings: Settings, kind: str) -> tuple[list[object], list[object] | None]:
    """The entries of a kind thing by thing, and from the columns."""
    build = project.fresh_build(settings)
    with Reading.open(build / STORE, base=settings.base) as reading:
        return entries(reading, build / COLUMNS, kind)


def entries(reading: Reading, columns: Path, kind: str) -> tuple[list[object], list[object] | None]:
    library = Library(reading, Addresses(ADDRESS, reading.base), SiteFacts("Harbour", ADDRESS, reading.base))
    one = [
        (register._entry(library, kind, iri), library.issued(iri)[1] if kind == "Work" else "")
        for iri in reading.instances(kind)
    ]
    found = columnar_entries(library, columns, kind)
    return list(one), None if found is None else list(found)


@pytest.mark.parametrize("kind", ["Person", "Work"])
def test_entries_from_columns_are_those_of_each_thing(tmp_path: Path, kind: str) -> None:
    settings = make_center(tmp_path)
    (settings.data_folder / "more.yaml").write_text(WORKS, encoding="utf-8")
    one, other = both(settings, kind)
    assert len(one) > 8
    assert one == other


UNCHECKED = """
base:person/two a ipcg:Person ; foaf:name "Zoe"@de , "Abe"@en , "Abel" ; skos:prefLabel "Aaron" .
base:person/none a ipcg:Person .
base:work/two a ipcg:Work ; dcterms:title "Zwei"@de , "Two"@en ; ipcg:hasAuthorship base:a1 , base:a2 .
base:work/none a ipcg:Work ; ipcg:issued "2019"^^xsd:gYear ; ipcg:issuedNotBefore "2019-01-01"^^xsd:date .
base:a1 a ipcg:Authorship ; ipcg:author base:person/two ; ipcg:position 2 .
base:a2 a ipcg:Authorship ; ipcg:author base:person/none ; ipcg:position 1 .
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", True),
        ("base:work/none ipcg:hasAuthorship base:a3 . base:a3 a ipcg:Authorship ; ipcg:nameAsListed 'N. N.' .", False),
        ("base:work/none ipcg:creator base:person/two .", False),
        ("base:work/two ipcg:creator base:person/two , base:person/none .", True),
    ],
    ids=["as it is", "a name only", "a creator more", "creators"],
)
@pytest.mark.parametrize("kind", ["Person", "Work"])
def test_a_graph_that_no_build_has_checked_has_the_same_entries_too(
    tmp_path: Path, kind: str, more: str, told: bool
) -> None:
    """Of a thing with several names, or none, it is the library that says which is shown; what columns lack is read."""
    names = {**PREFIXES, "base": DEFAULT_BASE}
    text = (
        "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in names.items())
        + UNCHECKED.replace("base:a", "base:x")
        + more
    )
    text = re.sub(r"base:([a-z0-9/]+)", rf"<{DEFAULT_BASE}\1>", text.replace("base:a3", "base:x3"))
    quads = list(parse(text, format=RdfFormat.TURTLE))
    with EmbeddedStore.create(tmp_path / STORE) as store:
        store.load(quads)
    write_columns(collect_columns(quads), tmp_path / COLUMNS)
    with Reading.open(tmp_path / STORE, base=DEFAULT_BASE) as reading:
        one, other = entries(reading, tmp_path / COLUMNS, kind)
    assert len(one) == 2
    assert other == (one if told else None)


def test_a_site_is_the_same_with_lists_from_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_center(tmp_path / "project")
    (settings.data_folder / "more.yaml").write_text(WORKS, encoding="utf-8")
    project.site(settings, tmp_path / "one", address=ADDRESS)
    monkeypatch.setattr(register, "MANY", 0)
    monkeypatch.setattr(pages, "SHORT", 0)
    project.site(settings, tmp_path / "other", address=ADDRESS)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(tmp_path / "other") for p in (tmp_path / "other").rglob("*") if p.is_file())
    assert [
        file for file in files if (tmp_path / "one" / file).read_bytes() != (tmp_path / "other" / file).read_bytes()
    ] == []
