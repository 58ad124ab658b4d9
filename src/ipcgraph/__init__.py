"""A knowledge graph of what a research center does: checked, queried, drawn and published from plain files.

The functions here are those of the command line (`build`, `check`, `query`, `sparql`, `network`, `explain`, `site` and
`serve`), `export_profile`, `growth`, `loss_report`, `periods` and `to_rdflib`; each takes the project that
`find_project` finds.
`doctor` examines any published site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ipcgraph.building import check
    from ipcgraph.errors import IpcgraphError
    from ipcgraph.findings import Finding, Place, Report
    from ipcgraph.project import (
        build,
        explain,
        export_profile,
        growth,
        loss_report,
        network,
        periods,
        query,
        serve,
        site,
        sparql,
        to_rdflib,
    )
    from ipcgraph.publish.doctor import doctor
    from ipcgraph.settings import Settings, find_project
    from ipcgraph.tables import Table

__version__ = "0.1.0"
__all__ = [
    "Finding", "IpcgraphError", "Place", "Report", "Settings", "Table", "__version__", "build", "check", "doctor",
    "explain", "export_profile", "find_project", "growth", "loss_report", "network", "periods", "query", "serve",
    "site", "sparql", "to_rdflib",
]  # fmt: skip

_HOMES: Final = {
    "Finding": "findings",
    "IpcgraphError": "errors",
    "Place": "findings",
    "Report": "findings",
    "Settings": "settings",
    "Table": "tables",
    "build": "project",
    "check": "building",
    "doctor": "publish.doctor",
    "explain": "project",
    "export_profile": "project",
    "find_project": "settings",
    "growth": "project",
    "loss_report": "project",
    "network": "project",
    "periods": "project",
    "query": "project",
    "serve": "project",
    "site": "project",
    "sparql": "project",
    "to_rdflib": "project",
}

if not TYPE_CHECKING:  # so that type checkers know a misspelt name

    def __getattr__(name: str) -> object:
        # Imported where it is used: a query from the command line must not wait for what a build needs.
        if name in _HOMES:
            from importlib import import_module

            return getattr(import_module(f"ipcgraph.{_HOMES[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return __all__
