"""Servers that fail: each way has one clear error, nothing is half an answer, and no request goes elsewhere."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from pyoxigraph import Literal, RdfFormat, serialize
from tests.center_project import make_center

from ipcgraph.building import build
from ipcgraph.errors import (
    QueryError,
    StoreAnswerError,
    StoreError,
    StoreRefusedError,
    StoreUnreachableError,
    UsageError,
)
from ipcgraph.headers import read_queries
from ipcgraph.manifest import STORE
from ipcgraph.queries import run
from ipcgraph.shipped import shipped_folder
from ipcgraph.store import Store
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.store.remote import LONGEST_GET, RemoteStore
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
            "hang-up": lambda h: h.connection.shutdown(socket.SHUT_RDWR),
        }

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


def ask(server: Server, path: str, text: str = SELECT, *, timeout: float = 30) -> object:
    server.asked.clear()
    with RemoteStore(f"{server.url}/{path}", timeout=timeout) as store:
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


# The saved queries on a real server.


def saved_cases() -> Iterator[tuple[str, dict[str, str]]]:
    """Each saved query with the values that its expected rows on the invented center are declared for."""
    for file in sorted((Path(__file__).parent / "expected").glob("*.yaml")):
        expected = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # texts only
        for case in expected.get("center", ()):
            yield file.stem, case.get("parameters", {})


CASES = tuple(saved_cases())
QUERIES = read_queries([shipped_folder("queries")])


@pytest.fixture(scope="module")
def both(tmp_path_factory, oxigraph_server) -> Iterator[tuple[Store, Store]]:
    """The invented center built on disk, and the same graph on `oxigraph serve`."""
    settings = make_center(tmp_path_factory.mktemp("center"))
    with EmbeddedStore.open(build(settings).folder / STORE) as embedded:
        server = oxigraph_server(serialize(sorted(embedded.dump(), key=str), format=RdfFormat.N_QUADS))
        with RemoteStore(server + "/query") as remote:
            yield embedded, remote


def test_every_saved_query_has_a_case():
    assert {name for name, _ in CASES} == set(QUERIES)


@pytest.mark.parametrize(("name", "values"), CASES, ids=[" ".join([name, *values.values()]) for name, values in CASES])
def test_every_saved_query_has_the_same_answer_on_a_server(both, name, values):
    here, there = (run(QUERIES[name], store, values) for store in both)
    assert isinstance(here, Table)
    assert len(here) > 0
    assert there == here


def test_near_misses_come_from_the_server_too(both):
    for store in both:
        with pytest.raises(UsageError, match="did you mean person/aoife-obrien"):
            run(QUERIES["person-works"], store, {"person": "person/aoife-obrian"})
