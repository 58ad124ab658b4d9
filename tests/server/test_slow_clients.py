"""Clients that send or take too slowly, too much, or too often, over real sockets."""

import http.client
import json
import socket
import time
from contextlib import suppress

import pytest
from tests.published_site import KNOWN
from tests.server.projects import SETTINGS, make_project
from tests.server.running import serving

from ipcgraph.settings import find_project

LIMITS = """
header_seconds = 1.0
body_seconds = 1.5
write_seconds = 2.0
idle_seconds = 2.0
connections = 40
connections_per_client = 30
body_bytes = "10 KiB"
trusted_proxies = ["127.0.0.2"]
"""


@pytest.fixture(scope="module")
def center(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    found = make_project(folder / "center", settings=SETTINGS + LIMITS, odd=False)
    picture = f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {"large " * 150_000} --></svg>'
    (found.root / "logo.svg").write_text(picture, encoding="utf-8")
    settings = SETTINGS.replace("[site]", '[site]\nlogo = "logo.svg"') + LIMITS
    (found.root / "ipcgraph.toml").write_text(settings, encoding="utf-8")
    return find_project(found.root)


@pytest.fixture(scope="module")
def server(center):
    with serving(center, whole=True) as running:
        yield running


def connected(server, *, source="127.0.0.1", **options):
    made = socket.create_connection(("127.0.0.1", server.port), timeout=20, source_address=(source, 0))
    for option, value in options.items():
        made.setsockopt(socket.SOL_SOCKET, getattr(socket, option), value)
    return made


def until_closed(connection):
    """What still comes, and how long it takes until the other side closes."""
    start, data = time.monotonic(), b""
    try:
        while chunk := connection.recv(1 << 16):
            data += chunk
    except ConnectionResetError:
        pass
    return data, time.monotonic() - start


def serves(server):
    return server.ask(KNOWN + ".ttl").status == 200


def test_a_head_that_trickles_is_ended(server):
    with connected(server) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(6):
            time.sleep(0.4)
            try:
                slow.sendall(b"X-Slow: 1\r\n")
            except OSError:
                break
        data, seconds = until_closed(slow)
        assert data.startswith(b"HTTP/1.1 408 ") or not data
        assert seconds < 3
    assert serves(server)


def test_who_never_says_anything_is_ended_without_a_word(server):
    with connected(server) as silent:
        data, seconds = until_closed(silent)
        assert data == b""
        assert 0.5 < seconds < 6


def test_a_body_that_trickles_is_ended(server):
    with connected(server) as slow:
        slow.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 5000\r\n\r\nASK"
        )
        data, seconds = until_closed(slow)
        assert data.startswith(b"HTTP/1.1 4")
        assert seconds < 8
    assert serves(server)


def test_many_slow_clients_leave_room_for_others(server):
    slow = [connected(server) for _ in range(25)]
    for each in slow:
        each.sendall(b"GET / HTTP/1.1\r\nHost:")
    assert serves(server)
    for each in slow:
        until_closed(each)
        each.close()
    assert "ipcgraph_connections_slow_total" in server.ask("metrics").body.decode()


def test_who_takes_nothing_is_ended(server):
    size = len(server.ask("logo.svg").body)
    number = 25
    assert size > 800_000
    before = slow(server)
    with connected(server, SO_RCVBUF=4096) as deaf:
        deaf.sendall(b"GET /logo.svg HTTP/1.1\r\nHost: x\r\n\r\n" * number)
        end = time.monotonic() + 30
        while slow(server) == before:
            assert time.monotonic() < end
            time.sleep(0.5)
    assert serves(server)


def slow(server):
    """How many connections were ended for being too slow."""
    figures = server.ask("metrics").body.decode()
    return int(
        next(line for line in figures.splitlines() if line.startswith("ipcgraph_connections_slow_total")).split()[1]
    )


def test_requests_are_answered_in_turn_and_too_many_at_once_are_not(server):
    ask = f"GET /{KNOWN}.ttl HTTP/1.1\r\nHost: x\r\n".encode()
    with connected(server) as several:
        several.sendall((ask + b"\r\n") * 20 + ask + b"Connection: close\r\n\r\n")
        data, _ = until_closed(several)
        assert data.count(b"HTTP/1.1 200 OK") == 21
    with connected(server) as flooding:
        flooding.settimeout(10)
        with suppress(OSError):
            for _ in range(500):
                flooding.sendall((ask + b"\r\n") * 200)
        data, seconds = until_closed(flooding)
        assert data.count(b"HTTP/1.1 200 OK") < 1_000
        assert seconds < 8
    assert serves(server)


