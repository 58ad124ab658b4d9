"""A project's records grow: files of others imported, and who is who decided; one function a command."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.building import check
from ipcgraph.decisions import Decision, mistake, read_decisions, write_decisions
from ipcgraph.errors import FindingsError, ProjectError, UsageError
from ipcgraph.findings import Finding, Report
from ipcgraph.manifest import STORE
from ipcgraph.project import Notice, fresh_build, silent
from ipcgraph.spelling import suggestion
from ipcgraph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ipcgraph.entries import Entry
    from ipcgraph.imports.known import Known
    from ipcgraph.imports.plan import Plan
    from ipcgraph.imports.writing import Written
    from ipcgraph.settings import Settings

CHECKED: Final = 2_000
"""An import of so many records, or fewer, is checked as soon as it is written."""


FETCHED: Final = "fetched"
"""Where fetched records are kept, in the build folder."""


class Imported(NamedTuple):
    """What an import has come to."""

    plan: Plan
    written: Written | None
    """None where nothing was to be written, or nothing was there to write."""


def import_files(
    files: Sequence[Path],
    settings: Settings,
    *,
    write: bool = False,
    into: Path | None = None,
    file_format: str = "",
    encoding: str = "",
    mapping: Path | None = None,
    fetch: Sequence[str] = (),
    contact: str = "",
    services: Mapping[str, str] | None = None,
    notice: Notice = silent,
) -> Imported:
    """What the records in other people's files would add to a project, and, with `write`, the same written.

    The graph of the project is brought up to date first, and what the files say is held against it: see
    `imports.plan.make_plan`. What is written is checked with the whole project where it is not too much; where it has
    errors nothing stays of it. The records of the identifiers in `fetch` are asked of public services, or of the
    `services` named instead, which are told whom to `contact`; without any, no request is made.

    Raises FindingsError where the project would have errors; UsageError for a file that is not there, an unknown format
    or a place outside the data; MissingExtraError where the library for a format is not installed; StoreError where a
    service does not answer.
    """
    from ipcgraph.imports.plan import make_plan
    from ipcgraph.imports.writing import take_back, write_plan

    missing = next((file for file in files if not file.exists()), None)
    if missing:
        raise UsageError(f"there is no file {missing}; give files or folders to import")
    known = _known(settings, notice)
    decided = _decided(settings)
    fetched = _fetched(fetch, settings, contact, services or {})
    items = chain(_entries(files, file_format, encoding, mapping), fetched)
    plan = make_plan(items, known, today=today(), decided=decided)
    if not write or plan.is_empty:
        return Imported(plan, None)
    written = write_plan(plan, settings, into=into)
    if written.records > CHECKED:
        notice(f"{written.records:,} records are not checked at once; run: ipcgraph check")
        return Imported(plan, written)
    report = check(settings)
    if not report.conforms:
        take_back(written, plan, settings)
        raise FindingsError("the project would have errors with these records; nothing was written", report)
    return Imported(plan, written)


def _entries(files: Iterable[Path], file_format: str, encoding: str, mapping: Path | None) -> Iterator[Entry | Finding]:
    from ipcgraph.imports import TableMapping, read_entries, read_mapping

    columns = None
    if mapping is not None:
        found = read_mapping(mapping, str(mapping))
        if not isinstance(found, TableMapping):
            raise FindingsError(f"{mapping} is no mapping", Report.of(found))
        columns = found
    for file in files:
        yield from read_entries(file, str(file), format=file_format, encoding=encoding, mapping=columns)


def _fetched(
    wanted: Sequence[str], settings: Settings, contact: str, services: Mapping[str, str]
) -> Iterator[Entry | Finding]:
    from ipcgraph.imports import read_entries
    from ipcgraph.imports.fetching import SERVICES, fetch

    unknown = next((name for name in services if name not in SERVICES), None)
    if unknown:
        raise UsageError(f"there is no service {unknown}; {suggestion(unknown, SERVICES, ', '.join(SERVICES))}")
    folder = settings.build_folder / FETCHED
    # All are fetched before one is read: a service that fails leaves no half of an import.
    answers = [fetch(each, folder, contact=contact, services={**SERVICES, **services}) for each in wanted]
    return chain.from_iterable(read_entries(each.file, each.file.name, format=each.file_format) for each in answers)


def _known(settings: Settings, notice: Notice) -> Known:
    """What the project knows; nothing where it has no records yet."""
    from ipcgraph.imports.known import Known

    data = settings.data_folder
    if not data.is_dir() or not any(file.is_file() and not file.name.startswith(".") for file in data.rglob("*")):
        return Known(settings.base)
    build = fresh_build(settings, notice=notice)
    with EmbeddedStore.open(build / STORE) as store:
        return Known.read(store, settings.base)


def _decided(settings: Settings) -> tuple[Decision, ...]:
    decisions, findings = read_decisions(settings.decisions_file)
    if findings:
        raise FindingsError("the decisions hold mistakes; correct them first", Report.of(findings))
    return decisions


class Side(NamedTuple):
    """One of the two that a question is about."""

    id: str
    name: str
    works: tuple[str, ...]
    """Works of theirs, as `title (year)`; of a work its authors."""


class Question(NamedTuple):
    """An open decision, and what is known of both sides."""

    decision: Decision
    one: Side
    other: Side


def questions(settings: Settings, *, notice: Notice = silent) -> tuple[Question, ...]:
    """The decisions that are open, the likeliest first, with what the graph says of both sides."""
    opened = [each for each in _decided(settings) if each.verdict == "open"]
    if not opened:
        return ()
    known = _known(settings, notice)
    works: dict[str, list[str]] = {}
    for work, authors in known.authors.items():
        for author in authors:
            works.setdefault(author.author, []).append(work)
    opened.sort(key=lambda each: (-float(each.score or 0), each.one, each.other))
    return tuple(Question(each, _side(each.one, known, works), _side(each.other, known, works)) for each in opened)


def _side(record: str, known: Known, works: dict[str, list[str]]) -> Side:
    name = known.text(record, "name") or known.text(record, "title")
    if record.startswith("work/"):
        authors = (known.text(each.author, "name") for each in known.authors.get(record, ()))
        return Side(record, f"{name} ({known.text(record, 'issued')[:4] or 'undated'})", tuple(authors))
    listed = sorted(works.get(record, ()), key=lambda work: known.text(work, "issued"), reverse=True)
    return Side(
        record,
        name,
        tuple(f"{known.text(work, 'title')} ({known.text(work, 'issued')[:4] or 'undated'})" for work in listed),
    )


def decide(settings: Settings, one: str, other: str, verdict: str, *, by: str, why: str = "") -> Decision:
    """Takes a decision about two ids and writes it, in place of an open one about the same two.

    `verdict` is `same`, which keeps the id `one`, `different` or `open`. Raises UsageError where there is no record
    with one of the ids, or where the graph cannot follow (two authors of one work are never one person); then nothing
    is changed.
    """
    before = next((each for each in _decided(settings) if {each.one, each.other} == {one, other}), None)
    base = (before or Decision(one, other, "open"))._replace(one=one, other=other)
    by, why = " ".join(by.split()), " ".join(why.split())
    reasons = (*base.why, f"{by}: {why}") if why else base.why
    decision = base._replace(verdict=verdict, by=by, date=today(), why=reasons)  # type: ignore[arg-type]
    wrong = mistake(decision)
    if wrong:
        raise UsageError("; ".join(wrong))
    known = _known(settings, silent)
    for each in (one, other):
        if not known.is_taken(each):
            raise UsageError(f"there is no record {each}; {suggestion(each, known.kinds, 'write the id of a record')}")
    write_decisions(settings.decisions_file, [decision])
    report = check(settings)
    against = [finding for finding in report.errors if "decision" in finding.shape or "decision" in finding.message]
    if against:
        write_decisions(settings.decisions_file, [before] if before else [], without=[] if before else [decision])
        raise UsageError(str(against[0]))
    return decision


def undo(settings: Settings, one: str, other: str) -> Decision:
    """Takes a decision back: it is open again where it was a question once, else gone; what it was.

    A reason that was given with the decision goes with it. Raises UsageError where nothing has been decided about
    these two ids.
    """
    decided = [each for each in _decided(settings) if each.verdict != "open"]
    found = next((each for each in decided if {each.one, each.other} == {one, other}), None)
    if found is None:
        pairs = ", ".join(f"{each.one} {each.other}" for each in decided[:5]) or "nothing"
        raise UsageError(f"nothing has been decided about {one} and {other}; decided are: {pairs}")
    evidence = tuple(each for each in found.why if not each.startswith(f"{found.by}: "))
    if evidence:
        write_decisions(settings.decisions_file, [found._replace(verdict="open", by="", date="", why=evidence)])
    else:
        write_decisions(settings.decisions_file, [], without=[found])
    return found


def decisions_about(settings: Settings, thing: str) -> tuple[Decision, ...]:
    """The decisions taken that a thing is part of, by its id."""
    try:
        decided = _decided(settings)
    except (FindingsError, ProjectError):
        return ()
    return tuple(each for each in decided if thing in {each.one, each.other} and each.verdict != "open")


def today() -> str:
    """The day, in UTC, that a decision is dated with."""
    return datetime.now(UTC).date().isoformat()
