"""What several tests need: a real SPARQL server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

OXIGRAPH = str(Path(sys.executable).with_name("oxigraph"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What skips on a machine that lacks something fails in CI, where nothing may be lacking."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_proxy_to_loopback() -> Iterator[None]:
    """Where the environment names a proxy, the servers of the tests are still asked directly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session")
def made_assets() -> None:
    """Skips where what pictures and pages are made with was not built, since npm could not be reached."""
    from ipcgraph.errors import ProjectError
    from ipcgraph.shipped import asset

    try:
        asset("network.js")
    except ProjectError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes], str]]:
    """Starts `oxigraph serve` on loopback, loaded with N-Quads, and gives its address; `/query` and `/update` follow it.

    One server for each graph; all end with the session. Port 0 is not taken by it, so a free port is tried.
    """
    addresses: dict[bytes, str] = {}
    servers: list[subprocess.Popen[bytes]] = []

    def start(quads: bytes) -> str:
        if quads not in addresses:
            file = tmp_path_factory.mktemp("oxigraph") / "graph.nq"
            file.write_bytes(quads)
            folder = file.with_name("store")
            load = [OXIGRAPH, "load", "--location", str(folder), "--file", str(file)]
            subprocess.run(load, check=True, capture_output=True, timeout=60)
            address = f"127.0.0.1:{_free_port()}"
            serve = [OXIGRAPH, "serve", "--location", str(folder), "--bind", address]
            servers.append(subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            _wait_for(f"http://{address}/query?query=ASK%7B%7D", servers[-1])
            addresses[quads] = f"http://{address}"
        return addresses[quads]

    yield start
    for server in servers:
        server.kill()
        server.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(200):
        assert server.poll() is None, "oxigraph serve ended at once"
        try:
            with direct.open(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("oxigraph serve did not answer within 10 s")
