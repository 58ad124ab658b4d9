"""The SPARQL servers on which the store is tested, each started on loopback with a graph of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

from pyoxigraph import Quad, RdfFormat, serialize

VIRTUOSO = shutil.which("virtuoso-t") or "/usr/bin/virtuoso-t"
HERE = Path(__file__).parent
INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
MaxQueryMem = 1G
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = vsp
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {rows}
"""


@dataclass(frozen=True)
class Server:
    """Where a server is asked, and by whom it is written."""

    name: str
    query: str
    update: str
    graph_store: str = ""
    user: str = ""

    def toml(self, graph: str = "") -> str:
        """The table `[store]` for it."""
        lines = ["[store]", f'query = "{self.query}"', f'update = "{self.update}"', "timeout = 30"]
        lines += [f'graph-store = "{self.graph_store}"'] * bool(self.graph_store)
        lines += [f'graph = "{graph}"'] * bool(graph)
        lines += ['authentication = "digest"'] * bool(self.user)
        return "\n".join(lines) + "\n"

    def environment(self) -> dict[str, str]:
        """The variables with its credentials."""
        return {"IPCGRAPH_STORE_USER": self.user, "IPCGRAPH_STORE_PASSWORD": self.user} if self.user else {}


def lacking(name: str) -> str:
    """Why a server cannot be started here; empty where it can."""
    if name == "virtuoso" and not Path(VIRTUOSO).exists():
        return "no Virtuoso: make stores installs it"
    if name == "rdflib":
        try:
            import rdflib_endpoint  # noqa: F401
        except ImportError:
            return "no rdflib-endpoint: make stores installs it"
    return ""


@contextmanager
def running(name: str, folder: Path, *, quads: tuple[Quad, ...] = (), rows: int = 10_000) -> Iterator[Server]:
    """A server of this name, with these quads in its default graph where it has one; it ends with the block.

    `rows` is how many rows Virtuoso gives at most, as its own settings have it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    loaded = folder / "graph.nq"
    loaded.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    if name == "oxigraph":
        oxigraph = str(Path(sys.executable).with_name("oxigraph"))
        load = [oxigraph, "load", "--location", "store", "--file", str(loaded)]
        subprocess.run(load, cwd=folder, check=True, capture_output=True, timeout=60)
        command = [oxigraph, "serve", "--location", "store", "--bind", f"127.0.0.1:{port}"]
        server = Server(name, at + "/query", at + "/update", at + "/store")
    elif name == "virtuoso":
        (folder / "vsp").mkdir(exist_ok=True)
        (folder / "virtuoso.ini").write_text(INI.format(sql=free_port(), port=port, rows=rows))
        command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
        server = Server(name, at + "/sparql", at + "/sparql-auth", at + "/sparql-graph-crud-auth", "dba")
    else:
        command = [sys.executable, "-W", "ignore", str(HERE / "rdflib_server.py"), str(port), str(loaded)]
        server = Server(name, at + "/sparql", at + "/sparql")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(server.query, process)
        yield server
    finally:
        process.kill()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        assert server.poll() is None, "the server ended at once"
        try:
            with direct.open(f"{address}?query=ASK%7B%7D", timeout=5):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("the server did not answer within 30 s")
