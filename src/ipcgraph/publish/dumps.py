"""The dumps: the whole graph as N-Quads, Turtle and JSON-LD, packed, with their SHA-256 sums."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Final

from ipcgraph.publish.documents.jsonld import JsonLd
from ipcgraph.publish.documents.nodes import nodes_of_lines
from ipcgraph.publish.documents.turtle import turtle_block, turtle_head
from ipcgraph.publish.facts import Dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FOLDER: Final = "dumps"
"""The folder of the dumps in the site."""
NQUADS, TURTLE, JSONLD = "graph.nq.gz", "graph.ttl.gz", "graph.jsonld.gz"
SUMS: Final = "SHA256SUMS"
"""The file of the sums, as `sha256sum --check` reads it."""

_MEDIA_TYPES: Final = {
    ".nq.gz": "application/n-quads",
    ".ttl.gz": "text/turtle",
    ".jsonld.gz": "application/ld+json",
    ".nt.gz": "application/n-triples",
}


def write_dumps(lines: Iterable[str], folder: Path) -> int:
    """Writes the dumps into a folder, which is made, and gives the number of statements.

    `lines` are N-Triples without line ends, sorted; they are read once and never held together. All statements are in
    the default graph, so that each is a line of N-Quads, too. The same lines give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    json_ld = JsonLd()
    count = 0
    with ExitStack() as files:
        nquads, turtle, jsonld = (files.enter_context(packed(folder / name)) for name in (NQUADS, TURTLE, JSONLD))

        def watched() -> Iterator[str]:
            nonlocal count
            for line in lines:
                count += 1
                nquads.write(line + "\n")
                yield line

        turtle.write(turtle_head())
        jsonld.write(f'{{"@context": {json.dumps(json_ld.context(), ensure_ascii=False)},\n"@graph": [')
        between = "\n"
        for node in nodes_of_lines(watched()):
            turtle.write("\n" + turtle_block(node)[0])
            jsonld.write(between + json.dumps(json_ld.node(node, set()), ensure_ascii=False))
            between = ",\n"
        jsonld.write("\n]}\n")
    return count


def write_sums(folder: Path) -> tuple[Dump, ...]:
    """Writes the sums of all packed files of a folder, by name, and gives these files."""
    dumps = []
    for file in sorted(folder.glob("*.gz")):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        media_type = next(kind for suffix, kind in _MEDIA_TYPES.items() if file.name.endswith(suffix))
        dumps.append(Dump(f"{FOLDER}/{file.name}", media_type, file.stat().st_size, digest))
    sums = "".join(f"{dump.sha256}  {dump.path.removeprefix(FOLDER + '/')}\n" for dump in dumps)
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")
    return tuple(dumps)


@contextmanager
def packed(file: Path) -> Iterator[IO[str]]:
    """A new file to write text into, packed with gzip; neither the clock nor a name is in it."""
    with (
        file.open("xb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as zipped,
        io.TextIOWrapper(io.BufferedWriter(zipped, 1 << 16), encoding="utf-8", newline="\n") as text,
    ):
        yield text


@contextmanager
def unpacked(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a packed file, without line ends. Raises OSError, EOFError or ValueError where it is none."""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as text:
        yield (line.removesuffix("\n") for line in text)
