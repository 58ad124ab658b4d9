"""A graph too large for memory: what it holds, what is wrong in it, and its build, each step kept as it is done."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from pyoxigraph import NamedNode, RdfFormat, serialize

from ipcgraph import passages
from ipcgraph.bulk.gathering import Gathered
from ipcgraph.bulk.holding import held_subjects, make_held
from ipcgraph.bulk.partfiles import DERIVED_ROWS, WRITTEN_ROWS, Part, read_findings, write_findings
from ipcgraph.bulk.sifting import sift
from ipcgraph.bulk.storing import Loading
from ipcgraph.bulk.streaming import drop_others, read_parts, without_held
from ipcgraph.checks import identifiers_written_otherwise
from ipcgraph.collecting import ColumnsBuilder, join_columns
from ipcgraph.columns import write_columns
from ipcgraph.decisions import read_decisions
from ipcgraph.deriving import derived_graph
from ipcgraph.distinct import distinct
from ipcgraph.findings import Finding
from ipcgraph.manifest import COLUMNS, STORE, identity
from ipcgraph.ontology import Ontology, read_ontology
from ipcgraph.places import PlacedRows, link_places, write_places
from ipcgraph.rows import Keys, Rows
from ipcgraph.sources import format_of_data, shown_name
from ipcgraph.sources.folder import read_folder
from ipcgraph.statements import Index
from ipcgraph.unifying import unify
from ipcgraph.validation import properties_checked, validate_file
from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from ipcgraph.engines import EngineName
    from ipcgraph.processes import Pool
    from ipcgraph.records import Statement
    from ipcgraph.settings import Settings

WORK: Final = "bulk-"
"""What the name of the folder begins with, in the build folder, in which the steps of a build are kept."""

_WHOLE: Final = "whole.nt"
_CHECKED: Final = "check.json"
_LOADED: Final = "loaded.json"
_MIXED: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


class LargeGraph:
    """A graph read from files, of which those of N-Triples and N-Quads stay on the disk; made by `read_large`."""

    def __init__(
        self, settings: Settings, ontology: Ontology, gathered: Gathered, findings: Sequence[Finding], work: Path
    ) -> None:
        self._settings, self._all, self._work = settings, gathered, work
        self.ontology = ontology
        self.findings = tuple(findings)
        """What could not be read or expanded."""
        self.checked: tuple[Finding, ...] = ()
        """What our own checks found in single statements of large files."""
        self.files: Sequence[Path] = ()
        """The large files."""
        self._loading: Loading | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated at all."""
        return not any(len(part.rows().subject) for part in self._all.every())

    def check(self, *, engine: EngineName = "auto", notice: Callable[[str], None] | None = None) -> Iterator[Finding]:
        """The findings of our own checks and of SHACL; those of the same files are kept, and not looked for again."""
        kept = self._work / _CHECKED
        if kept.exists():
            yield from read_findings(kept)
            return
        settings = self._settings
        found = list(sift(self._all, self.ontology, base=settings.base, earlier=self.findings, checked=self.checked))
        whole = self._work / _WHOLE
        try:
            self._write_whole(whole)
            found += validate_file(
                whole,
                self._all.look_up,
                self.ontology,
                base=settings.base,
                evidence=settings.evidence,
                shapes=settings.root / settings.shapes,
                earlier=(*self.findings, *found),
                engine=engine,
                notice=notice,
            )
        finally:
            whole.unlink(missing_ok=True)
        write_findings(found, kept)
        yield from found

    def passages(self) -> Index:
        """The statements on passages, their sources, and what rests on them."""
        cited, sources = self._all.pairs(IPCG + "source")

        def chosen(part: Part, rows: Rows) -> Keys:
            resting = rows.with_predicates(part.codes(IPCG + "evidence"))
            about = rows.about(distinct(np.concatenate([cited, sources])))
            return np.concatenate([about, resting[np.isin(rows.object[resting], cited)]])

        return Index.of(self._all.pull(chosen))

    def start(self) -> None:
        """Begins to load the store beside what else is done."""
        self._begun()

    def _begun(self) -> Loading:
        if self._loading is None:
            graph = derived_graph(self._settings.base)
            files: list[tuple[Path, NamedNode | None]] = [(path, None) for path in self._files()]
            files += [(part.derived, graph) for part in self._all.every()]
            self._loading = Loading(files, self._work / STORE, self._work / _LOADED)
            self._loading.hasten()
        return self._loading

    def build(self, folder: Path) -> None:
        """Puts store, columns and places into a build folder; what was loaded before a kill is not loaded again."""
        loading = self._begun()
        loading.hasten()  # from here on nothing else needs much memory
        self._write_columns(folder / COLUMNS)
        write_places((*self._all.statements, *self.ontology.statements), folder)
        link_places(self._placed(), folder)
        loading.finish()
        (self._work / STORE).rename(folder / STORE)

    def close(self) -> None:
        """Stops what was begun, and waits until it has stopped."""
        if self._loading:
            self._loading.stop()

    def discard(self) -> None:
        """Removes what was loaded: it is not to be built."""
        self.close()
        shutil.rmtree(self._work / STORE, ignore_errors=True)
        (self._work / _LOADED).unlink(missing_ok=True)

    def figures(self) -> dict[str, int]:
        """The numbers of records, statements and derived statements, each counted once."""
        mixed = [_mixed(part.rows(), part.summary.predicates) for part in self._all.every()]
        return {
            "records": len(distinct(self._all.pairs(TYPE.value)[0])),
            "statements": len(distinct(np.concatenate(mixed))),
            "derived": sum(len(part.derived_rows().subject) for part in self._all.every()),
        }

    def clear(self) -> None:
        """Removes what only this build needed, and parts of files that are no more."""
        shutil.rmtree(self._work, ignore_errors=True)
        drop_others(self._settings, self._all.parts, self.files)

    def _write_whole(self, path: Path) -> None:
        """Everything that a shape reads as one file: what is written, what was derived, the ontology."""
        read = properties_checked(self.ontology, self._settings.root / self._settings.shapes)
        wanted = None if read is None else {f"<{iri}>".encode() for iri in read}
        derived = {part.derived for part in self._all.every()}
        with path.open("wb") as out:
            for each in self._files():
                with each.open("rb") as file:
                    if wanted is None or each not in derived:
                        shutil.copyfileobj(file, out, 1 << 22)
                    else:
                        out.writelines(line for line in file if line.split(b" ", 2)[1] in wanted)

    def _files(self) -> Iterator[Path]:
        yield self._ontology_file()
        for part in self._all.every():
            yield part.text
            yield part.derived

    def _ontology_file(self) -> Path:
        path = self._work / "ontology.nt"
        if not path.exists():
            quads = (quad for quad, _ in self.ontology.statements)
            path.write_bytes(serialize(quads, format=RdfFormat.N_TRIPLES) or b"")
        return path

    def _write_columns(self, folder: Path) -> None:
        builder = ColumnsBuilder()
        for quad, _ in self.ontology.statements:
            builder.add(quad)
        own = self._work / "ontology"
        own.mkdir(exist_ok=True)
        builder.write(own)
        write_columns(join_columns([own, *(part.folder for part in self._all.every())]), folder)

    def _placed(self) -> Iterator[PlacedRows]:
        for part in self._all.every():
            said = part.summary
            if part is not self._all.held:
                yield PlacedRows(part.folder, WRITTEN_ROWS, said.file, part.begin, said.predicates, (), said.variants)
            yield PlacedRows(part.folder, DERIVED_ROWS, "", 0, said.derived_predicates, said.rules, {})


