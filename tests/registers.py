"""Small registers on loopback: a SPARQL endpoint over a few statements, and a server that answers what it was given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat


class Request(NamedTuple):
    """What was asked."""

    method: str
    path: str
    fields: dict[str, str]


Reply = tuple[int, dict[str, str], bytes]


class Served(NamedTuple):
    """A server that runs, and what it has been asked."""

    address: str
    asked: list[Request]


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of clients that have hung up."""


@contextmanager
def answering(reply: Callable[[Request], Reply]) -> Iterator[Served]:
    """A server on loopback whose every answer is made by a function."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _answer(self, body: str) -> None:
            parts = urlsplit(self.path)
            fields = {name: values[0] for name, values in parse_qs(f"{parts.query}&{body}").items()}
            asked.append(Request(self.command, parts.path, fields))
            status, headers, content = reply(asked[-1])
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}/service", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def sparql_endpoint(turtle: str, *, engine: str = "oxigraph") -> Iterator[Served]:
    """A SPARQL endpoint over some statements, which answers queries and nothing else; by Oxigraph or by rdflib."""
    ask = _oxigraph(turtle) if engine == "oxigraph" else _rdflib(turtle)

    def reply(request: Request) -> Reply:
        if "query" not in request.fields:
            return 400, {"Content-Type": "text/plain"}, b"a query is wanted"
        return 200, {"Content-Type": "application/sparql-results+json"}, ask(request.fields["query"])

    with answering(reply) as served:
        yield served


def _oxigraph(turtle: str) -> Callable[[str], bytes]:
    store = pyoxigraph.Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)

    def ask(query: str) -> bytes:
        answer = store.query(query)
        assert isinstance(answer, pyoxigraph.QuerySolutions)
        return answer.serialize(format=QueryResultsFormat.JSON) or b""

    return ask


def _rdflib(turtle: str) -> Callable[[str], bytes]:
    import rdflib

    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    return lambda query: graph.query(query).serialize(format="json") or b""
