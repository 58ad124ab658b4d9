"""The site of a build in use: the files that are of no thing, as far as the process that makes them has come."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from contextlib import suppress
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias, cast

from ipcgraph.errors import ProjectError
from ipcgraph.publish.stages import STAGES
from ipcgraph.publish.workers import OPENING
from ipcgraph.server.sharing import SharedFile, read_facts, read_stage, read_things, write_facts, write_things

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.server.sharing import Order, Things

State: TypeAlias = Literal["ready", "being made", "failed"]

_PAUSE: Final = 0.05
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Site:
    """The files of a site that are of no thing. Until they are made those of the build `before` are given, if any."""

    def __init__(self, order: Order, before: Site | None = None) -> None:
        self.order = order
        self._before = before
        self._making: subprocess.Popen[bytes] | None = None
        self._stages: dict[str, Mapping[str, SharedFile]] = {}
        self._things: Things | None = None
        self._files: dict[str, tuple[Path, SharedFile]] = {}
        self.look()

    @property
    def state(self) -> State:
        if self.has(*STAGES):
            return "ready"
        return "failed" if self._making is not None and self._making.returncode else "being made"

    def has(self, *stages: str) -> bool:
        """Whether all files of these stages are made."""
        return all(stage in self._stages for stage in stages)

    def begin(self) -> None:
        """Starts to make what is not made yet, in a process that ends with this one; comes back at once."""
        if self.has(*STAGES) or self._making is not None:
            return
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-c", "from ipcgraph.server.sharing import main; raise SystemExit(main())"]
        self._making = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603
        pipe = cast("IO[bytes]", self._making.stdin)
        with suppress(BrokenPipeError):
            pickle.dump(self.order, pipe)
            pipe.flush()

    def facts(self) -> SiteFacts:
        """What the pages of things say of the site: waited for where the build is being looked at.

        Raises ProjectError where that fails.
        """
        if self._making is None:
            if read_facts(self.order) is None:
                write_facts(self.order)
            if read_things(self.order) is None:
                write_things(self.order)
            self.look()
        while (found := read_facts(self.order)) is None:
            if self._making is not None and self._making.poll() is not None:
                raise ProjectError(f"{self.order.build} cannot be served; what is said above is why")
            time.sleep(_PAUSE)
        return found

    def look(self) -> None:
        """Takes notice of what has been made since the last look; to be called again and again while it is made."""
        if self._making is not None:
            self._making.poll()
        if self.has(*STAGES):
            return
        self._things = self._things or read_things(self.order)
        lacking = [stage for stage in STAGES if stage not in self._stages]
        new = {stage: found for stage in lacking if (found := read_stage(self.order, stage)) is not None}
        if new or not self._files:
            self._stages |= new
            self._files = self._found()

    def _found(self) -> dict[str, tuple[Path, SharedFile]]:
        """Every file that there is by now; a later stage has the better one of two at one path."""
        if self.has(*STAGES):
            self._before = None
        found = dict(self._before.files) if self._before else {}
        for stage in STAGES:
            if stage == OPENING and self._before and self._before.has_files:
                continue  # the front page of the build before tells of the dumps of then, which are there
            folder = self.order.folder / stage
            found |= {path: (folder, file) for path, file in self._stages.get(stage, {}).items()}
        return found

    @property
    def odd(self) -> Mapping[str, str]:
        """The things whose IRIs are no names of files, with the paths of their documents; none until they are known."""
        return self._things.odd if self._things else _NONE

    @property
    def knows_things(self) -> bool:
        """Whether all things have been looked at."""
        return self._things is not None

    @property
    def has_files(self) -> bool:
        """Whether all files can be had: its own, or those of the build before."""
        return self.has(*STAGES) or (self._before is not None and self._before.has_files)

    @property
    def files(self) -> Mapping[str, tuple[Path, SharedFile]]:
        """The files that there are by now, by their paths in the site, each with the folder that it lies below."""
        return self._files

    def find(self, path: str) -> tuple[Path, SharedFile] | None:
        """Where the file with this path in the site is, and what is known of it."""
        found = self._files.get(path)
        return (found[0] / path, found[1]) if found else None

    def close(self) -> None:
        """Ends the process that makes the files, if it still does."""
        if self._making is not None:
            if self._making.poll() is None:
                self._making.kill()
            self._making.wait()
            with suppress(OSError):
                cast("IO[bytes]", self._making.stdin).close()
