"""Profiles as files: the graph, or one thing of it, in a profile and a format; and its loss report."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.errors import UsageError
from ipcgraph.media import format_named, format_of_file
from ipcgraph.publish.profiles.graphfiles import FORMATS, write_statements
from ipcgraph.publish.profiles.profile import profile_named, profile_of, profile_prefixes, profile_triples
from ipcgraph.publish.profiles.skgif import write_skgif
from ipcgraph.tables import TABLE_FORMATS, write_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from ipcgraph.publish.profiles.losses import LossReport
    from ipcgraph.publish.reading import Reading

GRAPHS: Final = ("turtle", "jsonld", "ntriples", "rdfxml", "nquads", "trig")
"""The formats of a profile; of SKG-IF JSON-LD alone."""


def write_profile(
    reading: Reading, name: str, output: Path | None = None, *, file_format: str = "", thing: str = ""
) -> int:
    """Writes a profile, and gives the number of its statements; of SKG-IF, which is JSON-LD, of its entities.

    Without `output` it goes to standard output. The format is the one named, else that of the suffix, else Turtle. With
    `thing`, an IRI, only what is said of it and its parts is written. The same graph gives the same bytes; a file takes
    the place of an older one when it is complete, and not before. Raises UsageError for an unknown profile or format,
    one that the profile is not written in, and a thing that the profile has no place for.
    """
    profile = profile_named(name)
    chosen = _format(name, output, file_format)
    with _opened(output) as file:
        if profile.is_json:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="\n", write_through=True)
            number = write_skgif(reading, text, [thing] if thing else None)
            text.detach()
        else:
            triples = profile_of(reading, thing, name) if thing else profile_triples(reading, name)
            number = write_statements(
                triples, file, chosen, prefixes=profile_prefixes(name), vocabulary=profile.vocabulary
            )
        if thing and not number:
            raise UsageError(f"the profile {name} has no place for {thing}; write another profile, or native")
    return number


def write_loss_report(report: LossReport, output: Path, *, base: str) -> None:
    """Writes the rows of a loss report as the table that the suffix asks for: .md, .csv, .tsv, .json or .txt."""
    suffix = output.suffix.lower()
    known = format_of_file(output)
    chosen = "json" if suffix == ".json" else known.name if known else ""
    if chosen not in TABLE_FORMATS:
        raise UsageError(
            f"no loss report is written as {output.name!r}; end the name in .md, .csv, .tsv, .json or .txt"
        )
    with _opened(output) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        _write_report(report, text, chosen, base)
        text.detach()


def _write_report(report: LossReport, file: TextIO, chosen: str, base: str) -> None:
    if chosen == "markdown":
        file.write(f"# {report.profile}: what does not survive\n\n{report.sentence()}.\n\n")
    write_table(report.table(), file, chosen, base=base)


def _format(name: str, output: Path | None, file_format: str) -> str:
    profile = profile_named(name)
    if file_format:
        chosen = format_named(file_format).name
    else:
        known = format_of_file(output) if output else None
        chosen = known.name if known else "jsonld" if profile.is_json else "turtle"
        if output and output.suffix.lower() == ".json":
            chosen = "jsonld"
    if profile.is_json and chosen != "jsonld":
        raise UsageError(f"{name} is a form of JSON-LD and not written as {chosen}; write jsonld")
    if chosen != "jsonld" and chosen not in FORMATS:
        raise UsageError(f"no profile is written as {chosen}; write one of {', '.join(GRAPHS)}")
    return chosen


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a new file that takes the place of `output` when all is written."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.is_dir():
        raise UsageError(f"{output} is a folder; name a file in it")
    if output.exists() and not output.is_file():  # a pipe or a device, which nothing can take the place of
        with output.open("wb") as file:
            yield file
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    waiting = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with waiting.open("xb") as file:
            yield file
        waiting.replace(output)
    finally:
        waiting.unlink(missing_ok=True)
