"""Times every saved query on a graph of many works, and whole-graph counts against DuckDB on the same tables.

`python benchmarks/bench_scale.py FOLDER …`, where each folder is one that `scale_graph.py` or `ipcgraph build` made;
without one, graphs of 64 thousand and of a million works are made below the folder for temporary files, and kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import described, median, seconds
from benchmarks.scale_graph import make_graph

from ipcgraph.columns import Columns, read_columns
from ipcgraph.headers import read_queries
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.queries import Query, run
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.embedded import EmbeddedStore

QUERIES = read_queries([shipped_folder("queries")])
LIMIT = 120.0
"""Seconds that a query has; one that takes longer is told so."""
SAMPLE = 60
"""So many things, drawn by chance, are asked about by each query on one thing of a kind that there are many of."""
ABOUT: Mapping[str, Mapping[str, str]] = {
    "Center": {"": "center/ipc"},
    "Commission": {"": "organization/work-of-the-future-task-force"},
    "Initiative": {"": "initiative/ipc-global-research-network"},
    "Organization": {"": "organization/mit"},
    "Place": {"": "place/br"},
    "Source": {"": "source/publications"},
    "Thing": {"": "center/ipc"},
    "Topic": {"": "topic/advanced-manufacturing"},
    "string": {"": "neural machine translation"},
}
MANY: Mapping[str, Mapping[str, str]] = {
    "works-between": {"since": "2001-03-01", "until": "2003-05-31"},
    "works-by-type": {"type": "article"},
    "works-in-year": {"year": "2019"},
}
"""Values with many works, where the example has few."""
COUNTS = {
    "author-work-counts": """
        SELECT t.iri, t.label, c.n FROM (SELECT author, count(*) n FROM authorships GROUP BY author) c
        JOIN things t ON t.id = c.author ORDER BY c.n DESC, t.label, t.iri""",
    "coauthor-counts": """
        SELECT t.iri, t.label, c.n FROM (
            SELECT a.author, count(DISTINCT b.author) n FROM authorships a JOIN authorships b ON a.work = b.work
            WHERE a.author <> b.author GROUP BY a.author) c
        JOIN things t ON t.id = c.author ORDER BY c.n DESC, t.label, t.iri""",
    "coauthor-pairs": """
        SELECT s.iri, s.label, o.iri, o.label, p.n FROM (
            SELECT a.author one, b.author other, count(*) n FROM authorships a JOIN authorships b ON a.work = b.work
            WHERE a.author < b.author GROUP BY a.author, b.author) p
        JOIN things x ON x.id = p.one JOIN things y ON y.id = p.other
        JOIN things s ON s.id = CASE WHEN (x.label, x.iri) < (y.label, y.iri) THEN x.id ELSE y.id END
        JOIN things o ON o.id = CASE WHEN (x.label, x.iri) < (y.label, y.iri) THEN y.id ELSE x.id END
        ORDER BY p.n DESC, s.label, o.label, s.iri, o.iri""",
    "work-counts-by-type": """
        SELECT t.label, count(*) n FROM works w JOIN things t ON t.id = w.kind
        GROUP BY t.label ORDER BY n DESC, t.label""",
    "work-counts-by-year": """
        SELECT CASE WHEN day = 0 THEN NULL ELSE year(DATE '0001-01-01' + (day - 1)) END y, count(*)
        FROM works GROUP BY y ORDER BY y NULLS FIRST""",
}


def values_for(query: Query, columns: Columns, sample: int) -> list[dict[str, str]]:
    """What the query is asked with: examples, and things drawn by chance where there are many of the kind."""
    chance = random.Random(1)
    authorships = columns.authorships
    rows = [chance.randrange(len(authorships.work)) for _ in range(sample)]
    people = [columns.things[int(authorships.author[row])] for row in rows]
    mates = []
    for row in rows:
        first, after = np.searchsorted(authorships.work, [authorships.work[row], authorships.work[row] + 1])
        mates.append(columns.things[int(chance.choice(authorships.author[first:after].tolist()))])
    works = [columns.things[int(authorships.work[row])] for row in rows]
    drawn: dict[str, Sequence[str]] = {"Person": people, "Work": works}
    asked = []
    for place in range(sample if any(p.kind in drawn for p in query.parameters) else 1):
        values = {**dict(query.example), **MANY.get(query.name, {})}
        for parameter in query.parameters:
            if parameter.name == "other":
                values["other"] = mates[place]
            elif parameter.kind in drawn:
                values[parameter.name] = drawn[parameter.kind][place]
            elif parameter.kind in ABOUT and parameter.default is None:
                values[parameter.name] = ABOUT[parameter.kind][""]
        asked.append(values)
    return asked


def isolated(work: Callable[[], object], limit: float = LIMIT) -> Any:
    """What this gives, done in a process of its own; None where it takes longer."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "w") as file:
            json.dump(work(), file)
        os._exit(0)
    os.close(writing)
    end = time.monotonic() + limit
    while not (done := os.waitpid(child, os.WNOHANG)[0]) and time.monotonic() < end:
        time.sleep(0.01)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(reading) as file:
        text = file.read()
    return json.loads(text) if done and text else None


