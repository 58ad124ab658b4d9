"""The index of the search: a folder beside the build, made once and then only read (tantivy)."""

from __future__ import annotations

import json
import os
import shutil
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from tantivy import Document, Index, Occur, Query, SchemaBuilder

from ipcgraph.errors import ProjectError
from ipcgraph.folding import words
from ipcgraph.identifiers import SCHEMES, normalise
from ipcgraph.publish.addresses import SUFFIXES
from ipcgraph.server.search.entries import EVIDENCE, Entry, read_entries
from ipcgraph.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tantivy import Schema, Searcher

FOLDER: Final = "search"
"""The folder of the index in that of a build."""
VERSION: Final = "1"
"""Of what the index holds: one of another version is made anew."""
LONGEST: Final = 40
"""Letters of a word that are looked at."""
HEAP: Final = 1_500_000_000
"""Bytes that writing may take before it begins a second part. With one part, the order of things is the order in which
they were added; memory is taken as it is needed, 60 MB for 100,000 things."""
EDGES: Final = 2
"""So many first letters of a word are kept as words of their own: a search for `a` must not look at every word."""


class Hit(NamedTuple):
    """A thing that was found, with how well it fits."""

    entry: Entry
    score: float


class Facets(NamedTuple):
    """How many of the things that were found there are of each kind, year, and center or initiative, by its IRI."""

    kinds: Mapping[str, int]
    years: Mapping[int, int]
    within: Mapping[str, int]


class SearchIndex:
    """An index to be read: by any number of threads, without locks. `open` it in the folder where it was written."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self.schema = schema
        self._searcher = searcher
        self._frequency = lru_cache(20_000)(self._count_word)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in this folder. Raises ProjectError where there is none that can be read."""
        if not is_written(folder):
            raise ProjectError(f"there is no search index in {folder}; ipcgraph serve makes it")
        try:
            index = Index.open(str(folder))
        except ValueError as error:
            raise ProjectError(f"the search index in {folder} cannot be read ({error}); remove that folder") from error
        return cls(index.schema, index.searcher())

    @property
    def size(self) -> int:
        """The number of things that can be found."""
        number: int = self._searcher.num_docs
        return number

    def hits(self, query: Query, *, limit: int, offset: int = 0) -> tuple[Hit, ...]:
        """The things that a query finds, the best first; those that are equally good in the order of the index."""
        found = self._searcher.search(query, limit, count=False, offset=offset).hits
        return tuple(Hit(_entry(self._searcher.doc(address)), float(score)) for score, address in found)

    def counted_hits(self, query: Query, *, limit: int, offset: int = 0) -> tuple[int, tuple[Hit, ...]]:
        """How many things a query finds, and some of them as `hits` gives them: one pass for both."""
        found = self._searcher.search(query, limit, count=True, offset=offset)
        total: int = found.count  # type: ignore[attr-defined]  # not in its stub
        return total, tuple(Hit(_entry(self._searcher.doc(address)), float(score)) for score, address in found.hits)

    def count(self, query: Query) -> int:
        """How many things a query finds."""
        number: int = self._searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]
        return number

    def facets(self, query: Query) -> Facets:
        """What a query finds, counted by kind, year and place."""
        found = self._searcher.aggregate(query, _COUNTED)
        return Facets(
            {str(each["key"]): int(each["doc_count"]) for each in found["kind"]["buckets"]},
            {int(each["key"]): int(each["doc_count"]) for each in found["year"]["buckets"] if each["key"]},
            {str(each["key"]): int(each["doc_count"]) for each in found["within"]["buckets"]},
        )

    def frequency(self, word: str, kind: str) -> int:
        """How many things of a kind have a word in one of their names."""
        return self._frequency(word, kind)

    def number(self, kind: str) -> int:
        """How many things of a kind there are."""
        return self._frequency("", kind)

    def _count_word(self, word: str, kind: str) -> int:
        parts = [(Occur.Must, Query.term_query(self.schema, "kind", kind))]
        if word:
            parts.append((Occur.Must, Query.term_query(self.schema, "words", word)))
        return self.count(Query.boolean_query(parts))


_COUNTED: Final = {
    "kind": {"terms": {"field": "kind", "size": 50}},
    "year": {"terms": {"field": "year", "size": 1000}},
    "within": {"terms": {"field": "within", "size": 1000}},
}


def is_written(folder: Path) -> bool:
    """Whether there is a whole index of this version in a folder."""
    try:
        return (folder / "version").read_text(encoding="utf-8") == VERSION
    except OSError:
        return False


