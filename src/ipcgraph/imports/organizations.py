"""The organizations of an import: the same by an identifier or by its very name, else new."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.entries import OrganizationEntry
from ipcgraph.folding import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipcgraph.entries import Affiliation
    from ipcgraph.findings import Place
    from ipcgraph.imports.drafts import Drafts, Record
    from ipcgraph.imports.known import Known


class Found(NamedTuple):
    """The id of an organization, and what says that it is this one; `how` is empty for one that is new."""

    id: str
    how: str = ""


class Organizations:
    """Organizations by identifier and by name: those of the graph, and those that this import adds."""

    def __init__(self, known: Known, drafts: Drafts) -> None:
        self._known, self._drafts = known, drafts
        self._identified: dict[tuple[str, str], str] = {}
        self._named: dict[str, str] = {}

    def described(self, entry: OrganizationEntry) -> Found:
        """The organization that a register describes; what it adds to one that is there is noted."""
        identifiers = _identifiers(entry)
        found = self._found(entry.name, identifiers)
        if found:
            self._complete(found.id, {**identifiers, "url": entry.url}, entry.place)
            return found
        organization = self._drafts.mint("organization", entry.name)
        record: Record = {"id": organization, "type": "Organization", "name": entry.name}
        others: dict[str, Sequence[str]] = {"alternateName": entry.other_names, "acronym": entry.acronyms}
        record |= {key: list(values) for key, values in others.items() if values}
        record |= {key: value for key, value in (*identifiers.items(), ("url", entry.url)) if value}
        record["evidence"] = self._drafts.source(entry.place)
        self._drafts.add(record, entry.place)
        self._named.setdefault(folded(entry.name), organization)
        self._complete(organization, identifiers, entry.place)
        return Found(organization)

    def affiliation(self, affiliation: Affiliation, place: Place) -> str:
        """The id of the organization that an author names."""
        entry = OrganizationEntry(
            place, affiliation.name, affiliation.name, ror=affiliation.ror, openalex=affiliation.openalex
        )
        return self.described(entry).id

    def author(self, name: str, place: Place) -> str:
        """The id of the organization that is the author of a work."""
        return self.described(OrganizationEntry(place, name, name)).id

    def _complete(self, organization: str, values: Mapping[str, str], place: Place) -> None:
        self._drafts.complete(organization, values, place)
        for key, value in values.items():
            if value:
                self._identified.setdefault((key, value), organization)

    def _found(self, name: str, identifiers: Mapping[str, str]) -> Found | None:
        for scheme, value in identifiers.items():
            found = self._identified.get((scheme, value)) or self._known.with_identifier(scheme, value)
            if value and found:
                return Found(found, f"by its {'ROR' if scheme == 'ror' else scheme}")
        for found in (self._named.get(folded(name), ""), *self._known.named.get(folded(name), ())):
            if found and not self._is_another(found, identifiers):
                return Found(found, "by its name")
        return None

    def _is_another(self, organization: str, identifiers: Mapping[str, str]) -> bool:
        """Whether an identifier says that an organization of the same name is another one."""
        draft = self._drafts.records.get(organization)
        for scheme, value in identifiers.items():
            theirs = str(draft.record.get(scheme, "")) if draft else self._known.text(organization, scheme)
            if value and theirs and value != theirs:
                return True
        return False


def _identifiers(entry: OrganizationEntry) -> dict[str, str]:
    return {"ror": entry.ror, "openalex": entry.openalex, "wikidata": entry.wikidata, "isni": entry.isni}
