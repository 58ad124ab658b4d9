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
from itertools import islice
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
THINGS: Final = "things.json"
INDEX: Final = "index.json"
KEPT: Final = 4
"""So many folders of one build are kept: two servers may serve it at two addresses."""


class SharedFile(NamedTuple):
    """One file of the site that is of no thing, or of a hub."""

    stage: str
    """The stage that has made it."""
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


class Things(NamedTuple):
    """What a look at every thing of a build has come to."""

    counts: Mapping[str, int]
    """How many there are of each kind."""
    odd: Mapping[str, str]
    """Those whose IRIs are no names of files, each with the path of its documents."""


def read_facts(order: Order) -> SiteFacts | None:
    """What the pages of things say of the site; None where the build was not looked at yet.

    Of how many things there are it has only whether they are many.
    """
    try:
        values = json.loads(read_regular(order.folder / FACTS))
        tuples = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
        changes = Changes("", 0, 0, (), (), {}) if values.pop("changes") else None
        return SiteFacts(**{**values, **tuples, "changes": changes})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def read_things(order: Order) -> Things | None:
    """What is known of all things; None where they were not looked at yet."""
    try:
        return Things(**json.loads(read_regular(order.folder / THINGS)))
    except (OSError, ValueError, TypeError):
        return None


def read_stage(order: Order, stage: str) -> Mapping[str, SharedFile] | None:
    """The files of a stage, by their paths in the site; None until all of them are made."""
    try:
        values = json.loads(read_regular(order.folder / stage / INDEX))
        return {path: SharedFile(stage, size, digest) for path, (size, digest) in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def make(order: Order) -> None:
    """Makes what is not there yet, one after the other: the facts, a look at all things, the files of each stage."""
    from ipcgraph.publish import stages

    folder, store = order.folder, order.build / "store"
    folder.mkdir(exist_ok=True)
    with _locked(folder):
        _sweep(order)
        if read_facts(order) is None:
            write_facts(order)
        things = read_things(order) or write_things(order)
        for stage in stages.STAGES:
            if not (folder / stage / INDEX).is_file():
                new = folder / f"{stage}.new"
                new.mkdir()
                stages.write_stage(stage, order.settings, store, new, order.configuration, counts=things.counts)
                _write_index(new)
                new.rename(folder / stage)


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


def write_facts(order: Order) -> None:
    """Looks at what a build says of itself, and writes what the pages of its things say of the site."""
    from ipcgraph.publish.profiles.documents import FEW
    from ipcgraph.publish.reading import Reading
    from ipcgraph.publish.site import thing_facts

    order.folder.mkdir(exist_ok=True)
    with Reading.open(order.build / "store", base=order.settings.base) as reading:
        # No page of a thing tells how many there are, and to count millions takes a minute: all that matters is
        # whether there are more than a few.
        first = {iri for iri, _ in islice(reading.typed(), 10 * FEW)}
        counts = {"": len(first)} if len(first) > FEW else None
        facts = thing_facts(order.settings, order.configuration, reading, order.build / "columns", counts=counts)
    values = {**facts._asdict(), "counts": dict(facts.counts), "changes": facts.changes is not None}
    _write(values, order.folder / FACTS)


def write_things(order: Order) -> Things:
    """Looks at all things of a build, and writes what is known of them."""
    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.reading import Reading

    order.folder.mkdir(exist_ok=True)
    addresses = Addresses(order.configuration.address, order.settings.base)
    counts, odd = Counter[str](), dict[str, str]()
    with Reading.open(order.build / "store", base=order.settings.base) as reading:
        for iri, kind in reading.kinds():
            counts[kind] += 1
            if addresses.has(iri) and addresses.base + (place := addresses.document(iri, "")) != iri:
                odd[iri] = place
    things = Things(dict(counts), odd)
    _write(things._asdict(), order.folder / THINGS)
    return things


def _write(values: Mapping[str, object], file: Path) -> None:
    """Writes a file that is there whole or not at all."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.write_text(json.dumps(values), encoding="utf-8")
    new.rename(file)


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
        if read_facts(order) is None:
            write_facts(order)
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
