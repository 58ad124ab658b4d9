"""Servers that fail: each way has one clear error, nothing is half an answer, and no request goes elsewhere."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import Literal

from ipcgraph.errors import (
    QueryError,
    StoreAnswerError,
    StoreError,
    StoreRefusedError,
    StoreUnreachableError,
    UsageError,
)
from ipcgraph.store.remote import Graphs, RemoteStore
from ipcgraph.store.requests import LONGEST_GET, Credentials
from ipcgraph.tables import Table

SELECT = "SELECT ?a WHERE { ?a ?b ?c }"
CONSTRUCT = "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }"
JSON = "application/sparql-results+json"
BODY = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}}]}}'


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says, and keeps what it was asked."""

    server: Server

    def do_GET(self) -> None:
        self.answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def answer(self, parameters: str) -> None:
        path = urlsplit(self.path).path.strip("/")
        self.server.asked.append((self.command, path, parse_qs(parameters), dict(self.headers)))
        self.server.answers[path](self)

    def send(self, status: int, media_type: str, body: bytes, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server on loopback that misbehaves in named ways."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers: dict[str, Callable[[Handler], None]] = {
            "good": lambda h: h.send(200, JSON + "; charset=utf-8", BODY),
            "plain-json": lambda h: h.send(200, "application/json", BODY),
            "boolean": lambda h: h.send(200, JSON, b'{"head":{},"boolean":true}'),
            "turtle": lambda h: h.send(200, "text/turtle", b"<urn:a> <urn:b> 1 ."),
            "half-turtle": lambda h: h.send(200, "text/turtle", b"<urn:a> <urn:b> "),
            "html": lambda h: h.send(200, "text/html", b"<h1>Under maintenance</h1>"),
            "no-type": lambda h: h.send(200, "", b"what?"),
            "not-json": lambda h: h.send(200, JSON, b"<h1>Under maintenance</h1>"),
            "cut": lambda h: h.send(200, JSON, BODY[:40], length=len(BODY)),
            "cut-unannounced": lambda h: h.send(200, JSON, BODY[:40], length=-1),
            "cut-chunk": lambda h: h.send(200, JSON, b"ff\r\n" + BODY[:40], length=-1, Transfer_Encoding="chunked"),
            "bad-query": lambda h: h.send(400, "text/plain", b"error at 1:1:\n\x1b[31mexpected SELECT"),
            "busy": lambda h: h.send(429, "text/plain", b"slow down", Retry_After="17"),
            "away": lambda h: h.send(503, "text/html", b"<h1>maintenance</h1>"),
            "locked": lambda h: h.send(401, "text/plain", b"", WWW_Authenticate="Basic"),
            "forbidden": lambda h: h.send(403, "text/plain", b""),
            "missing": lambda h: h.send(404, "text/html", b"<h1>404</h1>"),
            "broken": lambda h: h.send(500, "text/plain", b"NullPointerException\nat Foo"),
            "moved-here": lambda h: h.send(302, "text/plain", b"", Location="/good"),
            "moved-away": lambda h: h.send(302, "text/plain", b"", Location="http://u:secret@127.0.0.2:1/x?y"),
            "moved-to-file": lambda h: h.send(302, "text/plain", b"", Location="file:///etc/hosts"),
            "round": lambda h: h.send(302, "text/plain", b"", Location="/round"),
            "silent": lambda _: time.sleep(3),
            "dripping": self.drip,
            "dripping-headers": self.drip_headers,
            "soon": lambda h: self.after_refusals(h, 2, 429, "0"),
            "soon-by-date": lambda h: self.after_refusals(h, 1, 503, "Wed, 21 Oct 2015 07:28:00 GMT"),
            "soon-unsaid": lambda h: self.after_refusals(h, 1, 503, ""),
            "digest": self.ask_digest,
            "many": self.stream,
            "many-cut": lambda h: self.stream(h, cut=True),
            "hang-up": lambda h: h.connection.shutdown(socket.SHUT_RDWR),
        }

    def after_refusals(self, handler: Handler, number: int, status: int, wait: str) -> None:
        if len(self.asked) <= number:
            headers = {"Retry_After": wait} if wait else {}
            handler.send(status, "text/plain", b"later", length=None, **headers)
        else:
            handler.send(200, JSON, BODY)

    @staticmethod
    def ask_digest(handler: Handler) -> None:
        if 'username="ada"' in handler.headers.get("Authorization", ""):
            handler.send(200, JSON, BODY)
        else:
            handler.send(401, "text/plain", b"", WWW_Authenticate='Digest realm="x", nonce="abc", qop="auth"')

    @staticmethod
    def stream(handler: Handler, *, cut: bool = False) -> None:
        """Rows chunk by chunk, as many as the query says in its LIMIT; none of them is kept here either."""
        number = int(handler.server.asked[-1][2]["query"][0].rpartition(" ")[2])
        handler.send(200, JSON, b"", length=-1, Transfer_Encoding="chunked")

        def chunk(body: bytes) -> None:
            handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")

        chunk(b'{"head":{"vars":["a","b"]},"results":{"bindings":[')
        for start in range(0, number, 100):
            rows = [
                f'{{"a":{{"type":"uri","value":"urn:x:{row}"}},"b":{{"type":"literal","value":"{"y" * 100}"}}}}'
                for row in range(start, min(start + 100, number))
            ]
            chunk((("," if start else "") + ",".join(rows)).encode())
        if not cut:
            chunk(b"]}}")
            handler.wfile.write(b"0\r\n\r\n")

    @staticmethod
    def drip_headers(handler: Handler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(60):
                handler.wfile.write(f"X-{number}: 1\r\n".encode())
                time.sleep(0.05)
        except OSError:
            pass

    @staticmethod
    def drip(handler: Handler) -> None:
        handler.send(200, JSON, b"", length=1000)
        try:
            for _ in range(60):
                handler.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def ask(server: Server, path: str, text: str = SELECT, *, timeout: float = 30, patience: float = 0.3) -> object:
    server.asked.clear()
    with RemoteStore(f"{server.url}/{path}", timeout=timeout, patience=patience) as store:
        return store.query(text)


@pytest.mark.parametrize("path", ["good", "plain-json", "moved-here"])
def test_a_good_answer_is_a_table(server, path):
    assert ask(server, path) == Table(("a",), ((Literal("x"),),))


def test_a_short_query_goes_by_get_and_a_long_one_by_post(server):
    ask(server, "good")
    long = SELECT + " # é " + "x" * LONGEST_GET
    ask_get, sent = server.asked[0][0], server.asked[0][2]
    assert (ask_get, sent) == ("GET", {"query": [SELECT]})
    ask(server, "good", long)
    method, _, sent, headers = server.asked[0]
    assert (method, sent) == ("POST", {"query": [long]})
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_each_form_asks_for_its_own_media_types(server):
    ask(server, "good")
    assert server.asked[0][3]["Accept"] == "application/sparql-results+json, application/json"
    ask(server, "turtle", "# SELECT\n" + CONSTRUCT)
    assert server.asked[0][3]["Accept"] == "application/n-triples, text/turtle"


def test_parameters_and_credentials_of_the_address_are_sent_but_never_shown(server):
    address = server.url.replace("//", "//ada:s%40cret@") + "/good?default-graph-uri=urn:x"
    server.asked.clear()
    RemoteStore(address).query(SELECT)
    _, _, sent, headers = server.asked[0]
    assert sent == {"query": [SELECT], "default-graph-uri": ["urn:x"]}
    assert headers["Authorization"] == "Basic YWRhOnNAY3JldA=="
    with pytest.raises(StoreRefusedError) as caught:
        RemoteStore(address.replace("/good", "/forbidden")).query(SELECT)
    assert "s%40cret" not in str(caught.value)
    assert "s@cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("busy", "429: it has had too many requests; wait 17 seconds"),
        ("away", "503: it is not available now"),
        ("locked", "401: it asks for a user and a password"),
        ("forbidden", "403: it does not allow this"),
        ("missing", "404: there is no SPARQL endpoint at this address"),
        ("broken", "500: NullPointerException at Foo"),
    ],
)
def test_a_refusal_says_its_status_and_what_to_do(server, path, expected):
    with pytest.raises(StoreRefusedError) as caught:
        ask(server, path)
    assert str(caught.value).startswith(f"{server.url}/{path} answered {expected}")


