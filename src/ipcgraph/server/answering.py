"""Answers of worker processes as HTTP: asked once for all who want the same, kept for a while, whole or refused."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from ipcgraph.server.answercache import AnswerCache, Key
from ipcgraph.server.outcomes import Answered, Outcome, Refused, Task
from ipcgraph.server.pool import CLIENT_GONE
from ipcgraph.server.responses import has_already, http_date, problem
from ipcgraph.server.service import service_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from starlette.requests import Request

    from ipcgraph.server.outcomes import Plain
    from ipcgraph.server.snapshot import Snapshot

NETWORK_SECONDS: Final = 3.0
"""Seconds in which a process that knows networks makes one; it is kept for the next."""
KEPT_BYTES: Final = 32 << 20
"""Bytes of answers that are kept in all."""
_PIECE: Final = 1 << 16


class Answers:
    """Answers by key, some of them kept; what many ask for at the same time is made once."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._kept = AnswerCache(most)
        self._coming: dict[Key, asyncio.Future[Outcome]] = {}

    async def get(self, key: Key, make: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The answer under this key, made where there is none."""
        if found := self._kept.find(key):
            return found
        if key in self._coming:
            outcome = await asyncio.shield(self._coming[key])
            return outcome if _is_for_all(outcome) else await make()
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._coming[key] = waiting
        # Who asked first may leave; the others are told to ask again.
        outcome = Refused(503, "this was given up; ask again", retry_after=1)
        try:
            outcome = await make()
        finally:
            del self._coming[key]
            waiting.set_result(outcome)
        if isinstance(outcome, Answered):
            self._kept.keep(key, outcome)
        return outcome


def _is_for_all(outcome: Outcome) -> bool:
    """Whether an outcome is as good for others: a file is read once only, and that one client left is no refusal."""
    if isinstance(outcome, Refused):
        return outcome.sentence != CLIENT_GONE
    return outcome.file is None


def answers_of(request: Request) -> Answers:
    """The answers that the application keeps."""
    state = request.app.state
    if not hasattr(state, "answers"):
        state.answers = Answers()
    found: Answers = state.answers
    return found


def key_of(snapshot: Snapshot, *parts: object) -> Key:
    """What tells one answer from all others: the build, and everything that was asked."""
    asked = "\x00".join(map(repr, parts)).encode("utf-8", "replace")
    return Key(snapshot.tag, hashlib.sha256(asked).hexdigest()[:20])


def etag_of(key: Key) -> str:
    """The entity tag of the answer under a key."""
    return f'"{key.tag}-{key.digest}"'


def fresh_headers(snapshot: Snapshot, key: Key) -> dict[str, str]:
    """The headers by which a client sees that it has the answer already."""
    return {"ETag": etag_of(key), "Last-Modified": http_date(snapshot.changed), "Cache-Control": "no-cache"}


def not_modified(request: Request, snapshot: Snapshot, key: Key) -> Response | None:
    """The answer to who has it already, else None."""
    if not has_already(request, etag=etag_of(key), changed=snapshot.changed):
        return None
    return Response(status_code=304, headers={**fresh_headers(snapshot, key), "Vary": "Accept"})


def client_of(request: Request) -> str:
    """Who asks, as far as turns and limits go."""
    named = request.scope.get("ipcgraph.client")
    return str(named) if named else request.client.host if request.client else ""


def network_task(function: str, snapshot: Snapshot, arguments: Mapping[str, object], client: str) -> Task:
    """A task that needs what networks are made with, which takes a while to import."""
    plain = cast("Mapping[str, Plain]", arguments)
    return Task(function, snapshot.store, plain, client, patience=NETWORK_SECONDS)


async def outcome_of(request: Request, task: Task, key: Key, *, keep: bool = True) -> Outcome:
    """What a worker process makes of a task."""
    pool = service_of(request).pool
    if pool is None:
        return Refused(503, "this server answers no queries now", retry_after=5)
    receive = request.receive
    if not keep:
        return await pool.run(task, receive=receive)
    return await answers_of(request).get(key, lambda: pool.run(task, receive=receive))


async def whole_body(outcome: Answered) -> bytes:
    """The bytes of an answer, wherever they are."""
    if outcome.file is None:
        return outcome.body
    with outcome.file as file:
        return await run_in_threadpool(file.read)


def reply(request: Request, outcome: Outcome, headers: Mapping[str, str], *, media_type: str = "") -> Response:
    """The answer as it goes to the client; a refusal says why, and what is written to a file comes from there."""
    if isinstance(outcome, Refused):
        return refusal(request, outcome)
    content_type = media_type or outcome.media_type
    told = {"Vary": "Accept", **headers, "Content-Type": content_type, "Content-Length": str(outcome.size)}
    if outcome.file is None:
        return Response(outcome.body, headers=told)
    if request.method == "HEAD":
        outcome.file.close()
        return Response(headers=told)
    return StreamingResponse(_pieces(outcome.file), headers=told)


def refusal(request: Request, refused: Refused) -> Response:
    """The answer that says why there is none."""
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}
    if refused.line:
        place = refused.line, refused.column
        return problem(request, refused.status, refused.sentence, headers=headers, line=place[0], column=place[1])
    return problem(request, refused.status, refused.sentence, headers=headers)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        await run_in_threadpool(file.seek, 0)
        while piece := await run_in_threadpool(file.read, _PIECE):
            yield piece
