"""Clients: who sent a request, and how much each may ask for in a minute."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT: Final = 20_000
"""So many clients are known; the one that has asked for nothing for longest is forgotten first."""


class Proxies:
    """The proxies whose word on who a client is counts."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(each, strict=False) for each in trusted)
        self.trusted = bool(self._networks)
        self.client = lru_cache(4_096)(self._client) if self._networks else _of_peer

    def trusts(self, peer: str) -> bool:
        """Whether this is the address of such a proxy."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def _client(self, peer: str, forwarded: str) -> str:
        """The last address that no such proxy has, read from the end; an address that is none is not believed."""
        found = peer
        for each in reversed(forwarded.split(",") if forwarded else []):
            if not self.trusts(found):
                break
            try:
                found = str(ipaddress.ip_address(each.strip()))
            except ValueError:
                break
        return client_name(found)


def _of_peer(peer: str, _forwarded: str) -> str:
    return peer if ":" not in peer else client_name(peer)


@lru_cache(4_096)
def client_name(address: str) -> str:
    """What a client is known by: its address; of IPv6 the network, since one client has many addresses there.

    >>> client_name("192.0.2.7"), client_name("2001:db8:1:2:3:4:5:6"), client_name("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False).network_address)


class Allowance:
    """What each client may still ask for: so many requests at once, filled up again over a minute. 0 is any number."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._rate = per_minute / 60
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> float:
        """Takes one request of a client; 0 where it may, else the seconds after which it may again."""
        if not self._most:
            return 0.0
        left, before = self._left.pop(client, (self._most, now))
        left = min(left + (now - before) * self._rate, self._most)
        if left < 1.0:
            self._left[client] = (left, now)
            return (1.0 - left) / self._rate
        self._left[client] = (left - 1.0, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0

    def __len__(self) -> int:
        return len(self._left)
