"""A new build comes into use while the server is asked: nothing is dropped, and each answer is of one build."""

import http.client
import os
import signal
import threading
import time

import pytest
from tests.published_site import KNOWN
from tests.server.projects import SETTINGS, make_project
from tests.server.running import serving, wait_for

from ipcgraph import project
from ipcgraph.settings import find_project

NEW = "- {id: person/zoe-new, type: Person, name: Zoë New, evidence: brochure#L11}\n"


class Asking(threading.Thread):
    """One client that asks again and again over one connection, and notes what is not as it should be."""

    def __init__(self, port, paths):
        super().__init__(daemon=True)
        self.port, self.paths = port, paths
        self.stopped = threading.Event()
        self.wrong = []
        self.answers = 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stopped.is_set():
            for path in self.paths:
                try:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    body = answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self.wrong.append((path, repr(error)))
                    connection.close()
                    continue
                self.answers += 1
                if answer.status != 200 or not body:
                    self.wrong.append((path, answer.status))
        connection.close()


def wait_until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it has not come so far"
        time.sleep(0.1)


@pytest.fixture
def center(tmp_path):
    return make_project(tmp_path / "center", odd=False)


def test_no_request_is_dropped_while_builds_change(center):
    with serving(center, whole=True) as server:
        query = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D"
        paths = [f"/{KNOWN}.html", f"/{KNOWN}.ttl", "/", "/assets/site.css", "/person/", "/health", query]
        clients = [Asking(server.port, paths) for _ in range(4)]
        for client in clients:
            client.start()
        assert server.ask("person/zoe-new.ttl").status == 404
        before = server.ask(KNOWN + ".ttl").headers
        (center.root / "data" / "new.yaml").write_text(NEW, encoding="utf-8")
        first = project.build(center).folder.name
        wait_until(lambda: first in server.ask("health").body.decode())
        assert server.ask("person/zoe-new.ttl").status == 200
        after = server.ask(KNOWN + ".ttl").headers
        assert after["etag"] == before["etag"]  # nothing new is said of it
        (center.root / "data" / "new.yaml").unlink()
        second = project.build(center).folder.name
        os.kill(server.process.pid, signal.SIGHUP)
        wait_until(lambda: second in server.ask("health").body.decode())
        assert server.ask("person/zoe-new.ttl").status == 404
        time.sleep(2)
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(timeout=30)
        assert [client.wrong for client in clients] == [[], [], [], []]
        assert sum(client.answers for client in clients) > 200
        assert "ipcgraph_reloads_total 2" in server.ask("metrics").body.decode()


def test_lists_follow_when_they_are_made(center):
    with serving(center, whole=True) as server:
        assert b"zoe-new" not in server.ask("person/").body
        (center.root / "data" / "new.yaml").write_text(NEW, encoding="utf-8")
        project.build(center)
        wait_until(lambda: b"zoe-new" in server.ask("person/").body, seconds=90)


def test_a_build_that_cannot_be_opened_leaves_the_last_one_in_use(center):
    with serving(center, whole=True) as server:
        folder = center.build_folder
        broken = folder / "build-broken"
        broken.mkdir()
        (broken / "manifest.json").write_text("{}", encoding="utf-8")
        (broken / "queries.json").write_text("[]", encoding="utf-8")
        link = folder / "current.new"
        link.symlink_to("build-broken")
        link.replace(folder / "current")
        wait_until(lambda: "build-broken cannot be served" in server.said())
        assert server.ask(KNOWN + ".ttl").status == 200
        wait_for(server)
        assert "ipcgraph_reloads_failed_total 1" in server.ask("metrics").body.decode()


def test_it_is_ready_at_once_when_it_was_served_before(center):
    with serving(center, whole=True):
        pass
    with serving(find_project(center.root), address="http://again.example/", whole=True):
        pass
    start = time.monotonic()
    with serving(find_project(center.root), address="http://again.example/", ready=True) as server:
        ready = time.monotonic() - start
        assert server.ask("person/").status == 200, "the lists were made anew"
    assert ready < 20  # most of it is Python's own start, on a machine with other work


def test_the_port_that_is_taken_is_said(center):
    import subprocess
    import sys

    with serving(center) as server:
        command = [sys.executable, "-m", "ipcgraph", "--project", str(center.root), "serve", "--port", str(server.port)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"127.0.0.1:{server.port} cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_of_the_server_are_checked(tmp_path):
    from ipcgraph.errors import SettingsError
    from ipcgraph.server.limits import read_limits

    found = make_project(
        tmp_path / "center", odd=False, settings=SETTINGS.replace("requests_per_minute = 0", 'query_memory = "2 GiB"')
    )
    assert read_limits(found).query_memory == 2 << 30
    assert read_limits(found, environment={"IPCGRAPH_SERVER_QUERY_SECONDS": "2.5"}).query_seconds == 2.5
    assert read_limits(found, environment={"IPCGRAPH_SERVER_TRUSTED_PROXIES": "10.0.0.0/8 ::1"}).trusted_proxies == (
        "10.0.0.0/8",
        "::1",
    )
    for key, value, said in (
        ("query_second", "1", 'did you mean "query_seconds"'),
        ("query_seconds", '"soon"', "query_seconds is soon; write seconds"),
        ("query_seconds", "-1", "write seconds"),
        ("query_seconds", "true", "write seconds"),
        ("answer_bytes", '"64 MIB"', 'write bytes, such as "64 MiB"'),
        ("workers", "0", "a number from 1 to 64"),
        ("workers", "1.5", "a whole number"),
        ("trusted_proxies", '["proxy.example"]', "write addresses or networks"),
    ):  # fmt: skip
        text = SETTINGS.replace("requests_per_minute = 0", f"{key} = {value}")
        found.file.write_text(text, encoding="utf-8")
        line = text.splitlines().index(f"{key} = {value}") + 1
        with pytest.raises(SettingsError, match=f"ipcgraph.toml:{line}: .*{said}"):
            read_limits(found)
