"""The formats that can be imported: which one a file has, by what stands in it, and what reads it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from pyoxigraph import RdfFormat

from ipcgraph.entries import Entry
from ipcgraph.errors import UsageError
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import Start, is_spreadsheet, start_of
from ipcgraph.imports.mapping import SUFFIX, TableMapping
from ipcgraph.imports.readers.bibtex import read_bibtex
from ipcgraph.imports.readers.csl import read_crossref, read_csl
from ipcgraph.imports.readers.datacite import read_datacite
from ipcgraph.imports.readers.linkeddata import FORMATS as RDF_SUFFIXES
from ipcgraph.imports.readers.linkeddata import read_linked_data
from ipcgraph.imports.readers.openalex import read_openalex_entries
from ipcgraph.imports.readers.orcid import read_orcid
from ipcgraph.imports.readers.ris import read_ris
from ipcgraph.imports.readers.ror import read_ror
from ipcgraph.imports.readers.schemaorg import read_schema_org
from ipcgraph.imports.readers.scopus import read_scopus
from ipcgraph.imports.readers.skgif import read_skgif
from ipcgraph.imports.readers.tables import read_csv_table, read_xlsx_table
from ipcgraph.imports.readers.webofscience import read_web_of_science, read_web_of_science_table
from ipcgraph.imports.readers.webpages import read_web_page
from ipcgraph.sources.text import fault, unreadable
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Reader(Protocol):
    """Reads one file: its entries and findings, lazily, in the order of the file."""

    def __call__(self, path: Path, name: str, *, encoding: str = "") -> Iterator[Entry | Finding]: ...


class ImportFormat(NamedTuple):
    """A format of other people's files."""

    name: str
    title: str
    read: Reader


FORMATS: Final = (
    ImportFormat("bibtex", "BibTeX and BibLaTeX", read_bibtex),
    ImportFormat("ris", "RIS", read_ris),
    ImportFormat("csl", "CSL-JSON", read_csl),
    ImportFormat("crossref", "Crossref JSON", read_crossref),
    ImportFormat("datacite", "DataCite JSON", read_datacite),
    ImportFormat("openalex", "OpenAlex JSON, JSON Lines, or a snapshot folder", read_openalex_entries),
    ImportFormat("orcid", "ORCID record 3.0 JSON", read_orcid),
    ImportFormat("ror", "ROR records", read_ror),
    ImportFormat("csv", "CSV with a mapping", read_csv_table),
    ImportFormat("xlsx", "XLSX with a mapping", read_xlsx_table),
    ImportFormat("schema-org", "schema.org JSON-LD", read_schema_org),
    ImportFormat("html", "web page with schema.org JSON-LD", read_web_page),
    ImportFormat("rdf", "RDF of VIVO, FOAF, BIBO, schema.org, Zotero or ipcgraph", read_linked_data),
    ImportFormat("skg-if", "SKG-IF", read_skgif),
    ImportFormat("web-of-science", "Web of Science plain text", read_web_of_science),
    ImportFormat("web-of-science-table", "Web of Science tab-delimited", read_web_of_science_table),
    ImportFormat("scopus", "Scopus CSV", read_scopus),
)
"""Every format, in the order in which help lists them."""

