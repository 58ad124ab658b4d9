"""The vocabulary at its own IRIs, where a server takes the place of their host: its pages and its files."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ipcgraph.publish.pages.ontologypage import FOLDER
from ipcgraph.vocabulary import CONCEPTS, IPCG

_TERMS: Final = urlsplit(IPCG).path.strip("/")
_CONCEPTS: Final = urlsplit(CONCEPTS).path.lstrip("/")
_PAGE: Final = f"{FOLDER}/"
_KINDS_PAGE: Final = f"{FOLDER}/kinds.html"


class Term(NamedTuple):
    """Where in the site something of the vocabulary is told of."""

    page: str
    """The page, perhaps with an anchor."""
    document: str
    """The data without a suffix."""


def term_at(path: str, *, base: str) -> Term | None:
    """What of the vocabulary has this path, where IRIs of things are on its host; None where nothing can have it.

    >>> term_at("ipcgraph/vocab/role-type/director", base="https://w3id.org/ipcgraph/id/").page
    'ontology/kinds.html#vocab-role-type--director'
    """
    if urlsplit(base).netloc != urlsplit(IPCG).netloc:
        return None
    if path == _TERMS or path.startswith(f"{_TERMS}/"):
        return Term(_PAGE, f"{FOLDER}/ipcgraph")
    if path == _TERMS.rpartition("/")[0] + "/alignments":
        return Term(_PAGE, f"{FOLDER}/alignments")
    slugs = path.removeprefix(_CONCEPTS).split("/")
    if not path.startswith(_CONCEPTS) or len(slugs) > 2 or not all(slug.replace("-", "").isalnum() for slug in slugs):
        return None
    return Term(f"{_KINDS_PAGE}#vocab-{'--'.join(slugs)}", f"{FOLDER}/schemes/{slugs[0]}")
