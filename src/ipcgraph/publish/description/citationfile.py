"""CITATION.cff: how the dataset itself is cited (Citation File Format 1.2.0)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.citations.bibliography import one_line

if TYPE_CHECKING:
    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading

CITATION: Final = "CITATION.cff"
# Only licences whose name is certain from their address; the format takes names of SPDX.
_SPDX: Final = re.compile(
    r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([0-9.]+)/?(?:deed\.\w+|legalcode)?"
)


def citation_file(reading: Reading, addresses: Addresses, facts: SiteFacts) -> str:
    """The text of the file: the publisher is the author, the front page the address, the release the date."""
    title = one_line(facts.title) or "Knowledge graph"
    values: list[tuple[str, str]] = [
        ("cff-version", "1.2.0"),
        ("message", "If you use this dataset, please cite it as below."),
        ("type", "dataset"),
        ("title", f"{title}: knowledge graph"),
        ("abstract", one_line(facts.about)),
        ("version", one_line(facts.version)),
        ("date-released", facts.released if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", facts.released) else ""),
        ("url", addresses.address),
        ("license", _licence(facts.licence)),
        ("license-url", facts.licence if not _licence(facts.licence) else ""),
    ]
    lines = [f"{key}: {_quoted(value)}" for key, value in values if value]
    lines += ["authors:", f"  - name: {_quoted(_publisher(reading, facts) or title)}"]
    return "\n".join([*lines, ""])


def _publisher(reading: Reading, facts: SiteFacts) -> str:
    given = facts.publisher
    if re.match("https?://", given):
        return one_line(reading.label(given)) if reading.kind(given) else ""
    return one_line(given)


def _licence(iri: str) -> str:
    """The name of a licence in SPDX's list; empty where its address does not tell.

    >>> _licence("https://creativecommons.org/licenses/by/4.0/"), _licence("https://example.org/mine")
    ('CC-BY-4.0', '')
    """
    found = _SPDX.fullmatch(iri)
    if found and found[1] == "publicdomain":
        return f"CC0-{found[3]}" if found[2] == "zero" else ""
    return f"CC-{found[2].upper()}-{found[3]}" if found else ""


def _quoted(text: str) -> str:
    # A JSON string is a YAML string whatever stands in it.
    return json.dumps(text, ensure_ascii=False)