_JSON: Final = (
    ("orcid", r'"orcid-identifier"'),
    ("skg-if", r'"local_identifier"|w3id\.org/skg-if/context'),
    ("rdf", r'"@context"\s*:\s*(?!"?\s*[\[{]?\s*"?(?:https?://)?schema\.org)(?![^{]*schema\.org)'),
    ("schema-org", r'"@context"|"@type"|"@graph"'),
    ("crossref", r'\A\s*\{\s*"message"\s*:|"message-type"|"is-referenced-by-count"|"content-domain"|"reference-count"'),
    ("openalex", r'"display_name"|"authorships"|"https?://openalex\.org/'),
    ("ror", r'"external_ids"|"https?://ror\.org/'),
    ("datacite", r'"creators"|"titles"\s*:|datacite\.org/schema'),
    ("csl", r'"(?:issued|author|container-title|title)"\s*:'),
)  # fmt: skip
_TEXT: Final = (
    ("bibtex", r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]"),
    ("ris", r"^TY\s{1,2}-"),
    ("web-of-science", r"^(?:FN|VR) [^\t\n]+\n(?:VR |PT )|^PT [A-Z]\s*\n[A-Z][A-Z0-9] "),
    ("web-of-science-table", r"\A\"?PT\"?\t\"?[A-Z][A-Z0-9]\"?\t"),
    ("rdf", r"^[ \t]*(?:@prefix|@base|PREFIX|BASE)[ \t]|\A\s*(?:#[^\n]*\n\s*)*(?:<[^<>\s]+>|_:\w+)\s+<[^<>\s]+>\s"),
)  # fmt: skip
_SCOPUS: Final = ("Source title", "EID", "Author(s) ID", "Author full names", "Document Type", "Link")
_DEEPEST: Final = 12


def format_named(name: str) -> ImportFormat:
    """The format of this name; raises UsageError with the nearest one.

    >>> format_named("ris").title
    'RIS'
    """
    known = {each.name: each for each in FORMATS}
    if name in known:
        return known[name]
    fix = suggestion(name, known, f"write one of {', '.join(known)}")
    raise UsageError(f"there is no format {name!r} to import; {fix}")


def format_of(path: Path, name: str, *, encoding: str = "") -> ImportFormat | Finding:
    """The format of a file, told by what stands in it and then by its suffix; a finding where it is none of ours."""
    start = start_of(path, name, encoding=encoding)
    if isinstance(start, Finding):
        return start
    found = _told(start, path.name.lower().removesuffix(".gz"))
    if found:
        return format_named(found)
    message = "it cannot be told what format this file has"
    titles = "; ".join(each.title for each in FORMATS)
    return fault(message, Place(name), f"name it (--format); these are read: {titles}", check="file")


def read_entries(
    path: Path,
    name: str,
    *,
    format: str = "",  # noqa: A002  # as the option is called
    encoding: str = "",
    mapping: TableMapping | None = None,  # as the option is called
) -> Iterator[Entry | Finding]:
    """The entries of a file, or of all files of a folder in the order of their names, and what could not be read.

    `format` and `encoding` overrule what the content tells; `mapping` is for tables. Entries come lazily: a file of any
    size is read in bounded memory where its format has a record a line. Bad data is a finding and never
    raises; UsageError for an unknown format or encoding, MissingExtraError where a library is not installed.
    """
    if format:
        format_named(format)
    if path.is_dir():
        yield from _folder(path, name, format, encoding)
        return
    chosen = format_named(format) if format else format_of(path, name, encoding=encoding)
    if isinstance(chosen, Finding):
        yield chosen
        return
    told = False
    for item in _read(chosen, path, name, encoding, mapping):
        told = told or not isinstance(item, Finding) or item.severity == "error"
        yield item
    if not told:
        message = f"there is no record in this file, read as {chosen.title}"
        yield fault(
            message, Place(name), "look whether it has the format that it seems to have (--format)", check="file"
        )


def _read(
    chosen: ImportFormat, path: Path, name: str, encoding: str, mapping: TableMapping | None
) -> Iterator[Entry | Finding]:
    if chosen.name == "csv":
        return read_csv_table(path, name, encoding=encoding, mapping=mapping)
    if chosen.name == "xlsx":
        return read_xlsx_table(path, name, mapping=mapping)
    if chosen.name == "rdf":
        return _linked_data(path, name, encoding)
    return chosen.read(path, name, encoding=encoding)


