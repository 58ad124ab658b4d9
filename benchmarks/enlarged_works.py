"""The corpus of works several times over, as files: relabelled copies that share a twentieth of their authors."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"
ONE_IN = 20
"""One person in so many is the same in every copy, chosen by the id, so that the copies hang together."""


def write_works(folder: Path, copies: int, *, works: int = 0) -> list[Path]:
    """Writes the works so many times, a file of JSON lines a copy, and gives the files; those there are kept.

    The first is the corpus as it is. In copy N ids, DOIs and titles carry `-cN`, and so do nineteen persons in twenty,
    who lose their ORCID. `works` takes only the first so many of each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"works-{copy:03}.jsonl" for copy in range(copies)]
    for copy, file in enumerate(files):
        if not file.exists():
            unfinished = file.with_suffix(".new")
            with unfinished.open("w", encoding="utf-8", newline="\n") as out:
                for record in _records(works):
                    out.write(json.dumps(_relabelled(record, copy), ensure_ascii=False, separators=(",", ":")) + "\n")
            unfinished.replace(file)
    return files


def _records(works: int) -> Iterator[dict[str, Any]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if works and number > works:
                return
            yield json.loads(line)


def _relabelled(record: dict[str, Any], copy: int) -> dict[str, Any]:
    if not copy:
        return record
    mark = f"-c{copy}"
    record["id"] += mark
    record["title"] = record["title"] and f"{record['title']} {mark[1:]}"
    record["doi"] = record["doi"] and record["doi"] + mark
    for authorship in record["authorships"]:
        author = authorship["author"]
        if zlib.crc32(author["id"].encode()) % ONE_IN:
            author |= {"id": author["id"] + mark, "orcid": None}
    return record


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=16)
    parser.add_argument("--works", type=int, default=0, help="only the first so many works of each copy")
    options = parser.parse_args()
    for path in write_works(options.folder, options.copies, works=options.works):
        print(path)
