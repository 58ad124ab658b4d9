"""The answers that are kept: those asked for last, up to a number of bytes, each of one build."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from ipcgraph.server.outcomes import Answered

_AROUND: Final = 400
"""Bytes that an entry takes besides its body, about."""


class Key(NamedTuple):
    """Of which build, and of what."""

    tag: str
    digest: str


class AnswerCache:
    """Answers by key; `most` is in bytes, and 0 keeps none. Answers in files are not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._answers: OrderedDict[Key, Answered] = OrderedDict()

    def find(self, key: Key) -> Answered | None:
        """The answer of this key, which is the one asked for last then."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def keep(self, key: Key, answer: Answered) -> None:
        """Keeps an answer, and lets go of those asked for longest ago."""
        size = answer.size + _AROUND
        if answer.file is not None or key in self._answers or size > self._most // 8:
            return
        self._answers[key] = answer
        self._size += size
        while self._size > self._most:
            _, gone = self._answers.popitem(last=False)
            self._size -= gone.size + _AROUND

    def __len__(self) -> int:
        return len(self._answers)
