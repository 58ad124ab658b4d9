"""The service at an address, as a register: a reconciliation service by its manifest, else a SPARQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.errors import StoreAnswerError, StoreError, StoreUnreachableError, UsageError
from ipcgraph.linking.exchange import Exchange
from ipcgraph.linking.reconciliation import ReconciliationRegister, read_manifest

if TYPE_CHECKING:
    from ipcgraph.linking.candidates import Register

SERVICES: Final = ("sparql", "reconciliation")


def open_register(address: str, *, service: str = "", timeout: float = 60.0) -> Register:
    """The register at an address; where `service` does not say which it is, it is asked for its manifest.

    Raises StoreError where there is nobody, UsageError for what is no address.
    """
    if service and service not in SERVICES:
        raise UsageError(f"there is no service {service!r}; write one of: {', '.join(SERVICES)}")
    if service != "sparql":
        exchange = Exchange(address, timeout=timeout)
        manifest = None
        try:
            manifest = read_manifest(exchange.ask())
        except StoreUnreachableError:
            raise
        except StoreError:
            # A SPARQL endpoint answers a request without a query as it likes.
            if service:
                raise
        if manifest is not None:
            return ReconciliationRegister(exchange, manifest)
        if service:
            raise StoreAnswerError(f"{exchange.address} answers no manifest; is it a reconciliation service?")
    from ipcgraph.linking.sparql import SparqlRegister
    from ipcgraph.store.remote import RemoteStore

    return SparqlRegister(RemoteStore(address, timeout=timeout))
