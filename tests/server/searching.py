"""The search of a server that runs: waited for, since a process of its own makes its index."""

import time


def wait_for_search(running, *, seconds=120):
    """Waits until a server's search answers."""
    end = time.monotonic() + seconds
    while (answer := running.ask("suggest?q=x")).status == 503:
        assert time.monotonic() < end, f"{answer.body!r}\n{running.said()}"
        time.sleep(0.1)
    assert answer.status == 200, f"{answer.body!r}\n{running.said()}"
