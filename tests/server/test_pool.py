"""The pool of worker processes: whole answers, ended processes, whose turn it is, and nothing left behind."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store
from tests.center_project import make_center

from ipcgraph.errors import StoreError
from ipcgraph.project import fresh_build
from ipcgraph.server.limits import Limits
from ipcgraph.server.outcomes import Answered, Refused, Task
from ipcgraph.server.pool import Pool
from ipcgraph.server.turns import Turns

JSON = "application/sparql-results+json"
NAMES = "SELECT ?name { ?person <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
HUNGRY = (
    "SELECT ?size { BIND('aaaaaaaaaaaaaaaaaaaa' AS ?b0)"
    + "".join(f" BIND(CONCAT(?b{step}, ?b{step}) AS ?b{step + 1})" for step in range(40))
    + " BIND(STRLEN(?b40) AS ?size) }"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return fresh_build(make_center(tmp_path_factory.mktemp("pool") / "center")) / "store"


def with_pool(store, test, **limits):
    """Runs a test of a pool: a coroutine that takes the pool and a function that makes it answer a query."""

    async def run():
        pool = Pool(Limits(**{"query_seconds": 20.0, **limits}))
        await pool.start(store)
        await settled(pool)

        async def ask(text, client="one", media_type=JSON, **more):
            return await pool.run(Task("tasks.sparql", store, {"text": text, "media_type": media_type}, client), **more)

        try:
            return await test(pool, ask)
        finally:
            await pool.close()

    return asyncio.run(run())


async def settled(pool, running=0, processes=4):
    """Waits until so many tasks run and all processes are there, and gives the figures."""
    for _ in range(200):
        figures = pool.figures()
        if figures.running == running and figures.processes == processes and not figures.waiting:
            return figures
        await asyncio.sleep(0.02)
    raise AssertionError(pool.figures())


def state_of(pid):
    """The state of a process, as `ps` shows it; None where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_an_answer_is_what_the_store_says(store):
    async def test(pool, ask):
        answer = await ask(NAMES)
        assert isinstance(answer, Answered)
        found = Store.read_only(str(store)).query(NAMES)
        assert isinstance(found, QuerySolutions)
        expected = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"")
        assert json.loads(answer.body) == expected
        assert answer.size == len(answer.body)
        assert expected["results"]["bindings"]

    with_pool(store, test)


def test_a_large_answer_comes_whole_in_a_file_without_a_name(store):
    async def test(pool, ask):
        answer = await ask(LARGE, media_type="text/csv")
        assert answer.file is not None
        with answer.file as file:
            content = file.read()
        assert len(content) == answer.size
        assert content.count(b"\r\n") == 20_001

    with_pool(store, test)


def test_too_large_an_answer_is_refused_and_its_process_goes_on(store):
    async def test(pool, ask):
        before = set(pool.pids())
        answer = await ask(LARGE)
        assert answer == Refused(413, answer.sentence)
        assert "1 MiB" in answer.sentence
        assert isinstance(await ask(NAMES), Answered)
        assert set(pool.pids()) == before

    with_pool(store, test, answer_bytes=1 << 20)


def test_what_takes_too_long_is_ended_in_time_and_replaced(store):
    async def test(pool, ask):
        before = set(pool.pids())
        start = time.monotonic()
        answer = await ask(ENDLESS)
        assert 2.0 <= time.monotonic() - start < 3.0
        assert answer.status == 503
        assert "2 s" in answer.sentence
        await settled(pool)
        (gone,) = before - set(pool.pids())
        for _ in range(100):
            if state_of(gone) is None:  # neither there nor a zombie
                return
            await asyncio.sleep(0.05)
        raise AssertionError(state_of(gone))

    with_pool(store, test, query_seconds=2.0)


def test_what_takes_too_much_memory_is_refused(store):
    async def test(pool, ask):
        answer = await ask(HUNGRY)
        assert answer.status == 503
        assert "memory" in answer.sentence
        assert isinstance(await ask(NAMES), Answered)

    with_pool(store, test, query_memory=200 << 20)


def test_what_overflows_the_stack_is_refused(store):
    # The endpoint never lets this through: here it is what ends the process.
    async def test(pool, ask):
        answer = await ask("ASK " + "{" * 4_000 + "}" * 4_000)
        assert answer.status == 400
        assert "nested too deep" in answer.sentence
        assert isinstance(await ask(NAMES), Answered)

    with_pool(store, test)


