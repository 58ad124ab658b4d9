"""A client that asks cheap queries, each another one, from a process of its own, and prints how long each took.

`python -m tests.server.honest_client ENDPOINT COUNT` ends after so many, or when its standard input closes.
"""

import json
import re
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

QUERY = "SELECT ?name {{ ?person <http://xmlns.com/foaf/0.1/name> ?name }} ORDER BY ?name LIMIT 20 # {}"
PAUSE = 0.01
ENDLESS = 10**9


class Felt(NamedTuple):
    """How long each query took, in seconds, and what was answered that should not be."""

    took: list
    wrong: list


def ask(endpoint, count):
    """Asks until the standard input closes."""
    parts = re.match(r"http://([^:/]+):(\d+)(.*)", endpoint)
    assert parts
    ended = threading.Event()

    def wait_for_end():
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    connection = HTTPConnection(parts[1], int(parts[2]), timeout=30)
    felt = Felt([], [])
    for number in range(count):
        start = time.monotonic()
        connection.request("GET", f"{parts[3]}?query={quote(QUERY.format(f'{start} {number}'))}")
        answer = connection.getresponse()
        body = answer.read()
        felt.took.append(time.monotonic() - start)
        if answer.status != 200 or len(json.loads(body)["results"]["bindings"]) < 10:
            felt.wrong.append((answer.status, body[:200].decode("utf-8", "replace")))
        if ended.wait(PAUSE):
            break
    connection.close()
    return felt


def started(endpoint, count=ENDLESS):
    """Starts the client; `felt` ends it and gives what it felt."""
    command = [sys.executable, "-m", "tests.server.honest_client", endpoint, str(count)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def felt(client, *, wait=False):
    """What the client felt: all that it was to ask with `wait`, else until now."""
    if wait:
        client.wait(timeout=120)
    told, _ = client.communicate(timeout=60)
    return Felt(*json.loads(told))


if __name__ == "__main__":
    print(json.dumps(ask(sys.argv[1], int(sys.argv[2]))))