def read_large(
    settings: Settings,
    files: Sequence[Path],
    inputs: Iterable[tuple[str, int, int]],
    pool: Pool,
    *,
    sources: bool = False,
    anew: bool = False,
) -> LargeGraph:
    """Everything that the files of a project state, and what follows from it; `files` are read by parts.

    With `sources`, what `LargeGraph.passages` gives is complete; with `anew`, checks and loads are made anew though the
    files are as they were. The build folder must be locked.
    """
    ontology = read_ontology()
    work = _work_folder(settings, inputs)
    for left in (work / _CHECKED, work / _LOADED) if anew else ():
        left.unlink(missing_ok=True)
    path = settings.data_folder / passages.LOCK
    lock = passages.read_lock(path)
    findings = list(passages.lock_faults(path, shown_name(path, settings.root)))
    read = read_parts(settings, files, pool)
    findings += read.findings
    curated: list[Statement] = []
    for item in read_folder(settings.data_folder, ontology, root=settings.root, base=settings.base, besides=set(files)):
        if isinstance(item, Finding):
            findings.append(item)
        else:
            curated.append(item)
    decided, faults = read_decisions(settings.decisions_file)
    is_cited = bool(lock) or sources
    held = held_subjects(read.parts, curated, decided, ontology.rules, base=settings.base, passages=is_cited)
    taken = [
        (quad, part.place(row, rows))
        for part, rows in ((part, part.rows()) for part in read.parts if len(held))
        for quad, row in part.quads(rows.about(held).tolist())
    ]
    statements, against = unify(_in_order(curated, taken), decided, base=settings.base)
    findings += (*faults, *against)
    statements += passages.hash_statements(Index.of(statements), lock, base=settings.base)
    own = make_held(statements, work / "held", base=settings.base, rules=ontology.rules)
    gathered = Gathered(without_held(settings, read.parts, held, pool), own, statements)
    graph = LargeGraph(settings, ontology, gathered, findings, work)
    taken_out = set(held.tolist())
    in_parts = [finding for finding in read.checked if hash(NamedNode(finding.focus)) not in taken_out]
    graph.checked = (*in_parts, *identifiers_written_otherwise(statements))
    graph.files = files
    return graph


def _in_order(curated: Sequence[Statement], taken: Sequence[Statement]) -> list[Statement]:
    """The statements as one reading of all files would give them: records first, then RDF, file by file."""
    if not taken:
        return list(curated)

    def rank(statement: Statement) -> tuple[bool, str]:
        known = format_of_data(Path(statement[1].path))
        is_rdf = known is not None and known.rdf is not None
        return is_rdf, statement[1].path if is_rdf else ""

    return sorted((*curated, *taken), key=rank)


def _work_folder(settings: Settings, inputs: Iterable[tuple[str, int, int]]) -> Path:
    """The folder of the steps of a build from these files; those of builds from other files are removed."""
    text = json.dumps([identity(settings), list(inputs)])
    folder = settings.build_folder / (WORK + hashlib.sha256(text.encode()).hexdigest()[:24])
    for other in settings.build_folder.glob(f"{WORK}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    return folder


def _mixed(rows: Rows, predicates: Sequence[str]) -> Keys:
    """One number for each statement of a part."""
    keys = np.fromiter((hash(NamedNode(iri)) for iri in predicates), np.int64, len(predicates)).view(np.uint64)
    predicate = keys[rows.predicate] if len(keys) else np.zeros(0, np.uint64)
    first, second, third = (np.uint64(each) for each in _MIXED)
    mixed: npt.NDArray[np.uint64] = (rows.subject.view(np.uint64) * first) ^ (
        predicate * second + rows.object.view(np.uint64) * third
    )
    return mixed.view(np.int64)
