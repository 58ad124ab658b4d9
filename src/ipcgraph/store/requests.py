"""Requests to a SPARQL server: each through a fresh SPARQLWrapper, in bounded time, with one clear error a failure."""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from threading import get_ident
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    OpenerDirector,
    Request,
)

from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper

from ipcgraph.errors import (
    QueryError,
    StoreAnswerError,
    StoreError,
    StoreRefusedError,
    StoreUnreachableError,
    UsageError,
)
from ipcgraph.store.opening import PIECE, TimedResponse, one_line, opener

LONGEST_GET: Final = 2_000
"""Characters of a query, as an address spells it, that still goes into one; servers refuse some 8,000 and more."""
PATIENCE: Final = 30.0
"""Seconds that a call waits altogether because a server asks for it (429, 503)."""
LARGEST_ANSWER: Final = 1 << 30
"""Bytes of an answer that is kept whole; past it the server has lost its way, or the memory would be lost."""
_BUSY: Final = frozenset((429, 503))
_UPDATE: Final = "UPDATE"
_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")


class Address:
    """The address of a server, its credentials kept apart; its text is what may be shown."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port is not None else ""
            (parts.hostname or "").encode("idna")
        except ValueError as error:
            raise UsageError(f"the address of an endpoint is not right ({error}); write https://host/path") from error
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or not url.isascii()
            or not url.isprintable()
            or " " in url
        ):
            raise UsageError(
                "the address of an endpoint begins with http:// or https:// and is plain ASCII without blanks"
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.url = urlunsplit((parts.scheme, host + port, parts.path, "", ""))
        self.parameters = parse_qsl(parts.query, keep_blank_values=True)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def __str__(self) -> str:
        return self.url

    def with_parameters(self, *parameters: tuple[str, str]) -> str:
        """The whole URL with its own parameters and more."""
        written = urlencode([*self.parameters, *parameters])
        return f"{self.url}?{written}" if written else self.url


class Credentials(NamedTuple):
    """Who asks: a user with a password, told as `way` has it, or the bearer of a token."""

    user: str = ""
    password: str = ""
    way: str = "basic"
    """`basic` or `digest`."""
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r}, way={self.way!r})"


class Asked(NamedTuple):
    """One request: where it goes, what it says, and what may come back."""

    address: Address
    text: str
    """The query or update."""
    form: str
    """SELECT, ASK, CONSTRUCT, DESCRIBE or UPDATE."""
    accepted: Sequence[str] = ()
    """The media types of an answer that can be read; none where any will do."""
    parameters: Sequence[tuple[str, str]] = ()


class Answered(NamedTuple):
    """The beginning of an answer, and its body to be read."""

    media_type: str
    body: Body


class Client:
    """Asks one server: each request in `timeout` seconds, and again, `patience` seconds long, while it is too busy."""

    def __init__(self, credentials: Credentials, *, timeout: float, patience: float = PATIENCE) -> None:
        if timeout <= 0:
            raise UsageError(f"a timeout of {timeout} seconds leaves no time for an answer; give more than 0")
        self._credentials = credentials
        self._patience = patience
        self._openers: dict[tuple[str, int], OpenerDirector] = {}
        self.timeout = timeout
        self.server = ""
        """The header Server of the last answer, whatever it was; empty before the first."""

    def ask(self, asked: Asked) -> Answered:
        """The answer to a query or an update."""

        def send() -> http.client.HTTPResponse:
            response: http.client.HTTPResponse = _Wrapped(asked, credentials, self.timeout, opened).query().response
            return response

        credentials = credentials_for(asked.address, self._credentials)
        opened = self._opener_for(asked.address, credentials)

        answer = self._send(asked.address, send)
        if asked.accepted and answer.media_type not in asked.accepted:
            answer.body.close()
            raise StoreAnswerError(
                f"{asked.address} answered with {one_line(answer.media_type)}, which is no SPARQL result; "
                "is it the address of a SPARQL endpoint?"
            )
        return answer

    def transfer(self, address: Address, request: Request) -> Answered:
        """The answer to a request of the graph store protocol."""
        credentials = credentials_for(address, self._credentials)
        for name, value in _headers(credentials).items():
            request.add_header(name, value)
        opened = self._opener_for(address, credentials)
        return self._send(address, lambda: opened.open(request, timeout=self.timeout))

    def _opener_for(self, address: Address, credentials: Credentials) -> OpenerDirector:
        """What opens the addresses of this client: made once, since it takes as long as a question."""
        digest = bool(credentials.user) and credentials.way == "digest"
        # What answers a digest's question remembers it: one for each address, and for each thread that asks.
        key = (address.url, get_ident()) if digest else ("", 0)
        if key not in self._openers:
            known = HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, address.url, credentials.user, credentials.password)
            self._openers[key] = opener(*([HTTPDigestAuthHandler(known)] if digest else []))
        return self._openers[key]

    def _send(self, address: Address, send: Callable[[], http.client.HTTPResponse]) -> Answered:
        waited = 0.0
        attempt = 0
        while True:
            try:
                response = self._in_time(address, send)
                break
            except HTTPError as error:
                with error:
                    self.server = error.headers.get("Server", "")
                    pause = waiting_time(error.headers, attempt)
                    if error.code not in _BUSY or waited + pause > self._patience:
                        given = credentials_for(address, self._credentials)
                        raise _refusal(address, error, given=given, waited=waited) from error
            time.sleep(pause)
            waited += pause
            attempt += 1
        self.server = response.headers.get("Server", "")
        return Answered(response.headers.get_content_type(), Body(response, address, self.timeout))

    def _in_time(self, address: Address, send: Callable[[], http.client.HTTPResponse]) -> http.client.HTTPResponse:
        """The response once its headers are there."""
        try:
            return send()
        except (HTTPError, StoreError):
            raise
        except (TimeoutError, URLError, OSError, http.client.HTTPException) as error:
            raise no_answer(address, error, self.timeout) from error


class Body(io.RawIOBase):
    """The body of an answer, read as it comes: nothing of it is kept.

    Raises StoreAnswerError where it ends before it should, and StoreUnreachableError where `timeout` seconds pass
    without a byte, or altogether once `bound` was called.
    """

    def __init__(self, response: http.client.HTTPResponse, address: Address, timeout: float) -> None:
        super().__init__()
        self._response = response
        self._address = address
        self._timeout = timeout
        self._whole = False
        self._left = b""

    def bound(self) -> Body:
        """The same body, which may now take no longer than the timeout altogether, and not pass LARGEST_ANSWER."""
        self._whole = True
        return self

    def pieces(self) -> Iterator[bytes]:
        """The body piece by piece."""
        try:
            size = 0
            while piece := self._response.read1(PIECE):
                size += len(piece)
                if self._whole and size > LARGEST_ANSWER:
                    raise cut_off(self._address)
                yield piece
                if not self._whole and isinstance(self._response, TimedResponse):
                    self._response.wait_until(time.monotonic() + self._timeout)
            if self._response.length:
                raise cut_off(self._address)
        except http.client.IncompleteRead as error:
            raise cut_off(self._address) from error
        except StoreError:
            raise
        except (TimeoutError, OSError, http.client.HTTPException) as error:
            raise no_answer(self._address, error, self._timeout) from error
        finally:
            self._response.close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # a writable buffer, as io has it
        if not self._left:
            self._iterator = getattr(self, "_iterator", None) or self.pieces()
            self._left = next(self._iterator, b"")
        number = min(len(buffer), len(self._left))
        buffer[:number] = self._left[:number]
        self._left = self._left[number:]
        return number

    def close(self) -> None:
        self._response.close()
        super().close()


def waiting_time(headers: Message, attempt: int) -> float:
    """How many seconds a server asks to wait (Retry-After); without that, twice as long after each attempt."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdigit():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return float(2 ** min(attempt, 6)) / 2
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def credentials_for(address: Address, credentials: Credentials) -> Credentials:
    """Those that stand in the address itself, else those given."""
    return Credentials(address.user, address.password) if address.user else credentials


