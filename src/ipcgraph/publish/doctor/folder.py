"""A site in a folder under the probe: its files, links, figures and sums, without any server."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.description.rdf import DCAT, FOAF, VOID
from ipcgraph.publish.doctor.bodies import Unreadable, page_links, rdf_format, statements, unpacked
from ipcgraph.publish.doctor.counts import Counted, best_dump, dump_format, stale
from ipcgraph.publish.doctor.diagnosis import Diagnosis, Fault
from ipcgraph.publish.doctor.discovery import LICENCES, said_by
from ipcgraph.publish.links import broken_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Quad

DESCRIPTIONS: Final = (".well-known/void", "void.ttl", "void.rdf", "void.nt")
SUMS: Final = "SHA256SUMS"


def examine_folder(folder: Path, *, largest: int) -> Diagnosis:
    """What is wrong in the files of a site; `largest` bounds the bytes of a dump that is counted."""
    faults: list[Fault] = []
    notes: list[str] = []
    description = _description(folder, faults)
    base, address = _value(description, VOID + "uriSpace"), _value(description, FOAF + "homepage", DCAT + "landingPage")
    if not description:
        faults.append(Fault("no-description", DESCRIPTIONS[0], "there is no VoID or DCAT description"))
    if not said_by(description, *LICENCES):
        faults.append(Fault("no-licence", DESCRIPTIONS[0], "nothing says under which licence the data is"))
    faults += _links(folder, base, address)
    faults += _assets(folder)
    faults += _counts(folder, description, address, notes, largest)
    faults += _sums(folder)
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    notes.insert(0, f"{files:,} files were looked at; how a server negotiates is seen at its address only")
    return Diagnosis(str(folder), faults=tuple(dict.fromkeys(faults)), notes=tuple(notes))


def _links(folder: Path, base: str, address: str) -> Iterator[Fault]:
    # Without a base nothing is a thing of the site; a name that nothing can have says so.
    known = address if address.startswith("http") else ""
    for broken in broken_links(folder, base=base or "urn:x-none:", address=known):
        kind = "not-found" if base and broken.link.startswith(base) else "broken-link"
        if broken.reason.startswith("it cannot be read"):
            kind = "body-not-its-type"
        yield Fault(kind, broken.path, f"{broken.link}: {broken.reason}")


def _description(folder: Path, faults: list[Fault]) -> list[Quad]:
    for name in DESCRIPTIONS:
        file = folder / name
        if file.is_file():
            known = rdf_format("text/turtle") if "." not in file.name else dump_format(name)
            try:
                return statements(file.read_bytes(), known, base="urn:x-base:") if known else []
            except Unreadable as error:
                faults.append(Fault("body-not-its-type", name, f"it cannot be read: {error}"))
    return []


def _value(description: list[Quad], *names: str) -> str:
    return next(iter(said_by(description, *names)), "")


def _assets(folder: Path) -> Iterator[Fault]:
    here = "http://folder.invalid/"
    for file in sorted(folder.rglob("*.html")):
        path = file.relative_to(folder).as_posix()
        for link in page_links(file.read_bytes(), here + path):
            if link.is_asset and not link.url.startswith(here):
                yield Fault("foreign-assets", path, f"the page fetches {link.url}")


def _counts(folder: Path, description: list[Quad], address: str, notes: list[str], largest: int) -> Iterator[Fault]:
    root = address or _value(description, VOID + "uriSpace")
    paths = [dump.removeprefix(root) for dump in said_by(description, VOID + "dataDump")]
    for path in paths:
        if "://" not in path and not (folder / path).is_file():
            yield Fault("broken-link", path, "the description names a dump that is not there")
    path = best_dump(path for path in paths if (folder / path).is_file())
    rdf = dump_format(path)
    if not path or rdf is None:
        return
    data = (folder / path).read_bytes()
    try:
        whole = unpacked(data, largest=largest) if path.endswith(".gz") else data
        yield from (
            Fault("stale-count", path, sentence) for sentence in stale(description, Counted(whole, rdf, kept=0))
        )
        notes.append(f"the figures of the description were compared with {path}")
    except Unreadable as error:
        yield Fault("body-not-its-type", path, f"it cannot be read: {error}")


def _sums(folder: Path) -> Iterator[Fault]:
    for sums in sorted(folder.rglob(SUMS)):
        for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
            digest, _, name = line.partition("  ")
            file = sums.parent / name
            if not name or ".." in name.split("/") or name.startswith("/") or not file.is_file():
                yield Fault(
                    "broken-link", sums.relative_to(folder).as_posix(), f"{name or line}: there is no such file"
                )
                continue
            with file.open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != digest:
                    yield Fault("wrong-sum", file.relative_to(folder).as_posix(), f"its SHA-256 is not that of {SUMS}")