@pytest.mark.parametrize(("path", "requests"), [("soon", 3), ("soon-by-date", 2), ("soon-unsaid", 2)])
def test_a_server_that_is_busy_is_asked_again(server, path, requests):
    assert ask(server, path, patience=5) == Table(("a",), ((Literal("x"),),))
    assert len(server.asked) == requests


def test_nobody_waits_for_longer_than_they_are_patient(server):
    start = time.monotonic()
    with pytest.raises(StoreRefusedError, match="429: it has had too many requests; wait 17 seconds"):
        ask(server, "busy", patience=16)
    assert len(server.asked) == 1
    with pytest.raises(StoreRefusedError, match=r"503: it is not available now; it was asked again for 0\.5 s"):
        ask(server, "away", patience=1)
    assert len(server.asked) == 2, "half a second was waited for; the next pause would have been a whole one"
    assert time.monotonic() - start < 8


@pytest.mark.parametrize(
    ("credentials", "says"),
    [
        (Credentials(), "it asks for a user and a password: "),
        (Credentials("ada", "wr0ng"), 'it does not accept this user with this password; .*authentication = "digest"'),
        (Credentials("ada", "wr0ng", "digest"), "it does not accept this user with this password$"),
        (Credentials(token="wr0ng"), "it does not accept this token$"),
    ],
)
def test_who_is_not_let_in_is_told_why(server, credentials, says):
    with pytest.raises(StoreRefusedError, match=f"answered 401: {says}") as caught:
        RemoteStore(f"{server.url}/locked", credentials=credentials).query(SELECT)
    assert "wr0ng" not in str(caught.value)


