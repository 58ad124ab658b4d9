"""Records fetched from public services: only when asked, politely, and kept, so that none is asked for twice."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from ipcgraph import __version__
from ipcgraph.errors import StoreError, UsageError
from ipcgraph.identifiers import normalise, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SERVICES: Final[Mapping[str, str]] = {
    "crossref": "https://api.crossref.org",
    "datacite": "https://api.datacite.org",
    "orcid": "https://pub.orcid.org",
    "ror": "https://api.ror.org",
    "openalex": "https://api.openalex.org",
}
"""The addresses of the services; a mirror can be named instead."""
SCHEMES: Final = ("doi", "orcid", "ror", "openalex")
TRIES: Final = 4
LONGEST_WAIT: Final = 60.0
"""Seconds: a service that wants more is left alone, and the user told."""
TIMEOUT: Final = 30.0
LARGEST: Final = 64 * 1024 * 1024
_OPENALEX: Final = {"W": "works", "A": "authors", "I": "institutions"}
_BUSY: Final = frozenset({429, 500, 502, 503, 504})


class Asked(NamedTuple):
    """A request for a record: where it goes, and the format of the answer."""

    url: str
    file_format: str


class Fetched(NamedTuple):
    """A record as it was answered, in a file."""

    file: Path
    file_format: str


def requests_for(wanted: str, services: Mapping[str, str]) -> tuple[Asked, ...]:
    """The requests for a record, `doi:10.1000/182` for instance; a later one is made where an earlier finds nothing.

    Raises UsageError where the text is no such identifier.
    """
    scheme, _, text = wanted.partition(":")
    value = normalise(scheme, text) if scheme in SCHEMES else None
    if value is None:
        examples = "doi:10.1000/182, orcid:0000-0002-1825-0097, ror:042nb2s44 or openalex:W2741809807"
        raise UsageError(f"{wanted!r} cannot be fetched; write an identifier such as {examples}")
    if scheme == "doi":
        path = quote(value, safe="")
        return (
            Asked(f"{services['crossref']}/works/{path}", "crossref"),
            Asked(f"{services['datacite']}/dois/{path}", "datacite"),
        )
    if scheme == "orcid":
        return (Asked(f"{services['orcid']}/v3.0/{value}/record", "orcid"),)
    if scheme == "ror":
        return (Asked(f"{services['ror']}/v2/organizations/{value}", "ror"),)
    kind = _OPENALEX.get(value[:1].upper())
    if kind is None:
        raise UsageError(f"{wanted!r} is no work, author or institution of OpenAlex; its id begins with W, A or I")
    return (Asked(f"{services['openalex']}/{kind}/{value}", "openalex"),)


def fetch(
    wanted: str,
    folder: Path,
    *,
    contact: str,
    services: Mapping[str, str] = SERVICES,
    again: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> Fetched:
    """The record of an identifier, from the folder where it was fetched before, else from its service.

    Every request says who asks (`contact`, an address for mail); a service that is busy is asked again after the time
    it names, or after 1, 2 and 4 seconds. Raises UsageError without a contact, or for what is no identifier; StoreError
    where no service has the record, or none answers.
    """
    if "@" not in contact:
        raise UsageError("public services want to know who asks; add --contact with your address for mail")
    missing = ""
    for asked in requests_for(wanted, services):
        name = f"{slug(wanted, limit=50)}-{hashlib.sha256(asked.url.encode()).hexdigest()[:8]}.json"
        file = folder / name
        if file.exists() and not again:
            return Fetched(file, asked.file_format)
        content = _answer(asked.url, contact, wait)
        if content is None:
            missing = asked.url
            continue
        folder.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(file)
        return Fetched(file, asked.file_format)
    raise StoreError(f"no service has {wanted} (the last one asked: {missing}); look whether the identifier is right")


def _answer(url: str, contact: str, wait: Callable[[float], None]) -> bytes | None:
    """What a service answers, None where it has no such record."""
    headers = {"User-Agent": f"ipcgraph/{__version__} (mailto:{contact})", "Accept": "application/json"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  # the schemes are those of SERVICES
    for number in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                content: bytes = answer.read(LARGEST + 1)
            if len(content) > LARGEST:
                raise StoreError(f"{url} answers with more than {LARGEST // 2**20} MiB; nothing was kept")
            json.loads(content)
        except urllib.error.HTTPError as error:
            if error.code in {404, 410}:
                return None
            if error.code not in _BUSY or number == TRIES - 1:
                raise StoreError(f"{url} answers {error.code} {error.reason}; try again later") from error
            pause = _pause(error.headers.get("Retry-After", ""), number)
            if pause > LONGEST_WAIT:
                raise StoreError(f"{url} is busy and wants {pause:.0f} seconds; try again then") from error
            wait(pause)
        except ValueError as error:
            raise StoreError(f"{url} answers with something that is not JSON ({error}); nothing was kept") from error
        except OSError as error:
            if number == TRIES - 1:
                raise StoreError(f"{url} cannot be reached ({error})") from error
            wait(float(2**number))
        else:
            return content
    raise StoreError(f"{url} does not answer")


def _pause(stated: str, number: int) -> float:
    """The seconds to wait: as the service states them, in seconds or as a date, else 1, 2, 4."""
    if stated.isdigit():
        return float(stated)
    try:
        return max(0.0, (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return float(2**number)
