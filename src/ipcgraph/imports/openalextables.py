"""Works of OpenAlex as Parquet: nodes and edges in tables for graph engines, data frames and databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

    from ipcgraph.imports.openalexagents import Agent
    from ipcgraph.imports.openalexworks import Work

AT_ONCE: Final = 20_000
"""So many rows wait to be written: they are a row group."""

TEXT, LIST, INTEGER, YEAR = "string", "list", "int64", "int32"
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "works": {
        "id": TEXT, "title": TEXT, "issued": TEXT, "year": YEAR, "work_type": TEXT, "doi": TEXT, "openalex": TEXT,
        "url": TEXT,
    },
    "persons": {"id": TEXT, "name": TEXT, "other_names": LIST, "orcid": LIST, "openalex": TEXT, "url": TEXT},
    "organizations": {"id": TEXT, "name": TEXT, "other_names": LIST, "ror": LIST, "openalex": TEXT, "url": TEXT},
    "authorships": {"work": TEXT, "person": TEXT, "position": YEAR, "name_as_listed": TEXT},
    "affiliations": {"work": TEXT, "person": TEXT, "organization": TEXT},
    "coauthors": {"source": TEXT, "target": TEXT, "works": INTEGER, "first_year": YEAR, "last_year": YEAR},
}  # fmt: skip
"""The tables, three of nodes and three of edges, and the columns of each; an `id` is the IRI in the graph."""


class _Table:
    """One file of one table, written a row group at a time."""

    def __init__(self, folder: Path, name: str, number: int) -> None:
        import pyarrow.parquet

        self._columns = COLUMNS[name]
        self._schema = schema_of(name)
        (folder / name).mkdir(parents=True, exist_ok=True)
        path = folder / name / part_name(number)
        self._file = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[tuple[object, ...]] = []

    def add(self, *row: object) -> None:
        """Takes a row; "" stands for nothing."""
        self._rows.append(row)
        if len(self._rows) >= AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            arrays = [
                pa.array([None if value == "" else value for value in values], field.type)
                for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows = []


class WorkTables:
    """The tables of the works of one range: works, authorships, affiliations."""

    def __init__(self, folder: Path, number: int, base: str) -> None:
        self._base = base
        self._works, self._authorships, self._affiliations = (
            _Table(folder, name, number) for name in ("works", "authorships", "affiliations")
        )

    def add(self, work: Work) -> None:
        base = self._base
        iri = base + work.local
        self._works.add(iri, work.title, work.issued, work.year, work.work_type, work.doi, work.openalex, work.url)
        for position, (person, name, organizations) in enumerate(work.authorships, start=1):
            self._authorships.add(iri, base + person, position, name)
            for organization in organizations:
                self._affiliations.add(iri, base + person, base + organization)

    def close(self) -> None:
        for table in (self._works, self._authorships, self._affiliations):
            table.close()


class AgentTables:
    """The tables of one share of the authors and institutions."""

    def __init__(self, folder: Path, number: int, base: str) -> None:
        self._base = base
        self._by_kind = {"A": _Table(folder, "persons", number), "I": _Table(folder, "organizations", number)}

    def add(self, agent: Agent) -> None:
        self._by_kind[agent.kind].add(
            self._base + agent.local, agent.name, agent.other_names, agent.identifiers, agent.openalex, agent.url
        )

    def close(self) -> None:
        for table in self._by_kind.values():
            table.close()


def leave_out(folder: Path, name: str, number: int, values: Container[tuple[str, str]]) -> None:
    """Writes one file of a table anew, without these identifiers, each behind the id of the row."""
    import pyarrow as pa
    import pyarrow.parquet

    path = folder / name / part_name(number)
    rows = pyarrow.parquet.read_table(path)
    ids = rows["id"].to_pylist()
    for column in {"doi", "orcid", "ror"} & set(rows.column_names):
        said = zip(ids, rows[column].to_pylist(), strict=True)
        left = [
            [each for each in value if (iri, each) not in values]
            if isinstance(value, list)
            else (None if (iri, value) in values else value)
            for iri, value in said
        ]
        field = rows.schema.field(column)
        rows = rows.set_column(rows.column_names.index(column), field, pa.array(left, field.type))
    new = path.with_suffix(".new")
    pyarrow.parquet.write_table(rows, new, compression="zstd")
    new.replace(path)


def schema_of(name: str) -> Any:  # noqa: ANN401  # pyarrow has no types
    """The schema of a table. Raises MissingExtraError where pyarrow is not installed."""
    # Imported here since each process of an import reads this module, and that one brings networkx along.
    from ipcgraph.exports.parquet import require_parquet

    require_parquet()
    import pyarrow as pa

    types = {TEXT: pa.string(), LIST: pa.list_(pa.string()), INTEGER: pa.int64(), YEAR: pa.int32()}
    return pa.schema([(column, types[kind]) for column, kind in COLUMNS[name].items()])


def part_name(number: int) -> str:
    """The name of one file of a table."""
    return f"part-{number:05}.parquet"


def write_coauthors(folder: Path, *, pair_limit: int) -> tuple[int, int]:
    """Writes who wrote with whom, of the authorships in a folder of tables; gives the links, and the works without.

    The links are those of `networks.coauthorship`: a work of more than `pair_limit` persons makes none. In memory there
    are two numbers an authorship, and the names of persons and works.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet

    from ipcgraph.networks.pairs import UNKNOWN_YEAR, share

    work, person, persons, years = _authorships(folder)
    unlinked = 0
    if len(work):
        many = np.bincount(work) > pair_limit
        unlinked = int(many.sum())
        if unlinked:
            kept = ~many[work]
            work, person = work[kept], person[kept]
    links = share(work, person, size=len(persons), years=years)
    found = links.years
    dated = (found.first, found.last) if found else (links.joint * UNKNOWN_YEAR,) * 2
    schema = schema_of("coauthors")
    path = folder / "coauthors" / part_name(0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as file:
        for begin in range(0, len(links.source), AT_ONCE):
            part = slice(begin, begin + AT_ONCE)
            ends = (persons.take(pa.array(each[part])) for each in (links.source, links.target))
            first, last = (pa.array(each[part], mask=each[part] == UNKNOWN_YEAR) for each in dated)
            rows = [*ends, pa.array(links.joint[part]), first, last]
            file.write_table(
                pa.Table.from_arrays([row.cast(t) for row, t in zip(rows, schema.types, strict=True)], schema=schema)
            )
    return len(links.source), unlinked


def _authorships(folder: Path) -> tuple[Any, Any, Any, Any]:
    """The work and the person of each authorship as numbers, sorted and each once; the persons; the years of works.

    The number of a person is their place in the array of persons, which is sorted by IRI, as links have to be.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet

    from ipcgraph.distinct import distinct
    from ipcgraph.networks.pairs import Years

    read = pyarrow.parquet.read_table
    listed = read(folder / "authorships", columns=["work", "person"], read_dictionary=["work", "person"])
    numbers, names = zip(*map(_numbered, listed.unify_dictionaries().columns), strict=True)
    pairs = distinct(numbers[0] << 32 | numbers[1])
    first, last = np.zeros(len(names[0]), np.int32), np.zeros(len(names[0]), np.int32)
    # Each file is opened once: beside this, one may be replaced by another with the same ids and years.
    files = map(pyarrow.parquet.ParquetFile, sorted((folder / "works").glob("part-*.parquet")))
    dated = pa.concat_tables(file.read(columns=["id", "year"]) for file in files).drop_null().combine_chunks()
    at = pa.compute.index_in(dated["id"], value_set=names[0])
    is_listed = at.is_valid().to_numpy()
    at, year = at.to_numpy()[is_listed].astype(np.int64), dated["year"].to_numpy()[is_listed]
    np.maximum.at(last, at, year)
    first[at] = last[at]
    np.minimum.at(first, at, year)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32), names[1], Years(first, last)


def _numbered(column: Any) -> tuple[Any, Any]:  # noqa: ANN401  # pyarrow has no types
    """The values of a column as places in the array of all values, sorted, and this array; a null has no place."""
    import numpy as np
    import pyarrow as pa

    if not column.num_chunks:
        return np.zeros(0, np.int64), pa.array([], pa.string())
    values = column.chunk(0).dictionary
    order = pa.compute.sort_indices(values)
    place = np.empty(len(values), np.int64)
    place[order.to_numpy()] = np.arange(len(values))
    indices = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks])
    return place[indices], values.take(order)
