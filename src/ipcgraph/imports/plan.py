"""The plan of an import: what would be added, changed and left for a decision, before anything is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.decisions import Decision
from ipcgraph.entries import PersonEntry, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.identifiers import slug
from ipcgraph.imports.authors import Authors
from ipcgraph.imports.drafts import LONGEST, Change, Draft, Drafts, Record, Value
from ipcgraph.imports.likeness import Like, Works
from ipcgraph.imports.organizations import Organizations
from ipcgraph.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ipcgraph.entries import Contributor, Entry
    from ipcgraph.findings import Place
    from ipcgraph.imports.known import Known


class Match(NamedTuple):
    """A record of the imported files that the graph has already."""

    id: str
    how: str
    place: Place


class Plan(NamedTuple):
    """All that an import would do."""

    drafts: tuple[Draft, ...]
    changes: tuple[Change, ...]
    matches: tuple[Match, ...]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    """What could not be read, and where a file and the graph differ: the graph's value stays."""
    lost: Mapping[str, tuple[int, str]]
    """The fields that the graph does not keep: how often each occurs, and an example."""
    read: Mapping[str, int]
    """How many records each file has."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.drafts or self.changes or self.decisions)


def make_plan(items: Iterable[Entry | Finding], known: Known, *, today: str, decided: Sequence[Decision] = ()) -> Plan:
    """The plan for these entries: who and what is new, and what the graph has already.

    Nothing is merged on a name or on initials alone, and no value of the graph is ever replaced. `decided` are the
    decisions taken so far; what they settle is not asked again. Entries are held in memory until the plan is made.
    """
    return _Planning(known, today, decided).plan(items)


class _Planning:
    """One import: ids given so far, and what each entry comes to."""

    def __init__(self, known: Known, today: str, decided: Sequence[Decision]) -> None:
        self._known, self._today = known, today
        self._drafts = Drafts(known)
        self._organizations = Organizations(known, self._drafts)
        self._decided = {frozenset((each.one, each.other)) for each in decided}
        self._matches: list[Match] = []
        self._decisions: list[Decision] = []
        self._lost: dict[str, tuple[int, str]] = {}
        self._read: Counter[str] = Counter()

    def plan(self, items: Iterable[Entry | Finding]) -> Plan:
        works: list[WorkEntry] = []
        persons: list[PersonEntry] = []
        for item in items:
            if isinstance(item, Finding):
                self._drafts.findings.append(item)
                continue
            self._count(item)
            if isinstance(item, WorkEntry):
                works.append(item)
            elif isinstance(item, PersonEntry):
                persons.append(item)
            else:
                found = self._organizations.described(item)
                if found.how:
                    self._matches.append(Match(found.id, found.how, item.place))
        self._persons_and_works(persons, works)
        return Plan(
            tuple(self._drafts.records.values()), tuple(self._drafts.changes.values()), tuple(self._matches),
            tuple(self._decisions), tuple(self._drafts.findings), dict(sorted(self._lost.items())), dict(self._read),
        )  # fmt: skip

    def _count(self, entry: Entry) -> None:
        self._read[entry.place.path] += 1
        lost = entry.lost
        if isinstance(entry, WorkEntry):
            if entry.container:
                self._lose("container", entry.container)
            if entry.is_retracted:
                message = (
                    f"{entry.title[:60]!r} is retracted, which a record cannot say; it would be added as any other"
                )
                self._drafts.warn(message, entry.place, "leave it out, or say so in its summary")
        for each in lost:
            self._lose(each.field + (f" ({each.why})" if each.why else ""), each.value)

    def _lose(self, field: str, value: str) -> None:
        count, example = self._lost.get(field, (0, value))
        self._lost[field] = count + 1, example

    def _persons_and_works(self, persons: Sequence[PersonEntry], works: Sequence[WorkEntry]) -> None:
        comparing = Works(self._known)
        new: list[tuple[str, WorkEntry]] = []
        first: dict[str, int] = {}
        for entry in works:
            like = comparing.like(entry)
            if like and like.is_certain:
                self._same_work(like, entry, new, first)
                continue
            year = entry.issued[:4] or "undated"
            work = self._drafts.mint("work", f"{year} {entry.title or entry.doi or entry.key}")
            if like:
                self._ask(Decision(like.work, work, "open", why=like.why))
            comparing.take_in(work, entry)
            first[work] = len(new)
            new.append((work, entry))
        authors = Authors(self._known, self._drafts.mint, today=self._today)
        settled = authors.settle([entry for _, entry in new], persons)
        for person, entry_ in zip(settled.persons, persons, strict=True):
            self._person(person, entry_)
        for (work, entry), ids in zip(new, settled.authors, strict=True):
            self._work(work, entry, ids, settled.names)
        for decision in settled.decisions:
            self._ask(decision)

    def _ask(self, decision: Decision) -> None:
        if frozenset((decision.one, decision.other)) not in self._decided:
            self._decisions.append(decision)

    def _same_work(
        self, like: Like, entry: WorkEntry, new: list[tuple[str, WorkEntry]], first: Mapping[str, int]
    ) -> None:
        """An entry that is a work of the graph, or one met before in this import."""
        self._matches.append(Match(like.work, like.how, entry.place))
        if like.work in first:
            work, before = new[first[like.work]]
            better = {
                key: getattr(entry, key)
                for key in ("doi", "isbn", "openalex", "url", "issued", "work_type")
                if getattr(entry, key) and not getattr(before, key)
            }
            new[first[like.work]] = work, before._replace(**better)
            return
        self._drafts.complete(
            like.work, {"doi": entry.doi, "isbn": entry.isbn, "openalex": entry.openalex, "url": entry.url}, entry.place
        )
        self._differ(like.work, entry)

    def _differ(self, work: str, entry: WorkEntry) -> None:
        """Says where the file and the graph differ about a work; what a curator wrote is never replaced."""
        known = self._known
        titles = {title_key(each) for key in ("title", "alternateName") for each in known.texts[work].get(key, ())}
        if entry.title and title_key(entry.title) not in titles:
            self._differs(work, "title", known.text(work, "title"), entry.title, entry.place)
        stated, issued = known.text(work, "issued"), entry.issued
        if issued and stated and not (issued.startswith(stated) or stated.startswith(issued)):
            self._differs(work, "issued", stated, issued, entry.place)
        kind = known.text(work, "workType").rpartition("/")[2]
        if entry.work_type and kind and kind != entry.work_type:
            self._differs(work, "workType", kind, entry.work_type, entry.place)
        listed = len(known.authors.get(work, ()))
        if listed != len(entry.contributors) and entry.contributors:
            self._differs(work, "number of authors", str(listed), str(len(entry.contributors)), entry.place)

    def _differs(self, work: str, key: str, ours: str, theirs: str, place: Place) -> None:
        rests = ", ".join(self._short(each) for each in self._known.texts[work].get("evidence", ())) or "no evidence"
        message = f"{work} has the {key} {ours[:80]!r} here ({rests}), and {theirs[:80]!r} in this file; ours stays"
        self._drafts.warn(message, place, "correct the one that is wrong")

    def _short(self, iri: str) -> str:
        return iri.removeprefix(self._known.base)

    def _person(self, person: str, entry: PersonEntry) -> None:
        identifiers = {key: getattr(entry, key) for key in ("orcid", "openalex", "wikidata", "isni", "url")}
        if person in self._known.kinds:
            how = next((f"by {key}" for key in identifiers if identifiers[key]), "by its id in the file")
            self._matches.append(Match(person, how, entry.place))
            self._drafts.complete(person, identifiers, entry.place)
            return
        self._new_person(person, entry.name.text, entry.place)
        record = self._drafts.records[person].record
        if entry.other_names:
            record["alternateName"] = list(entry.other_names)
        record |= {key: value for key, value in identifiers.items() if value}

    def _new_person(self, person: str, name: str, place: Place) -> None:
        record: Record = {"id": person, "type": "Person", "name": name, "evidence": self._drafts.source(place)}
        self._drafts.add(record, place)

    def _work(self, work: str, entry: WorkEntry, ids: Sequence[str], names: Mapping[str, str]) -> None:
        source = self._drafts.source(entry.place)
        record: Record = {"id": work, "type": "Work", "title": entry.title or entry.doi or entry.key}
        record["workType"] = entry.work_type or self._own_type(entry)
        record |= {
            key: getattr(entry, key) for key in ("issued", "doi", "isbn", "openalex", "url") if getattr(entry, key)
        }
        record["listedIn"] = source
        listed: list[Value] = []
        seen: set[str] = set()
        for person, contributor in zip(ids, entry.contributors, strict=True):
            author = person or self._organizations.author(contributor.name.text, entry.place)
            if author in seen:
                self._drafts.warn(f"{contributor.name.text!r} is listed twice on {work}; counted once", entry.place, "")
                continue
            seen.add(author)
            if person:
                self._new_person(person, names.get(person, contributor.name.text), entry.place)
                self._drafts.complete(
                    person, {"orcid": contributor.orcid, "openalex": contributor.openalex}, entry.place
                )
            listed.append(self._authorship(author, contributor, entry.place))
        if listed:
            record["authors"] = listed
        record["evidence"] = source
        self._drafts.add(record, entry.place)

    def _authorship(self, author: str, contributor: Contributor, place: Place) -> Value:
        """An author as a record lists them: the id alone, where nothing more is to be said."""
        draft = self._drafts.records.get(author)
        name = str(draft.record["name"]) if draft else self._known.text(author, "name")
        listed: Record = {"person": author}
        if contributor.name.text != name:
            listed["nameAsListed"] = contributor.name.text
        affiliations = list(
            dict.fromkeys(self._organizations.affiliation(each, place) for each in contributor.affiliations)
        )
        if affiliations:
            listed["affiliation"] = [*affiliations]
        return listed if len(listed) > 1 else author

    def _own_type(self, entry: WorkEntry) -> str:
        """A work type of the project's own for what the shipped ones do not name: nothing is called what it is not."""
        stated = entry.stated_type or "unstated type"
        concept = f"concept/work-type/{slug(stated, limit=LONGEST)}"
        record: Record = {"id": concept, "type": "Concept", "inScheme": "work-type", "prefLabel": stated}
        self._drafts.add(record, entry.place)
        return concept