def test_who_asks_is_told_by_digest_or_token_and_never_shown(server):
    server.asked.clear()
    known = Credentials("ada", "s3cret", "digest")
    assert RemoteStore(f"{server.url}/digest", credentials=known).query(SELECT) == Table(("a",), ((Literal("x"),),))
    assert all("s3cret" not in headers.get("Authorization", "") for *_, headers in server.asked)
    with pytest.raises(StoreRefusedError, match='authentication = "digest"'):
        RemoteStore(f"{server.url}/digest", credentials=Credentials("ada", "s3cret")).query(SELECT)
    token = Credentials(token="t0ken")
    RemoteStore(f"{server.url}/good", credentials=token).query(SELECT)
    assert server.asked[-1][3]["Authorization"] == "Bearer t0ken"
    assert "s3cret" not in repr(known)
    assert "t0ken" not in repr(token)


def test_rows_come_in_constant_memory(server):
    def peak(number: int) -> int:
        server.asked.clear()
        store = RemoteStore(f"{server.url}/many")
        tracemalloc.start()
        answer = store.rows(f"SELECT ?a ?b WHERE {{ ?a ?p ?b }} LIMIT {number}")
        assert answer.columns == ("a", "b")
        assert sum(1 for _ in answer.rows) == number
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(20_000) < 2 * peak(2_000)


def test_rows_that_are_cut_off_end_in_an_error(server):
    answer = RemoteStore(f"{server.url}/many-cut").rows("SELECT ?a ?b WHERE { ?a ?p ?b } LIMIT 500")
    with pytest.raises(StoreAnswerError, match="was cut off"):
        list(answer.rows)


def test_the_graphs_that_are_asked_are_told_as_the_protocol_has_it(server):
    server.asked.clear()
    RemoteStore(f"{server.url}/good", graphs=Graphs("urn:x:g", ("urn:x:n", "urn:x:m"))).query(SELECT)
    assert server.asked[0][2] == {
        "query": [SELECT], "default-graph-uri": ["urn:x:g"], "named-graph-uri": ["urn:x:n", "urn:x:m"]
    }  # fmt: skip


