"""Reading a folder: the statements of all its files, records expanded, in one stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ipcgraph.findings import Finding
from ipcgraph.ontology import Ontology
from ipcgraph.records import Mapping, Statement
from ipcgraph.sources import find_files, read_file, shown_name
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.resources import statements
from ipcgraph.sources.shortforms import SHORT_FORMS


def read_folder(folder: Path, ontology: Ontology, *, root: Path, base: str) -> Iterator[Statement | Finding]:
    """What the data files of a folder state, and a finding for each thing that cannot be read.

    Records are expanded all together, since nested records of two files must not share a name. Places name files
    from `root`.
    """
    written_as_rdf: list[Statement] = []

    def records() -> Iterator[Mapping | Finding]:
        for file in find_files(folder, root=root):
            if isinstance(file, Finding):
                yield file
                continue
            name = shown_name(file, root)
            for item in read_file(
                file, name, base=base, context=ontology.context, keys=(*ontology.properties, *SHORT_FORMS)
            ):
                if isinstance(item, tuple):
                    written_as_rdf.append(item)
                else:
                    yield item

    yield from statements(expand_records(records(), ontology, base=base))
    yield from written_as_rdf
