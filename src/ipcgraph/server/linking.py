"""The Link headers of things and documents: formats of the same, licence, profile, and FAIR Signposting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ipcgraph.publish.hosting.negotiation import OFFERS
from ipcgraph.publish.pages.signposts import DATA, KINDS, LINKSET, head_signposts
from ipcgraph.publish.pages.signposts import MEDIA_TYPE as LINKSET_TYPE

if TYPE_CHECKING:
    from ipcgraph.publish.rendering import Rendering
    from ipcgraph.server.locations import Location

_SAFE: Final = ":/?#[]@!$&'()*+,;=-._~%"


def link(target: str, relation: str, media_type: str = "") -> str:
    """One link, as the header has it: in ASCII, whatever letters an IRI has."""
    told = f'; type="{media_type}"' if media_type else ""
    return f'<{quote(target, safe=_SAFE)}>; rel="{relation}"{told}'


def formats_of(document: str, *, but: str = "") -> list[str]:
    """The links to the documents of a thing, without that with the suffix `but`."""
    return [link(f"{document}.{each.name}", "alternate", each.media_type) for each in OFFERS if f".{each.name}" != but]


def links_of(rendering: Rendering, location: Location, *, licence: str, successor: str = "") -> str:
    """The Link header of a document; links to what lies beside it are relative, so that they hold anywhere."""
    reading = rendering.press.library.reading
    name = location.document.rpartition("/")[2]
    thing = reading.thing(location.iri)
    found = formats_of(name, but=location.suffix)
    if location.suffix == ".html":
        found += [link(each.href, each.relation, each.type) for each in head_signposts(rendering.press.library, thing)]
        found += [link(name + suffix, "describedby", media_type) for _, suffix, media_type in DATA]
    else:
        found.append(link(location.iri, "describes"))
    if thing.kind in KINDS and location.suffix != LINKSET:
        found.append(link(name + LINKSET, "linkset", LINKSET_TYPE))
    if licence:
        found.append(link(licence, "license"))
    if successor:
        found.append(link(successor, "successor-version"))
    return ", ".join(found)
