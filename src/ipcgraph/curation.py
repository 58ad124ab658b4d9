"""A project's records grow: files of others imported, and who is who decided; one function a command."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.building import check
from ipcgraph.builds import Notice, local_build, silent
from ipcgraph.decisions import Decision, mistake, read_decisions, write_decisions
from ipcgraph.errors import FindingsError, ProjectError, UsageError
from ipcgraph.findings import Finding, Report
from ipcgraph.identifiers import SCHEMES, normalise
from ipcgraph.journal import changing
from ipcgraph.manifest import STORE
from ipcgraph.spelling import suggestion
from ipcgraph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ipcgraph.entries import Entry
    from ipcgraph.imports.known import Known
    from ipcgraph.imports.plan import Plan
    from ipcgraph.imports.writing import Written
    from ipcgraph.linking.claims import Claim
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
    missing = next((file for file in files if not file.exists()), None)
    if missing:
        raise UsageError(f"there is no file {missing}; give files or folders to import")
    fetched = _fetched(fetch, settings, contact, services or {})
    items = chain(_entries(files, file_format, encoding, mapping), fetched)
    if not write:
        return Imported(_planned(items, settings, notice), None)
    with changing(settings, into=into, notice=notice):
        return _written(_planned(items, settings, notice), settings, into, notice)


def _planned(items: Iterable[Entry | Finding], settings: Settings, notice: Notice) -> Plan:
    from ipcgraph.imports.plan import make_plan

    known = known_so_far(settings, notice)
    return make_plan(items, known, today=today(), decided=decided_so_far(settings))


def _written(plan: Plan, settings: Settings, into: Path | None, notice: Notice) -> Imported:
    from ipcgraph.imports.writing import take_back, write_plan

    if plan.is_empty:
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


def known_so_far(settings: Settings, notice: Notice) -> Known:
    """What the project knows; nothing where it has no records yet."""
    from ipcgraph.imports.known import Known

    data = settings.data_folder
    if not data.is_dir() or not any(file.is_file() and not file.name.startswith(".") for file in data.rglob("*")):
        return Known(settings.base)
    build = local_build(settings, notice=notice)
    with EmbeddedStore.open(build / STORE) as store:
        return Known.read(store, settings.base)


def decided_so_far(settings: Settings) -> tuple[Decision, ...]:
    """The decisions of a project; FindingsError where they hold mistakes."""
    decisions, findings = read_decisions(settings.decisions_file)
    if findings:
        raise FindingsError("the decisions hold mistakes; correct them first", Report.of(findings))
    return decisions


class Side(NamedTuple):
    """One of the two that a question is about."""

    id: str
    name: str
    works: tuple[str, ...]
    """Works of theirs, as `title (year)`; of a work its authors; of an identifier where it can be looked up."""


class Question(NamedTuple):
    """An open decision, and what is known of both sides."""

    decision: Decision
    one: Side
    other: Side


def questions(settings: Settings, *, notice: Notice = silent) -> tuple[Question, ...]:
    """The decisions that are open, the likeliest first, with what the graph says of both sides."""
    opened = [each for each in decided_so_far(settings) if each.verdict == "open"]
    if not opened:
        return ()
    known = known_so_far(settings, notice)
    works: dict[str, list[str]] = {}
    for work, authors in known.authors.items():
        for author in authors:
            works.setdefault(author.author, []).append(work)
    opened.sort(key=lambda each: (-float(each.score or 0), each.one, each.other))
    return tuple(Question(each, _side(each.one, known, works), _other(each, known, works)) for each in opened)


def _other(decision: Decision, known: Known, works: dict[str, list[str]]) -> Side:
    from ipcgraph.linking.candidates import web_address

    if decision.identifier is None:
        return _side(decision.other, known, works)
    return Side(decision.other, decision.other, (web_address(*decision.identifier),))


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


def decide(
    settings: Settings, one: str, other: str, verdict: str, *, by: str, why: str = "", notice: Notice = silent
) -> Decision:
    """Takes a decision about two ids and writes it, in place of an open one about the same two.

    `verdict` is `same`, which keeps the id `one`, `different` or `open`. One of the two can be an identifier such as
    `wikidata:Q42`: where it is the same, the thing gets it, as a Claim in the project's records. Raises UsageError
    where there is no record with one of the ids, or where the graph cannot follow (two authors of one work are never
    one person; one identifier names one thing); then nothing is changed.
    """
    with changing(settings, notice=notice):
        return _decide(settings, *_in_order(one, other), verdict, by=by, why=why)


def _decide(settings: Settings, one: str, other: str, verdict: str, *, by: str, why: str) -> Decision:
    before = next((each for each in decided_so_far(settings) if {each.one, each.other} == {one, other}), None)
    base = (before or Decision(one, other, "open"))._replace(one=one, other=other)
    by, why = " ".join(by.split()), " ".join(why.split())
    reasons = (*base.why, f"{by}: {why}") if why else base.why
    decision = base._replace(verdict=verdict, by=by, date=today(), why=reasons)  # type: ignore[arg-type]
    wrong = mistake(decision)
    if wrong:
        raise UsageError("; ".join(wrong))
    known = known_so_far(settings, silent)
    for each in (one,) if decision.identifier else (one, other):
        if not known.is_taken(each):
            raise UsageError(f"there is no record {each}; {suggestion(each, known.kinds, 'write the id of a record')}")
    added = follow_claim(settings, decision, known)
    write_decisions(settings.decisions_file, [decision])
    report = check(settings)
    against = [each for each in report.errors if _speaks_against(each, decision)]
    if against:
        write_decisions(settings.decisions_file, [before] if before else [], without=[] if before else [decision])
        if added:
            follow_claim(settings, decision._replace(verdict="open"), known)
        raise UsageError(str(against[0]))
    return decision


def _speaks_against(finding: Finding, decision: Decision) -> bool:
    if decision.identifier and decision.one in finding.focus:
        return decision.identifier[0] in f"{finding.shape} {finding.path} {finding.message}"
    return "decision" in f"{finding.shape} {finding.message}"


def _in_order(one: str, other: str) -> tuple[str, str]:
    """The two as a decision has them: an identifier second, in its one written form."""
    for first, second in ((one, other), (other, one)):
        scheme, colon, value = second.partition(":")
        if colon and scheme in SCHEMES:
            return first, f"{scheme}:{normalise(scheme, value) or value}"
    return one, other


def follow_claim(settings: Settings, decision: Decision, known: Known) -> bool:
    """Makes the records say what a decision about an identifier does; whether a claim was added.

    Where it is accepted and no record says so, a Claim is added; where it is not, the Claim is taken out. Raises
    UsageError where another thing has the identifier, or where a record says what is decided against.
    """
    from ipcgraph.linking.claims import claim_of, remove_claims, write_claims

    claim = claim_of(decision)
    if claim is None:
        return False
    if decision.verdict != "same":
        is_gone = remove_claims(settings, [claim])
        if not is_gone and decision.verdict == "different" and _says(known, claim):
            raise UsageError(f"{claim.thing} has {decision.other} in a record of yours; take it out there")
        return False
    holder = known.with_identifier(claim.scheme, claim.value)
    if holder and holder != claim.thing:
        raise UsageError(
            f"{decision.other} is that of {holder}; if the two are one: ipcgraph people --same {holder} {claim.thing}"
        )
    return not _says(known, claim) and write_claims(settings, [claim], is_taken=known.is_taken)


def _says(known: Known, claim: Claim) -> bool:
    return claim.value in known.texts.get(claim.thing, {}).get(claim.scheme, ())


def undo(settings: Settings, one: str, other: str, *, notice: Notice = silent) -> Decision:
    """Takes a decision back: it is open again where it was a question once, else gone; what it was.

    A reason that was given with the decision goes with it. Raises UsageError where nothing has been decided about
    these two ids.
    """
    with changing(settings, notice=notice):
        return _undo(settings, *_in_order(one, other))


def _undo(settings: Settings, one: str, other: str) -> Decision:
    decided = [each for each in decided_so_far(settings) if each.verdict != "open"]
    found = next((each for each in decided if {each.one, each.other} == {one, other}), None)
    if found is None:
        pairs = ", ".join(f"{each.one} {each.other}" for each in decided[:5]) or "nothing"
        raise UsageError(f"nothing has been decided about {one} and {other}; decided are: {pairs}")
    evidence = tuple(each for each in found.why if not each.startswith(f"{found.by}: "))
    if found.identifier:
        from ipcgraph.linking.claims import Claim, remove_claims

        remove_claims(settings, [Claim(found.one, *found.identifier)])
    if evidence:
        write_decisions(settings.decisions_file, [found._replace(verdict="open", by="", date="", why=evidence)])
    else:
        write_decisions(settings.decisions_file, [], without=[found])
    return found


def decisions_about(settings: Settings, thing: str) -> tuple[Decision, ...]:
    """The decisions taken that a thing is part of, by its id."""
    try:
        decided = decided_so_far(settings)
    except (FindingsError, ProjectError):
        return ()
    return tuple(each for each in decided if thing in {each.one, each.other} and each.verdict != "open")


def today() -> str:
    """The day, in UTC, that a decision is dated with."""
    return datetime.now(UTC).date().isoformat()
