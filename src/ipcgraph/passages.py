"""Passages: the hashes of the lines that evidence cites, so that a changed source names the records resting on it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.findings import Finding, Place
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ipcgraph.records import Statement
    from ipcgraph.statements import Index

LOCK: Final = "passages.lock"
CHECK: Final = IPCG + "check-passage"
TEXT_HASH: Final = IPCG + "textHash"

_HEADER: Final = """\
# The hashes of the cited lines of each source: UTF-8, byte order mark removed, lines joined by LF, no final newline.
# Written by: ipcgraph check --sources FOLDER --accept
"""
_LINE: Final = re.compile(r"(\S+) L([1-9]\d{0,8})(?:-L([1-9]\d{0,8}))? ([0-9a-f]{64})")
_ACCEPT: Final = "ipcgraph check --sources FOLDER --accept"

Key: TypeAlias = tuple[str, int, int]
"""A passage: the id of its source (`source/publications`), its first and last line, counted from 1."""
Hashes: TypeAlias = dict[Key, str]
"""The SHA-256 of the text of each passage, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited passage: its IRI, its key, the file that its source is kept in, and where that file is named."""

    iri: str
    key: Key
    file_name: str
    named: Place


def read_lock(path: Path) -> Hashes:
    """The hashes of a `passages.lock`; none where the file is absent or cannot be read.

    A line that is not one of this file's is passed over: `lock_faults` tells of it.
    """
    return _read_lock(path, path.name)[0] or {}


def lock_faults(path: Path, name: str) -> tuple[Finding, ...]:
    """A finding for each line of a `passages.lock` that is none, or for the file; `name` is the path that they show."""
    return _read_lock(path, name)[1]


def _read_lock(path: Path, name: str) -> tuple[Hashes | None, tuple[Finding, ...]]:
    """The hashes, None where the file cannot be read, and what is wrong with it."""
    try:
        text = read_regular(path).decode("utf-8-sig", errors="replace")
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        message, fix = f"this file cannot be read: {error.strerror}", "correct the rights of the file"
        return None, (Finding("error", message, Place(name), fix=fix, shape=CHECK),)
    hashes: Hashes = {}
    findings: list[Finding] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match, fault = _LINE.fullmatch(line.strip()), ""
        if match is None:
            fault = "this line is not a passage and its hash"
        else:
            source, first, last, digest = match.groups()
            # Where a merge left both sides, neither is surer than the other: the first stays until one is deleted.
            if hashes.setdefault((source, int(first), int(last or first)), digest) != digest:
                fault = "this passage already stands above with another hash"
        if fault:
            fix = f"delete the line, or write the file anew: {_ACCEPT}"
            findings.append(Finding("error", fault, Place(name, number), fix=fix, shape=CHECK))
    return hashes, tuple(findings)


def write_lock(path: Path, hashes: Mapping[Key, str]) -> None:
    """Writes the hashes, one passage a line, sorted by source and line; the file is replaced in one step."""
    lines = [f"{source} {_lines(first, last)} {digest}\n" for (source, first, last), digest in sorted(hashes.items())]
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        temporary.write_text(_HEADER + "".join(lines), encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ProjectError(f"{path} cannot be written: {error.strerror}") from error


def read_lines(data: bytes) -> tuple[str, ...]:
    r"""The lines of a source text, without byte order mark and line ends; raises UnicodeDecodeError.

    >>> read_lines(b"\xef\xbb\xbfone\r\ntwo\n")
    ('one', 'two')
    """
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def hash_lines(lines: tuple[str, ...], first: int, last: int) -> str | None:
    """The SHA-256 of these lines, counted from 1 and both included; None where the text does not have them."""
    if not 1 <= first <= last <= len(lines):
        return None
    return hashlib.sha256("\n".join(lines[first - 1 : last]).encode()).hexdigest()


def hash_statements(index: Index, lock: Mapping[Key, str], *, base: str = DEFAULT_BASE) -> Iterator[Statement]:
    """Yields the recorded hash of each passage as a statement about it, placed where the passage is first cited."""
    for cited in _cited(index, base=base):
        digest = lock.get(cited.key)
        place = index.place(cited.iri)
        if digest is not None and place is not None and not index.values(cited.iri, TEXT_HASH):
            yield Quad(NamedNode(cited.iri), NamedNode(TEXT_HASH), Literal(digest)), place


def check_sources(
    index: Index, lock: Mapping[Key, str], folder: Path, *, base: str = DEFAULT_BASE
) -> Iterator[Finding]:
    """Yields what no longer agrees between the evidence and the source texts in a folder.

    For a passage whose lines have changed there is a finding at each evidence that cites it, and at no other. A source
    without `fileName`, such as a register, is not looked at, nor is evidence that names a source as a whole.
    """
    found, findings = _hash_cited(index, folder, base=base)
    yield from findings
    for cited, digest in found:
        known = lock.get(cited.key)
        if known is None:
            fix = f"compare the record with these lines, then run: {_ACCEPT}"
            yield from _resting(index, cited, "whose text was never recorded", fix, base=base)
        elif known != digest:
            fix = f"read these lines again, correct what they no longer say, then run: {_ACCEPT}"
            yield from _resting(index, cited, "whose text has changed", fix, base=base)


def accept(
    index: Index, folder: Path, path: Path, *, name: str = "", base: str = DEFAULT_BASE, complete: bool = False
) -> tuple[Finding, ...]:
    """Writes the hashes of all cited passages as the texts in a folder have them now; gives what could not be read.

    A passage that could not be read keeps the hash it had. One that is no longer cited is left out only where the
    index is `complete`: where a data file was left unread, what it cites is not known. A file of hashes that cannot
    be read is left as it is; `name` is the path that the finding of this shows.
    """
    before, faults = _read_lock(path, name or path.name)
    if before is None:
        return faults
    found, findings = _hash_cited(index, folder, base=base)
    cited = {each.key for each in _cited(index, base=base)}
    hashes = {key: digest for key, digest in before.items() if key in cited or not complete}
    hashes.update((each.key, digest) for each, digest in found)
    write_lock(path, hashes)
    return tuple(findings)


def _hash_cited(index: Index, folder: Path, *, base: str) -> tuple[list[tuple[Cited, str]], list[Finding]]:
    """Each cited passage with the hash of its text; and a finding for each file or passage that cannot be read."""
    texts: dict[str, tuple[str, ...] | None] = {}
    found: list[tuple[Cited, str]] = []
    findings: list[Finding] = []
    for cited in _cited(index, base=base):
        name = cited.file_name
        if name not in texts:
            read = _read(folder, cited)
            texts[name] = None if isinstance(read, Finding) else read
            if isinstance(read, Finding):
                findings.append(read)
        text = texts[name]
        if text is None:
            continue
        digest = hash_lines(text, *cited.key[1:])
        if digest is not None:
            found.append((cited, digest))
            continue
        fault = f"but the file {name} ends with line {len(text)}"
        findings += _resting(index, cited, fault, "write lines that the file has", base=base)
    return found, findings


def _cited(index: Index, *, base: str) -> Iterator[Cited]:
    """The passages of sources kept in files, in the order of source and line."""
    seen: dict[str, Cited] = {}
    for quad, _ in index:
        if quad.predicate.value != IPCG + "source" or not isinstance(quad.object, NamedNode):
            continue
        iri, source = term_text(quad.subject), quad.object.value
        first, last = index.texts(iri, IPCG + "firstLine"), index.texts(iri, IPCG + "lastLine")
        named = index.values(source, IPCG + "fileName")
        if named and _is_number(first) and _is_number(last):
            key = (compact(source, base=base), int(first[0]), int(last[0]))
            seen[iri] = Cited(iri, key, term_text(named[0][0].object), named[0][1])
    yield from sorted(seen.values(), key=lambda cited: cited.key)


def _is_number(texts: tuple[str, ...]) -> bool:
    return len(texts) == 1 and re.fullmatch(r"[1-9]\d{0,8}", texts[0]) is not None


def _read(folder: Path, cited: Cited) -> tuple[str, ...] | Finding:
    """The lines of the file of a source; never a file outside the folder."""
    name, source = cited.file_name, cited.key[0]
    try:
        if not _stays_inside(name):
            fault, fix = f"fileName of {source} leads out of the folder of sources", "write the name of a file in it"
        elif not (folder / name).is_file():
            fault, fix = f"{source} has no file {name} in {folder.name}", "put the file there, or correct fileName"
        else:
            return read_lines(read_regular(folder / name))
    except UnicodeDecodeError as error:
        fault, fix = f"{name} is not UTF-8 (byte {error.start + 1})", "save the file as UTF-8"
    except (OSError, ValueError) as error:
        fault, fix = f"{name} cannot be read ({error})", "correct fileName, or the rights of the file"
    return Finding("error", fault, cited.named, fix=fix, path=IPCG + "fileName", shape=CHECK)


def _stays_inside(name: str) -> bool:
    """Whether a file name, on whichever system it is read, names something below the folder it is put behind."""
    return all(
        not path.is_absolute() and not path.drive and not path.root and ".." not in path.parts
        for path in (PurePosixPath(name), PureWindowsPath(name))
    )


def _resting(index: Index, cited: Cited, fault: str, fix: str, *, base: str) -> Iterator[Finding]:
    """A finding for each thing whose evidence is this passage, where the evidence is written."""
    for quad, place in index.naming(NamedNode(cited.iri)):
        if quad.predicate.value == IPCG + "evidence":
            focus = term_text(quad.subject)
            message = f"{compact(focus, base=base)} rests on {_in_words(cited.key)} of {cited.key[0]}, {fault}"
            yield Finding("error", message, place, fix=fix, focus=focus, path=IPCG + "evidence", shape=CHECK)


def _lines(first: int, last: int) -> str:
    return f"L{first}" if first == last else f"L{first}-L{last}"


def _in_words(key: Key) -> str:
    _, first, last = key
    return f"line {first}" if first == last else f"lines {first} to {last}"
