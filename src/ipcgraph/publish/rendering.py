"""What a site is made of, file by file: the page and the data of each thing, and what is of no thing."""

from __future__ import annotations

import importlib.util
import json
from itertools import chain
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.addresses import SUFFIXES
from ipcgraph.publish.citations.bibliography import Bibliography
from ipcgraph.publish.citations.files import FORMATS, bibliography_files, bibliography_suffixes
from ipcgraph.publish.description.catalogue import File
from ipcgraph.publish.description.figures import figures
from ipcgraph.publish.description.files import CATALOGUE, VOID_FILE, description_files
from ipcgraph.publish.description.files import QUERIES as EXECUTABLES
from ipcgraph.publish.documents.descriptions import describe
from ipcgraph.publish.documents.formats import Documents
from ipcgraph.publish.dumps import FOLDER as DUMPS
from ipcgraph.publish.dumps import NQUADS, SUMS, unpacked
from ipcgraph.publish.hosting.files import hosting_files
from ipcgraph.publish.networkviews import FOLDER as NETWORKS
from ipcgraph.publish.networkviews import page_of, write_networks
from ipcgraph.publish.pages import Beside, Pages
from ipcgraph.publish.pages.downloads import (
    DATA,
    NETWORKS_PAGE,
    PROFILES_PAGE,
    TABLES_PAGE,
    data_page,
    missing_pages,
    networks_page,
    profiles_page,
    tables_page,
)
from ipcgraph.publish.pages.news import PATH as CHANGES
from ipcgraph.publish.pages.ontologypage import FOLDER as ONTOLOGY
from ipcgraph.publish.pages.ontologypage import PAGE, PAGES, ontology_files
from ipcgraph.publish.pages.querypage import PAGE as QUERIES
from ipcgraph.publish.pages.querypage import page_of_query, query_files
from ipcgraph.publish.pages.signposts import KINDS, LINKSET, linkset
from ipcgraph.publish.pages.signposts import MEDIA_TYPE as LINKSET_TYPE
from ipcgraph.publish.profiles.documents import FOLDER as PROFILES
from ipcgraph.publish.profiles.documents import ProfileDocuments, whole_profiles, write_whole_profiles
from ipcgraph.publish.tables.files import METADATA, write_sheets
from ipcgraph.queries import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.pages.press import Press
    from ipcgraph.publish.profiles.documents import ProfileDocument
    from ipcgraph.publish.reading import Reading, Thing
    from ipcgraph.queries import Query

TABLES: Final = "tables"
"""The folder of the tables in the site."""
WRITTEN_WHOLE: Final = (TABLES, PROFILES, NETWORKS)
"""The folders of files that are written as a whole, and not one by one by a Writer."""

_CSVW: Final = File(
    f"{TABLES}/{METADATA}", "Tables", "application/csvm+json", "https://www.w3.org/TR/tabular-metadata/"
)


