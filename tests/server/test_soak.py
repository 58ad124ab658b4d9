"""Fifty clients for twenty seconds: nothing fails but what says that it is busy. `make soak` does it for ten minutes."""

from tests.server.projects import make_project
from tests.server.running import serving
from tests.server.soaking import UNLIMITED, soak, things_of


def test_fifty_clients_are_answered(tmp_path):
    settings = make_project(tmp_path / "center", odd=False)
    with serving(settings, environment=UNLIMITED, whole=True) as server:
        done = soak(server, things_of(settings), clients=50, seconds=20)
        assert server.process.poll() is None
        assert server.ask("health").status == 200
    assert not done.refused
    assert {200, 303, 404, 406} <= set(done.answers)
    assert done.answers[200] > 100
    # In so short a time memories are still being filled; that it stays flat is for the long run to say.
    assert done.late < done.early + 60
    assert not [line for line in server.lines if "Traceback" in line]