def no_answer(address: Address, error: BaseException, timeout: float) -> StoreError:
    """The error where nothing, or no more, came back."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return StoreUnreachableError(
            f"{address} gave no answer within {timeout:g} s; ask for less, or give it longer: "
            "--timeout, or timeout in [store]"
        )
    return StoreUnreachableError(f"{address} cannot be reached ({one_line(str(reason))}); is the address right?")


def cut_off(address: Address, why: str = "") -> StoreAnswerError:
    """The error where an answer ends before it should."""
    broken = f" or is broken ({one_line(why)})" if why else ""
    return StoreAnswerError(f"the answer of {address} was cut off{broken}; nothing of it is used")


class _Wrapped(SPARQLWrapper):
    """One request. What SPARQLWrapper would guess (the form, by a pattern) or lacks (redirects, time) is set here."""

    def __init__(self, asked: Asked, credentials: Credentials, timeout: float, opened: OpenerDirector) -> None:
        self._form = asked.form
        self._seconds = timeout
        self._opened = opened
        kind = TURTLE if asked.form in _GRAPH_FORMS else JSON
        super().__init__(asked.address.url, returnFormat=kind, agent="ipcgraph")
        for name, value in (*asked.address.parameters, *asked.parameters):
            self.addParameter(name, value)
        self.setQuery(asked.text)
        self.setMethod(GET if asked.form != _UPDATE and len(quote(asked.text)) <= LONGEST_GET else POST)
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", ", ".join(asked.accepted or ["*/*"]))
        for name, value in _headers(credentials).items():
            self.addCustomHttpHeader(name, value)

    def _parseQueryType(self, query: str) -> str:  # noqa: N802, ARG002
        return "INSERT" if self._form == _UPDATE else self._form

    def _query(self) -> tuple[Any, str]:
        return self._opened.open(self._createRequest(), timeout=self._seconds), self.returnFormat


def _headers(credentials: Credentials) -> dict[str, str]:
    """The header that says who asks, where no question of the server has to come first."""
    from base64 import b64encode

    if credentials.token:
        return {"Authorization": f"Bearer {credentials.token}"}
    if credentials.user and credentials.way == "basic":
        pair = f"{credentials.user}:{credentials.password}".encode()
        return {"Authorization": "Basic " + b64encode(pair).decode("ascii")}
    return {}


def _refusal(address: Address, error: HTTPError, *, given: Credentials, waited: float) -> StoreError | QueryError:
    try:
        said = one_line(error.read(2_000).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException):
        said = ""
    if error.headers.get_content_type() == "text/html":
        said = ""
    if error.code == 400:
        return QueryError(f"{address} does not accept the query (400){': ' + said if said else ''}")
    wait = one_line(error.headers.get("Retry-After", ""))
    seconds = f"{wait} seconds" if wait.isdigit() else f"until {wait}"
    remedies = {
        401: _who(error, given),
        403: "it does not allow this",
        404: "there is no SPARQL endpoint at this address",
        429: "it has had too many requests",
        503: "it is not available now",
    }
    parts = [remedies.get(error.code, said or one_line(error.reason))]
    if waited:
        parts.append(f"it was asked again for {waited:g} s")
    if wait:
        parts.append(f"wait {seconds}")
    return StoreRefusedError(f"{address} answered {error.code}: {'; '.join(filter(None, parts))}")


def _who(error: HTTPError, given: Credentials) -> str:
    by_digest = error.headers.get("WWW-Authenticate", "").lower().startswith("digest")
    if given.token:
        return "it does not accept this token"
    if given.user and given.way == "digest":
        return "it does not accept this user with this password"
    if given.user and not by_digest:
        return (
            "it does not accept this user with this password; if it wants them by digest, as Virtuoso does, write "
            'authentication = "digest" in [store]'
        )
    if by_digest:
        return (
            "it asks for a user and a password by digest: set IPCGRAPH_STORE_USER and IPCGRAPH_STORE_PASSWORD, and "
            'authentication = "digest" in [store]'
        )
    return (
        "it asks for a user and a password: https://user:password@host/… after --endpoint, or for a project's store "
        "IPCGRAPH_STORE_USER and IPCGRAPH_STORE_PASSWORD"
    )