def test_a_process_that_is_killed_from_outside_is_replaced(store):
    async def test(pool, ask):
        for pid in (before := pool.pids()):
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        await settled(pool)
        assert not set(before) & set(pool.pids())
        assert isinstance(await ask(NAMES), Answered)

    with_pool(store, test)


def test_a_task_that_nobody_waits_for_is_ended(store):
    async def test(pool, ask):
        running = asyncio.ensure_future(ask(ENDLESS))
        await asyncio.sleep(0.3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        figures = await settled(pool)
        assert figures.late == 0

    with_pool(store, test)


def test_a_task_whose_client_hangs_up_is_ended(store):
    async def test(pool, ask):
        hung_up = asyncio.Event()

        async def receive():
            await hung_up.wait()
            return {"type": "http.disconnect"}

        running = asyncio.ensure_future(ask(ENDLESS, receive=receive))
        await asyncio.sleep(0.5)
        hung_up.set()
        assert "gone" in (await asyncio.wait_for(running, 1)).sentence
        await settled(pool)

    with_pool(store, test)


def test_one_client_leaves_a_process_for_others(store):
    async def test(pool, ask):
        greedy = [asyncio.ensure_future(ask(ENDLESS, "greedy")) for _ in range(20)]
        await asyncio.sleep(0.3)
        start = time.monotonic()
        for _ in range(50):
            assert isinstance(await ask(NAMES, "modest"), Answered)
        assert time.monotonic() - start < 1.5
        assert pool.figures().running <= 3
        for answer in await asyncio.gather(*greedy):
            assert answer.status == 503
            assert answer.retry_after > 0

    with_pool(store, test, query_seconds=4.0)


def test_too_many_waiting_are_sent_away_with_a_time_to_come_back(store):
    async def test(pool, ask):
        answers = [asyncio.ensure_future(ask(ENDLESS, f"client {number}")) for number in range(12)]
        start = time.monotonic()
        busy = [answer for answer in await asyncio.gather(*answers) if "busy" in answer.sentence]
        assert time.monotonic() - start < 3
        assert len(busy) >= 5
        assert all(answer.status == 503 and answer.retry_after > 0 for answer in busy)

    with_pool(store, test, waiting=4, query_seconds=2.0)


def test_a_client_with_a_long_line_makes_room_for_another(store):
    async def test(pool, ask):
        greedy = [asyncio.ensure_future(ask(ENDLESS, f"slow {number}")) for number in range(3)]
        await asyncio.sleep(0.1)
        greedy += [asyncio.ensure_future(ask(NAMES, "greedy")) for _ in range(4)]
        await asyncio.sleep(0.1)
        assert pool.figures().waiting == 4
        modest = asyncio.ensure_future(ask(NAMES, "modest"))
        await asyncio.sleep(0.1)
        assert not modest.done()
        assert sum(task.done() for task in greedy) == 1
        await asyncio.gather(modest, *greedy)

    with_pool(store, test, waiting=4, query_seconds=3.0)


def test_quick_tasks_behind_a_long_one_go_elsewhere(store):
    async def test(pool, ask):
        # All of one client, at once: some of the quick ones are sent behind the long one before it shows to be long.
        tasks = [asyncio.ensure_future(ask(ENDLESS))] + [asyncio.ensure_future(ask(NAMES)) for _ in range(6)]
        start = time.monotonic()
        answers = await asyncio.gather(*tasks[1:])
        assert time.monotonic() - start < 1.5
        assert all(isinstance(answer, Answered) for answer in answers)
        assert not tasks[0].done()
        await tasks[0]

    with_pool(store, test, query_seconds=3.0)


def test_a_thousand_tasks_of_many_clients_are_each_answered_as_asked(store):
    async def test(pool, ask):
        async def one(number):
            while True:
                answer = await ask(f"SELECT ({number} AS ?n) {{}}", f"client {number % 7}", "text/csv")
                if isinstance(answer, Answered):
                    return answer.body

        bodies = await asyncio.gather(*(one(number) for number in range(1_000)))
        assert bodies == [b"n\r\n%d\r\n" % number for number in range(1_000)]

    with_pool(store, test, waiting=2_000)


def test_processes_follow_to_a_new_store(store, tmp_path):
    other = tmp_path / "other"
    written = Store(str(other))
    written.add(Quad(*map(NamedNode, ("urn:x:a", "urn:x:b", "urn:x:c"))))
    written.flush()
    del written

    async def test(pool, ask):
        before = set(pool.pids())
        pool.follow(other)
        answer = await pool.run(
            Task("tasks.sparql", other, {"text": "SELECT ?s ?p ?o { ?s ?p ?o }", "media_type": "text/csv"})
        )
        assert answer.body == b"s,p,o\r\nurn:x:a,urn:x:b,urn:x:c\r\n"
        # Who began with the old store still gets it.
        assert (await ask(NAMES)).body.count(b"value") > 5
        for _ in range(200):
            if not before & set(pool.pids()):
                break
            await asyncio.sleep(0.05)
        await settled(pool)
        assert not before & set(pool.pids())

    with_pool(store, test)


def test_a_store_that_cannot_be_read_is_told_at_the_start(tmp_path):
    async def run():
        with pytest.raises(StoreError, match="cannot be read"):
            await Pool(Limits()).start(tmp_path / "none")

    asyncio.run(run())


def test_nothing_but_tasks_of_ours_is_run(store):
    async def test(pool, ask):
        for function in ("os.system", "tasks.Path", "worker.run", "tasks._open", "..tasks.sparql"):
            answer = await pool.run(Task(function, store, {}))
            assert isinstance(answer, Refused)
        assert isinstance(await ask(NAMES), Answered)

    with_pool(store, test)


def test_a_closed_pool_leaves_no_process_and_no_descriptor(store):
    before = len(list(Path("/proc/self/fd").iterdir()))
    pids = []

    async def test(pool, ask):
        slow = asyncio.ensure_future(ask(ENDLESS))
        large = await ask(LARGE)
        large.file.close()
        await asyncio.sleep(0.1)
        pids.extend(pool.pids())
        await pool.close()
        assert (await slow).status == 503
        assert (await ask(NAMES)).status == 503

    with_pool(store, test)
    assert [state_of(pid) for pid in pids] == [None] * 4
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_worker_processes_end_with_the_server(store, tmp_path):
    import subprocess
    import sys

    script = tmp_path / "server.py"
    script.write_text(
        "import asyncio, sys\nfrom pathlib import Path\nfrom ipcgraph.server.limits import Limits\n"
        "from ipcgraph.server.outcomes import Task\nfrom ipcgraph.server.pool import Pool\n"
        "async def run():\n    pool = Pool(Limits())\n    await pool.start(Path(sys.argv[1]))\n"
        "    print(*pool.pids(), flush=True)\n"
        "    await pool.run(Task('tasks.sparql', Path(sys.argv[1]), {'text': sys.argv[2], 'media_type': 'text/csv'}))\n"
        "asyncio.run(run())\n"
    )
    with subprocess.Popen([sys.executable, script, str(store), ENDLESS], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        time.sleep(0.3)
        server.kill()
    assert len(pids) == 4
    for _ in range(100):
        if all(state_of(pid) in {None, "Z"} for pid in pids):
            return
        time.sleep(0.02)
    raise AssertionError([state_of(pid) for pid in pids])


def test_turns_go_round_the_clients():
    turns: Turns[str] = Turns(10, lambda: 0.0)
    for job in ("a1", "a2", "a3", "b1", "c1", "b2"):
        assert turns.add(job[0], job) is None
    order = [turns.next(str.islower) for _ in range(6)]
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert turns.next(str.islower) is None


def test_turns_pass_over_who_may_not_start():
    turns: Turns[str] = Turns(10, lambda: 0.0)
    for job in ("a1", "a2", "b1"):
        turns.add(job[0], job)
    assert turns.next(lambda client: client == "b") == "b1"
    assert turns.next(lambda client: client == "b") is None
    assert len(turns) == 2


def test_what_a_client_has_used_is_forgotten_with_time():
    now = [0.0]
    turns: Turns[str] = Turns(10, lambda: now[0])
    turns.start("a")
    turns.end("a", 3.0)
    assert turns.is_heavy("a")
    now[0] = 60.0
    assert not turns.is_heavy("a")
    now[0] = 600.0
    turns.forget()
    assert not turns._clients