def write_index(entries: Iterable[Entry], folder: Path) -> int:
    """Writes an index into a folder, which is replaced whole; the number of its things.

    Nobody ever sees a part of it. The same entries give the same order of answers, though not the same bytes: tantivy
    names its files by chance.
    """
    new = folder.with_name(f"{folder.name}-{os.getpid()}-{os.urandom(4).hex()}")
    number = 0
    try:
        new.mkdir(parents=True)
        writer = Index(_schema(), path=str(new)).writer(heap_size=HEAP, num_threads=1)
        for entry in entries:
            writer.add_document(_document(entry))
            number += 1
        writer.commit()
        writer.wait_merging_threads()
        (new / "version").write_text(VERSION, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    except (OSError, ValueError) as error:
        shutil.rmtree(new, ignore_errors=True)
        if is_written(folder):  # another process was as far
            return number
        raise ProjectError(f"the search index in {folder} cannot be written ({error})") from error
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return number


def make_index(store: Path, columns: Path, folder: Path, *, base: str) -> int:
    """Writes the index of a build; the number of its things. Takes much memory: meant for a process of its own."""
    from ipcgraph.columns import read_columns
    from ipcgraph.publish.reading import Reading

    with Reading.open(store, base=base) as reading:
        return write_index(read_entries(reading, read_columns(columns)), folder)


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    for field in ("edges", "authors"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    for field in ("name", "identifier", "iri", *EVIDENCE):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("kind", "within"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


def _document(entry: Entry) -> Document:
    document = Document()
    names = (entry.label, *entry.others, *entry.acronyms)
    found = dict.fromkeys(word[:LONGEST] for name in names for word in (*words(name), *_joined(name)))
    for name in names:
        document.add_text("words", " ".join(word[:LONGEST] for word in words(name)))
        document.add_text("name", title_key(name)[: 4 * LONGEST])
    document.add_text("words", " ".join(joined for name in names for joined in _joined(name)))
    edges = dict.fromkeys(word[:end] for word in found for end in range(1, EDGES + 1))
    document.add_text("edges", " ".join(edges))
    for text in identifier_forms(entry):
        document.add_text("identifier", text)
    document.add_text("iri", entry.iri)
    document.add_text("kind", entry.kind)
    for place in entry.within:
        document.add_text("within", place)
    if entry.year:
        document.add_integer("year", entry.year)
    for sort, key in entry.evidence:
        document.add_text(sort, key)
        if sort == "author":
            document.add_text("authors", key)
    kept = entry._replace(evidence=())
    document.add_bytes("entry", json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode())
    return document


def _joined(name: str) -> Iterator[str]:
    """Words with a hyphen as one word, since many write them so: `jeanpierre` beside `jean` and `pierre`."""
    for part in name.split():
        if "-" in part.strip("-"):
            yield "".join(words(part))[:LONGEST]


def identifier_forms(entry: Entry) -> tuple[str, ...]:
    """What a thing is found by exactly, as `identifiers_in` gives it: its identifiers, and its IRI."""
    return (*(f"{scheme}:{value}" for scheme, value in entry.identifiers), f"iri:{entry.iri}")


def identifiers_in(text: str, *, base: str, address: str = "") -> tuple[str, ...]:
    """What a text is as an identifier, in all schemes in which it can be one; also that of a document of ours."""
    text = text.strip()
    if not text or len(text) > 2000 or (any(letter.isspace() for letter in text.strip()) and not _is_spaced(text)):
        return ()
    found = [(scheme, normalise(scheme, text)) for scheme in SCHEMES]
    forms = [f"{scheme}:{value}" for scheme, value in found if value]
    local = text.removeprefix(address) if address and text.startswith(address) else text.removeprefix(base)
    forms += [f"iri:{base}{local.removesuffix(suffix)}" for suffix in ("", *SUFFIXES) if local.endswith(suffix)]
    return tuple(dict.fromkeys(forms))


def _is_spaced(text: str) -> bool:
    """Whether a text is an ISNI, ORCID or ISBN in groups of digits."""
    return len(text) < LONGEST and sum(letter.isdigit() for letter in text) >= 9


def _entry(document: Document) -> Entry:
    values: Sequence[object] = json.loads(bytes(document["entry"][0]))
    entry = Entry(*values)  # type: ignore[arg-type]  # as _document wrote it
    return entry._replace(
        others=tuple(entry.others),
        acronyms=tuple(entry.acronyms),
        identifiers=tuple((scheme, value) for scheme, value in entry.identifiers),
        within=tuple(entry.within),
        evidence=(),
    )