def timed(query: Query, folder: Path, sample: int) -> dict[str, float]:
    """The first and the median warm time of a query in seconds, the slowest of a sample, rows and memory."""
    asked = values_for(query, read_columns(folder / COLUMNS), sample)
    first: list[float] = []
    warm: list[float] = []
    rows: list[float] = []
    with EmbeddedStore.open(folder / STORE) as store:
        for values in asked:
            for times in (first, warm):
                start = time.perf_counter()
                answer = run(query, store, values, columns=folder / COLUMNS)
                times.append(time.perf_counter() - start)
                if times is first and times[-1] > 1:
                    warm.append(times[-1])
                    break
            rows.append(len(answer) if not isinstance(answer, bool) else 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"first": median(first), "warm": median(warm), "slowest": max(warm), "rows": median(rows), "MB": memory}


def in_duckdb(name: str, folder: Path, runs: int) -> dict[str, float]:
    """The seconds of a count in DuckDB and from our columns, by turns; the rows of both are counted."""
    import duckdb  # no part of ipcgraph: pip install duckdb

    columns = read_columns(folder / COLUMNS)
    base = duckdb.connect()
    works, rows = columns.works, columns.authorships
    kept = columns.instances("Work")[works.work]
    for table, arrays in {
        "authorships": {"work": rows.work, "author": rows.author},
        "works": {"work": works.work[kept], "day": works.not_before[kept], "kind": works.kind[kept]},
    }.items():
        held = {column: np.array(array) for column, array in arrays.items()}
        base.register("held", held)
        base.execute(f"CREATE TABLE {table} AS SELECT * FROM held")  # noqa: S608 (a name of ours)
        base.unregister("held")
    texts = {
        "id": np.arange(len(columns.things), dtype=np.int32),
        "iri": np.array(list(columns.things), dtype=object),
        "label": np.array(list(columns.labels), dtype=object),
    }
    base.register("held", texts)
    base.execute("CREATE TABLE things AS SELECT * FROM held")
    base.unregister("held")
    del texts
    theirs: list[float] = []
    ours: list[float] = []
    found: list[int] = []
    with EmbeddedStore.open(folder / STORE) as store:
        for _ in range(runs):
            theirs.append(seconds(lambda: found.append(len(base.execute(COUNTS[name]).fetchall()))))
            ours.append(seconds(lambda: found.append(len(run(QUERIES[name], store, {}, columns=folder / COLUMNS)))))  # type: ignore[arg-type]
    if len(set(found)) != 1:
        raise AssertionError(f"{name}: {found} rows")
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return {"duckdb": median(theirs), "ours": median(ours), "ratio": median(ratios)}


def shown(number: float) -> str:
    return f"{number:.2f} s" if number >= 1 else f"{number * 1000:.1f} ms"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", type=Path, nargs="*")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--sample", type=int, default=SAMPLE)
    arguments.add_argument("--only", default="", help="names of queries, with commas between them")
    options = arguments.parse_args()
    print(described(), f"{options.runs} runs, medians", sep="; ")
    kept = Path(tempfile.gettempdir()) / "ipcgraph-scale"
    folders = options.folders or [make_graph(kept / name, copies) for name, copies in (("64k", 1), ("million", 16))]
    chosen = {name: QUERIES[name] for name in options.only.split(",") if name} or QUERIES
    for folder in folders:
        print(f"\n{folder}: {len(read_columns(folder / COLUMNS).works.work):,} works")
        print(f"{'query':<32}{'first':>10}{'warm':>10}{'slowest':>10}{'rows':>11}{'MB':>7}  from")
        for name, query in chosen.items():
            found = isolated(partial(timed, query, folder, options.sample))
            where = "columns" if query.columns else "SPARQL"
            if found is None:
                print(f"{name:<32}  over {LIMIT:.0f} s  {where}", flush=True)
                continue
            times = "".join(f"{shown(found[key]):>10}" for key in ("first", "warm", "slowest"))
            print(f"{name:<32}{times}{found['rows']:>11,.0f}{found['MB']:>7,.0f}  {where}", flush=True)
        for name in COUNTS:
            if name in chosen:
                found = isolated(partial(in_duckdb, name, folder, options.runs), limit=600)
                told = f"{shown(found['ours'])}, DuckDB {shown(found['duckdb'])}" if found else "not done"
                print(f"{name:<32} {told:<36} {found['ratio'] if found else 0:.2f}  at most 3.00", flush=True)


if __name__ == "__main__":
    main()