def _linked_data(path: Path, name: str, encoding: str) -> Iterator[Entry | Finding]:
    start = start_of(path, name, encoding=encoding)
    text = start.text.lstrip() if isinstance(start, Start) else ""
    stem = path.name.lower().removesuffix(".gz")
    by_suffix = RDF_SUFFIXES.get("." + stem.rpartition(".")[2])
    if text.startswith("<") and re.match(r"<(?:\?xml|!|rdf:|[A-Za-z][\w.-]*:?RDF)", text):
        found = RdfFormat.RDF_XML
    elif text.startswith(("{", "[")) and by_suffix != RdfFormat.TRIG:
        found = RdfFormat.JSON_LD
    elif by_suffix is None or by_suffix in {RdfFormat.RDF_XML, RdfFormat.JSON_LD}:
        found = RdfFormat.TURTLE
    else:
        found = by_suffix
    return read_linked_data(path, name, found, encoding=encoding)


def _told(start: Start, file_name: str) -> str:
    if is_spreadsheet(start.data):
        return "xlsx"
    text = start.text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n")
    if text[:1] in {"{", "["} and not file_name.endswith((".trig", ".ttl")):
        return next((name for name, pattern in _JSON if re.search(pattern, text)), "")
    if text.startswith("<") and not re.match(r"<[^<>\s]+>\s+<", text):
        return _markup(text)
    for name, pattern in _TEXT:
        if re.search(pattern, text, re.MULTILINE):
            return name
    suffix = file_name.rpartition(".")[2]
    by_suffix = {
        "bib": "bibtex",
        "bibtex": "bibtex",
        "biblatex": "bibtex",
        "ris": "ris",
        "ttl": "rdf",
        "n3": "rdf",
        "nt": "rdf",
        "nq": "rdf",
        "trig": "rdf",
    }
    if suffix in by_suffix:
        return by_suffix[suffix]
    first = text.partition("\n")[0]
    if sum(column in first for column in _SCOPUS) >= 3:
        return "scopus"
    return "csv" if suffix in {"csv", "tsv", "tab"} or _is_table(text) else ""


def _markup(text: str) -> str:
    head = text[:4000].lower()
    if "<html" in head or "<!doctype html" in head:
        return "html"
    # A DOCTYPE in front of RDF is refused by its reader, with its line.
    return "rdf" if re.search(r"<[\w.-]*:?RDF[\s>]", text) else ""


def _is_table(text: str) -> bool:
    """Whether the first lines have as many delimiters each: a table in a file of another suffix."""
    lines = [line for line in text.split("\n")[:5] if line.strip()]
    return len(lines) > 1 and any(
        lines[0].count(mark) >= 2 and all(line.count(mark) >= lines[0].count(mark) for line in lines) for mark in "\t;,"
    )


def _folder(folder: Path, name: str, asked: str, encoding: str) -> Iterator[Entry | Finding]:
    """All files below a folder; one that is a snapshot of OpenAlex as such."""
    if asked == "openalex" or (not asked and _is_snapshot(folder)):
        yield from read_openalex_entries(folder, name, encoding=encoding)
        return
    count = 0
    for item in _files(folder, name):
        if isinstance(item, Finding):
            yield item
            continue
        file, shown = item
        count += 1
        yield from read_entries(file, shown, format=asked, encoding=encoding)
    if not count:
        yield fault("there is no file in this folder", Place(name), "put the files to import here", check="file")


def _files(folder: Path, name: str, depth: int = 0) -> Iterator[tuple[Path, str] | Finding]:
    """The files below a folder by name; links to folders are not followed, mappings and hidden files passed over."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield unreadable(error, name)
        return
    for entry in entries:
        shown = f"{name.rstrip('/')}/{entry.name}"
        if entry.name.startswith(".") or entry.name.endswith(SUFFIX):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _files(folder / entry.name, shown, depth + 1)
            else:
                yield fault("this folder stands too deep", Place(shown), "move it up", check="file")
        else:
            yield folder / entry.name, shown


def _is_snapshot(folder: Path) -> bool:
    """Whether a folder is a snapshot of OpenAlex, or one entity of it: there is a manifest, or parts by date."""
    candidates = (folder, folder / "works", folder / "authors", folder / "institutions", folder / "data" / "works")
    return any(
        (each / "manifest").is_file() or any(each.glob("updated_date=*")) for each in candidates if each.is_dir()
    )
