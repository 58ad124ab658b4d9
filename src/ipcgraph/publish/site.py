"""The site: every thing with its page and its data, made beside the last site and put in its place."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.files import read_regular
from ipcgraph.manifest import COLUMNS, QUERIES
from ipcgraph.publish.changes import Earlier, write_changes
from ipcgraph.publish.dumps import FOLDER, NQUADS, write_dumps, write_sums
from ipcgraph.publish.facts import Changes, SiteFacts
from ipcgraph.publish.folder import (
    RECORD,
    Record,
    Writer,
    count_files,
    locked,
    read_record,
    replacing,
    write_record,
)
from ipcgraph.publish.networkviews import network_names
from ipcgraph.publish.profiles.documents import chosen_profiles
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.rendering import has_parquet
from ipcgraph.publish.workers import BATCH, PARTS, Setup, Task, cannot_write, perform
from ipcgraph.shipped import shipped_folder
from ipcgraph.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.settings import Settings

LOGO: Final = "logo"
"""The name of the logo in the site, before its suffix."""


class Published(NamedTuple):
    """What writing a site has come to; `changed` is False where it was as it should be already."""

    folder: Path
    things: int
    files: int
    changed: bool


def nobody(_done: int, _things: int) -> None:
    """Takes no notice of how far the writing has come."""


def write_site(
    settings: Settings,
    store: Path,
    out: Path,
    configuration: Configuration,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] = nobody,
) -> Published:
    """Writes the site of a built graph into a folder; does nothing where it is there already, unless `force` is set.

    The new site is made in a folder beside `out` and changes places with it when it is whole: whatever stops the run
    leaves the last site as it was. `progress` is told how many things of how many are written. Neither the clock nor
    anything else but the graph, the settings and ipcgraph itself has a part in what is written; where the settings
    name no date of release, it is the newest date of a source. Raises UsageError where `out` holds anything but a site
    that was written so, ProjectError where it cannot be written.
    """
    out = _place(settings, out)
    with (
        locked(out),
        Reading.open(store, base=settings.base) as reading,
        sorted_file(reading.lines()) as (lines, graph),
    ):
        record = read_record(out)
        templates = settings.root / configuration.templates
        facts = site_facts(settings, configuration, reading)
        made_of = _hash(
            __version__, graph, repr(facts), str(has_parquet()), *_contents(settings, configuration, store, templates)
        )
        if record and not _is_alone(out, record):
            force = True
        if record and record.made_of == made_of and not force:
            return Published(out, record.things, record.files, changed=False)
        last = out if record else None
        with failing(), replacing(out) as new:
            earlier = earlier_release(settings, configuration, out, record, graph)
            setup = set_up(
                settings, configuration, reading, lines, store=store, new=new, last=last, earlier=earlier, facts=facts
            )
            things, written = sum(facts.counts.values()), 0
            for done in perform(setup, _tasks(reading.iris()), things=things):
                written += done.things
                progress(written, things)
            name = facts.version
            release = configuration.version or configuration.released or graph
            since = earlier.since if earlier else None
            files = count_files(new) + 1
            write_record(Record(__version__, made_of, release, name, since, things, files), new)
        return Published(out, things, files, changed=True)


def set_up(
    settings: Settings,
    configuration: Configuration,
    reading: Reading,
    lines: IO[str],
    *,
    store: Path,
    new: Path,
    last: Path | None = None,
    earlier: Earlier | None,
    facts: SiteFacts,
) -> Setup:
    """What the workers of a site have to know, after its dumps and its logo were written."""
    facts = _dumped(reading, lines, new, earlier, facts)
    facts = facts._replace(networks=network_names(store.with_name(COLUMNS)))
    writer = Writer(new, last)
    writer.adopt(FOLDER)
    _write_logo(settings, configuration, writer)
    return Setup(store, facts, templates_of(settings, configuration), new, last)


def _place(settings: Settings, out: Path) -> Path:
    """The folder that is meant; UsageError where it is one that the project reads or keeps."""
    try:
        out = out.resolve()
        kept = [
            settings.build_folder,
            settings.data_folder,
            *(settings.root / settings.queries, settings.root / settings.shapes),
        ]
        inside = next((folder for folder in kept if out.is_relative_to(folder.resolve())), None)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{str(out)!r} cannot be a folder ({error})") from error
    if inside:
        raise UsageError(f"{out} is in {inside}, which the project reads; give a folder outside it")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder; give another one")
    if settings.root.resolve().is_relative_to(out):
        raise UsageError(f"{out} holds the project itself; give another folder, such as {settings.root / 'site'}")
    return out


def _is_alone(out: Path, record: Record) -> bool:
    """Whether a site of ours is whole; UsageError where someone else has put files into it, which would be lost."""
    files = count_files(out)
    if files > record.files:
        raise UsageError(
            f"{out} holds {files - record.files} files more than ipcgraph wrote; they would be lost: move them away"
        )
    return files == record.files


@contextmanager
def sorted_file(lines: Iterable[str]) -> Iterator[tuple[IO[str], str]]:
    """A file with these lines, and their hash."""
    digest = hashlib.sha256()
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as file:
        for line in lines:
            digest.update(line.encode() + b"\n")
            file.write(line + "\n")
        file.seek(0)
        yield file, digest.hexdigest()


@contextmanager
def failing() -> Iterator[None]:
    try:
        yield
    except (ProjectError, UsageError):
        raise
    except OSError as error:
        raise ProjectError(cannot_write(error)) from error


def thing_facts(
    settings: Settings,
    configuration: Configuration,
    reading: Reading,
    columns: Path,
    *,
    counts: Mapping[str, int] | None = None,
) -> SiteFacts:
    """What the pages of things say of the site: of what has changed only that there is a page of it.

    `counts` spares the counting of things where they have been counted.
    """
    facts = site_facts(settings, configuration, reading, counts=counts)
    changes = Changes("", 0, 0, (), (), {}) if configuration.previous else None
    return facts._replace(networks=network_names(columns), changes=changes)


def site_facts(
    settings: Settings, configuration: Configuration, reading: Reading, *, counts: Mapping[str, int] | None = None
) -> SiteFacts:
    """What is known of a site before its dumps are written, and its networks looked at."""
    released = configuration.released or _newest_source(reading)
    counts = Counter(kind for _, kind in reading.kinds()) if counts is None else counts
    return SiteFacts(
        title=configuration.title or settings.name or "Knowledge graph",
        address=configuration.address,
        base=settings.base,
        licence=configuration.licence,
        publisher=_publisher(settings, configuration, reading),
        language=configuration.language,
        logo=LOGO + Path(configuration.logo).suffix.lower() if configuration.logo else "",
        colours=configuration.colours,
        about=configuration.about,
        released=released,
        version=configuration.version or released,
        counts=dict(sorted(counts.items())),
        profiles=chosen_profiles(configuration.profiles, sum(counts.values())),
        endpoint=configuration.endpoint,
        query_limit=configuration.query_limit,
    )


def templates_of(settings: Settings, configuration: Configuration) -> Path | None:
    """The folder of the project's own templates; None where there is none."""
    folder = settings.root / configuration.templates
    return folder if folder.is_dir() else None


