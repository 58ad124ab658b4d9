"""Serving: the server process, from the socket it listens on to the last request it finishes."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    import uvicorn

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.server.limits import Limits
    from ipcgraph.server.reloading import Follower
    from ipcgraph.server.requestlog import RequestLog, Style
    from ipcgraph.settings import Settings


class Listening(NamedTuple):
    """Where a server listens, and as what it is known."""

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    """The path of the root as clients see it, where no address says it."""
    log: Style = "text"
    """How requests are logged."""


def run(
    settings: Settings,
    configuration: Configuration,
    build: Path,
    *,
    limits: Limits,
    listening: Listening = Listening(),  # noqa: B008  # a value, never changed
    notice: Callable[[str], None],
) -> None:
    """Serves a build, and each new one, until the process is told to stop (SIGTERM, SIGINT).

    Raises MissingExtraError without the extra `server`, UsageError where it cannot listen there.
    """
    try:
        import httptools  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("a server needs packages of its own; run: pip install 'ipcgraph[server]'") from error
    gc.enable()  # the command line, whose processes are short, does without
    _keep_few_arenas()
    bound = _bind(listening)
    here = _address(bound, listening.root_path)
    configuration = configuration._replace(address=configuration.address or here)
    if not configuration.endpoint:
        configuration = configuration._replace(endpoint=configuration.address + "sparql")
    with bound, asyncio.Runner(loop_factory=_loops()) as runner:
        told = "" if configuration.address == here else f" to serve {configuration.address}"
        notice(f"listening on {_address(bound, _path_of(configuration))}{told} (Ctrl-C stops)")
        runner.run(_serve(settings, configuration, build, limits=limits, bound=bound, log=listening.log, notice=notice))


async def _serve(
    settings: Settings,
    configuration: Configuration,
    build: Path,
    *,
    limits: Limits,
    bound: socket.socket,
    log: Style,
    notice: Callable[[str], None],
) -> None:
    from ipcgraph.server.application import application
    from ipcgraph.server.clients import Proxies
    from ipcgraph.server.connection import Connections
    from ipcgraph.server.figures import Figures
    from ipcgraph.server.pool import Pool
    from ipcgraph.server.reloading import Follower
    from ipcgraph.server.requestlog import RequestLog
    from ipcgraph.server.service import Service

    figures, proxies = Figures(), Proxies(limits.trusted_proxies)
    requests = RequestLog(sys.stdout, log)
    service = Service(settings, limits, Pool(limits))
    gate = application(service, root=_path_of(configuration), proxies=proxies, figures=figures, log=requests)
    server = _server(gate, limits, Connections(limits, proxies, figures))
    follower = Follower(service, configuration, figures, notice)
    _heed_signals(server, follower)
    following = asyncio.create_task(_follow(follower, build, server, notice))
    try:
        await server.serve(sockets=[bound])
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        if service.pool is not None:
            await service.pool.close()
        follower.close()
        _end_log(requests)


async def _follow(follower: Follower, build: Path, server: uvicorn.Server, notice: Callable[[str], None]) -> None:
    """Opens the first build, without which there is nothing to serve, and then each new one."""
    try:
        await follower.begin(build)
    except BaseException:
        server.should_exit = True
        raise
    notice(f"serving {build.name}")
    await follower.follow()


def _server(gate: object, limits: Limits, connections: object) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn's server, which leaves signals to us: it would raise them again at its end."""

        def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # as it is used
            return nullcontext()

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("ipcgraph: %(message)s"))
    logging.getLogger("uvicorn.error").handlers = [handler]
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").propagate = False
    return Server(
        uvicorn.Config(
            gate,  # type: ignore[arg-type]  # an application
            http=connections.protocol,  # type: ignore[attr-defined]  # what makes a protocol, as a class does
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=max(1, round(limits.idle_seconds)),
            timeout_graceful_shutdown=max(1, round(limits.stop_seconds)),
        )
    )


def _heed_signals(server: uvicorn.Server, follower: Follower) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, follower.woken.set)


def _end_log(log: RequestLog) -> None:
    with suppress(OSError):
        log.flush()


def _keep_few_arenas() -> None:
    """Lets threads share their memory, where the C library can: what each keeps for itself adds up."""
    import ctypes

    arena_max, arenas = -8, 2  # M_ARENA_MAX of <malloc.h> of glibc
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(arena_max, arenas)


def _loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes event loops: uvloop's where there is uvloop."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _bind(listening: Listening) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            listening.host, listening.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen(1024)
    except (OSError, OverflowError, UnicodeError) as error:
        where = f"{listening.host}:{listening.port}"
        raise UsageError(f"{where} cannot be listened on ({error}); give another --host or --port") from error
    return bound


def _address(bound: socket.socket, root_path: str) -> str:
    """The address by which this machine finds a socket."""
    host, port = bound.getsockname()[:2]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    path = root_path.strip("/")
    return f"http://{shown}:{port}/{path}{'/' if path else ''}"


def _path_of(configuration: Configuration) -> str:
    """The path of the root of the server as clients see it."""
    from urllib.parse import urlsplit

    return urlsplit(configuration.address).path or "/"
