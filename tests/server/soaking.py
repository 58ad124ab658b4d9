"""Many clients for a long time: what they were answered, and whether the server's memory stays as it is.

`python -m tests.server.soaking --seconds 600 --clients 50` serves the Industrial Performance Center and asks it.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.server.running import serving

from ipcgraph import project
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import find_project

UNLIMITED = {
    "IPCGRAPH_SERVER_REQUESTS_PER_MINUTE": "0",
    "IPCGRAPH_SERVER_QUERIES_PER_MINUTE": "0",
    "IPCGRAPH_SERVER_CONNECTIONS_PER_CLIENT": "0",
}
SUFFIXES = (".html", ".ttl", ".jsonld", ".nt", ".rdf", ".schema.jsonld", ".bib")
ACCEPTS = ("text/html", "text/turtle", "application/ld+json", "application/pdf", "*/*", "text/turtle;q=0")
FILES = ("", "person/", "work/", "data.html", "assets/site.css", "sitemap.xml", "dumps/graph.nq.gz", ".well-known/void",
         "nothing", "health", "metrics")  # fmt: skip
QUESTIONS = (
    "sparql?query=" + quote("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n) LIMIT 10"),
    "sparql?query=" + quote("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 50"),
    "sparql?query=" + quote("SELECT nonsense"),
    "query/people.csv",
    "query/works.json",
    "network/coauthorship.gexf",
    "search?q=berger",
)


class Soaked(NamedTuple):
    """What came of it."""

    answers: Counter
    """How many of each status; an exception of the client counts by its name."""
    refused: Counter
    """Of those that are not deliberate, the paths."""
    early: float
    """Resident memory of the server after the first part of the time, in MB."""
    late: float
    """The same at the end."""
    seconds: list

    @property
    def growth(self):
        return self.late / self.early - 1


class _Client(threading.Thread):
    def __init__(self, port, things, seed, until):
        super().__init__(daemon=True)
        self.port, self.things, self.until = port, things, until
        self.chance = random.Random(seed)
        self.answers: Counter = Counter()
        self.refused: Counter = Counter()
        self.seconds: list = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while time.monotonic() < self.until:
            path, headers = self.some()
            start = time.monotonic()
            try:
                connection.request("GET", "/" + path, headers=headers)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                self.refused[f"{type(error).__name__} {path}"] += 1
                connection.close()
                continue
            self.seconds.append(time.monotonic() - start)
            self.answers[answer.status] += 1
            # What is deliberate says why, in one of the forms of a problem.
            deliberate = answer.status == 503 and (b'"status": 503' in body or b"503 Service Unavailable" in body)
            if answer.status >= 500 and not deliberate:
                self.refused[f"{answer.status} {path}"] += 1
        connection.close()

    def some(self):
        """A request as they come: mostly documents, some IRIs, lists and files, a few questions."""
        kind = self.chance.random()
        thing = quote(self.chance.choice(self.things))
        packed = {"Accept-Encoding": "gzip"} if self.chance.random() < 0.5 else {}
        if kind < 0.55:
            return thing + self.chance.choice(SUFFIXES), packed
        if kind < 0.75:
            return thing, {"Accept": self.chance.choice(ACCEPTS)}
        if kind < 0.93:
            return self.chance.choice(FILES), packed
        return self.chance.choice(QUESTIONS), {}


def soak(server, things, *, clients, seconds):
    """Asks a server for so long; memory is looked at after a third of the time and at the end."""
    until = time.monotonic() + seconds
    asking = [_Client(server.port, things, seed, until) for seed in range(clients)]
    for each in asking:
        each.start()
    time.sleep(seconds / 3)
    early = resident(server.process.pid)
    for each in asking:
        each.join(timeout=seconds + 120)
    late = resident(server.process.pid)
    server.lines[:] = server.lines[-1000:]
    answers = sum((each.answers for each in asking), Counter())
    refused = sum((each.refused for each in asking), Counter())
    return Soaked(answers, refused, early, late, sorted(each for one in asking for each in one.seconds))


def resident(process):
    """The resident memory of a process in MB."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1e6


def things_of(settings):
    """The paths of all things of a project's graph."""
    build = project.build(settings).folder
    with Reading.open(build / "store", base=settings.base) as reading:
        return [iri.removeprefix(settings.base) for iri in reading.iris()]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--clients", type=int, default=50)
    options = arguments.parse_args()
    from tests.server.test_same_bytes import ipc

    with tempfile.TemporaryDirectory() as name:
        settings = find_project(ipc(Path(name) / "project").root)
        with serving(settings, environment=UNLIMITED, whole=True) as server:
            done = soak(server, things_of(settings), clients=options.clients, seconds=options.seconds)
    number = len(done.seconds)
    print(
        f"{number:,} requests, {number / options.seconds:,.0f} a second; p99 {done.seconds[number * 99 // 100] * 1000:.0f} ms"
    )
    print(f"statuses: {dict(sorted(done.answers.items(), key=str))}")
    print(f"memory: {done.early:.0f} MB after a third of the time, {done.late:.0f} MB at the end ({done.growth:+.1%})")
    for what, times in done.refused.most_common(10):
        print(f"not deliberate: {what} ({times})")
    return 0 if not done.refused and done.growth < 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
