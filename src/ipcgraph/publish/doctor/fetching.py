"""Polite requests to one host: slow enough, few enough, never too long, and nothing asked of anyone else."""

from __future__ import annotations

import ipaddress
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from ipcgraph import __version__
from ipcgraph.publish.doctor.diagnosis import Ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from http.client import HTTPResponse

AGENT: Final = f"ipcgraph-doctor/{__version__}"
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HOPS: Final = 6
"""So many redirects are followed; more are taken for a loop."""
KEPT: Final = 1 << 18
"""Answers of up to so many bytes are kept, in case they are asked for again."""
_CHUNK: Final = 1 << 16


class Answer(NamedTuple):
    """One answer of a server; its status is 0 where there was none."""

    ask: Ask
    status: int
    headers: Mapping[str, str]
    """By names in lower case; several of one name are joined by commas."""
    body: bytes
    failure: str = ""
    """Why there is no answer, or not all of it."""
    hops: tuple[Answer, ...] = ()
    """The redirects that led here."""

    @property
    def type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def statuses(self) -> str:
        return " ".join(str(each.status or "-") for each in (*self.hops, self))


class SpentError(Exception):
    """No more requests are allowed."""


class Fetcher:
    """Makes requests to the named hosts alone, at most `limit` of them and `rate` a second (0: as fast as can be)."""

    def __init__(self, hosts: Iterable[str], *, limit: int, rate: float, timeout: float, largest: int) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)
        self.requests = 0
        self._limit, self._timeout, self._largest = limit, timeout, largest
        self._pause = 1 / rate if rate else 0.0
        self._next = 0.0
        self._opener = _opener()
        self._known: dict[Ask, Answer] = {}

    def is_ours(self, url: str) -> bool:
        """Whether an address may be asked."""
        try:
            parts = urlsplit(url)
            return parts.scheme in {"http", "https"} and parts.netloc.lower() in self.hosts
        except ValueError:
            return False

    def ask(self, ask: Ask, *, largest: int = 0) -> Answer:
        """The answer to one request, as it is, a redirect too; asked once however often. SpentError past the limit."""
        if ask not in self._known:
            if self.requests >= self._limit:
                raise SpentError
            self.requests += 1
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self._pause
            answer = self._fetch(ask, largest or self._largest)
            if len(answer.body) > KEPT:
                return answer
            self._known[ask] = answer
        return self._known[ask]

    def follow(self, ask: Ask, *, largest: int = 0) -> Answer:
        """The last answer after redirects, as far as they stay on the named hosts; `hops` has those before it."""
        hops: list[Answer] = []
        while True:
            answer = self.ask(ask, largest=largest)
            target = redirect_target(answer)
            if not target or len(hops) >= HOPS or not self.is_ours(target):
                return answer._replace(hops=tuple(hops))
            if answer in hops:
                return answer._replace(hops=tuple(hops))
            hops.append(answer)
            # 303 asks for another document, the others for the same request again.
            method = "GET" if ask.method == "POST" and answer.status in {301, 302, 303} else ask.method
            ask = ask._replace(url=target, method=method, body="", content_type="")

    def _fetch(self, ask: Ask, largest: int) -> Answer:
        headers = {"User-Agent": AGENT}
        if ask.accept is not None:
            headers["Accept"] = ask.accept
        if ask.content_type:
            headers["Content-Type"] = ask.content_type
        data = ask.body.encode() if ask.method == "POST" else None
        deadline = time.monotonic() + self._timeout
        try:
            request = Request(ascii_url(ask.url), data=data, headers=headers, method=ask.method)  # noqa: S310  # is_ours
            with self._opener.open(request, timeout=self._timeout) as response:
                return _read(ask, response.status, response, deadline, largest)
        except HTTPError as error:
            with error:
                return _read(ask, error.code, error, deadline, largest)
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            return Answer(ask, 0, {}, b"", str(reason) or type(error).__name__)


def redirect_target(answer: Answer) -> str:
    """The address that a redirect leads to, without its fragment; empty where the answer is none."""
    location = answer.headers.get("location", "")
    if answer.status not in REDIRECTS or not location:
        return ""
    try:
        return urljoin(answer.ask.url, location).partition("#")[0]
    except ValueError:
        return ""


def is_inside(url: str) -> bool:
    """Whether an address leads to the machine itself or into a private network.

    >>> is_inside("http://localhost:8080/x"), is_inside("https://example.org/x")
    (True, False)
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def ascii_url(iri: str) -> str:
    """An IRI as it goes over the wire; the fragment stays here.

    >>> ascii_url("https://example.org/person/Löwe#x")
    'https://example.org/person/L%C3%B6we'
    """
    parts = urlsplit(iri)
    safe = "/:@!$&'()*+,;=%~-._"
    return urlunsplit(
        (parts.scheme, parts.netloc, quote(parts.path, safe=safe), quote(parts.query, safe=safe + "?"), "")
    )


def _opener() -> OpenerDirector:
    opener = build_opener(_AsItIs)
    opener.addheaders = []
    return opener


class _AsItIs(HTTPRedirectHandler):
    """Follows no redirect by itself."""

    def redirect_request(self, *_: object) -> None:
        return None


def _read(ask: Ask, status: int, response: HTTPResponse | HTTPError, deadline: float, largest: int) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    body, failure = b"", ""
    try:
        while ask.method != "HEAD" and (chunk := response.read(_CHUNK)):
            body += chunk
            if len(body) > largest:
                body, failure = body[:largest], f"it is larger than {largest:,} bytes"
                break
            if time.monotonic() > deadline:
                failure = "it took too long"
                break
    except (HTTPException, OSError) as error:
        failure = str(error) or type(error).__name__
    return Answer(ask, status, headers, body, failure)
