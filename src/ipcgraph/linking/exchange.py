"""JSON asked of one service over HTTP: in bounded time, again where it is busy, and of no other host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request

from ipcgraph import __version__
from ipcgraph.errors import QueryError, StoreAnswerError, StoreRefusedError
from ipcgraph.store.requests import Address, Client, Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an answer."""


class Exchange:
    """The requests to one service; no message shows a user and a password that its address carries."""

    def __init__(self, address: str, *, timeout: float) -> None:
        self._written = address
        self.address: Final = Address(address)
        # Those of a project's own store are nobody else's: only what stands in the address itself is told.
        credentials = Credentials(self.address.user, self.address.password)
        self._client = Client(credentials, timeout=timeout)

    def ask(self, fields: Mapping[str, str] | None = None, *, path: str = "") -> object:
        """The JSON that the service answers to a form, or without one to a plain request.

        `path` is another address of the same service, as its manifest names it; one on another host is refused.
        Raises StoreUnreachableError for no answer, StoreRefusedError for a no, StoreAnswerError for no JSON.
        """
        if not self.is_here(path):
            raise StoreRefusedError(f"{self.address} sends on to another host; nothing was asked there")
        address = Address(urljoin(self._written, path)) if path else self.address
        headers = {"User-Agent": f"ipcgraph/{__version__}", "Accept": "application/json"}
        data = urlencode(fields).encode("ascii") if fields is not None else None
        request = Request(address.with_parameters(), data, headers)  # noqa: S310  # http and https only: see Address
        try:
            answer = self._client.transfer(address, request)
        except QueryError as error:
            raise StoreRefusedError(f"{address} answered 400: it does not read what it is asked") from error
        parts, size = [], 0
        for part in answer.body.bound().pieces():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                answer.body.close()
                raise StoreAnswerError(f"{address} answers with more than {LARGEST >> 20} MiB; nothing was kept")
        try:
            return json.loads(b"".join(parts))
        except (ValueError, RecursionError) as error:
            message = f"{address} answers with something that is not JSON; nothing of it is used"
            raise StoreAnswerError(message) from error

    def is_here(self, url: str) -> bool:
        """Whether an address is on the host that is asked, and so may be asked, too."""
        there, here = urlsplit(urljoin(self._written, url)), urlsplit(self._written)
        return (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
