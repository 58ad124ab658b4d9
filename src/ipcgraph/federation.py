"""Federation: identifiers for a project's people and organizations, proposed by a service that the user names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.building import check
from ipcgraph.builds import Notice, local_build, silent
from ipcgraph.curation import decided_so_far, today
from ipcgraph.decisions import write_decisions
from ipcgraph.errors import FindingsError, StoreError, UsageError
from ipcgraph.journal import changing
from ipcgraph.manifest import STORE
from ipcgraph.spelling import suggestion
from ipcgraph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ipcgraph.decisions import Decision
    from ipcgraph.linking.candidates import Register
    from ipcgraph.linking.proposals import Proposals
    from ipcgraph.linking.subjects import Subjects
    from ipcgraph.settings import Settings


class Linked(NamedTuple):
    """What linking has come to."""

    asked: int
    """About so many things the service was asked."""
    accepted: tuple[Decision, ...]
    """What an identifier in common says: written into the records."""
    questions: tuple[Decision, ...]
    remarks: tuple[str, ...]
    files: tuple[Path, ...]
    """What was written."""
    failure: StoreError | None = None
    """Why the service was not asked about all: what it had said before is kept."""


def link(
    scheme: str,
    settings: Settings,
    endpoint: str,
    *,
    things: Sequence[str] = (),
    kind: str = "",
    service: str = "",
    timeout: float = 60.0,
    notice: Notice = silent,
    progress: Callable[[int, int], None] | None = None,
) -> Linked:
    """Proposes identifiers of a scheme for people and organizations that have none, as a service at an address says.

    `scheme` is `wikidata`, `ror` or `openalex`; `service` says whether the address is that of a `sparql` endpoint or of
    a `reconciliation` service, where its manifest is not to be asked for. All things are asked about, or those of a
    `kind` (`Person`, `Organization`), or the `things` named; not those with an open question of the scheme. What an
    identifier in common says is accepted: the record gets it as a Claim. Else likely ones become questions in the
    decisions. A second run with the same answers changes nothing.

    Raises UsageError for an unknown scheme, kind, service or thing; StoreError where the service answers nothing;
    FindingsError where the project would have errors: then nothing is written.
    """
    from ipcgraph.linking.proposals import Proposals
    from ipcgraph.linking.services import open_register
    from ipcgraph.linking.subjects import Subjects

    kinds = _kinds(scheme, kind)
    if not settings.data_folder.is_dir():
        raise UsageError(f"there is no folder {settings.data_folder}: identifiers are written beside the records in it")
    decided = decided_so_far(settings)
    build = local_build(settings, notice=notice)
    with EmbeddedStore.open(build / STORE) as store:
        subjects = Subjects(store, settings.base)
        wanted, remarks = _wanted(subjects, scheme, kinds, things, decided)
        missing = _missing(subjects, scheme, decided)
        proposals = Proposals(scheme, source=_shown(endpoint), today=today(), decided=decided, holder=subjects.holder)
        asked, failure = 0, None
        if wanted:
            register = open_register(endpoint, service=service, timeout=timeout)
            asked, failure = _ask(register, subjects, wanted, proposals, progress)
            remarks += register.remarks
        accepted, questions, further = proposals.decisions()
        if failure and not asked:
            raise failure
        files = _write(settings, (*accepted, *questions), missing, is_taken=subjects.is_taken, notice=notice)
    return Linked(asked, accepted, questions, (*remarks, *further), files, failure)


def _kinds(scheme: str, kind: str) -> tuple[str, ...]:
    from ipcgraph.linking.subjects import KINDS, LINKED

    if scheme not in LINKED:
        raise UsageError(f"there is no register {scheme!r}; {suggestion(scheme, LINKED, ', '.join(LINKED))}")
    if kind and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r}; {suggestion(kind, KINDS, ', '.join(KINDS))}")
    if kind and kind not in LINKED[scheme]:
        raise UsageError(f"a {kind} has no {scheme} id; {scheme} is of: {', '.join(LINKED[scheme])}")
    return (kind,) if kind else LINKED[scheme]


def _wanted(
    subjects: Subjects, scheme: str, kinds: Sequence[str], things: Sequence[str], decided: Sequence[Decision]
) -> tuple[list[tuple[str, str]], list[str]]:
    """The things to ask about, each with its kind, and what is to be said of others that were named."""
    named = [thing.removeprefix(subjects.base) for thing in things]
    kind_of = {thing: subjects.kind(thing) for thing in named} or {
        record: kind for kind in kinds for record in subjects.ids(kind)
    }
    for thing in named:
        if kind_of[thing] not in kinds:
            there = [record for kind in kinds for record in subjects.ids(kind)]
            remedy = suggestion(thing, there, "write the id of one")
            raise UsageError(f"there is no {' or '.join(kinds)} {thing}; {remedy}")
    opened = {
        each.one for each in decided if each.verdict == "open" and each.identifier and each.identifier[0] == scheme
    }
    lacking = list(subjects.lacking(scheme, kind_of))
    remarks = [f"{thing} has a {scheme} id" for thing in named if thing not in lacking]
    waiting = sorted(opened & set(lacking))
    if waiting:
        shown = ", ".join(waiting[:3]) + (" …" if len(waiting) > 3 else "")
        remarks.append(
            f"{len(waiting):,} not asked about, since questions are open ({shown}): ipcgraph people --decide"
        )
    return [(thing, kind_of[thing]) for thing in lacking if thing not in opened], remarks


def _missing(subjects: Subjects, scheme: str, decided: Sequence[Decision]) -> tuple[Decision, ...]:
    """What was accepted, and stands in no record: a run that was killed had not come so far."""
    return tuple(
        each for each in decided
        if each.verdict == "same" and each.identifier and each.identifier[0] == scheme
        and not subjects.holder(*each.identifier)
    )  # fmt: skip


def _ask(
    register: Register,
    subjects: Subjects,
    wanted: Sequence[tuple[str, str]],
    proposals: Proposals,
    progress: Callable[[int, int], None] | None,
) -> tuple[int, StoreError | None]:
    """About how many things the service was asked, and what ended that before all were."""
    for start in range(0, len(wanted), register.batch):
        batch = [subjects.read(thing, kind) for thing, kind in wanted[start : start + register.batch]]
        try:
            proposals.take(batch, register.find(batch, proposals.scheme))
        except StoreError as error:
            return start, error
        if progress:
            progress(start + len(batch), len(wanted))
    return len(wanted), None


def _write(
    settings: Settings,
    proposed: Sequence[Decision],
    missing: Sequence[Decision],
    *,
    is_taken: Callable[[str], bool],
    notice: Notice,
) -> tuple[Path, ...]:
    """Writes decisions and claims, decisions first: of one that is there the next run writes the claim."""
    from ipcgraph.linking.claims import claim_of, claims_file, remove_claims, write_claims

    with changing(settings, notice=notice):
        # Somebody may have decided since they were read: theirs stands.
        settled = {frozenset((each.one, each.other)) for each in decided_so_far(settings)}
        decisions = [each for each in proposed if frozenset((each.one, each.other)) not in settled]
        claims = [claim for each in (*missing, *decisions) if each.verdict == "same" and (claim := claim_of(each))]
        files = []
        try:
            if decisions:
                write_decisions(settings.decisions_file, decisions)
                files.append(settings.decisions_file)
            if claims and write_claims(settings, claims, is_taken=is_taken):
                files.append(claims_file(settings))
                _check(settings)
        except BaseException:
            write_decisions(settings.decisions_file, (), without=decisions)
            remove_claims(settings, claims)
            raise
    return tuple(files)


def _check(settings: Settings) -> None:
    report = check(settings)
    if not report.conforms:
        raise FindingsError("the project would have errors with these identifiers; nothing was written", report)


def _shown(endpoint: str) -> str:
    """An address without user and password, as it may stand in a file."""
    from urllib.parse import urlsplit, urlunsplit

    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return ""  # whoever asks it says what is wrong
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
