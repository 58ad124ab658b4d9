"""The bibliographies of a thing: its works as BibTeX, RIS and CSL-JSON, and as a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.publish.citations.bibtex import bibtex
from ipcgraph.publish.citations.csl import csl_json
from ipcgraph.publish.citations.feeds import KINDS as FED
from ipcgraph.publish.citations.feeds import MEDIA_TYPE as ATOM
from ipcgraph.publish.citations.feeds import SUFFIX, feed
from ipcgraph.publish.citations.ris import ris
from ipcgraph.publish.citations.worklists import works_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.citations.bibliography import Bibliography, Citation
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Thing

FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    ".bib": ("BibTeX", "application/x-bibtex"),
    ".ris": ("RIS", "application/x-research-info-systems"),
    ".csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
    SUFFIX: ("Atom", ATOM),
}
"""Suffix, name and media type of each file."""

_WRITERS: Final[Mapping[str, Callable[[Iterable[Citation]], Iterator[str]]]] = {
    ".bib": bibtex,
    ".ris": ris,
    ".csl.json": csl_json,
}


def bibliography_files(
    bibliography: Bibliography, addresses: Addresses, facts: SiteFacts, thing: Thing
) -> Iterator[tuple[str, str]]:
    """Suffix and text of each file with the works of a thing; none where it has no works.

    Each has the three citation formats; a person, an initiative and a center have a feed, too, where their works can be
    dated.
    """
    works = works_of(bibliography.reading, thing.iri)
    if not works:
        return
    citations = list(bibliography.citations(works))
    for suffix, write in _WRITERS.items():
        yield suffix, "".join(write(citations))
    if thing.kind in FED and (text := feed(bibliography, addresses, facts, thing.iri)):
        yield SUFFIX, text
