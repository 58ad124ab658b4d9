"""The journal of a project's records: one change of them at a time, and none that stays half done after a kill.

What a change will do is noted in the build folder before it is done: new files are there under hidden names, and get
their own names after. Whoever changes the records next finds the note, where the change was killed, and completes it.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.decisions import Decision, read_decisions, write_decisions
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Place
from ipcgraph.swapping import IGNORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ipcgraph.settings import Settings

IMPORTS: Final = "imports"
"""Where imported records go, in the folder of the data."""
LOCK: Final = "records.lock"
JOURNAL: Final = "import.journal"
"""The note, in the build folder."""
_HIDDEN: Final = re.compile(r"\..+\.(yaml|nt)\.\d+")
"""The name of a new file that has not got its own yet."""


@contextmanager
def changing(
    settings: Settings, *, into: Path | None = None, notice: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Holds the lock of a project's records and decisions; waits where another process does, and says so.

    A change that was killed is completed first; what it left in the folder of imports, or in `into`, is removed.
    """
    folder = settings.build_folder
    tell = notice or (lambda _: None)
    try:
        folder.mkdir(exist_ok=True)
        if not (folder / IGNORE).exists():
            (folder / IGNORE).write_text("*\n", encoding="utf-8")
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}; changes are noted there first") from error
    try:
        import fcntl  # not on Windows, where ipcgraph only reads

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another process is changing the records of this project: waiting until it is done")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        _complete(settings, tell)
        _sweep(into or settings.data_folder / IMPORTS, settings.decisions_file)
        yield
    finally:
        os.close(descriptor)


def note(settings: Settings, files: Mapping[Path, Path], decisions: Sequence[Decision]) -> None:
    """Notes that these hidden files are to get those names, and then these decisions are to be taken in."""
    noted = {
        "files": [[str(hidden), str(path)] for hidden, path in files.items()],
        "decisions": [each._replace(place=None)._asdict() for each in decisions],  # type: ignore[arg-type]
    }
    journal = settings.build_folder / JOURNAL
    try:
        settings.build_folder.mkdir(exist_ok=True)
        new = journal.with_name(f"{JOURNAL}.new")
        new.write_text(json.dumps(noted, ensure_ascii=False), encoding="utf-8")
        new.replace(journal)
    except OSError as error:
        raise ProjectError(f"{journal} cannot be written: {error.strerror}; nothing was changed") from error


def forget(settings: Settings) -> None:
    """Ends the change that was noted: it is done, or taken back."""
    (settings.build_folder / JOURNAL).unlink(missing_ok=True)


def _complete(settings: Settings, tell: Callable[[str], None]) -> None:
    """Does the rest of a change that was noted and not ended."""
    journal = settings.build_folder / JOURNAL
    try:
        noted = json.loads(journal.read_text(encoding="utf-8"))
        files = [(Path(hidden), Path(path)) for hidden, path in noted["files"]]
        decisions = [
            Decision(**{**each, "works": tuple(each["works"]), "why": tuple(each["why"]), "place": Place("")})
            for each in noted["decisions"]
        ]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"{journal} cannot be read ({error}); delete it, and import again") from error
    for hidden, path in files:
        if hidden.exists():
            hidden.rename(path)
    there = {frozenset((each.one, each.other)) for each in read_decisions(settings.decisions_file)[0]}
    missing = [each for each in decisions if frozenset((each.one, each.other)) not in there]
    if missing:
        write_decisions(settings.decisions_file, missing)
    journal.unlink()
    tell("an import that was killed while it wrote is complete now; run: ipcgraph check")


def _sweep(imports: Path, decisions: Path) -> None:
    """Removes what was killed before it was noted: new files that nobody knows of."""
    found = [*decisions.parent.glob(f".{decisions.name}.*"), *(imports.iterdir() if imports.is_dir() else ())]
    for path in found:
        if _HIDDEN.fullmatch(path.name):
            path.unlink(missing_ok=True)
