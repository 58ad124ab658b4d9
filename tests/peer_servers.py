"""Small servers on loopback that answer as three peers were measured to (the versions are told at each)."""

import json
import re
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit

TURTLE = b'<urn:x:ada> <http://xmlns.com/foaf/0.1/name> "Ada" .\n'
JSONLD = b'{"@id": "urn:x:ada", "http://xmlns.com/foaf/0.1/name": "Ada"}'
PAGE = b"<!DOCTYPE html><title>Ada</title><h1>Ada</h1>"
JSON = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "urn:x:ada"}}]}}'
YES = b'{"head": {}, "boolean": true}'
XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head>'
    b'<results><result><binding name="s"><uri>urn:x:ada</uri></binding></result></results></sparql>'
)
CSV = b"s\r\nurn:x:ada\r\n"
TSV = b"?s\n<urn:x:ada>\n"
RESULTS_JSON, RESULTS_XML = "application/sparql-results+json", "application/sparql-results+xml"


class _Peer(BaseHTTPRequestHandler):
    """What is right for all; a peer changes what it gets wrong."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer()

    def do_HEAD(self):
        self.answer()

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer()

    def answer(self):
        parts = urlsplit(self.path)
        accept = self.headers.get("Accept", "*/*")
        if parts.path == "/sparql":
            self.sparql(self.query(parts), accept)
        elif parts.path == "/":
            self.front()
        elif parts.path.startswith("/id/"):
            self.thing(parts, accept)
        else:
            self.send(404, "text/plain", b"no")

    def thing(self, parts, accept):
        raise NotImplementedError

    def sparql(self, query, accept):
        raise NotImplementedError

    def query(self, parts):
        given = parse_qs(parts.query)
        if self.command == "POST" and self.headers["Content-Type"].startswith("application/x-www-form"):
            given = parse_qs(self.body.decode())
        elif self.command == "POST":
            return self.body.decode()
        return given.get("query", [""])[0]

    def front(self):
        self.send(200, "text/html; charset=utf-8", b"<!DOCTYPE html><title>Peer</title>")

    def send(self, status, media_type, body, **headers):
        self.send_response(status)
        if media_type:
            self.send_header("Content-Type", media_type)
        for name, value in {"Vary": "Accept", "Access-Control-Allow-Origin": "*", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def is_wrong(query):
    return query == "SELECT ?s WHERE { ?s ?p }"


def form_of(query):
    return query.partition(" ")[0]


class RdflibEndpoint(_Peer):
    """rdflib-endpoint 0.6.3."""

    def thing(self, parts, accept):  # noqa: ARG002
        self.send(404, "application/json", b'{"detail": "Not Found"}')

    def front(self):
        self.send(
            200,
            "text/html; charset=utf-8",
            b'<!DOCTYPE html><script src="https://unpkg.com/@zazuko/yasgui@4/build/yasgui.min.js"></script>',
        )

    def do_HEAD(self):
        self.send(405, "application/json", b"")

    def sparql(self, query, accept):
        if self.command == "GET" and self.path.startswith("/sparql?"):
            # Values are decoded twice.
            query = unquote(query)
        if is_wrong(query):
            return self.send(
                400,
                "application/json",
                b'{"message": "Error executing the query: Expected TriplesSameSubjectPath (at char 20), (line:1, col:21)"}',
            )
        if form_of(query) == "ASK":
            return self.send(200, RESULTS_JSON, YES)
        if form_of(query) == "CONSTRUCT":
            kind = "application/n-triples" if "n-triples" in accept else "text/turtle; charset=utf-8"
            return self.send(200, kind, TURTLE)
        if "csv" in accept:
            return self.send(200, "text/csv; charset=utf-8", CSV)
        if "json" in accept:  # also where its weight is 0
            said = re.search(r'\("(.*?)" AS', query)
            text = JSON if not said else json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [
                {"s": {"type": "literal", "value": said[1]}}]}}).encode()  # fmt: skip
            return self.send(200, RESULTS_JSON, text)
        return self.send(200, RESULTS_XML, XML)  # TSV and PDF too


class Shmarql(_Peer):
    """SHMARQL 0.70 (the wheel)."""

    def thing(self, parts, accept):
        if parts.path != "/id/ada":
            return self.send(404, "text/html", b"<h1>404</h1>")
        if "query" in parse_qs(parts.query):
            return self.send(200, "text/turtle; charset=utf-8", TURTLE)
        if "text/turtle" in accept:
            query = quote("DESCRIBE <http://x/id/ada>")
            return self.send(307, "text/plain", b"", Location=f"{parts.path}?query={query}")
        return self.send(200, "text/html; charset=utf-8", b"&lt;coroutine object build_sparql_ui at 0x7f2a5c0e1d40&gt;")

    def sparql(self, query, accept):
        if self.command == "POST" and "charset" in self.headers["Content-Type"]:
            return self.send(303, "text/plain", b"", Location="/sparql")
        if not query:
            return self.send(200, "text/html; charset=utf-8", PAGE)
        if is_wrong(query):
            return self.send(200, "application/json", b'{"error": "error at 25:6: expected one of ..."}')
        if form_of(query) == "ASK":
            return self.send(500, "text/plain", b"Internal Server Error")  # QueryBoolean has no attribute 'text'
        if form_of(query) == "CONSTRUCT":
            if "turtle" in accept:
                return self.send(200, "text/turtle; charset=utf-8", TURTLE)
            return self.send(200, "text/html; charset=utf-8", PAGE)
        if "csv" in accept:
            return self.send(200, "text/html; charset=utf-8", PAGE)
        if "xml" in accept:
            return self.send(200, RESULTS_XML, XML)
        if "tab-sep" in accept:
            return self.send(200, "text/tab-separated-values; charset=utf-8", TSV)
        if "pdf" in accept or "q=0" in accept:
            return self.send(406, "text/plain", b"")
        return self.send(200, RESULTS_JSON, JSON if "%25" not in query else JSON.replace(b"urn:x:ada", b"50%25"))


class Prez(_Peer):
    """Prez 4.7.5 (pyoxigraph_memory)."""

    def do_HEAD(self):
        self.send(405, "application/json", b"")

    def thing(self, parts, accept):
        uri = parse_qs(parts.query).get("uri", [""])[0]
        if parts.path == "/id/ada":
            return self.send(404, "application/json", b"{}")
        if not uri.endswith("ada"):
            return self.send(200, "text/anot+turtle", b"")  # what is unknown, too
        if "ld+json" in accept:
            return self.send(200, "application/ld+json", JSONLD)
        if accept == "text/turtle":
            return self.send(200, "text/turtle; charset=utf-8", TURTLE)
        return self.send(200, "text/anot+turtle", TURTLE)

    def sparql(self, query, accept):
        if self.command == "POST" and self.headers["Content-Type"] == "application/sparql-query":
            return self.send(422, "application/json", b"{}")
        if is_wrong(query):
            return self.send(400, "text/plain", b"error at 1:25: expected ...")
        if form_of(query) == "ASK":
            return self.send(
                200, RESULTS_JSON, YES.replace(b"true", b"false" if "no-such-graph" in self.path else b"true")
            )
        if form_of(query) == "CONSTRUCT":
            return self.send(200, "", TURTLE)
        if "pdf" in accept:
            return self.send(406, "text/plain", b"")
        if "xml" in accept:
            return self.send(200, RESULTS_XML, XML)
        if "tab-sep" in accept:
            return self.send(200, "text/tab-separated-values; charset=utf-8", TSV)
        if "q=0" in accept:
            return self.send(406, "text/plain", b"")
        return self.send(200, RESULTS_JSON, JSON if "%25" not in query else JSON.replace(b"urn:x:ada", b"50%25"))


class Right(_Peer):
    """Everything as it must be."""

    def thing(self, parts, accept):
        if parts.path != "/id/ada":
            return self.send(404, "text/plain", b"no")
        best = {
            "text/html": PAGE,
            "text/turtle": TURTLE,
            "application/n-triples": TURTLE,
            "application/ld+json": JSONLD,
        }
        for one in sorted(accept.split(","), key=lambda one: -float((re.findall(r"q=([\d.]+)", one) or [1])[0])):
            name = one.partition(";")[0].strip()
            if name in best and "q=0" not in one.replace("q=0.", ""):
                return self.send(200, name + "; charset=utf-8" * name.startswith("text/"), best[name])
        return self.send(406, "text/plain", b"html, turtle")

    def sparql(self, query, accept):
        if is_wrong(query):
            return self.send(400, "text/plain", b"line 1, column 25: expected an object")
        if form_of(query) == "ASK":
            body = YES.replace(b"true", b"false") if "no-such-graph" in self.path else YES
            if "xml" in accept:
                text = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'
                return self.send(200, RESULTS_XML, text)
            return self.send(200, RESULTS_JSON, body)
        if "q=0" in accept or "pdf" in accept:
            return self.send(406, "text/plain", b"")
        if form_of(query) == "CONSTRUCT":
            return self.send(200, accept + "; charset=utf-8" * ("turtle" in accept), TURTLE)
        said = JSON if "%25" not in query else JSON.replace(b"urn:x:ada", b"50%25")
        body = {RESULTS_XML: XML, "text/csv": CSV, "text/tab-separated-values": TSV}.get(accept, said)
        return self.send(200, accept if accept.startswith("app") else accept + "; charset=utf-8", body)


@contextmanager
def serving(peer):
    """The peer on loopback; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), peer)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
