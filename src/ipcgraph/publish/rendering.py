"""What a site is made of, file by file: the page and the data of each thing, and what is of no thing."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.bibliographies import FORMATS, bibliography_files
from ipcgraph.publish.catalogue import File
from ipcgraph.publish.citations import Bibliography
from ipcgraph.publish.descriptions import describe
from ipcgraph.publish.documents import Documents
from ipcgraph.publish.dumps import unpacked
from ipcgraph.publish.figures import figures
from ipcgraph.publish.ontologypage import PAGE, ontology_files
from ipcgraph.publish.pages import Beside, Pages
from ipcgraph.publish.selfdescription import description_files
from ipcgraph.publish.sheetfiles import METADATA, write_sheets
from ipcgraph.queries import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading
    from ipcgraph.queries import Query

TABLES: Final = "tables"
"""The folder of the tables in the site."""

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
        self._pages = Pages(reading, addresses, facts, own=templates, also=(("Vocabulary", PAGE),))
        self._documents = Documents(addresses, facts)
        self._bibliography = Bibliography(reading)

    def of_thing(self, iri: str) -> Iterator[tuple[str, str]]:
        """The files of one thing: its page, the further pages of its long lists, its data, its works to be cited."""
        thing = self._reading.thing(iri)
        beside = []
        for suffix, text in bibliography_files(self._bibliography, self._addresses, self._facts, thing):
            beside.append(Beside(FORMATS[suffix][0], suffix, FORMATS[suffix][1]))
            yield self._addresses.document(iri, suffix), text
        yield self._addresses.document(iri), self._pages.page(thing, beside=beside)
        yield from self._pages.further(thing)
        for suffix, text in self._documents.documents(describe(self._reading, iri)):
            yield self._addresses.document(iri, suffix), text

    def of_site(self, dump: Path, queries: Path) -> Iterator[tuple[str, str | bytes]]:
        """The files that are of no thing: front page, lists, search, vocabulary, and what the site says of itself.

        `dump` is the N-Quads dump, whose statements are counted; `queries` is the file of the build's saved queries.
        """
        yield from self._pages.others()
        yield from ontology_files(self._pages.press, read_ontology())
        with unpacked(dump) as lines:
            counted = figures(lines, base=self._facts.base)
        yield from description_files(
            self._reading,
            self._addresses,
            self._facts,
            counted,
            queries=_saved_queries(queries),
            files=(_CSVW,),
            pages=self._page_paths(),
        )

    def write_tables(self, folder: Path) -> int:
        """Writes the tables into a folder, as Parquet, too, where pyarrow is installed; gives the number of files."""
        write_sheets(self._reading, read_ontology(), folder, facts=self._facts, parquet=has_parquet())
        return sum(1 for _ in folder.iterdir())

    def _page_paths(self) -> Iterator[str]:
        """The pages that crawlers are told of: the front page and that of each thing."""
        yield "index.html"
        yield from (self._addresses.document(iri) for iri in self._reading.iris())


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
