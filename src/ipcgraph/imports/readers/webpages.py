"""Web pages: the JSON-LD of schema.org that stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import text_of
from ipcgraph.imports.jsonrecords import records_in
from ipcgraph.imports.readers.schemanodes import plain_node
from ipcgraph.imports.readers.schemaorg import entries_of, placed
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipcgraph.entries import Entry

_BEGINNING: Final = re.compile(r"<!--|<script\b([^<>]{0,2000})>", re.IGNORECASE)
_ENDING: Final = re.compile(r"</script\b", re.IGNORECASE)
_JSON_LD: Final = re.compile(r"\btype\s*=\s*[\"']?application/ld\+json", re.IGNORECASE)


def read_web_page(path: Path, name: str, *, encoding: str = "") -> Iterator[Entry | Finding]:
    """The entries in the JSON-LD of a saved web page; an error where it has none."""
    page = ""
    for item in text_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            page = item
    if not page:
        return
    found = []
    counted, line = 0, 1
    for at, script in _scripts(page):
        line, counted = line + page.count("\n", counted, at), at
        text = re.sub(r"^\s*(?:<!--|/?/?\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", script)
        for record in records_in(text, name, envelopes=("@graph",), first_line=line):
            if isinstance(record, Finding):
                yield record
            else:
                found.append(placed(plain_node(record.said), record.place))
    if not found:
        message = "this page has no JSON-LD of schema.org"
        yield fault(
            message, Place(name), "save the page of the work itself, or its citation as RIS or BibTeX", check="file"
        )
        return
    yield from entries_of(found)


def _scripts(page: str) -> Iterator[tuple[int, str]]:
    """The scripts of a page that are JSON-LD, and where each begins; what stands in a comment is none.

    Script is the one element whose text needs no parser of HTML, and such parsers take the square of the depth.
    """
    position = 0
    while match := _BEGINNING.search(page, position):
        if match[0] == "<!--":
            end = page.find("-->", match.end())
            position = end if end >= 0 else len(page)
            continue
        ending = _ENDING.search(page, match.end())
        end = ending.start() if ending else len(page)
        if _JSON_LD.search(match[1] or ""):
            yield match.end(), page[match.end() : end]
        position = end
