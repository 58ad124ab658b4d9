"""The bibliographies of a thing: its works as BibTeX, RIS and CSL-JSON, and as a feed."""

from __future__ import annotations

import io
from itertools import tee, zip_longest
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.citations.bibtex import bibtex
from ipcgraph.publish.citations.csl import csl_json
from ipcgraph.publish.citations.feeds import KINDS as FED
from ipcgraph.publish.citations.feeds import MEDIA_TYPE as ATOM
from ipcgraph.publish.citations.feeds import SUFFIX, feed, has_feed
from ipcgraph.publish.citations.ris import ris
from ipcgraph.publish.citations.worklists import found_works, works_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
    bibliography: Bibliography, addresses: Addresses, facts: SiteFacts, thing: Thing, *, only: str = ""
) -> Iterator[tuple[str, str]]:
    """Suffix and text of each file with the works of a thing, or of the one with this suffix; none without works.

    Each has the three citation formats; a person, an initiative and a center have a feed, too, where their works can be
    dated.
    """
    works = works_of(bibliography.reading, thing.iri)
    if not works:
        return
    if only != SUFFIX:
        suffixes = [suffix for suffix in _WRITERS if only in {"", suffix}]
        yield from zip(suffixes, _written(bibliography.citations(works), suffixes), strict=True)
    if only in {"", SUFFIX} and thing.kind in FED and (text := feed(bibliography, addresses, facts, thing.iri)):
        yield SUFFIX, text


def bibliography_suffixes(bibliography: Bibliography, facts: SiteFacts, thing: Thing) -> tuple[str, ...]:
    """The suffixes of the files that `bibliography_files` gives of a thing, without writing them."""
    works = found_works(bibliography.reading, thing.iri)
    fed = thing.kind in FED and has_feed(bibliography.reading, works, facts)
    return (*_WRITERS, *((SUFFIX,) if fed else ())) if works else ()


def _written(citations: Iterable[Citation], suffixes: Sequence[str]) -> tuple[str, ...]:
    """The text of each of these files. All are made side by side, so that of a long list no two works are held."""
    copies = tee(citations, len(suffixes))
    pieces = (_WRITERS[suffix](copy) for suffix, copy in zip(suffixes, copies, strict=True))
    texts = [io.StringIO(newline="") for _ in suffixes]
    for piece in zip_longest(*pieces, fillvalue=""):
        for text, each in zip(texts, piece, strict=True):
            text.write(each)
    return tuple(text.getvalue() for text in texts)
