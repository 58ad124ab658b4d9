"""A real server in a process of its own: `ipcgraph serve` on a free port of loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.web_servers import ask

ROOT = Path(__file__).parents[2]


class Running(NamedTuple):
    """A server that runs."""

    address: str
    """The address at which it can be asked; ends with `/`."""
    process: subprocess.Popen
    lines: list
    """What it has said so far, line by line."""

    @property
    def port(self):
        return urlsplit(self.address).port

    def said(self):
        return "\n".join(self.lines)

    def ask(self, path="", accept=None, **more):
        return ask(self.address + path, accept, **more)


@contextmanager
def serving(project, *options, address="", environment=None, ready=True, whole=False):
    """`ipcgraph serve` for a project's settings or its folder; ended at the end, and killed if it does not end.

    With `ready` it is waited for until `/health` says so; with `whole` until also the files of no thing are made.
    """
    folder = project if isinstance(project, Path) else project.root
    command = [sys.executable, "-m", "ipcgraph", "--project", str(folder), "serve", "--port", "0", *options]
    command += ["--address", address] if address else []
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **(environment or {})}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables)
    lines: list[str] = []
    listening = _Lines(process, lines)
    reader = threading.Thread(target=listening.read, daemon=True)
    reader.start()
    try:
        running = Running(listening.address(), process, lines)
        if ready or whole:
            wait_for(running, whole=whole)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def free_port():
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Lines:
    def __init__(self, process, lines):
        self._process, self._lines = process, lines

    def read(self):
        for line in self._process.stdout:
            self._lines.append(line.rstrip("\n"))

    def address(self, seconds=60):
        """Where it listens, as its first lines say."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self._lines):
                if found := re.search(r"listening on (http://\S+)", line):
                    return found[1]
            assert self._process.poll() is None, "\n".join(self._lines)
            time.sleep(0.02)
        raise AssertionError("the server does not say where it listens:\n" + "\n".join(self._lines))


def wait_for(running, *, whole=False, seconds=300):
    """Waits until a server says that it is ready; with `whole`, until all of the site is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert running.process.poll() is None, running.said()
        try:
            answer = running.ask("health")
        except OSError:
            time.sleep(0.05)
            continue
        if answer.status == 200 and (not whole or b'"site": "ready"' in answer.body):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server is not ready: {answer.body!r}\n{running.said()}")