def _newest_source(reading: Reading) -> str:
    """The newest whole date on which a source was retrieved, or as of which it speaks; empty where none has one."""
    dates = (
        value
        for source in reading.instances("Source")
        for key in ("asOf", "retrieved")
        for value in (reading.value(source, key),)
    )
    return max((date for date in dates if len(date) == len("2024-05-31")), default="")


def _publisher(settings: Settings, configuration: Configuration, reading: Reading) -> str:
    """The IRI, else the name, of who publishes the site: as configured, else the one center, else the project."""
    given = configuration.publisher
    if given.partition("/")[0] in KINDS:
        iri = settings.base + given
        if not reading.kind(iri):
            raise UsageError(
                f'the publisher of the site is "{given}", of which the graph says nothing; write another id'
            )
        return iri
    if given:
        return given
    centers = list(islice(reading.instances("Center"), 2))
    return centers[0] if len(centers) == 1 else settings.name


def _contents(settings: Settings, configuration: Configuration, store: Path, templates: Path) -> Iterator[bytes]:
    """The files that a site is made of besides the graph: those of ipcgraph, and those that the settings name."""
    package = Path(__file__).parent
    files = [*sorted(package.rglob("*")), *sorted(shipped_folder("ontology").rglob("*")), store.with_name(QUERIES)]
    files += [package.parent / "_assets" / "sources.sha256"]  # what is built from npm, where it is
    files += sorted(templates.rglob("*")) if templates.is_dir() else []
    files += [settings.root / configuration.logo] if configuration.logo else []
    files += [_previous(settings, configuration) / NQUADS] if configuration.previous else []
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.name.encode()
            with file.open("rb") as content:
                yield hashlib.file_digest(content, "sha256").digest()


def _previous(settings: Settings, configuration: Configuration) -> Path:
    """The folder of the dumps of the last release, as configured."""
    folder = settings.root / configuration.previous
    return folder / FOLDER if (folder / FOLDER).is_dir() else folder


def earlier_release(
    settings: Settings, configuration: Configuration, out: Path, record: Record | None, graph: str
) -> Earlier | None:
    """The last release: as configured, else the site that is replaced."""
    if configuration.previous:
        dumps = _previous(settings, configuration)
        if not (dumps / NQUADS).is_file():
            raise UsageError(f"there is no {NQUADS} in {dumps}; previous is the folder of the last release's dumps")
        try:
            name = json.loads(read_regular(dumps.parent / RECORD))["name"]
        except (OSError, ValueError, KeyError, TypeError):
            name = ""
        return Earlier(dumps, str(name))
    if record is None or not (out / FOLDER / NQUADS).is_file():
        return None
    same = record.release == (configuration.version or configuration.released or graph)
    if same and record.since is None:
        return None
    return Earlier(out / FOLDER, record.since or "" if same else record.name, same)


def _dumped(reading: Reading, lines: IO[str], new: Path, earlier: Earlier | None, facts: SiteFacts) -> SiteFacts:
    """The facts with those of the dumps, which are written."""
    folder = new / FOLDER
    statements = write_dumps((line[:-1] for line in lines), folder)
    changes = write_changes(reading, folder, earlier) if earlier else None
    return facts._replace(statements=statements, dumps=write_sums(folder), changes=changes)


def _write_logo(settings: Settings, configuration: Configuration, writer: Writer) -> None:
    if configuration.logo:
        file = settings.root / configuration.logo
        writer.write(LOGO + file.suffix.lower(), read_regular(file))


def _tasks(iris: Iterator[str]) -> Iterator[Task]:
    yield from (Task(part=part) for part in PARTS)
    while batch := tuple(islice(iris, BATCH)):
        yield Task(batch)


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
