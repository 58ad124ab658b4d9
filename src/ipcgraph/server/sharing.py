"""The files of a site that are of no thing: made by a process of their own, and kept beside the build they are of."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.files import read_regular
from ipcgraph.publish.facts import Changes, SiteFacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.settings import Settings

FACTS: Final = "facts.json"
LOOK: Final = "look"
SHARED: Final = "files"
HUBS: Final = "hubs"
INDEX: Final = "index.json"
KEPT: Final = 4
"""So many folders of one build are kept: two servers may serve it at two addresses."""


class SharedFile(NamedTuple):
    """One file of the site that is of no thing, or of a hub."""

    folder: str
    """LOOK, SHARED or HUBS."""
    size: int
    digest: str
    """The first half of the SHA-256 of its bytes, in hexadecimal."""


class Order(NamedTuple):
    """What a process is told to make: the files for one build, at one address, with these settings."""

    settings: Settings
    configuration: Configuration
    build: Path
    folder: Path
    """Where the files are kept: below the build, so that they go with it."""


def order_for(settings: Settings, configuration: Configuration, build: Path) -> Order:
    """The order for a build: what is made of the same with the same settings has the same folder."""
    told = repr((__version__, settings, configuration, build.name, _stamps(settings, configuration)))
    folder = build / f"site-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    return Order(settings, configuration, build, folder)


class Known(NamedTuple):
    """What must be known of a build before its things can be told of."""

    facts: SiteFacts
    """What the pages of things say of the site."""
    odd: Mapping[str, str]
    """The things whose IRIs are no names of files, each with the path of its documents."""


def read_known(order: Order) -> Known | None:
    """What must be known of a build; None where it was not looked at yet."""
    try:
        values = json.loads(read_regular(order.folder / FACTS))
        odd = values.pop("odd")
        tuples = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
        changes = Changes("", 0, 0, (), (), {}) if values.pop("changes") else None
        return Known(SiteFacts(**{**values, **tuples, "changes": changes}), odd)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def read_shared(order: Order) -> Mapping[str, SharedFile]:
    """The files that are made so far, by their paths in the site; none until all but those of hubs are."""
    shared = _indexed(order, SHARED)
    return {**_indexed(order, HUBS), **shared} if shared else {}


def read_look(order: Order) -> Mapping[str, SharedFile]:
    """The style sheet, the script and the icon of pages, which are made first; none until they are."""
    return _indexed(order, LOOK)


def _indexed(order: Order, name: str) -> Mapping[str, SharedFile]:
    try:
        values = json.loads(read_regular(order.folder / name / INDEX))
        return {path: SharedFile(name, size, digest) for path, (size, digest) in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def has_hubs(order: Order) -> bool:
    """Whether the files of the hubs are made, too, and with them all."""
    return (order.folder / HUBS / INDEX).is_file() and (order.folder / SHARED / INDEX).is_file()


def make(order: Order) -> None:
    """Makes what is not there yet, one after the other: the facts, the look of pages, the files, those of hubs."""
    from ipcgraph.publish.site import write_hubs, write_look, write_shared

    folder, store = order.folder, order.build / "store"
    folder.mkdir(exist_ok=True)
    with _locked(folder):
        _sweep(order)
        if read_known(order) is None:
            write_known(order)
        for name, write in ((LOOK, write_look), (SHARED, write_shared), (HUBS, write_hubs)):
            if not (folder / name / INDEX).is_file():
                new = folder / f"{name}.new"
                new.mkdir()
                write(order.settings, store, new, order.configuration)
                _write_index(new)
                new.rename(folder / name)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds a folder: another server of this project may have begun."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _stamps(settings: Settings, configuration: Configuration) -> list[tuple[str, int, int]]:
    """The files besides the graph that a site is made of, and that can change under a build: by size and time."""
    package = Path(__file__).parents[1]
    files = [path for folder in ("publish", "_assets") for path in (package / folder).rglob("*")]
    templates = settings.root / configuration.templates
    files += templates.rglob("*") if templates.is_dir() else ()
    files += [settings.root / name for name in (configuration.logo, configuration.previous) if name]
    found = []
    for file in sorted(files):
        with suppress(OSError):
            if "__pycache__" not in file.parts:
                status = file.stat()
                found.append((str(file), status.st_size, status.st_mtime_ns))
    return found


def write_known(order: Order) -> None:
    """Looks at a build, and writes what must be known of it."""
    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.reading import Reading
    from ipcgraph.publish.site import thing_facts

    order.folder.mkdir(exist_ok=True)
    with Reading.open(order.build / "store", base=order.settings.base) as reading:
        addresses = Addresses(order.configuration.address, order.settings.base)
        counts, odd = Counter[str](), dict[str, str]()
        for iri, kind in reading.kinds():
            counts[kind] += 1
            if addresses.has(iri) and addresses.base + (place := addresses.document(iri, "")) != iri:
                odd[iri] = place
        columns = order.build / "columns"
        facts = thing_facts(order.settings, order.configuration, reading, columns, counts=counts)
    values = {**facts._asdict(), "counts": dict(facts.counts), "changes": facts.changes is not None, "odd": odd}
    new = order.folder / f"{FACTS}.{os.getpid()}.new"
    new.write_text(json.dumps(values), encoding="utf-8")
    new.rename(order.folder / FACTS)


def _write_index(folder: Path) -> None:
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            file = Path(root, name)
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()[:32]
            found[file.relative_to(folder).as_posix()] = (file.stat().st_size, digest)
    (folder / INDEX).write_text(json.dumps(found, sort_keys=True), encoding="utf-8")


def _sweep(order: Order) -> None:
    """Removes what a killed process left, and the folders that were not used for longest."""
    for path in order.folder.glob("*.new"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
    os.utime(order.folder)
    folders = sorted(order.build.glob("site-*"), key=lambda path: path.stat().st_mtime_ns)
    for path in folders[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def main() -> int:
    """Makes what the order on standard input says; 1 with a sentence on stderr where that fails."""
    import pickle

    from ipcgraph.errors import IpcgraphError

    order = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        if read_known(order) is None:
            write_known(order)
        with suppress(OSError):
            os.nice(10)  # from here on the requests that are answered meanwhile come first
        make(order)
    except (IpcgraphError, OSError) as error:
        sys.stderr.write(f"ipcgraph: error: the files of the site cannot be made: {error}\n")
        return 1
    return 0


def _end_with_parent() -> None:
    """Ends this process when the one that began it has gone."""
    # Not by sys.stdin: whoever waits there holds its lock, and Python aborts where it ends meanwhile.
    while os.read(0, 1):
        pass
    os._exit(1)
