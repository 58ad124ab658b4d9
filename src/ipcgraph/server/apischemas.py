"""The schemas of what is asked and answered: parameters of saved queries, options of networks, formats of results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ipcgraph.networkoptions import MEASURING, NETWORKS, OF_WORKS, OPTIONS
from ipcgraph.server.choices import concepts
from ipcgraph.server.networkfiles import BUNDLE, GROWTH, network_files
from ipcgraph.server.networkpages import is_offered, title_of
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.networkoptions import NetworkOption
    from ipcgraph.parameters import Parameter
    from ipcgraph.queries import Query
    from ipcgraph.server.snapshot import Snapshot

Document: TypeAlias = dict[str, Any]

_ID: Final = r'^[^\s<>"{}|\\^`]+$'
"""An id, as in `person/ada-lovelace`, or a whole IRI."""
_WHOLE: Final = 10**18 - 1
_LITERALS: Final[dict[str, Document]] = {
    "year": {"type": "integer", "minimum": 1000, "maximum": 9999},
    "integer": {"type": "integer", "minimum": -_WHOLE, "maximum": _WHOLE},
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "string": {"type": "string", "minLength": 1},
}


def parameter_of(snapshot: Snapshot, query: Query, parameter: Parameter) -> Document:
    """The parameter of a saved query as OpenAPI has it, with an example from the graph."""
    schema = _schema(snapshot, parameter)
    told: Document = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.default is None,
        "description": f"{parameter.about} ({_kind(parameter)})",
        "schema": schema,
    }
    if parameter.default is not None and not parameter.default.startswith("owl:"):
        schema["default"] = int(parameter.default) if schema.get("type") == "integer" else parameter.default
    if example := example_of(snapshot, query, parameter):
        told["example"] = int(example) if schema.get("type") == "integer" else example
    return told


def _kind(parameter: Parameter) -> str:
    if parameter.scheme:
        return f"a concept of {parameter.kind.partition(':')[2]}"
    return f"a {parameter.kind}" if parameter.kind in _LITERALS else f"the id of a {parameter.kind}, or its IRI"


def _schema(snapshot: Snapshot, parameter: Parameter) -> Document:
    if parameter.kind in _LITERALS:
        return dict(_LITERALS[parameter.kind])
    if parameter.scheme:
        return {"type": "string", "enum": [choice.value for choice in concepts(snapshot, parameter)]}
    return {"type": "string", "minLength": 1, "pattern": _ID}


def example_of(snapshot: Snapshot, query: Query, parameter: Parameter) -> str:
    """What the query itself gives as an example, else the first thing of the class in the graph."""
    given = dict(query.example).get(parameter.name)
    if given or parameter.kind in _LITERALS or parameter.scheme:
        return given or ""
    kinds = (parameter.kind,) if parameter.kind in snapshot.reading.keys else ("Center", "Person")
    first = next((iri for kind in kinds for iri in snapshot.reading.instances(kind)), "")
    return compact(first, base=snapshot.base) if first else ""


def results_of(media_types: Sequence[str]) -> Document:
    """What an answer in each of these media types is."""
    return {media_type: _RESULT if media_type.endswith("json") else {"type": "string"} for media_type in media_types}


_RESULT: Final = {"type": ["object", "array"]}


def network_operations() -> Iterator[tuple[str, Document]]:
    """Path and operation of the files of each network, and of the tables of how it grows."""
    for kind in NETWORKS:
        endings = [
            ending for ending, each in network_files().items() if _is_listed(kind, ending) and each.sort != "growth"
        ]
        options = [*_taken(kind), *MEASURING]
        types = sorted({network_files()[ending].media_type.partition(";")[0] for ending in endings})
        yield f"/network/{kind}{{ending}}", _network(kind, "ending", endings, options, types)
        if kind in OF_WORKS:
            suffixes = [ending[len(GROWTH) :] for ending in network_files() if ending.startswith(GROWTH)]
            types = sorted(
                {each.media_type.partition(";")[0] for each in network_files().values() if each.sort == "growth"}
            )
            grown = _network(kind, "suffix", suffixes, _taken(kind), types)
            window = _option(_WINDOW, name="window")
            grown |= {
                "operationId": f"network-{kind}-growth",
                "summary": f"{title_of(kind)}: how it grows, by year or by windows of years",
                "parameters": [*grown["parameters"], window],
            }
            yield f"/network/{kind}{GROWTH}{{suffix}}", grown


_WINDOW: Final[Document] = {"type": "integer", "minimum": 1}


def _is_listed(kind: str, ending: str) -> bool:
    if ending == BUNDLE:
        return True
    return is_offered(kind, ending) and ending != ".periods.svg" and not ending.startswith(GROWTH)


def _taken(kind: str) -> list[NetworkOption]:
    return [option for option in OPTIONS if kind in option.networks]


def _network(
    kind: str, place: str, endings: Sequence[str], options: Sequence[NetworkOption], types: Sequence[str]
) -> Document:
    ending = {"name": place, "in": "path", "required": True, "schema": {"type": "string", "enum": list(endings)}}
    return {
        "tags": ["Networks"],
        "operationId": f"network-{kind}",
        "summary": title_of(kind),
        "description": f"{NETWORKS[kind]}. The header Ipcgraph-Left-Out says what is not in it.",
        "parameters": [ending, *(_of_option(option) for option in options)],
        "responses": {
            "200": {
                "description": "The file, with the bytes that the command line writes.",
                "content": {media_type: {"schema": schema} for media_type, schema in results_of(types).items()},
            }
        },
    }


def _of_option(option: NetworkOption) -> Document:
    schemas: dict[str, Document] = {
        "choice": {"type": "string", "enum": list(option.choices)},
        "whole": {"type": "integer", "minimum": 1} | ({"maximum": 9_999} if option.placeholder == "YEAR" else {}),
        "number": {"type": "number", "minimum": 0},
        "day": dict(_LITERALS["date"]),
        "id": {"type": "string", "minLength": 1, "pattern": _ID},
        "word": {"type": "string", "minLength": 1, "pattern": r"^\S+$"},
        "yes": {"type": "boolean"},
    }
    schema = schemas[option.sort]
    if option.default is not None:
        schema = {**schema, "default": option.default}
    schema = {"type": "array", "items": schema} if option.several else schema
    return _option(schema, name=option.written, about=option.about)


def _option(schema: Document, *, name: str, about: str = "years in each window; one if it is left out") -> Document:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def ok(description: str, content: Document) -> Document:
    """An answer that has what was asked for, in each of these media types."""
    return {
        "description": description,
        "content": {media_type: {"schema": schema} for media_type, schema in content.items()},
    }


def wrong(*statuses: str) -> Document:
    """The answers that say why there is none."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def problem_of(description: str) -> Document:
    """An answer that says what is wrong: as data, as a page, as text."""
    problem = {"$ref": "#/components/schemas/Problem"}
    text = {"type": "string"}
    return ok(description, {"application/problem+json": problem, "text/html": text, "text/plain": text})
