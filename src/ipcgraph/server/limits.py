"""The limits of a server: what one request, one client and all together may use, as the settings have it."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import UsageError
from ipcgraph.settings import SERVER, read_section
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.settings import Section, Settings

_UNITS: Final = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 10**3, "MB": 10**6, "GB": 10**9}


class Limits(NamedTuple):
    """What a server lets be used. Seconds are of the clock on the wall; 0 requests a minute are any number."""

    query_seconds: float = 10.0
    """So long a query may take; its process is ended then."""
    query_memory: int = 1 << 30
    """Bytes of memory that the process of a query may have."""
    query_bytes: int = 64 << 10
    """Bytes of the text of a query."""
    nesting: int = 100
    """So deep a query may be nested."""
    answer_bytes: int = 64 << 20
    """Bytes of an answer of a query, a network or an export."""
    workers: int = 2
    """Processes that answer queries."""
    waiting: int = 32
    """Queries that may wait for a process; further ones are sent away with 503."""
    body_bytes: int = 1 << 20
    """Bytes of what a request sends."""
    requests_per_minute: int = 3_000
    """Requests of one client, in the long run; so many may come at once."""
    queries_per_minute: int = 300
    """Of these, requests that cost more than a look-up: queries, networks, reconciliation."""
    header_seconds: float = 10.0
    """So long the head of a request may take to come."""
    body_seconds: float = 20.0
    """So long what a request sends may take to come."""
    write_seconds: float = 30.0
    """So long a client may take none of what is sent to it."""
    idle_seconds: float = 15.0
    """So long a connection is kept for a next request."""
    connections: int = 1_000
    """Connections at a time."""
    connections_per_client: int = 200
    """Connections of one client at a time; 0 is any number."""
    stop_seconds: float = 10.0
    """So long requests may go on when the server is told to stop."""
    cache_bytes: int = 64 << 20
    """Bytes of documents that are kept in memory."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies, whose word on who a client is (X-Forwarded-For) is taken."""


def read_limits(settings: Settings, *, environment: Mapping[str, str] | None = None) -> Limits:
    """The limits of a project's server: the table `[server]` of its settings, `IPCGRAPH_SERVER_…` before it.

    Bytes may have a unit, as in "64 MiB". Raises SettingsError, with the line, for an unknown key or a wrong value.
    """
    section = read_section(settings, SERVER, environment=environment, keys=Limits._fields)
    values: dict[str, object] = {}
    for key, value in section.values.items():
        if key not in Limits._fields:
            known = "known keys: " + ", ".join(sorted(Limits._fields))
            section.wrong(key, f'there is no setting "{key}"; {suggestion(key, Limits._fields, known)}')
        values[key] = _read(key, value, section)
    return Limits(**values)  # type: ignore[arg-type]  # each has been looked at


def limits_with(limits: Limits, *, workers: int | None) -> Limits:
    """The limits with what the command line says; UsageError where that cannot be meant."""
    if workers is None:
        return limits
    if not 1 <= workers <= _MOST_WORKERS:
        raise UsageError(f"--workers is {workers}; write a number from 1 to {_MOST_WORKERS}")
    return limits._replace(workers=workers)


_MOST_WORKERS: Final = 64
_LONGEST: Final = 86_400.0


def _read(key: str, value: object, section: Section) -> object:
    default = Limits._field_defaults[key]
    if isinstance(default, tuple):
        return _networks(key, value, section)
    if isinstance(default, float):
        return _seconds(key, value, section)
    return _count(key, value, section)


def _seconds(key: str, value: object, section: Section) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = 0.0
    if isinstance(value, bool) or not 0 < seconds <= _LONGEST:
        section.wrong(key, f"{key} is {value}; write seconds, such as 10")
    return seconds


def _count(key: str, value: object, section: Section) -> int:
    found = re.fullmatch(r"([0-9]{1,15})\s*([A-Za-z]*)", str(value))
    is_bytes = key.endswith(("_bytes", "_memory"))
    if isinstance(value, bool) or not found or (found[2] not in _UNITS if is_bytes else found[2]):
        section.wrong(key, f"{key} is {value}; write " + ('bytes, such as "64 MiB"' if is_bytes else "a whole number"))
    number = int(found[1]) * _UNITS[found[2]]
    least = 0 if key.endswith(("_per_minute", "_per_client", "waiting", "cache_bytes")) else 1
    if number < least or (key == "workers" and number > _MOST_WORKERS):
        section.wrong(
            key, f"{key} is {value}; write a number from {least}" + f" to {_MOST_WORKERS}" * (key == "workers")
        )
    return number


def _networks(key: str, value: object, section: Section) -> tuple[str, ...]:
    names = value.replace(",", " ").split() if isinstance(value, str) else value if isinstance(value, list) else [None]
    for name in names:
        try:
            ipaddress.ip_network(name if isinstance(name, str) else "", strict=False)
        except ValueError:
            section.wrong(key, f'{key} has {name}; write addresses or networks, such as ["127.0.0.1", "10.0.0.0/8"]')
    return tuple(names)
