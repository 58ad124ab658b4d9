"""Accepted identifiers in the records: each a Claim in a file of its own, which rests on the service that was asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import urlsplit

from ipcgraph.decisions import own_lines
from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.findings import Finding
from ipcgraph.identifiers import slug
from ipcgraph.journal import IMPORTS
from ipcgraph.sources.text import read_text
from ipcgraph.sources.writing import yaml_text
from ipcgraph.sources.yaml import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ipcgraph.decisions import Decision
    from ipcgraph.records import Mapping
    from ipcgraph.settings import Settings

FILE: Final = "links.yaml"
"""The file of accepted identifiers, in the folder of imports."""
HEADING: Final = """\
# Identifiers that were proposed by a service and accepted; decisions.yaml says by whom and why.
# `ipcgraph people --undo ID SCHEME:VALUE` takes one back.

"""
_CURATORS: Final = "curators"
"""What an identifier rests on that nobody proposed."""


class Claim(NamedTuple):
    """That a thing has an identifier."""

    thing: str
    scheme: str
    value: str
    source: str = ""
    """The web address of the service that says so; empty where a curator does."""


def claim_of(decision: Decision) -> Claim | None:
    """The claim that a decision about an identifier makes where it is accepted; None for one about two ids."""
    return Claim(decision.one, *decision.identifier, decision.source) if decision.identifier else None


def claims_file(settings: Settings) -> Path:
    """The file of accepted identifiers of a project."""
    return settings.data_folder / IMPORTS / FILE


def write_claims(settings: Settings, claims: Iterable[Claim], *, is_taken: Callable[[str], bool]) -> bool:
    """Adds claims to the project's records, those that are there already once; whether any was added.

    `is_taken` says which ids other records have. What stands in the file stays as it is, and no file is half written.
    Raises UsageError where the file holds mistakes, ProjectError where it cannot be written.
    """
    path = claims_file(settings)
    text, ending, records = _read(path)
    ids = {str(record.text("id")) for record in records}
    there = {_said(record) for record in records}
    new: list[dict[str, str]] = []
    sources = {str(record.text("url") or ""): str(record.text("id")) for record in records if _is(record, "Source")}
    for claim in claims:
        said = claim.thing, claim.scheme, claim.value
        if said in there:
            continue
        there.add(said)
        if claim.source not in sources:
            source = _free(f"source/{_called(claim.source)}", lambda each: is_taken(each) or each in ids)
            ids.add(source)
            sources[claim.source] = source
            new.append(_source(source, claim.source))
        plain = f"{claim.thing}/claim/{claim.scheme}"
        number = plain if plain not in ids and not is_taken(plain) else f"{plain}--{slug(claim.value)}"
        ids.add(number)
        new.append({
            "id": number, "type": "Claim", "subject": claim.thing, "predicate": claim.scheme, "object": claim.value,
            "basis": "stated", "evidence": sources[claim.source],
        })  # fmt: skip
    if new:
        whole = text.rstrip("\n") + "\n\n" if text.strip() else HEADING
        _replace(path, whole + yaml_text(new), ending)
    return bool(new)


def remove_claims(settings: Settings, claims: Iterable[Claim]) -> bool:
    """Takes claims out of the file of accepted identifiers, and a Source on which nothing rests any more.

    What else stands in the file stays, byte for byte; where nothing is left the file goes. Whether any was there.
    """
    path = claims_file(settings)
    text, ending, records = _read(path)
    gone = {(claim.thing, claim.scheme, claim.value) for claim in claims}
    kept = [record for record in records if _said(record) not in gone]
    if len(kept) == len(records):
        return False
    rested = {str(record.text("evidence")) for record in records if _said(record) in gone}
    still = {str(record.text("evidence")) for record in kept}
    kept = [record for record in kept if not (_is(record, "Source") and record.text("id") in rested - still)]
    lines = text.splitlines(keepends=True)
    starts = [record.place.line - 1 for record in records]
    parts = ["".join(lines[: starts[0]])]
    for at, record in enumerate(records):
        own, after = own_lines(lines[starts[at] : starts[at + 1] if at + 1 < len(starts) else len(lines)])
        parts.append(own + after if record in kept else after if after.strip() else "")
    whole = "".join(parts)
    left = [_plain(record) for record in kept]
    if [_plain(record) for record in _parsed(whole, path.name)] != left:
        raise UsageError(
            f"{path} cannot be changed in parts; write each record on lines of its own: nothing was written"
        )
    _replace(path, whole.rstrip("\n") + "\n" if kept else "", ending)
    return True


def _read(path: Path) -> tuple[str, str, Sequence[Mapping]]:
    """The text of the file with plain line ends, empty where there is none, how its lines end, and its records."""
    if not path.exists():
        return "", "\n", ()
    text = read_text(path, path.name)
    if isinstance(text, Finding):
        raise UsageError(f"{text}; correct it first: nothing was written")
    ending = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    return text, ending, _parsed(text, path.name)


def _parsed(text: str, name: str) -> Sequence[Mapping]:
    found = list(parse_yaml(text, name)) if text.strip() else []
    wrong = next((each for each in found if isinstance(each, Finding)), None)
    if wrong:
        raise UsageError(f"{wrong}; correct it first: nothing was written")
    return cast("list[Mapping]", found)


def _said(record: Mapping) -> tuple[str | None, str | None, str | None]:
    return record.text("subject"), record.text("predicate"), record.text("object")


def _is(record: Mapping, kind: str) -> bool:
    return record.text("type") == kind


def _plain(record: Mapping) -> list[tuple[str, str | None]]:
    """A record without its places."""
    return [(key, record.text(key)) for key in record.keys()]  # noqa: SIM118  # a record is no dict


def _called(address: str) -> str:
    return slug(urlsplit(address).netloc or _CURATORS)


def _free(name: str, is_taken: Callable[[str], bool]) -> str:
    found, number = name, 1
    while is_taken(found):
        number += 1
        found = f"{name}-{number}"
    return found


def _source(record: str, address: str) -> dict[str, str]:
    title = urlsplit(address).netloc or "Identifiers that the curators know"
    return {"id": record, "type": "Source", "title": title} | ({"url": address} if address else {})


def _replace(path: Path, text: str, ending: str) -> None:
    """Writes the file in one step; an empty one is removed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if not text:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline=ending)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ProjectError(f"{path} cannot be written ({error.strerror}); the records are as they were") from error
