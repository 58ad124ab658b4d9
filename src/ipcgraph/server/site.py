"""The site of a build in use: the files that are of no thing, as far as the process that makes them has come."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias, cast

from ipcgraph.errors import ProjectError
from ipcgraph.server.sharing import Known, SharedFile, has_hubs, read_known, read_look, read_shared, write_known

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ipcgraph.server.sharing import Order

State: TypeAlias = Literal["ready", "being made", "failed"]

_PAUSE: Final = 0.05


class Site:
    """The files of a site that are of no thing. Until they are made those of the build `before` are given, if any."""

    def __init__(self, order: Order, before: Site | None = None) -> None:
        self.order = order
        self._before = before
        self._making: subprocess.Popen[bytes] | None = None
        self._look: Mapping[str, SharedFile] = {}
        self._files: Mapping[str, SharedFile] = {}
        self._whole = False
        self.look()

    @property
    def state(self) -> State:
        if self._files:
            return "ready"
        return "failed" if self._making is not None and self._making.returncode else "being made"

    def begin(self) -> None:
        """Starts to make what is not made yet, in a process that ends with this one; comes back at once."""
        if self._whole or self._making is not None:
            return
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-c", "from ipcgraph.server.sharing import main; raise SystemExit(main())"]
        self._making = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603
        pipe = cast("IO[bytes]", self._making.stdin)
        with suppress(BrokenPipeError):
            pickle.dump(self.order, pipe)
            pipe.flush()

    def known(self) -> Known:
        """What must be known of the build: waited for where it is being looked at. ProjectError where that fails."""
        if self._making is None and read_known(self.order) is None:
            write_known(self.order)
        while (found := read_known(self.order)) is None:
            if self._making is not None and self._making.poll() is not None:
                raise ProjectError(f"{self.order.build} cannot be served; what is said above is why")
            time.sleep(_PAUSE)
        return found

    def look(self) -> None:
        """Takes notice of what has been made since the last look; to be called again and again while it is made."""
        if self._making is not None:
            self._making.poll()
        if self._whole:
            return
        self._look = self._look or read_look(self.order)
        whole = has_hubs(self.order)
        if whole or not self._files:
            self._files = read_shared(self.order)
            self._whole = whole
        if self._files:
            self._before = None

    @property
    def is_whole(self) -> bool:
        """Whether all files are made, those of hubs among them."""
        return self._whole

    @property
    def has_files(self) -> bool:
        """Whether there are more files than the look of pages: its own, or those of the build before."""
        return bool(self._files) or (self._before is not None and self._before.has_files)

    @property
    def paths(self) -> Mapping[str, SharedFile]:
        """The files that there are by now."""
        return self._files or {**(self._before.paths if self._before else {}), **self._look}

    def find(self, path: str) -> tuple[Path, SharedFile] | None:
        """Where the file with this path in the site is, and what is known of it."""
        if found := self._files.get(path) or self._look.get(path):
            return self.order.folder / found.folder / path, found
        return self._before.find(path) if self._before and not self._files else None

    def close(self) -> None:
        """Ends the process that makes the files, if it still does."""
        if self._making is not None:
            if self._making.poll() is None:
                self._making.kill()
            self._making.wait()
            with suppress(OSError):
                cast("IO[bytes]", self._making.stdin).close()