def test_connections_have_a_number(server):
    time.sleep(3)
    held = [connected(server) for _ in range(30)]
    for each in held:
        each.sendall(b"GET / HTTP/1.1\r\n")
    with connected(server) as other:
        data, _ = until_closed(other)
        assert data.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after" in data
    for each in held:
        each.close()
    time.sleep(0.5)
    assert serves(server)


def test_a_connection_is_kept_for_the_next_request_and_then_ended(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for _ in range(3):
        connection.request("GET", f"/{KNOWN}.ttl")
        assert connection.getresponse().read()
        time.sleep(0.3)
    start = time.monotonic()
    assert connection.sock.recv(10) == b""
    assert time.monotonic() - start < 8
    connection.close()


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"a" * 80_000 + b"\r\n\r\n", {b"431", b"400"}),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {b"414"}),
        (b"GET /" + b"a" * 90_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {b"431", b"414"}),
        (b"nonsense\r\n\r\n", {b"400"}),
        (b"GET / HTTP/9.9\r\n\r\n", {b"400", b"505"}),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {b"400", b"404"}),
        (b"GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {b"400", b"404", b"200"}),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", {b"413"}),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {b"400"}),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nConnection: close\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b" " * 4096 + b"\r\n" + b"4000\r\n" + b" " * 16384 + b"\r\n0\r\n\r\n",
         {b"413"}),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {b"501", b"405"}),
        (b"BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {b"400", b"501"}),
    ],
)  # fmt: skip
def test_what_is_too_much_or_no_request_is_refused(server, sent, statuses):
    with connected(server) as connection:
        with suppress(ConnectionResetError):
            connection.sendall(sent)
        data, seconds = until_closed(connection)
        assert data.split(b" ")[1] in statuses, data[:200]
        assert b"Traceback" not in data
        assert seconds < 8
    assert serves(server)


def test_a_client_that_asks_too_often_is_told_when_to_come_back(tmp_path):
    settings = SETTINGS.replace("requests_per_minute = 0", "requests_per_minute = 30").replace(
        "queries_per_minute = 0", 'queries_per_minute = 5\ntrusted_proxies = ["127.0.0.1"]'
    )
    found = make_project(tmp_path / "center", settings=settings, odd=False)
    with serving(found, ready=False) as server:
        time.sleep(4)

        def statuses(client, number, path="health"):
            return [server.ask(path, headers={"X-Forwarded-For": client}).status for _ in range(number)]

        assert set(statuses("192.0.2.1", 29)) <= {200, 503}
        limited = [server.ask("health", headers={"X-Forwarded-For": "198.51.100.9, 192.0.2.1"}) for _ in range(5)]
        assert limited[-1].status == 429
        assert 1 <= int(limited[-1].headers["retry-after"]) <= 3
        assert "ask again in" in json.loads(limited[-1].body)["detail"]
        assert statuses("192.0.2.2", 1) != [429]  # another client
        assert statuses("192.0.2.1, 192.0.2.3", 1) != [429]  # the proxy's word is the last one
        assert statuses("2001:db8::1", 30)[-1] != 429
        assert statuses("2001:db8::2", 2)[-1] == 429  # the same network
        assert 429 in statuses("192.0.2.4", 8, "sparql?query=ASK%7B%7D")
        assert statuses("192.0.2.4", 1) != [429]  # look-ups go on
        time.sleep(2.5)
        assert statuses("192.0.2.1", 1) != [429]
        assert (
            "ipcgraph_rate_limited_total"
            in server.ask("metrics", headers={"X-Forwarded-For": "192.0.2.77"}).body.decode()
        )


def test_nobody_is_believed_about_who_asks_but_a_trusted_proxy(tmp_path):
    settings = SETTINGS.replace("requests_per_minute = 0", "requests_per_minute = 10")
    found = make_project(tmp_path / "center", settings=settings, odd=False)
    with serving(found, ready=False) as server:
        seen = [server.ask("health", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status for number in range(14)]
    assert 429 in seen
