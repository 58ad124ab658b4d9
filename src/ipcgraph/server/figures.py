"""The figures of a server, as Prometheus reads them (text format 0.0.4)."""

from __future__ import annotations

import resource
import time
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.server.service import Service

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds, in seconds, by which requests are counted."""
_POOL: Final = {
    "processes": "gauge", "running": "gauge", "waiting": "gauge", "answered": "counter", "refused": "counter",
    "late": "counter", "started": "counter",
}  # fmt: skip


class Figures:
    """What has been asked since the server was started. Kinds of requests have names of ours: none is from outside."""

    def __init__(self) -> None:
        self.began = time.time()
        self.running = 0
        self.connections = 0
        self.refused_connections = 0
        self.slow_connections = 0
        self.limited = 0
        self.reloads = 0
        self.failed_reloads = 0
        self._requests: dict[tuple[str, int], int] = {}
        self._seconds: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._bytes: dict[str, int] = {}

    def count(self, route: str, status: int, seconds: float, size: int) -> None:
        """Counts one request that was answered."""
        key = (route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        counts = self._seconds.get(route)
        if counts is None:
            counts = self._seconds[route] = [0] * (len(BOUNDS) + 1)
        counts[bisect_left(BOUNDS, seconds)] += 1
        self._sums[route] = self._sums.get(route, 0.0) + seconds
        self._bytes[route] = self._bytes.get(route, 0) + size

    def text(self, service: Service) -> str:
        """All figures, those of the pool and of the process among them."""
        return "\n".join([*self._of_requests(), *self._of_server(), *_of_service(service), *_of_process(self), ""])

    def _of_requests(self) -> Iterator[str]:
        yield from _head("ipcgraph_requests_total", "counter", "Requests answered.")
        for (route, status), number in sorted(self._requests.items()):
            yield f'ipcgraph_requests_total{{route="{route}",status="{status}"}} {number}'
        yield from _head("ipcgraph_request_seconds", "histogram", "Seconds from a request to the end of its answer.")
        for route, counts in sorted(self._seconds.items()):
            told = 0
            for bound, number in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
                told += number
                yield f'ipcgraph_request_seconds_bucket{{route="{route}",le="{bound}"}} {told}'
            yield f'ipcgraph_request_seconds_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'ipcgraph_request_seconds_count{{route="{route}"}} {told}'
        yield from _head("ipcgraph_response_bytes_total", "counter", "Bytes of answers.")
        for route, number in sorted(self._bytes.items()):
            yield f'ipcgraph_response_bytes_total{{route="{route}"}} {number}'

    def _of_server(self) -> Iterator[str]:
        yield from _one("ipcgraph_requests_running", "gauge", "Requests that are being answered.", self.running)
        yield from _one("ipcgraph_connections", "gauge", "Open connections.", self.connections)
        refused, slow = self.refused_connections, self.slow_connections
        yield from _one("ipcgraph_connections_refused_total", "counter", "Connections past the limits.", refused)
        yield from _one("ipcgraph_connections_slow_total", "counter", "Connections ended for being too slow.", slow)
        yield from _one("ipcgraph_rate_limited_total", "counter", "Requests past a client's rate.", self.limited)
        yield from _one("ipcgraph_reloads_total", "counter", "Builds that came into use after the first.", self.reloads)
        failed = self.failed_reloads
        yield from _one("ipcgraph_reloads_failed_total", "counter", "Builds that could not be opened.", failed)


def _of_service(service: Service) -> Iterator[str]:
    yield from _one("ipcgraph_ready", "gauge", "Whether a build is in use.", int(service.ready))
    if service.ready:
        snapshot, shelf = service.snapshot, service.snapshot.shelf
        yield from _head("ipcgraph_build_info", "gauge", "The build in use.")
        told = f'version="{__version__}",build="{snapshot.build.name}",tag="{snapshot.tag}"'
        yield f"ipcgraph_build_info{{{told}}} 1"
        whole = int(snapshot.site.state == "ready")
        yield from _one("ipcgraph_site_ready", "gauge", "Whether lists, dumps and the like are made.", whole)
        yield from _one("ipcgraph_cache_bytes", "gauge", "Bytes of documents in memory.", shelf.size)
        yield from _one("ipcgraph_cache_documents", "gauge", "Documents in memory.", len(shelf))
        yield from _one("ipcgraph_cache_hits_total", "counter", "Documents found in memory.", shelf.hits)
        yield from _one("ipcgraph_cache_misses_total", "counter", "Documents that were made.", shelf.misses)
    if service.pool is not None:
        figures = service.pool.figures()
        for name, kind in _POOL.items():
            whole_name = f"ipcgraph_pool_{name}{'_total' if kind == 'counter' else ''}"
            yield from _one(whole_name, kind, f"Of the processes for queries: {name}.", getattr(figures, name))


def _of_process(figures: Figures) -> Iterator[str]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    yield from _one("process_cpu_seconds_total", "counter", "Processor time.", round(seconds, 3))
    yield from _one("process_start_time_seconds", "gauge", "Since 1970.", round(figures.began, 3))
    status, opened = Path("/proc/self/statm"), Path("/proc/self/fd")
    if status.is_file():
        pages = int(status.read_text(encoding="ascii").split()[1])
        resident = pages * resource.getpagesize()
        yield from _one("process_resident_memory_bytes", "gauge", "Memory of the server process.", resident)
    if opened.is_dir():
        yield from _one("process_open_fds", "gauge", "Open files and sockets.", len(list(opened.iterdir())))


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _one(name: str, kind: str, about: str, value: float) -> Iterator[str]:
    yield from _head(name, kind, about)
    yield f"{name} {value}"
