"""A reconciliation service as a register (Reconciliation Service API 0.1 and 0.2): names matched, values fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from ipcgraph.errors import StoreAnswerError, StoreError, UsageError
from ipcgraph.folding import folded
from ipcgraph.identifiers import normalise
from ipcgraph.linking.candidates import Candidate, first_year, identifier_in
from ipcgraph.store.opening import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipcgraph.linking.exchange import Exchange
    from ipcgraph.linking.subjects import Subject

LIMIT: Final = 5
"""Candidates that are asked for."""
BATCH: Final = 20
"""Queries in one request, where the service does not want fewer."""
_WIKIDATA: Final[Mapping[str, str]] = {
    "orcid": "P496", "ror": "P6782", "isni": "P213", "openalex": "P10283", "country": "P17", "founded": "P571",
    "born": "P569", "died": "P570", "affiliation": "P108",
}  # fmt: skip
"""The properties of services whose things are items of Wikidata."""
_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "orcid": ("orcid", "orcid id"), "ror": ("ror", "ror id"), "isni": ("isni", "isni id"),
    "wikidata": ("wikidata", "wikidata id", "wikidata qid"), "openalex": ("openalex", "openalex id"),
    "country": ("country",), "founded": ("founded", "inception"), "born": ("date of birth",),
    "died": ("date of death",), "affiliation": ("affiliation",), "coauthor": ("coauthor",), "work": ("work",),
    "name": ("alternatename", "other name"),
}  # fmt: skip
"""How other services call the properties: their ids or names, folded."""
_TYPES: Final = {"Person": ("person", "human", "author", "people"), "Organization": ("organization", "organisation")}
_IDENTIFIERS: Final = ("orcid", "ror", "isni", "wikidata", "openalex")


class _Service(NamedTuple):
    """What a manifest says."""

    space: str
    """What its ids begin with as IRIs: `http://www.wikidata.org/entity/`."""
    types: Mapping[str, str]
    """Its ids of our two kinds, where it names them."""
    properties: Mapping[str, str]
    """Its ids of what can be compared, or fetched, by our keys."""
    extends: bool
    batch: int


class ReconciliationRegister:
    """A register behind a reconciliation service; `manifest` is what it answers to a plain request."""

    def __init__(self, exchange: Exchange, manifest: Mapping[str, object]) -> None:
        self._exchange = exchange
        self.remarks: list[str] = []
        self._service = _read_manifest(exchange, manifest, self.remarks)
        self.batch = self._service.batch

    def find(self, subjects: Sequence[Subject], scheme: str) -> Mapping[str, Sequence[Candidate]]:
        """See Register. Raises UsageError where the service knows no identifiers of the scheme."""
        if scheme not in self._service.properties and not _in_space(self._service.space, scheme):
            raise UsageError(
                f"{self._exchange.address} tells no {scheme} ids: its own begin with "
                f"{self._service.space or 'nothing'}, and it has no property for them"
            )
        queries = {f"q{number}": self._query(subject) for number, subject in enumerate(subjects)}
        answer = self._exchange.ask({"queries": json.dumps(queries, ensure_ascii=False)})
        if not isinstance(answer, dict):
            raise self._broken("no JSON object")
        found = {subject.id: self._results(answer, f"q{number}") for number, subject in enumerate(subjects)}
        ids = sorted({candidate.id for candidates in found.values() for candidate in candidates})
        values = self._extended(ids) if ids and self._service.extends else {}
        return {
            subject: [self._complete(candidate, values.get(candidate.id, {})) for candidate in candidates]
            for subject, candidates in found.items()
        }

    def _query(self, subject: Subject) -> dict[str, object]:
        asked: dict[str, object] = {"query": subject.names[0] if subject.names else subject.id, "limit": LIMIT}
        if subject.kind in self._service.types:
            asked["type"] = self._service.types[subject.kind]
        known: dict[str, Sequence[str]] = {key: [value] for key, value in subject.identifiers}
        known |= {"affiliation": subject.affiliations[:LIMIT], "work": [work.title for work in subject.works[:LIMIT]]}
        conditions = [
            {"pid": self._service.properties[key], "v": list(values) if len(values) > 1 else values[0]}
            for key, values in known.items()
            if values and key in self._service.properties
        ]
        return asked | ({"properties": conditions} if conditions else {})

    def _results(self, answer: Mapping[str, object], name: str) -> list[Candidate]:
        about = answer.get(name)
        results = about.get("result") if isinstance(about, dict) else None
        if isinstance(about, dict) and "error" in about:
            raise self._broken(f"an error about a query: {str(about['error'])[:200]!r}")
        if not isinstance(results, list):
            raise self._broken(f"no result for the query {name}")
        return [self._candidate(each) for each in results[:LIMIT]]

    def _candidate(self, result: object) -> Candidate:
        if not isinstance(result, dict):
            raise self._broken("a candidate that is no JSON object")
        item, name, score = result.get("id"), result.get("name"), result.get("score", 0)
        if not isinstance(item, str) or not item or not isinstance(name, str) or not isinstance(score, int | float):
            raise self._broken("a candidate without id, name or score")
        said = "the service is certain of it" if result.get("match") is True else ""
        return Candidate(item, (one_line(name),), self._own_identifiers(item), _kind(result.get("type")), service=said)

    def _own_identifiers(self, item: str) -> tuple[tuple[str, str], ...]:
        """The identifier that the id of a thing is, by the space of the service or by itself."""
        found = identifier_in(item) or identifier_in(self._service.space + item)
        return (found,) if found else ()

    def _extended(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """The values of things, by id and by our key."""
        wanted = {pid: key for key, pid in self._service.properties.items()}
        rows: dict[str, Mapping[str, Sequence[str]]] = {}
        for at in range(0, len(ids), self._service.batch):
            asked = {"ids": ids[at : at + self._service.batch], "properties": [{"id": pid} for pid in wanted]}
            answer = self._exchange.ask({"extend": json.dumps(asked, ensure_ascii=False)})
            found = answer.get("rows") if isinstance(answer, dict) else None
            if not isinstance(found, dict) or not all(isinstance(row, dict) for row in found.values()):
                raise self._broken("no rows of values")
            for item, row in found.items():
                rows[item] = {wanted[pid]: _texts(cells) for pid, cells in row.items() if pid in wanted}
        return rows

    def _complete(self, candidate: Candidate, values: Mapping[str, Sequence[str]]) -> Candidate:
        """A candidate with what was fetched of it."""
        identifiers = {
            (key, value) for key in _IDENTIFIERS for text in values.get(key, ()) if (value := normalise(key, text))
        }
        return candidate._replace(
            names=(*candidate.names, *values.get("name", ())),
            identifiers=tuple(sorted({*identifiers, *candidate.identifiers})),
            works=tuple(values.get("work", ())),
            coauthors=tuple(values.get("coauthor", ())),
            affiliations=tuple(values.get("affiliation", ())),
            countries=tuple(values.get("country", ())),
            founded=first_year(values.get("founded", ())),
            born=first_year(values.get("born", ())),
            died=first_year(values.get("died", ())),
        )

    def _broken(self, what: str) -> StoreAnswerError:
        return StoreAnswerError(f"{self._exchange.address} answers not as a reconciliation service does: {what}")


def read_manifest(answer: object) -> Mapping[str, object] | None:
    """A manifest, where an answer is one: it names the space of its ids. None for anything else."""
    return answer if isinstance(answer, dict) and isinstance(answer.get("identifierSpace"), str) else None


def _read_manifest(exchange: Exchange, manifest: Mapping[str, object], remarks: list[str]) -> _Service:
    space = str(manifest.get("identifierSpace", ""))
    extend = manifest.get("extend")
    wanted = manifest.get("batchSize")
    batch = min(wanted, BATCH) if isinstance(wanted, int) and wanted > 0 else BATCH
    if "wikidata.org" in space:
        return _Service(space, {"Person": "Q5", "Organization": "Q43229"}, _WIKIDATA, isinstance(extend, dict), batch)
    listed = manifest.get("defaultTypes")
    types: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            named = {folded(each["id"]), folded(str(each.get("name", "")))}
            # Not a narrower one, such as that of centers: it would leave the others out.
            for kind in (kind for kind, names in _TYPES.items() if named & set(names)):
                types.setdefault(kind, each["id"])
    properties = _properties(exchange, extend, types, remarks)
    return _Service(space, types, properties, isinstance(extend, dict), batch)


def _properties(exchange: Exchange, extend: object, types: Mapping[str, str], remarks: list[str]) -> Mapping[str, str]:
    """The properties that a service proposes for people and organizations, by our keys."""
    propose = extend.get("propose_properties") if isinstance(extend, dict) else None
    if not isinstance(propose, dict):
        return {}
    path = f"{propose.get('service_url', '')}{propose.get('service_path', '')}"
    if not exchange.is_here(path):
        remarks.append(f"the service tells its properties on another host ({path[:200]}), which was not asked")
        return {}
    found: dict[str, str] = {}
    for kind in types.values() or ("",):
        answer = exchange.ask(path=f"{path}?type={quote(kind, safe='')}" if kind else path)
        listed = answer.get("properties") if isinstance(answer, dict) else None
        for each in listed if isinstance(listed, list) else ():
            if not isinstance(each, dict) or not isinstance(each.get("id"), str):
                raise StoreError(f"{exchange.address} proposes properties that cannot be read")
            named = {folded(each["id"]), folded(str(each.get("name", "")))}
            for key, names in _CALLED.items():
                if named & set(names):
                    found.setdefault(key, each["id"])
    return found


def _in_space(space: str, scheme: str) -> bool:
    """Whether the ids of a space are identifiers of a scheme."""
    hosts = {"wikidata": "wikidata.org", "ror": "ror.org", "openalex": "openalex.org"}
    return hosts[scheme] in space


def _kind(types: object) -> str:
    """`Person` or `Organization` by the types that a service gives; empty where they say neither."""
    for each in types if isinstance(types, list) else ():
        named = (each.get("id"), each.get("name")) if isinstance(each, dict) else (each,)
        for text in named:
            plain = folded(str(text or "").rpartition("/")[2].rpartition("#")[2])
            if plain in {"q5", *_TYPES["Person"]}:
                return "Person"
            if plain in {"q43229", "center", "partner", "commission", *_TYPES["Organization"]}:
                return "Organization"
    return ""


def _texts(cells: object) -> list[str]:
    """The values of a cell: texts, numbers, dates, names of things."""
    found = []
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict):
            value = next((cell[key] for key in ("str", "name", "date", "float", "int", "id") if key in cell), None)
            if isinstance(value, str | int | float):
                found.append(one_line(str(value)))
    return found
