"""The works of a snapshot by Spark: read by the same functions as on one machine, joined and written by Spark itself.

This is the program of the process that Spark runs in; `imports.spark` begins it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from ipcgraph.imports.openalexagents import (
    KINDS,
    Mention,
    Remark,
    Row,
    Shared,
    described,
    order_of,
    place_of,
    row_line,
)
from ipcgraph.imports.openalexranges import Reading, Task
from ipcgraph.imports.openalexsteps import DATA, ROWS, TABLES
from ipcgraph.imports.openalextables import part_name
from ipcgraph.processes import end_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyspark.sql import DataFrame, SparkSession

BATCH: Final = 2_000
"""So many works or persons go from Python to Spark at a time."""
PARTITIONS: Final = 16
"""The parts of a shuffle on one machine, where Spark would make 200."""

_MENTION: Final = "struct<local: string, kind: string, source_id: string, name: string, identifier: string>"
_LISTED: Final = "struct<person: string, name: string, organizations: array<string>>"
_READ: Final = (
    "number bigint, local string, text string, title string, issued string, year int, work_type string, doi string, "
    f"openalex string, url string, authorships array<{_LISTED}>, mentions array<{_MENTION}>, tally string"
)
_REMARK: Final = "struct<task: bigint, line: bigint, severity: string, message: string, fix: string>"
_AGENTS: Final = (
    "local string, kind string, text string, name string, other_names array<string>, identifiers array<string>, "
    f"openalex string, url string, orders array<bigint>, remarks array<{_REMARK}>"
)


# What runs in the workers: Arrow in, Arrow out.


def read_tasks(batches: Iterator[Any], *, schema: Any, base: str, source: str) -> Iterator[Any]:  # noqa: ANN401
    """The works of the ranges in these batches; after those of each range a row with its tally alone."""
    for batch in batches:
        for number, path, begin, end in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield from _read(Task(number, Path(path), begin, end, base, source), schema)


def _read(task: Task, schema: Any) -> Iterator[Any]:  # noqa: ANN401  # pyarrow has no types
    reading = Reading(task)
    seen: set[Mention] = set()
    rows: list[tuple[object, ...]] = []
    for work in reading.works():
        new = [each for each in work.mentions if each not in seen]
        if len(seen) > ROWS:
            seen.clear()
        seen.update(new)
        said = work._replace(text=work.text.removesuffix("\n"), mentions=tuple(new))
        rows.append((order_of(task.number, reading.line), *(None if value == "" else value for value in said), None))
        if len(rows) >= BATCH:
            yield _batch(rows, schema)
            rows = []
    tally = json.dumps([task.number, reading.tally()], ensure_ascii=False)
    rows.append((order_of(task.number, 0), *(None,) * 11, tally))
    yield _batch(rows, schema)


def describe_agents(batches: Iterator[Any], *, schema: Any, base: str, source: str) -> Iterator[Any]:  # noqa: ANN401
    """The authors and institutions that these batches have the rows of, each all of its rows."""
    for batch in batches:
        rows: list[tuple[object, ...]] = []
        for local, said in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            mentions = [(each.pop("number"), Mention(local, **_stated(each))) for each in said]
            # In the order in which the files of one machine are sorted, also where one record says two things.
            mentions.sort(key=lambda item: row_line(*item))
            remarks: list[Remark] = []
            agent = described((Row(local, order, *each[1:]) for order, each in mentions), base, source, remarks)
            agent = agent._replace(text=agent.text.removesuffix("\n"))
            rows.append((*(None if value == "" else value for value in agent), remarks))
        yield _batch(rows, schema)


def _stated(said: dict[str, str | None]) -> dict[str, str]:
    return {key: value or "" for key, value in said.items()}


def _batch(rows: Sequence[tuple[object, ...]], schema: Any) -> Any:  # noqa: ANN401  # pyarrow has no types
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


# What runs in the driver.


class _Job:
    """The steps of an import, each of which is written to a folder of its own, and not again where it is there."""

    def __init__(self, session: SparkSession, said: dict[str, Any], tell: Callable[[int, int], None]) -> None:
        self._session = session
        self._tasks: list[list[Any]] = said["tasks"]
        self._limit: int = said["pair_limit"]
        self._with_tables: bool = said["tables"]
        self._stage = Path(said["stage"])
        self._base, self._source = self._tasks[0][4:]
        self._tell = tell
        self._steps = len(self._tasks) + (11 if self._with_tables else 4)
        self._done = 0

    def perform(self) -> dict[str, Any]:
        """All steps; what has come of them."""
        from pyspark.sql import functions as f

        read = self._read()
        works = read.where("local is not null")
        agents = self._agents(works)
        older = self._older(works)
        if older:
            numbers = self._session.createDataFrame([(number,) for _, number in older], "number bigint")
            works = works.join(f.broadcast(numbers), "number", "left_anti")
        works, dois = self._own_dois(works)
        agents, identifiers = self._own_identifiers(agents)
        self._text(works, "works")
        self._text(agents, "agents")
        coauthors, unlinked = self._tables(works, agents) if self._with_tables else (0, 0)
        tallies = sorted(json.loads(row.tally) for row in read.where("tally is not null").select("tally").collect())
        for number, _ in (place_of(order) for _, order in older):
            tallies[number][1][0] -= 1
        remarks = [tuple(row) for row in agents.select(f.inline("remarks")).collect()]
        counts = {row.kind: row["count"] for row in agents.groupBy("kind").count().collect()}
        lines = f.sum(f.expr("length(text) - length(replace(text, '\n', '')) + 1"))
        statements: int = sum(row[0] or 0 for each in (works, agents) for row in each.select(lines).collect())
        self._step()
        return {
            "tallies": [tally for _, tally in tallies], "remarks": remarks, "statements": statements,
            "persons": counts.get("A", 0), "organizations": counts.get("I", 0),
            "repeated": older, "shared": [*dois, *identifiers], "coauthors": coauthors, "unlinked": unlinked,
        }  # fmt: skip

    def _read(self) -> DataFrame:
        """Every work with what it says, a part a range; reading is the one step in which Python does the work."""
        rows = [tuple(task[:4]) for task in self._tasks]
        context = self._session.sparkContext
        tasks = self._session.createDataFrame(
            context.parallelize(rows, len(rows)), "number int, path string, begin bigint, end bigint"
        )
        with _Watch(context, lambda done: self._tell(done, self._steps)):
            read = partial(read_tasks, schema=_arrow_schema(_READ), base=self._base, source=self._source)
            found = self._kept("read", lambda: tasks.mapInArrow(read, _READ))
        self._done = len(rows)
        return found

    def _agents(self, works: DataFrame) -> DataFrame:
        from pyspark.sql import functions as f

        said = works.select("number", f.inline("mentions"))
        keys = ("local", "kind", "source_id", "name", "identifier")
        first = said.groupBy(*keys).agg(f.min("number").alias("number"))
        rows = first.groupBy("local").agg(f.collect_list(f.struct("number", *keys[1:])).alias("rows"))
        describe = partial(describe_agents, schema=_arrow_schema(_AGENTS), base=self._base, source=self._source)
        return self._kept("agents", lambda: rows.mapInArrow(describe, _AGENTS))

    def _older(self, works: DataFrame) -> list[tuple[str, int]]:
        """The records that have a later one of the same work: its local part, and the number of the record."""
        from pyspark.sql import functions as f

        numbers = works.groupBy("local").agg(f.sort_array(f.collect_list("number")).alias("numbers"))
        found = numbers.where("size(numbers) > 1").collect()
        return sorted((row.local, number) for row in found for number in row.numbers[:-1])

    def _own_dois(self, works: DataFrame) -> tuple[DataFrame, list[Shared]]:
        """The works, of which none has the DOI of an earlier one; and the DOIs left out."""
        from pyspark.sql import functions as f

        stated = works.where("doi is not null").groupBy("doi")
        holders = stated.agg(f.sort_array(f.collect_list(f.struct("number", "local"))).alias("holders"))
        shared = [
            Shared("doi", row.doi, row.holders[0].local, holder.local, holder.number)
            for row in holders.where("size(holders) > 1").collect()
            for holder in row.holders[1:]
        ]
        if not shared:
            return works, shared
        gone = [(each.order, f"\n{each.line(self._base)}") for each in shared]
        other = self._session.createDataFrame(gone, "number bigint, gone string")
        works = works.join(f.broadcast(other), "number", "left").withColumns(
            {
                "text": f.expr("if(gone is null, text, replace(text, gone, ''))"),
                "doi": f.expr("if(gone is null, doi, null)"),
            }
        )
        return works.drop("gone"), shared

    def _own_identifiers(self, agents: DataFrame) -> tuple[DataFrame, list[Shared]]:
        """The persons and organizations, of which none has an identifier of another; and the identifiers left out."""
        from pyspark.sql import functions as f

        stated = agents.select("kind", "local", f.explode(f.arrays_zip("identifiers", "orders")).alias("at"))
        holders = stated.groupBy("kind", "at.identifiers").agg(
            f.sort_array(f.collect_list(f.struct("local", "at.orders"))).alias("holders")
        )
        shared = [
            Shared(KINDS[row.kind][2], row.identifiers, row.holders[0].local, holder.local, holder.orders)
            for row in holders.where("size(holders) > 1").collect()
            for holder in row.holders[1:]
        ]
        if not shared:
            return agents, shared
        gone: dict[str, tuple[list[str], list[str]]] = {}
        for each in shared:
            values, lines = gone.setdefault(each.local, ([], []))
            values.append(each.value)
            lines.append(f"\n{each.line(self._base)}")
        rows = [(local, *both) for local, both in gone.items()]
        other = self._session.createDataFrame(rows, "local string, values array<string>, gone array<string>")
        agents = agents.join(f.broadcast(other), "local", "left").withColumns(
            {
                "text": f.expr(
                    "if(gone is null, text, aggregate(gone, text, (left, line) -> replace(left, line, '')))"
                ),
                "identifiers": f.expr("if(gone is null, identifiers, array_except(identifiers, values))"),
            }
        )
        return agents.drop("values", "gone"), shared

    def _tables(self, works: DataFrame, agents: DataFrame) -> tuple[int, int]:
        """Writes the tables of nodes and edges; gives the links of co-authors, and the works that make none."""
        from pyspark.sql import functions as f

        def iri(column: str) -> Any:  # noqa: ANN401  # a column of Spark
            return f.concat(f.lit(self._base), column)

        columns = ("title", "issued", "year", "work_type", "doi", "openalex", "url")
        self._table(works.select(iri("local").alias("id"), *columns), "works")
        for name, kind, scheme in (("persons", "A", "orcid"), ("organizations", "I", "ror")):
            named = agents.where(f.col("kind") == kind).select(
                iri("local").alias("id"), "name", "other_names", f.col("identifiers").alias(scheme), "openalex", "url"
            )
            self._table(named, name)
        listed = works.select("local", "year", f.posexplode("authorships").alias("place", "listed"))
        self._table(
            listed.select(
                iri("local").alias("work"), iri("listed.person").alias("person"),
                (f.col("place") + 1).alias("position"), f.nullif("listed.name", f.lit("")).alias("name_as_listed"),
            ),
            "authorships",
        )  # fmt: skip
        where = listed.select("local", "listed.person", f.explode("listed.organizations").alias("organization"))
        self._table(
            where.select(
                iri("local").alias("work"), iri("person").alias("person"), iri("organization").alias("organization")
            ),
            "affiliations",
        )
        links, unlinked = self._links(listed.select("local", "year", "listed.person"))
        self._table(links.withColumns({"source": iri("source"), "target": iri("target")}), "coauthors")
        return self._session.read.parquet(_address(self._stage / TABLES / "coauthors")).count(), unlinked

    def _links(self, listed: DataFrame) -> tuple[DataFrame, int]:
        """Who wrote with whom: the authorships joined with themselves over the work."""
        from pyspark.sql import Window
        from pyspark.sql import functions as f

        def authors() -> DataFrame:
            work = Window.partitionBy("local")
            once = listed.groupBy("local", "person").agg(f.min("year").alias("first"), f.max("year").alias("last"))
            return once.select(
                "local", "person", f.min("first").over(work).alias("first"), f.max("last").over(work).alias("last"),
                f.count(f.lit(1)).over(work).alias("authors"),
            )  # fmt: skip

        found = self._kept("authors", authors)
        unlinked = found.where(f.col("authors") > self._limit).select("local").distinct().count()
        few = found.where(f.col("authors") <= self._limit)
        one, other = few.alias("one"), few.alias("other")
        pairs = one.join(
            other, (f.col("one.local") == f.col("other.local")) & (f.col("one.person") < f.col("other.person"))
        )
        links = pairs.groupBy(f.col("one.person").alias("source"), f.col("other.person").alias("target")).agg(
            f.count(f.lit(1)).alias("works"),
            f.min("one.first").alias("first_year"),
            f.max("one.last").alias("last_year"),
        )
        return links, unlinked

    # Writing.

    def _kept(self, name: str, make: Callable[[], DataFrame]) -> DataFrame:
        """What was written under this name, made where it is not there yet."""
        folder = self._stage / "spark" / name
        if not (folder / "_SUCCESS").exists():
            make().write.mode("overwrite").option("compression", "zstd").parquet(_address(folder))
        self._step()
        return self._session.read.parquet(_address(folder))

    def _text(self, rows: DataFrame, name: str) -> None:
        """Writes the statements of these rows as N-Quads, some files."""
        folder = self._stage / "spark" / f"{name}-text"
        if not (folder / "_SUCCESS").exists():
            rows.select("text").write.mode("overwrite").text(_address(folder))
        (self._stage / DATA).mkdir(exist_ok=True)
        for number, part in enumerate(_parts(folder)):
            os.link(part, _new(self._stage / DATA / f"{name}-{number:05}.nq"))
        self._step()

    def _table(self, rows: DataFrame, name: str) -> None:
        """Writes these rows as Parquet."""
        folder = self._stage / "spark" / f"{name}-table"
        if not (folder / "_SUCCESS").exists():
            rows.write.mode("overwrite").option("compression", "zstd").parquet(_address(folder))
        (self._stage / TABLES / name).mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(_parts(folder)):
            os.link(part, _new(self._stage / TABLES / name / part_name(number)))
        self._step()

    def _step(self) -> None:
        self._done += 1
        self._tell(self._done, self._steps)


def _arrow_schema(schema: str) -> Any:  # noqa: ANN401  # pyarrow has no types
    """A schema of Spark as Arrow has it; only the driver can tell."""
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    return to_arrow_schema(cast("StructType", StructType.fromDDL(schema)))


def _parts(folder: Path) -> list[Path]:
    """The files that Spark has written, in their order, without the empty ones."""
    return [part for part in sorted(folder.glob("part-*")) if part.stat().st_size]


def _new(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path


def _address(path: Path) -> str:
    """A folder as Spark names it: of this file system, whatever its default one is."""
    return path.absolute().as_uri()


class _Watch:
    """Tells how many tasks of a stage are done while it runs."""

    def __init__(self, context: Any, told: Callable[[int], None]) -> None:  # noqa: ANN401  # a context of Spark
        self._tracker, self._told = context.statusTracker(), told
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(1.0):
            for stage in self._tracker.getActiveStageIds():
                found = self._tracker.getStageInfo(stage)
                if found:
                    self._told(found.numCompletedTasks)


def main() -> None:
    """Takes a job on standard input, and gives how far it is, then what has come of it, on standard output."""
    end_with(os.getppid())
    said = json.loads(sys.stdin.readline())
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(said["master"]).appName("ipcgraph import openalex")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if said["master"].startswith("local"):
        builder = builder.config("spark.pyspark.python", sys.executable)
        builder = builder.config("spark.sql.shuffle.partitions", str(PARTITIONS))
    started = time.monotonic()
    session = builder.getOrCreate()
    try:
        result = _Job(session, said, lambda done, steps: _say(done=done, steps=steps)).perform()
        _say(result={**result, "seconds": round(time.monotonic() - started, 2)})
    finally:
        session.stop()


def _say(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
