"""The manifest of the reconciliation service: what it knows, and where its parts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph import __version__
from ipcgraph.server.reconcile.batch import MOST_QUERIES
from ipcgraph.server.reconcile.properties import TYPES
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from ipcgraph.server.reconcile.candidates import Graph
    from ipcgraph.server.reconcile.properties import Kind

PATH: Final = "reconcile"
WIDTH: Final = 430
HEIGHT: Final = 260
"""The size of a preview in pixels."""


def manifest(graph: Graph, title: str, logo: str) -> dict[str, object]:
    """The manifest of the service at a server's address; `logo` is a web address, empty where there is none."""
    here = f"{graph.address}{PATH}"
    found: dict[str, object] = {
        "versions": ["0.2"],
        "name": title,
        "identifierSpace": graph.base,
        "schemaSpace": IPCG,
        "documentation": f"{graph.address}search",
        "serviceVersion": __version__,
        "defaultTypes": [{"id": kind.key, "name": kind.name} for kind in TYPES if graph.names.number(kind.key)],
        "view": {"url": f"{here}/view?id={{{{id}}}}"},
        "feature_view": {"url": f"{here}/feature?id={{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            part: {
                "service_url": here,
                "service_path": f"/suggest/{part}",
                "flyout_service_url": here,
                "flyout_service_path": f"/flyout/{part}?id=${{id}}",
            }
            for part in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "So many values at most; 0 takes all.",
                }
            ],
        },
        "batchSize": MOST_QUERIES // 4,
    }
    if logo:
        found["logo"] = logo
    return found


def kind_json(kind: Kind, *, whole: bool = False) -> dict[str, object]:
    """A type as an answer has it; `whole` with what it is narrower than."""
    found: dict[str, object] = {"id": kind.key, "name": kind.name}
    if whole and kind.broader:
        names = {each.key: each.name for each in TYPES}
        found["broader"] = [{"id": key, "name": names[key]} for key in kind.broader]
    return found
