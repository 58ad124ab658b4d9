"""Things: the IRI of each leads to the document that a request wants most, and the documents are rendered on demand."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from ipcgraph.publish.hosting.negotiation import OFFERS
from ipcgraph.publish.stages import HUBS
from ipcgraph.server.accept import best
from ipcgraph.server.documents import make_document
from ipcgraph.server.files import file_document, large_file, media_type_of
from ipcgraph.server.linking import formats_of, link, links_of
from ipcgraph.server.locations import may_be_asked
from ipcgraph.server.profiles import ADDRESSES, KEYS, NATIVE, TITLES, asked_profile, profile_of, suffix_of
from ipcgraph.server.rendering import HubError
from ipcgraph.server.responses import accept_of, problem, root_of
from ipcgraph.server.sending import send_document
from ipcgraph.server.service import NotReadyError, service_of
from ipcgraph.server.vocabulary import Term, term_at
from ipcgraph.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.publish.rendering import Rendering
    from ipcgraph.server.documents import Document
    from ipcgraph.server.locations import Location
    from ipcgraph.server.snapshot import Snapshot

VARY: Final = "Accept, Accept-Profile"

_SUFFIXES: Final = {offer.media_type: f".{offer.name}" for offer in OFFERS}
_HIDDEN: Final = re.compile(r"(?:^|/)\.(?!well-known/)")
_UNKNOWN: Final = "Nothing is known by this address."
_MAKING: Final = "the lists and other files of the site are being made, one after the other; ask again in a while"
_FAILED: Final = "the files of the site could not be made; the log of the server says why"


def routes() -> list[BaseRoute]:
    """Everything that no other area has: things, their documents, the files of the site. To be mounted last."""
    return [Route("/{path:path}", _answer, methods=["GET", "HEAD"])]


async def _answer(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    path: str = request.path_params["path"]
    if not may_be_asked(path):
        return await missing(request, snapshot)
    location = snapshot.locations.find(path)
    if location is not None and not location.suffix:
        request.scope["ipcgraph.route"] = "thing"
        return await _thing(request, snapshot, location)
    name = "index.html" if not path else f"{path}index.html" if path.endswith("/") else path
    if location is not None:
        document = await thing_document(snapshot, location)
        if document is not None:
            return send_document(request, document)
        return await missing(request, snapshot)
    request.scope["ipcgraph.route"] = "file"
    return await _file(request, snapshot, name)


async def thing_document(snapshot: Snapshot, location: Location) -> Document | None:
    """A document of a thing, from memory or rendered now; None where the thing has no such document."""
    found = snapshot.shelf.find(location.path)
    if found is None and location.path in snapshot.site.files:  # of a hub
        found = await file_document(snapshot, location.path)
    if found is None:
        try:
            found = await snapshot.renderer.document(location, _maker(snapshot))
        except HubError:
            if snapshot.site.has(HUBS):  # what there is has been made
                return None
            raise
        if found is not None:
            snapshot.shelf.keep(location.path, found)
    return found


def warm(snapshot: Snapshot, location: Location) -> None:
    """Makes a document that nobody asks for, so that all is compiled when somebody does."""
    snapshot.renderer.warm(location, _maker(snapshot))


def _maker(snapshot: Snapshot) -> Callable[[Rendering, Location], Document | None]:
    facts = snapshot.facts
    return partial(_made, licence=facts.licence, profiles=facts.profiles, changed=snapshot.changed)


def _made(
    rendering: Rendering, location: Location, *, licence: str, profiles: tuple[str, ...], changed: float
) -> Document | None:
    text = rendering.of_thing(location.iri, location.path)
    if text is None:
        return None
    reading = rendering.press.library.reading
    replaced = reading.values(location.iri, "isReplacedBy")
    successor = min((term.value for term in replaced if hasattr(term, "value")), default="")
    headers = [("link", links_of(rendering, location, licence=licence, successor=successor))]
    if profile := profile_of(location.suffix, profiles):
        headers.append(("content-profile", f"<{ADDRESSES[profile]}>"))
    return make_document(text.encode(), media_type_of(location.path), changed=changed, headers=headers)


async def _thing(request: Request, snapshot: Snapshot, location: Location) -> Response:
    """303 to the document that is wanted most; 410 with it where the thing is no more; 406 where none is wanted."""
    root = root_of(request)
    whole = root + location.document
    profile = asked_profile(request, snapshot.facts.profiles)
    if profile is None:
        return _no_profile(request, snapshot, whole)
    if profile == NATIVE:
        media_type = best(accept_of(request), tuple(_SUFFIXES))
        suffix = _SUFFIXES[media_type] if media_type else ""
    else:
        suffix = suffix_of(profile)
        if best(accept_of(request), (media_type_of(whole + suffix),)) is None:
            suffix = ""
    licence = snapshot.facts.licence
    links = formats_of(whole) + ([link(licence, "license")] if licence else [])
    headers = {"Vary": VARY, "Link": ", ".join(links), "Cache-Control": "no-cache"}
    if not suffix:
        offered = [(f"{whole}.{offer.name}", offer.media_type) for offer in OFFERS]
        return problem(request, 406, "There is no such format. There is:", headers=headers, links=offered)
    if profile != NATIVE:
        headers["Content-Profile"] = f"<{ADDRESSES[profile]}>"
        if await thing_document(snapshot, location._replace(suffix=suffix)) is None:
            return _no_profile(request, snapshot, whole)
    if snapshot.reading.is_deprecated(location.iri):
        document = await thing_document(snapshot, location._replace(suffix=suffix))
        if document is not None:
            return send_document(request, document, status=410, vary=VARY)
    return Response(status_code=303, headers={**headers, "Location": whole + suffix})


def _no_profile(request: Request, snapshot: Snapshot, whole: str) -> Response:
    """What there is, where a thing is asked for in a profile that there is not, or not of it."""
    links = [(f"{whole}?{KEYS[0]}={name}", TITLES[name]) for name in (NATIVE, *snapshot.facts.profiles)]
    sentence = "There is no such profile, or it has no place for this. Others are:"
    return problem(request, 406, sentence, headers={"Vary": VARY}, links=links)


async def _file(request: Request, snapshot: Snapshot, path: str) -> Response:
    """A file of the site, a redirect to a folder, or what is said where there is nothing."""
    paths = snapshot.site.files
    if _HIDDEN.search(path):
        return await missing(request, snapshot)
    if path in paths:
        made = snapshot.site.state == "ready"  # else another may take its place
        document = await file_document(snapshot, path)
        if document is not None:
            if made:
                snapshot.shelf.keep(path, document)
            return send_document(request, document)
        answer = await large_file(request, snapshot, path)
        if answer is not None:
            return answer
    if f"{path}/index.html" in paths:
        location = root_of(request) + quote(path) + "/"
        return Response(status_code=301, headers={"Location": location, "Cache-Control": "no-cache"})
    term = term_at(path, base=snapshot.base)
    if term is not None and f"{term.document}.ttl" in paths:
        return _term(request, term)
    folder, _, name = path.partition("/")
    is_thing = folder in KINDS and name and not name.startswith("index.")
    is_known = snapshot.site.knows_things or snapshot.locations.is_plain(path)
    if not (is_known if is_thing else snapshot.site.has_files):
        failed = snapshot.site.state == "failed"
        raise NotReadyError(_FAILED if failed else _MAKING)
    request.scope["ipcgraph.route"] = "nothing"
    return await missing(request, snapshot)


def _term(request: Request, term: Term) -> Response:
    """303 to what is said of something of the vocabulary, as of a thing."""
    chosen = best(accept_of(request), tuple(_SUFFIXES))
    document = root_of(request) + term.document
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if chosen is None:
        offered = [(f"{document}.{offer.name}", offer.media_type) for offer in OFFERS[1:]]
        return problem(request, 406, "There is no such format. There is:", headers=headers, links=offered)
    where = root_of(request) + term.page if chosen == "text/html" else document + _SUFFIXES[chosen]
    return Response(status_code=303, headers={**headers, "Location": where})


async def missing(request: Request, snapshot: Snapshot) -> Response:
    """The answer 404: the site's own page for browsers, else what other problems look like."""
    request.scope["ipcgraph.route"] = "nothing"
    is_page = best(accept_of(request), ("application/problem+json", "text/html", "text/plain")) == "text/html"
    if is_page and "404.html" in snapshot.site.files:
        document = await file_document(snapshot, "404.html")
        if document is not None:
            return send_document(request, document, status=404, vary="Accept")
    return problem(request, 404, _UNKNOWN)
