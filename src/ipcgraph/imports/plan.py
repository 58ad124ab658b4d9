"""The plan of an import: what would be added, changed and left for a decision, before anything is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.decisions import Decision
from ipcgraph.entries import PersonEntry, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.identifiers import slug
from ipcgraph.identity.names import PersonName, folded, read_name
from ipcgraph.imports.authors import Authors
from ipcgraph.imports.drafts import LONGEST, Change, Draft, Drafts, Record, Value
from ipcgraph.imports.likeness import Like, Works, paired
from ipcgraph.imports.organizations import Organizations
from ipcgraph.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ipcgraph.entries import Contributor, Entry, Name
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


class _Ours(NamedTuple):
    """What is there of a work, in the graph or from another record of the import."""

    work: str
    titles: tuple[str, ...]
    issued: str
    kind: str
    authors: int
    rests: str
    """What it rests on."""


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
        self._merged = frozenset(each.one for each in decided if each.verdict == "same" and not each.identifier)
        self._asked = {frozenset((each.one, each.other)) for each in decided}
        self._learnt: defaultdict[str, list[str]] = defaultdict(list)
        """What this import tells of persons of the graph: `orcid:…`, by the person's id."""
        self._holders: dict[tuple[str, str], str] = {}
        """The persons of the graph that get an identifier by this import, by scheme and value."""
        self._sources: defaultdict[str, list[str]] = defaultdict(list)
        """The Sources of each new work: all the files that have it."""
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
                    self._lose_names(found.id, "an organization", (item.name, *item.other_names, *item.acronyms))
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
        comparing = Works(self._known, self._merged)
        new: list[tuple[str, WorkEntry]] = []
        first: dict[str, int] = {}
        for entry in works:
            like = comparing.like(entry, self._drafts.source_id(entry.place.path))
            if like and like.is_certain:
                self._same_work(like, entry, new, first)
                continue
            year = entry.issued[:4] or "undated"
            work = self._drafts.mint("work", f"{year} {slug(entry.title or entry.doi or entry.key, limit=LONGEST)}")
            if like:
                self._ask(Decision(like.work, work, "open", why=like.why))
            comparing.take_in(work, entry)
            first[work] = len(new)
            self._rest(work, entry)
            new.append((work, entry))
        authors = Authors(self._known, self._drafts, today=self._today, learnt=self._learnt, merged=self._merged)
        settled = authors.settle([entry for _, entry in new], persons)
        for person, entry_ in zip(settled.persons, persons, strict=True):
            self._person(person, entry_)
        for (work, entry), ids in zip(new, settled.authors, strict=True):
            self._work(work, entry, ids, settled.names)
        for decision in settled.decisions:
            self._ask(decision)

    def _ask(self, decision: Decision) -> None:
        pair = frozenset((decision.one, decision.other))
        if pair not in self._asked:
            self._asked.add(pair)
            self._decisions.append(decision)

    def _rest(self, work: str, entry: WorkEntry) -> None:
        """Notes that a new work is in a file."""
        source = self._drafts.source(entry.place)
        if source not in self._sources[work]:
            self._sources[work].append(source)

    def _same_work(
        self, like: Like, entry: WorkEntry, new: list[tuple[str, WorkEntry]], first: Mapping[str, int]
    ) -> None:
        """An entry that is a work of the graph, or one met before in this import."""
        self._matches.append(Match(like.work, like.how, entry.place))
        if like.work in first:
            work, before = new[first[like.work]]
            self._rest(work, entry)
            done = self._completed(before, entry)
            stated = {each.affiliations for each in before.contributors}
            for each in done.contributors:  # what the other file says of organizations rests on that file
                for affiliation in each.affiliations if each.affiliations not in stated else ():
                    self._organizations.affiliation(affiliation, entry.place)
            new[first[like.work]] = work, done
            rests = self._drafts.source_id(before.place.path)
            ours = _Ours(work, (done.title,), done.issued, done.work_type, len(done.contributors), rests)
            self._differ(ours, entry)
            return
        work, known = like.work, self._known
        self._drafts.complete(
            work, {"doi": entry.doi, "isbn": entry.isbn, "openalex": entry.openalex, "url": entry.url}, entry.place
        )
        said = known.texts[work]
        rests = ", ".join(self._short(each) for each in said.get("evidence", ())) or "no evidence"
        titles = (*said.get("title", ()), *said.get("alternateName", ()))
        kind = known.text(work, "workType").rpartition("/")[2]
        listed = len(known.authors.get(work, ()))
        self._differ(_Ours(work, titles, known.text(work, "issued"), kind, listed, rests), entry)
        self._learn(work, entry)

    def _completed(self, before: WorkEntry, entry: WorkEntry) -> WorkEntry:
        """A new work with what another record says of it and of its authors."""
        keys = ("doi", "isbn", "openalex", "url", "issued", "work_type")
        better = {key: getattr(entry, key) for key in keys if getattr(entry, key) and not getattr(before, key)}
        if before.issued and entry.issued.startswith(before.issued):
            better["issued"] = entry.issued
        ours, theirs = before.contributors, entry.contributors
        pairs = paired([_read(each.name) for each in ours], [_read(each.name) for each in theirs])
        joined = {found: _joined(ours[found], theirs[number]) for number, found in pairs.items()}
        if len(pairs) == len(ours) < len(theirs):  # the longer list, where it has all of the shorter one
            rest = (joined[pairs[at]] if at in pairs else each._replace(key="") for at, each in enumerate(theirs))
            return before._replace(contributors=tuple(rest), **better)
        for number, each in enumerate(theirs):
            if number not in pairs or (each.orcid and joined[pairs[number]].orcid != each.orcid):
                self._lose_author(each)
        return before._replace(contributors=tuple(joined.get(at, each) for at, each in enumerate(ours)), **better)

    def _learn(self, work: str, entry: WorkEntry) -> None:
        """Identifiers of the authors of a work of the graph: its persons get them, where nobody else has them."""
        known = self._known
        listed = known.authors.get(work, ())
        ours = [read_name(each.name or known.text(each.author, "name")) for each in listed]
        pairs = paired(ours, [_read(each.name) for each in entry.contributors])
        for number, theirs in enumerate(entry.contributors):
            person = listed[pairs[number]].author if number in pairs else ""
            if known.kinds.get(person) != "Person":
                self._lose_author(theirs)
                continue
            for scheme, value in (("orcid", theirs.orcid), ("openalex", theirs.openalex)):
                holder = known.with_identifier(scheme, value) or self._holders.setdefault((scheme, value), person)
                if value and holder != person and known.kinds.get(holder) == "Person":
                    spoken = "ORCID" if scheme == "orcid" else "OpenAlex id"
                    why = f"{theirs.name.text} of {work} has the {spoken} {value} in {entry.place.path}"
                    self._ask(Decision(holder, person, "open", why=(f"{why}, which is that of {holder}",)))
                elif value:
                    self._drafts.complete(person, {scheme: value}, entry.place)
                    if not known.text(person, scheme):
                        self._learnt[person].append(f"{scheme}:{value}")

    def _lose_author(self, theirs: Contributor) -> None:
        if theirs.orcid or theirs.openalex:
            self._lose("identifiers of authors (whom the work's first record does not name)", theirs.name.text)

    def _differ(self, ours: _Ours, entry: WorkEntry) -> None:
        """Says where a file and what is there differ about a work; what is there is never replaced."""
        if entry.title and title_key(entry.title) not in {title_key(each) for each in ours.titles}:
            self._differs(ours, "title", ours.titles[0] if ours.titles else "", entry.title, entry.place)
        stated, issued = ours.issued, entry.issued
        if issued and stated and not (issued.startswith(stated) or stated.startswith(issued)):
            self._differs(ours, "issued", stated, issued, entry.place)
        if entry.work_type and ours.kind and ours.kind != entry.work_type:
            self._differs(ours, "workType", ours.kind, entry.work_type, entry.place)
        if ours.authors != len(entry.contributors) and entry.contributors:
            self._differs(ours, "number of authors", str(ours.authors), str(len(entry.contributors)), entry.place)

    def _differs(self, ours: _Ours, key: str, mine: str, theirs: str, place: Place) -> None:
        message = (
            f"{ours.work} has the {key} {mine[:80]!r} here ({ours.rests}), and {theirs[:80]!r} in this file; ours stays"
        )
        self._drafts.warn(message, place, "correct the one that is wrong")

    def _short(self, iri: str) -> str:
        return iri.removeprefix(self._known.base)

    def _person(self, person: str, entry: PersonEntry) -> None:
        for each in entry.affiliations:
            self._lose("affiliation of a person (known only by their works)", each.name)
        identifiers = {key: getattr(entry, key) for key in ("orcid", "openalex", "wikidata", "isni", "url")}
        if person in self._known.kinds:
            how = next((f"by {key}" for key in ("orcid", "openalex") if identifiers[key]), "by name, in the same file")
            self._matches.append(Match(person, how, entry.place))
            self._drafts.complete(person, identifiers, entry.place)
            self._lose_names(person, "a person", (entry.name.text, *entry.other_names))
            return
        self._new_person(person, entry.name.text, self._drafts.source(entry.place), entry.place)
        record = self._drafts.records[person].record
        if entry.other_names:
            record["alternateName"] = list(entry.other_names)
        record |= {key: value for key, value in identifiers.items() if value}

    def _lose_names(self, record: str, what: str, names: Iterable[str]) -> None:
        """Counts the names that a record of the graph does not have: its own stay as they are."""
        said = self._known.texts.get(record)
        if said is not None:
            ours = {folded(name) for key in ("name", "alternateName", "acronym") for name in said.get(key, ())}
            for name in names:
                if folded(name) not in ours:
                    self._lose(f"another name of {what} (the record has its own)", name)

    def _new_person(self, person: str, name: str, rests: Value, place: Place) -> None:
        record: Record = {"id": person, "type": "Person", "name": name, "evidence": rests}
        self._drafts.add(record, place)

    def _work(self, work: str, entry: WorkEntry, ids: Sequence[str], names: Mapping[str, str]) -> None:
        sources = self._sources[work]
        rests: Value = [*sources] if len(sources) > 1 else sources[0]
        record: Record = {"id": work, "type": "Work", "title": entry.title or entry.doi or entry.key}
        record["workType"] = entry.work_type or self._own_type(entry)
        record |= {
            key: getattr(entry, key) for key in ("issued", "doi", "isbn", "openalex", "url") if getattr(entry, key)
        }
        record["listedIn"] = rests
        listed: list[Value] = []
        seen: set[str] = set()
        for person, contributor in zip(ids, entry.contributors, strict=True):
            author = person or self._organizations.author(contributor.name.text, entry.place)
            if author in seen:
                self._drafts.warn(f"{contributor.name.text!r} is listed twice on {work}; counted once", entry.place, "")
                continue
            seen.add(author)
            if person:
                self._new_person(person, names.get(person, contributor.name.text), rests, entry.place)
                self._drafts.complete(
                    person, {"orcid": contributor.orcid, "openalex": contributor.openalex}, entry.place
                )
            listed.append(self._authorship(author, contributor, entry.place))
        if listed:
            record["authors"] = listed
        record["evidence"] = rests
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


def _read(name: Name) -> PersonName:
    return read_name(name.text, name.family, name.given)


def _joined(mine: Contributor, theirs: Contributor) -> Contributor:
    """An author with what another record of the work says of them; another ORCID says that it is somebody else."""
    if mine.orcid and theirs.orcid and mine.orcid != theirs.orcid:
        return mine
    is_fuller = _read(mine.name).is_abbreviated and not _read(theirs.name).is_abbreviated
    return mine._replace(
        name=theirs.name if is_fuller else mine.name,
        orcid=mine.orcid or theirs.orcid,
        openalex=mine.openalex or theirs.openalex,
        affiliations=mine.affiliations or theirs.affiliations,
    )
