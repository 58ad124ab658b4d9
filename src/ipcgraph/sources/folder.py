"""Reading a folder: the statements of all its files, records expanded, in one stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from ipcgraph.findings import Finding
from ipcgraph.ontology import Ontology
from ipcgraph.records import Mapping, Statement
from ipcgraph.sources import find_files, read_file, shown_name
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.names import fault_of_id
from ipcgraph.sources.resources import statements
from ipcgraph.sources.shortforms import SHORT_FORMS
from ipcgraph.sources.text import fault
from ipcgraph.vocabulary import TYPE


def read_folder(
    folder: Path, ontology: Ontology, *, root: Path, base: str, besides: Collection[Path] = ()
) -> Iterator[Statement | Finding]:
    """What the data files of a folder state, and a finding for each thing that cannot be read.

    Records are expanded all together, since nested records of two files must not share a name. Places name files
    from `root`. The files `besides` are left for another reader.
    """
    written_as_rdf: list[Statement] = []
    names_of = {iri: name for name, iri in ontology.classes.items()}

    def records() -> Iterator[Mapping | Finding]:
        for file in find_files(folder, root=root):
            if isinstance(file, Finding):
                yield file
                continue
            if file in besides:
                continue
            name = shown_name(file, root)
            for item in read_file(
                file, name, base=base, context=ontology.context, keys=(*ontology.properties, *SHORT_FORMS)
            ):
                if isinstance(item, tuple):
                    written_as_rdf.append(item)
                    yield from fault_of_typed(item, names_of, base)
                else:
                    yield item

    yield from statements(expand_records(records(), ontology, base=base))
    yield from written_as_rdf


def fault_of_typed(statement: Statement, names_of: dict[str, str], base: str) -> Iterator[Finding]:
    """What is wrong with the id of a record that RDF gives a class: the same as is wrong in YAML."""
    quad, place = statement
    if quad.predicate != TYPE or not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
        return
    subject, name = quad.subject.value, names_of.get(quad.object.value, "")
    if name and subject.startswith(base):
        found = fault_of_id(subject.removeprefix(base), name)
        if found is not None:
            yield fault(found.message, place, found.fix, check="id", focus=subject, path=TYPE.value)
