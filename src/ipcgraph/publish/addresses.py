"""Addresses: the file in which the page or the data of a thing lies, and the links from one file to another."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import KINDS

SUFFIXES: Final = (".html", ".ttl", ".jsonld", ".nt", ".rdf")
"""The suffixes of the documents that each thing has: its page, then its data."""
LONGEST_SEGMENT: Final = 200
"""Characters of a folder's or a file's name without its suffix; file systems hold 255 bytes."""
LONGEST_PATH: Final = 900
"""Characters of a path in the site; an address of 1,024 bytes is the longest that some web spaces take."""
ODD: Final = "odd"
"""The folder of the things whose IRIs cannot be the names of files as they are."""

# Lower case only, since some file systems do not tell `Ada` from `ada`; no dot, since a document's name is told from
# a folder's by its suffix. What a passage is called, `L29-L30`, is the one exception, for which `l29-l30` is none.
_PLAIN: Final = re.compile(r"(?!index$)(?!l[0-9]+(?:-l[0-9]+)?$)(?:[a-z0-9_][a-z0-9_-]*|L[0-9]+(?:-L[0-9]+)?)")
# Names that Windows keeps for devices, whatever suffix they have.
_DEVICE: Final = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


class Addresses:
    """Where the documents of a site lie.

    `address` is the web address of the site's root, which may have a path (`https://example.org/graph/`), or empty
    where it is not known; `base` is the start of the IRIs of its things. Paths are below the root, with `/` between
    their parts, and are computed from the IRI alone: the same in every run, whatever else there is in the graph.

    A thing `{base}person/ada` lies at `person/ada` plus the suffix of each document. An IRI whose path cannot safely be
    the name of a file (capitals, accents, dots, `..`, more than 200 characters) lies at `odd/` and a hash of it. In the
    folders of the kinds (`person/` …) only `index.*` is no thing's document; what lies elsewhere is the site's own.
    """

    def __init__(self, address: str, base: str) -> None:
        self.address = address if not address or address.endswith("/") else address + "/"
        self.base = base
        self.root = self.address or base
        """The start of the IRIs of documents: the address, or the base where no address is known."""
        self.dataset = self.root + "#dataset"
        """The IRI of the dataset that the site publishes; the front page is its document."""

    def has(self, iri: str) -> bool:
        """Whether the IRI is one that the site can have documents for: it begins with the base, and goes on."""
        return iri.startswith(self.base) and iri not in {self.base, self.dataset}

    def document(self, iri: str, suffix: str = ".html") -> str:
        """The path of a thing's document; UsageError for an IRI that does not begin with the base.

        >>> addresses = Addresses("https://example.org/graph/", "https://example.org/id/")
        >>> addresses.document("https://example.org/id/person/ada", ".ttl")
        'person/ada.ttl'
        >>> addresses.document("https://example.org/id/person/Ada")
        'odd/ada-cbd39580278b30433c88d38dc16f0e23.html'
        """
        if not self.has(iri):
            raise UsageError(f"{iri} has no document here: it does not begin with {self.base}")
        path = iri[len(self.base) :]
        return (path if _is_plain(path) else _hashed(path)) + suffix

    def link(self, origin: str, target: str, suffix: str = ".html") -> str:
        """The link from one document to another, relative: it holds wherever the site is put.

        `origin` and `target` are each the IRI of a thing or the path of a file in the site; `suffix` counts only for
        an IRI. A path that ends in `/` is a folder. Only ASCII comes out, nothing that HTML would need escaped.

        >>> addresses = Addresses("https://example.org/graph/", "https://example.org/id/")
        >>> addresses.link("https://example.org/id/person/ada", "https://example.org/id/work/notes/authorship/ada")
        '../work/notes/authorship/ada.html'
        >>> addresses.link("index.html", "https://example.org/id/person/ada", ".ttl")
        'person/ada.ttl'
        """
        start = self._path(origin, ".html").split("/")[:-1]
        end = self._path(target, suffix).split("/")
        shared = 0
        while shared < min(len(start), len(end) - 1) and start[shared] == end[shared]:
            shared += 1
        relative = "/".join([".."] * (len(start) - shared) + end[shared:])
        return relative or "./"

    def web(self, target: str, suffix: str = ".html") -> str:
        """The web address of a document; relative to the site's root where that has no known address."""
        return self.address + self._path(target, suffix)

    def _path(self, iri_or_path: str, suffix: str) -> str:
        return self.document(iri_or_path, suffix) if self.has(iri_or_path) else iri_or_path


def _is_plain(path: str) -> bool:
    segments = path.split("/")
    return (
        len(segments) > 1
        and segments[0] in KINDS
        and len(path) <= LONGEST_PATH
        and all(
            len(segment) <= LONGEST_SEGMENT and _PLAIN.fullmatch(segment) and not _DEVICE.fullmatch(segment)
            for segment in segments
        )
    )


def _hashed(path: str) -> str:
    """A name with what can be read of the path, and 128 bits of its hash, which no two paths share."""
    readable = re.sub(r"[^a-z0-9]+", "-", path.rpartition("/")[2].lower()).strip("-")[:40].strip("-")
    digest = hashlib.sha256(path.encode("utf-8")).hexdigest()[:32]
    return f"{ODD}/{readable}-{digest}" if readable else f"{ODD}/{digest}"
