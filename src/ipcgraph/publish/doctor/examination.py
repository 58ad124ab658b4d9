"""The examination of a site: from its address or folder to a diagnosis."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from ipcgraph.errors import StoreUnreachableError, UsageError
from ipcgraph.publish.description.rdf import DCAT, SD, VOID
from ipcgraph.publish.doctor.bodies import HTML, Unreadable, page_links, rdf_format, statements, unpacked
from ipcgraph.publish.doctor.counts import Counted, best_dump, dump_format, stale
from ipcgraph.publish.doctor.diagnosis import Ask, Diagnosis, Fault
from ipcgraph.publish.doctor.discovery import LICENCES, Found, Place, discover, sort_things
from ipcgraph.publish.doctor.endpoint import EndpointProbe
from ipcgraph.publish.doctor.fetching import Fetcher, SpentError
from ipcgraph.publish.doctor.folder import examine_folder
from ipcgraph.publish.doctor.things import Probe
from ipcgraph.publish.hosting.negotiation import TYPES, has_charset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.publish.doctor.fetching import Answer

LARGEST: Final = 20_000_000
"""Bytes of a document that are read."""
LARGEST_DUMP: Final = 500_000_000
"""Bytes of a dump, as it comes and unpacked."""
READER: Final = "text/html, */*;q=0.1"
"""What who follows a link of a page accepts."""
NOBODY: Final = "ipcgraph-doctor-asks-for-what-there-is-not"
_DUMP_TYPES: Final = frozenset({"application/gzip", "application/x-gzip"})


def doctor(
    target: str | Path,
    *,
    things: Sequence[str] = (),
    endpoint: str = "",
    hosts: Sequence[str] = (),
    per_kind: int = 1,
    limit: int = 2_000,
    rate: float = 20.0,
    timeout: float = 20.0,
) -> Diagnosis:
    """What is wrong with a published site, at its address or in a folder.

    Of each kind of thing that the site's VoID, sitemap, pages and data name, `per_kind` (0: all) are asked for with
    each Accept header by GET and HEAD, and an IRI that there is not; then its links, dumps and figures are looked at,
    and the SPARQL endpoint that is named. `things` are IRIs to be asked for besides. At most `limit` requests are made,
    `rate` a second (0: as fast as can be), all to the host of `target`, of `endpoint` and to `hosts` (`example.org`,
    `localhost:8000`). The fields of the Diagnosis are told in `ipcgraph.publish.doctor.diagnosis`.

    Raises UsageError for a target that is neither, StoreUnreachableError where nobody answers at the address.
    """
    if isinstance(target, Path) or not target.startswith(("http://", "https://")):
        folder = Path(target)
        if not folder.is_dir():
            raise UsageError(f"{target} is neither a folder nor a web address; write one that begins with https://")
        return examine_folder(folder, largest=LARGEST_DUMP)
    for url in (target, endpoint):
        if url and (not _host(url) or "@" in _host(url)):
            raise UsageError(f"{url} is no web address that can be asked; write one such as https://example.org/graph/")
    allowed = [_host(target), *([_host(endpoint)] if endpoint else []), *hosts]
    fetcher = Fetcher(allowed, limit=limit, rate=rate, timeout=timeout, largest=LARGEST)
    first = fetcher.ask(Ask(target, READER))
    if not first.status:
        raise StoreUnreachableError(f"{target} does not answer: {first.failure}")
    return _Examination(fetcher, target).examine(things, endpoint, per_kind)


class _Examination:
    def __init__(self, fetcher: Fetcher, target: str) -> None:
        self._fetcher, self._target = fetcher, target
        self._place = Place(target, fetcher)
        self._found = Found()
        self._probe = Probe(fetcher)
        self._faults: list[Fault] = []
        self._notes: list[str] = []

    def examine(self, things: Sequence[str], endpoint: str, per_kind: int) -> Diagnosis:
        cells = []
        probe = EndpointProbe(self._fetcher, endpoint) if endpoint else None
        try:
            self._found = discover(self._fetcher, self._place, self._target)
            if probe is None and (named := self._named_endpoint()):
                probe = EndpointProbe(self._fetcher, named)
            self._dumps(kept=per_kind or sys.maxsize)
            self._ask_for_things(things, per_kind)
            self._licence()
            if probe:
                probe.examine()
            self._pages()
        except SpentError:
            self._notes.append(f"stopped after {self._fetcher.requests:,} requests: the rest was not looked at")
        cells += self._probe.cells
        faults = [*self._found.faults, *self._probe.faults, *self._faults]
        if probe:
            cells += probe.cells
            faults += probe.faults
        notes = (f"{self._fetcher.requests:,} requests", *self._notes)
        return Diagnosis(self._target, tuple(cells), tuple(dict.fromkeys(faults)), notes, self._fetcher.requests)

    def _named_endpoint(self) -> str:
        """The SPARQL endpoint that the description names, if it is on a host that may be asked."""
        named = self._found.values(VOID + "sparqlEndpoint", SD + "endpoint", DCAT + "endpointURL")
        here = [url for each in named if (url := self._place.here(each))]
        if named and not here:
            self._notes.append(f"the endpoint {named[0]} is on another host; name it to have it asked")
        return here[0] if here else ""

    def _ask_for_things(self, things: Sequence[str], per_kind: int) -> None:
        kinds = sort_things(self._found, self._place, self._fetcher)
        for iri in things:
            url = self._place.here(iri)
            if url:
                self._probe.thing("named", iri, url)
            else:
                self._notes.append(f"{iri} is on another host and was not asked for")
        if not kinds and not things:
            self._notes.append("no IRI of a thing was found on this host; name some")
        asked = 0
        for kind, iris in kinds.items():
            for iri in iris if not per_kind else iris[:per_kind]:
                asked += 1
                self._probe.thing(kind, iri, self._place.here(iri))
        if kinds:
            known_of = sum(map(len, kinds.values()))
            self._notes.append(f"{asked:,} of {known_of:,} IRIs that were met were asked for, of {len(kinds)} kinds")
        known = next((iris[0] for iris in kinds.values()), things[0] if things else "")
        beside = self._place.here(known) if known else ""
        self._probe.unknown(urljoin(beside, NOBODY) if beside else self._place.root + NOBODY)

    def _licence(self) -> None:
        found = self._found
        front = found.pages.get(self._target)
        if not found.values(*LICENCES) and not (front and _links_licence(front)):
            where = found.described_at or Ask(self._target)
            message = "nothing says under which licence the data is"
            self._faults.append(Fault("no-licence", where.url, message, where.curl(follow=True)))

    def _dumps(self, *, kept: int) -> None:
        """Fetches the dumps that the description names; compares its figures with the one that is read quickest."""
        found = self._found
        named = found.values(VOID + "dataDump", DCAT + "downloadURL")
        here = [url for each in named if (url := self._place.here(each))]
        best = best_dump(url for url in here if url in {self._place.here(x) for x in found.values(VOID + "dataDump")})
        for url in here:
            ask = Ask(url, method="GET" if url == best else "HEAD")
            answer = self._fetcher.follow(ask, largest=LARGEST_DUMP)
            if answer.status != 200:
                message = f"the description names it, and it is answered {answer.status}"
                self._faults.append(Fault("broken-link", url, message, ask.curl()))
            else:
                self._faults += _judged_file(answer)
            if url == best and answer.status == 200:
                self._faults += self._judged_dump(answer, kept)

    def _judged_dump(self, answer: Answer, kept: int) -> Iterator[Fault]:
        ask = answer.ask
        rdf = dump_format(ask.url)
        if answer.failure:
            self._notes.append(f"{ask.url} was not counted: {answer.failure}")
            return
        try:
            is_packed = answer.body[:2] == b"\x1f\x8b"
            data = unpacked(answer.body, largest=LARGEST_DUMP) if is_packed else answer.body
            counted = Counted(data, rdf, kept=kept) if rdf else None
        except Unreadable as error:
            yield Fault("body-not-its-type", ask.url, f"the dump cannot be read: {error}", ask.curl())
            return
        if counted:
            for name, iris in counted.things.items():
                self._found.things.setdefault(name, set()).update(iris)
            self._notes.append(f"the figures of the description were compared with {ask.url}")
            curl = (self._found.described_at or ask).curl(follow=True)
            for sentence in stale(self._found.description, counted):
                yield Fault("stale-count", ask.url, sentence, curl)

    def _pages(self) -> None:
        """Looks at the pages that were read: what they fetch from elsewhere, and whether their links lead anywhere."""
        asked: dict[str, str] = {}
        for url, page in sorted(self._found.pages.items()):
            for link in page_links(page.body, url):
                target = self._place.here(link.url)
                if target:
                    asked.setdefault(target.partition("#")[0], url)
                elif link.is_asset:
                    message = f"the page fetches {link.url}"
                    self._faults.append(Fault("foreign-assets", url, message, Ask(url, "text/html").curl(follow=True)))
        for target, origin in asked.items():
            answer = self._fetcher.follow(Ask(target, READER))
            if answer.status == 410:
                continue  # it says itself that it is gone
            if answer.status >= 400 or not answer.status:
                message = f"{origin} links to it, and it is answered {answer.status or 'not at all'}"
                self._faults.append(Fault("broken-link", target, message, Ask(target, READER).curl(follow=True)))
            elif not answer.hops:
                self._faults += _judged_file(answer)
        self._notes.append(f"{len(self._found.pages)} pages were read, and {len(asked)} links of them followed")


def _judged_file(answer: Answer) -> Iterator[Fault]:
    """What is wrong with the type of a file, by its suffix, and with its body."""
    ask = answer.ask
    name = urlsplit(ask.url).path.rpartition("/")[2].lower()
    suffix = next((each for each in sorted(TYPES, key=len, reverse=True) if name.endswith(each)), "")
    if not answer.type and suffix:
        yield Fault("no-type", ask.url, "there is no Content-Type", ask.curl())
        return
    if not suffix or suffix in {".json", ".xml", ".js", ".mjs", ".cff", ".ico", ".md", ".txt"}:
        return
    expected = TYPES[suffix]
    right = (
        _DUMP_TYPES if suffix == ".gz" else {expected, expected.replace("/", "/x-", 1), expected.replace("/x-", "/")}
    )
    if answer.type not in right and not (suffix == ".gz" and "gzip" in answer.headers.get("content-encoding", "")):
        kind = "html-for-rdf" if answer.type in HTML and rdf_format(expected) else "wrong-type"
        yield Fault(kind, ask.url, f"a file of {expected} is given as {answer.type}", ask.curl())
        return
    rdf = rdf_format(answer.type)
    if ask.method == "GET" and rdf:
        try:
            statements(answer.body, rdf, base=ask.url)
        except Unreadable as error:
            yield Fault("body-not-its-type", ask.url, f"the body is not {answer.type}: {error}", ask.curl())
    told = answer.headers.get("content-type", "").lower()
    if rdf and has_charset(expected) and "charset" not in told and expected.startswith("text/"):
        yield Fault("no-charset", ask.url, f"{answer.type} is given without charset=utf-8", ask.curl())
    if rdf and answer.headers.get("access-control-allow-origin", "") != "*":
        yield Fault("no-cors", ask.url, "pages of other sites cannot read the data", ask.curl())


def _links_licence(page: Answer) -> bool:
    return any({"license", "licence"} & set(link.relation.split()) for link in page_links(page.body, page.ask.url))


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