class Rendering:
    """The files of a site: path and content of each. `templates` is the folder of the project's own templates."""

    def __init__(
        self, reading: Reading, addresses: Addresses, facts: SiteFacts, *, templates: Path | None = None
    ) -> None:
        self._reading = reading
        self._addresses = addresses
        self._facts = facts
        also = [("Networks", NETWORKS_PAGE)] if facts.networks else []
        also += [("Queries", QUERIES), ("Data", DATA), ("Vocabulary", PAGE)]
        self._pages = Pages(reading, addresses, facts, own=templates, also=also)
        self._documents = Documents(addresses, facts)
        self._profiles = ProfileDocuments(reading, facts.profiles)
        self._bibliography = Bibliography(reading)

    @property
    def press(self) -> Press:
        """What makes further pages look like those of the site."""
        return self._pages.press

    def of_things(self, iris: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The files of these things, one after the other: pages, data, citations, linksets, profiles."""
        profiles = self._profiles.of(iris)
        for iri in iris:
            yield from self._of_thing(iri, profiles[iri])

    def _of_thing(self, iri: str, profiles: Iterable[ProfileDocument]) -> Iterator[tuple[str, str]]:
        """The files of one thing: its page, the further pages of its long lists, and what lies beside it."""
        thing = self._reading.thing(iri)
        address = self._addresses.document(iri, "")
        cited = []
        profiles = tuple(profiles)
        for suffix, text in bibliography_files(self._bibliography, self._addresses, self._facts, thing):
            cited.append(suffix)
            yield address + suffix, text
        for profile in profiles:
            yield address + profile.suffix, profile.text
        if thing.kind in KINDS:
            yield address + LINKSET, linkset(self._pages.library, thing)
        yield address + ".html", self._pages.page(thing, beside=_beside(thing, cited, profiles))
        yield from self._pages.further(thing)
        for suffix, text in self._documents.documents(describe(self._reading, iri)):
            yield address + suffix, text

    def of_thing(self, iri: str, path: str) -> str | None:
        """One file of a thing, as `of_things` makes it, without the others; None where the thing has no such file."""
        thing = self._reading.thing(iri)
        address = self._addresses.document(iri, "")
        suffix = path.removeprefix(address) if path.startswith(address) else ""
        if suffix == ".html":
            cited = bibliography_suffixes(self._bibliography, self._facts, thing)
            return self._pages.page(thing, beside=_beside(thing, cited, self._profiles.of((iri,))[iri]))
        if suffix in FORMATS:
            files = bibliography_files(self._bibliography, self._addresses, self._facts, thing, only=suffix)
            return next((text for _, text in files), None)
        if suffix == LINKSET:
            return linkset(self._pages.library, thing) if thing.kind in KINDS else None
        if suffix in SUFFIXES:
            return self._documents.document(describe(self._reading, iri), suffix)
        if suffix.endswith(".html"):
            return self._pages.further_page(thing, path)
        return next((each.text for each in self._profiles.of((iri,), suffix=suffix)[iri]), None)

    def look(self) -> Iterator[tuple[str, str]]:
        """What every page is shown with: style sheet, script, icon."""
        return self._pages.look()

    def opening(self, queries: Path) -> Iterator[tuple[str, str | bytes]]:
        """What readers come to first: front page, vocabulary, queries, and the page of what is not there.

        `queries` is the file of the build's saved queries.
        """
        press = self._pages.press
        yield from self._pages.front()
        ontology = read_ontology()
        yield from ontology_files(press, ontology)
        yield from query_files(press, ontology, _saved_queries(queries), limit=self._facts.query_limit)
        yield from missing_pages(press)

    def short_lists(self) -> Iterator[tuple[str, str]]:
        """The lists of kinds with few things."""
        return self._pages.short_lists()

    def long_lists(self, columns: Path) -> Iterator[tuple[str, str]]:
        """The other lists, and the search over all things in a browser; `columns` is the folder of the build's."""
        return self._pages.long_lists(columns)

    def of_site(self, dump: Path, queries: Path) -> Iterator[tuple[str, str | bytes]]:
        """The other files that are of no thing: the opening, and what the site says of itself.

        `dump` is the N-Quads dump, whose statements are counted.
        """
        saved = _saved_queries(queries)
        yield from self.opening(queries)
        yield data_page(self._pages.press, self._described(saved))
        yield from hosting_files(self._reading, self._addresses, self._facts)
        with unpacked(dump) as lines:
            counted = figures(lines, base=self._facts.base)
        yield from description_files(
            self._reading,
            self._addresses,
            self._facts,
            counted,
            queries=saved,
            files=tuple(self._files()),
            pages=self._page_paths(saved),
        )

    def tables(self, root: Path) -> Iterator[tuple[str, str]]:
        """Writes the tables below a site's root, as Parquet, too, where pyarrow is installed; the page of them."""
        parquet = has_parquet()
        sheets = write_sheets(self._reading, read_ontology(), root / TABLES, facts=self._facts, parquet=parquet)
        files = {"CSV": ".csv"} | ({"Parquet": ".parquet"} if parquet else {})
        yield tables_page(self._pages.press, sheets, files)

    def profiles(self, root: Path) -> Iterator[tuple[str, str]]:
        """Writes the profiles of the whole graph below a site's root; the page of them."""
        names = self._facts.profiles
        if names:
            reports = write_whole_profiles(self._reading, names, root)
            yield profiles_page(self._pages.press, names, reports)

    def networks(self, root: Path, columns: Path) -> Iterator[tuple[str, str]]:
        """Writes the networks of a build's columns below a site's root; the page of them."""
        if self._facts.networks:
            yield networks_page(self._pages.press, write_networks(self._facts.networks, columns, root))

    def _files(self) -> Iterator[File]:
        """The files of the dataset besides its dumps."""
        yield _CSVW
        for whole in whole_profiles(self._facts.profiles):
            yield File(whole.path, f"In the terms of {whole.profile.title}", whole.media_type, packed=True)
        for kind in self._facts.networks:
            yield File(f"{NETWORKS}/{kind}.graphml", f"Network of {kind} as GraphML", "application/graphml+xml")

    def _described(self, saved: Mapping[str, Query]) -> Mapping[str, str]:
        """The files that describe the site, by what they are called."""
        files = {
            "Catalogue (DCAT, VoID), Turtle": CATALOGUE[0],
            "Catalogue, JSON-LD": CATALOGUE[1],
            "The same where programs look for VoID": VOID_FILE,
        }
        if saved:
            files |= {"Saved queries (SHACL), Turtle": EXECUTABLES[0], "Saved queries, JSON-LD": EXECUTABLES[1]}
        return files | {"Sums of the dumps": f"{DUMPS}/{SUMS}", "How to cite the data": "CITATION.cff"}

    def _page_paths(self, saved: Iterable[str]) -> Iterator[str]:
        """The pages that crawlers are told of: the front page, those of files and lists, and that of each thing."""
        facts = self._facts
        yield from ("index.html", DATA, TABLES_PAGE, QUERIES)
        yield from chain(
            map(page_of_query, saved),
            (f"{ONTOLOGY}/{file}" for file in PAGES),
            (PROFILES_PAGE,) if facts.profiles else (),
            (NETWORKS_PAGE, *filter(None, map(page_of, facts.networks))) if facts.networks else (),
            (CHANGES,) if facts.changes else (),
            self._pages.press.lists.values(),
        )
        # A page that only says where a thing has gone is none to be found.
        yield from (self._addresses.document(iri) for iri, kind in self._reading.kinds() if kind)


def _beside(thing: Thing, cited: Iterable[str], profiles: Iterable[ProfileDocument]) -> list[Beside]:
    """What lies beside the page of a thing, besides its data."""
    found = [Beside(FORMATS[suffix][0], suffix, FORMATS[suffix][1]) for suffix in cited]
    found += [Beside(profile.label, profile.suffix, profile.media_type) for profile in profiles]
    return [*found, Beside("Linkset", LINKSET, LINKSET_TYPE)] if thing.kind in KINDS else found


def dump_of(root: Path) -> Path:
    """The N-Quads dump of the site with this root."""
    return root / DUMPS / NQUADS


def has_parquet() -> bool:
    """Whether the tables are written as Parquet, too."""
    return importlib.util.find_spec("pyarrow") is not None


def _saved_queries(file: Path) -> Mapping[str, Query]:
    """The saved queries of the build; none of a graph that was not built from a project."""
    if not file.is_file():
        return {}
    try:
        return load_queries(json.loads(read_regular(file)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProjectError(f"{file} cannot be read ({error}); run: ipcgraph build --force") from error
