"""RIS, as reference managers and publishers write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.identifiers import normalise
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import is_nobody, named
from ipcgraph.imports.readers.tagged import RIS, TaggedRecord, read_tagged
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TITLES: Final = ("TI", "T1", "CT", "BT")
_DATES: Final = ("DA", "PY", "Y1")
_CONTAINERS: Final = ("JO", "JF", "T2", "JA", "J2", "J1", "BT", "T3")
_TYPES: Final = {"gen": "", "chap": "", "thes": "", "data": "", "elec": "", "comp": "", "blog": "article"}
_KEPT: Final = {"TY", "ID", "AU", "A1", "DO", "ER", "AD"}


def read_ris(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of a RIS file. Of several titles, dates and containers the first in the order of the tags counts."""
    for item in read_tagged(path, name, RIS, encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            yield from _work(item)


def _work(record: TaggedRecord) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    used = set(_KEPT)
    title_tag, title = record.first(*_TITLES)
    container_tag, container = record.first(*(tag for tag in _CONTAINERS if tag != title_tag))
    used |= {title_tag, container_tag}
    issued = _issued(record, ledger, used)
    doi, url = _identified(record, ledger, used)
    isbn = ledger.first_identifier(
        "isbn", [each for each in _parted(record.all("SN")) if not _is_issn(each, ledger)], "SN"
    )
    for tag, values in record.values.items():
        if tag not in used and tag != "SN":
            for value in values:
                ledger.lose(tag, value)
        elif tag in {title_tag, container_tag} and len(values) > 1:
            for value in values[1:]:
                ledger.lose(tag, value, "the first counts")
    kind = record.values["TY"][0].strip()
    yield from finished(
        WorkEntry(
            record.place,
            record.first("ID")[1] or str(record.place.line),
            plain(title),
            contributors=_contributors(record, ledger),
            issued=issued,
            work_type=_TYPES.get(kind.lower(), concept_of(kind)),
            stated_type=kind,
            container=plain(container),
            doi=doi,
            isbn=isbn,
            url=url,
        ),
        ledger,
    )


def _contributors(record: TaggedRecord, ledger: Ledger) -> tuple[Contributor, ...]:
    """AU and A1 are the same in two editions of RIS; AD is of no author in particular, but where there is only one."""
    stated = record.all("AU", "A1")
    for each in stated:
        if is_nobody(each):
            ledger.lose("AU", each, "names nobody")
    people = [Contributor(named(each)) for each in dict.fromkeys(stated) if not is_nobody(each)]
    addresses = record.all("AD")
    if len(people) == 1:
        return (people[0]._replace(affiliations=tuple(Affiliation(each) for each in addresses)),)
    for each in addresses:
        ledger.lose("AD", each, "of no author in particular")
    return tuple(people)


def _issued(record: TaggedRecord, ledger: Ledger, used: set[str]) -> str:
    """The most precise date of a record; one that says another year is lost."""
    found = ""
    for tag in _DATES:
        used.add(tag)
        for stated in record.values.get(tag, ()):
            # `2014/03/21/Spring`: what follows the third slash is a text.
            date, _, other = _in_four(stated)
            read = ledger.date(date, tag)
            if other:
                ledger.lose(tag, other)
            if not found or read.startswith(found):
                found = read or found
            elif read and not found.startswith(read):
                ledger.lose(tag, stated, "another date counts")
    return found


def _in_four(stated: str) -> tuple[str, str, str]:
    parts = stated.strip().split("/")
    if len(parts) < 4:
        return stated.rstrip("/ "), "", ""
    return "/".join(part for part in parts[:3] if part), "", "/".join(parts[3:]).strip("/ ")


def _identified(record: TaggedRecord, ledger: Ledger, used: set[str]) -> tuple[str, str]:
    """The DOI, from DO or from where else programs put it, and the first address."""
    doi = ledger.first_identifier("doi", record.all("DO"), "DO")
    used.add("UR")
    urls = _parted(record.all("UR"))
    if not doi:
        for tag in ("UR", "M3", "N1", "L3"):
            values = urls if tag == "UR" else record.all(tag)
            found = next((good for value in values if (good := _doi_in(value))), "")
            if found:
                doi = found
                break
    return doi, ledger.first_identifier("url", urls, "UR")


def _doi_in(value: str) -> str:
    bare = re.sub(r"^doi\s*[:=]?\s*", "", value.strip(), flags=re.IGNORECASE)
    return normalise("doi", bare) or ""


def _parted(values: list[str]) -> list[str]:
    return [
        part.strip()
        for value in values
        for part in re.split(r"[;\s]\s*(?=https?://|97[89])|;\s*|\s+and\s+", value)
        if part.strip()
    ]


def _is_issn(text: str, ledger: Ledger) -> bool:
    """SN holds an ISSN of what contains the work, which is not kept, or an ISBN."""
    if re.match(r"(?:issn\s*)?[0-9]{4}-?[0-9]{3}[0-9xX](?:\s*\(.*\))?$", text, re.IGNORECASE):
        ledger.lose("SN", text)
        return True
    return False