def test_a_query_that_the_server_cannot_read_is_a_query_error(server):
    with pytest.raises(QueryError) as caught:
        ask(server, "bad-query")
    assert str(caught.value).endswith("does not accept the query (400): error at 1:1: [31mexpected SELECT")


@pytest.mark.parametrize("path", ["html", "no-type", "turtle"])
def test_what_is_no_sparql_result_is_not_an_answer(server, path):
    with pytest.raises(StoreAnswerError, match="no SPARQL result; is it the address of a SPARQL endpoint"):
        ask(server, path)


@pytest.mark.parametrize("path", ["cut", "cut-unannounced", "cut-chunk", "not-json"])
def test_an_answer_that_was_cut_off_is_not_half_an_answer(server, path):
    with pytest.raises(StoreAnswerError, match=r"was cut off.*; nothing of it is used"):
        ask(server, path)
    with pytest.raises(StoreAnswerError, match=r"was cut off.*; nothing of it is used"):
        ask(server, "half-turtle", CONSTRUCT)


def test_an_answer_cut_anywhere_is_noticed(server):
    for length in range(len(BODY)):
        server.answers["short"] = lambda h, length=length: h.send(200, JSON, BODY[:length])
        with pytest.raises(StoreAnswerError):
            ask(server, "short")


def test_the_answer_to_another_question_is_refused(server):
    with pytest.raises(StoreAnswerError, match="another question than the SELECT"):
        ask(server, "boolean")
    with pytest.raises(StoreAnswerError, match="another question than the ASK"):
        ask(server, "good", "ASK {}")


@pytest.mark.parametrize("path", ["silent", "dripping", "dripping-headers"])
def test_the_timeout_bounds_the_whole_request(server, path):
    start = time.monotonic()
    with pytest.raises(StoreUnreachableError, match=r"gave no answer within 0\.3 s"):
        ask(server, path, timeout=0.3)
    assert time.monotonic() - start < 2.5


def test_a_server_that_hangs_up_is_unreachable(server):
    with pytest.raises(StoreUnreachableError, match="cannot be reached"):
        ask(server, "hang-up")


def test_a_port_without_a_server_is_unreachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(StoreUnreachableError, match=r"cannot be reached .*refused"):
            RemoteStore(f"http://127.0.0.1:{free.getsockname()[1]}/", timeout=5).query(SELECT)


def test_a_name_that_nobody_has_is_unreachable(monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no question to a name server leaves a test
    with pytest.raises(StoreUnreachableError, match=r"cannot be reached .*not known"):
        RemoteStore("http://nobody.invalid/sparql", timeout=20).query(SELECT)


def test_a_redirect_elsewhere_is_refused_and_named(server):
    with pytest.raises(StoreRefusedError, match=r"sends on to http://127\.0\.0\.2:1/x \(302\)") as caught:
        ask(server, "moved-away")
    assert "secret" not in str(caught.value)
    with pytest.raises(StoreRefusedError, match="302"):
        ask(server, "moved-to-file")
    # By POST even to the same host: the redirected request would have lost the query.
    with pytest.raises(StoreRefusedError, match="sends on to"):
        ask(server, "moved-here", SELECT + " #" + "x" * LONGEST_GET)
    with pytest.raises(StoreError):
        ask(server, "round")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1/sparql", "http://", "http:///sparql", "http://[::1", "",
        "http://h:x/", "http://h/a b", "http://h/\n", "http://a..b/", "http://h/é", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_only_web_addresses_are_taken(address):
    with pytest.raises(UsageError, match="address of an endpoint"):
        RemoteStore(address)


def test_no_time_is_no_timeout():
    with pytest.raises(UsageError, match="leaves no time"):
        RemoteStore("http://127.0.0.1/", timeout=0)


def test_an_update_is_not_sent_as_a_query(server):
    server.asked.clear()
    with pytest.raises(QueryError, match="INSERT does not begin a query"):
        RemoteStore(server.url + "/good").query("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert server.asked == []
