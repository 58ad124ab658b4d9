"""Writing an import: new records as YAML, or as N-Triples beside a short YAML where they are many; decisions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from ipcgraph import records
from ipcgraph.decisions import write_decisions
from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import slug
from ipcgraph.journal import IMPORTS, forget, note
from ipcgraph.ontology import read_ontology
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.resources import statements
from ipcgraph.sources.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.imports.drafts import Record, Value
    from ipcgraph.imports.plan import Plan
    from ipcgraph.settings import Settings

FOLDER: Final = IMPORTS
"""Where imported records go, in the folder of the data."""
MANY: Final = 2_000
"""More new records than this are written as N-Triples: no person reads them one by one."""
NAMED: Final = 8
"""So many files are named in the first line of what is written."""
_DESCRIBING: Final = frozenset({"Source", "Concept"})
"""What stands in the short YAML beside many N-Triples."""


class Written(NamedTuple):
    """What writing an import has come to."""

    files: tuple[Path, ...]
    records: int
    decisions: int


def write_plan(plan: Plan, settings: Settings, *, into: Path | None = None) -> Written:
    """Writes what a plan adds into new files of the project's data, and its decisions into `decisions.yaml`.

    No file that is there is changed but that of decisions, and no file is half written: each is made beside its place
    and renamed. Raises UsageError where `into` is no place in the project's data, ProjectError where it cannot be
    written; then nothing is.
    """
    folder = _folder(settings, into)
    drafts = [draft.record for draft in plan.drafts]
    drafts += _claims(plan)
    stem = slug(_stem([Path(path) for path in plan.read]))
    texts: dict[Path, Iterable[str]] = {}
    if len(drafts) > MANY:
        name = _free(folder, stem, (".yaml", ".nt"))
        short = [record for record in drafts if record["type"] in _DESCRIBING]
        many = [record for record in drafts if record["type"] not in _DESCRIBING]
        texts[folder / f"{name}.yaml"] = [_heading(plan), yaml_text(short)]
        texts[folder / f"{name}.nt"] = ntriples(many, base=settings.base)
    elif drafts:
        texts[folder / f"{_free(folder, stem, ('.yaml',))}.yaml"] = [_heading(plan), yaml_text(drafts)]
    _place(_write(texts), plan, settings)
    return Written(tuple(texts), len(drafts), len(plan.decisions))


def take_back(written: Written, plan: Plan, settings: Settings) -> None:
    """Removes what writing a plan has made."""
    for file in written.files:
        file.unlink(missing_ok=True)
    if plan.decisions:
        write_decisions(settings.decisions_file, (), without=plan.decisions)


def _folder(settings: Settings, into: Path | None) -> Path:
    folder = (into if into is not None else settings.data_folder / FOLDER).resolve()
    if not folder.is_relative_to(settings.data_folder.resolve()):
        raise UsageError(f"{folder} is not in {settings.data_folder}, the folder of the project's data; give one in it")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; give a folder")
    return folder


def _stem(paths: list[Path]) -> str:
    """What an import is called: as its file, or as the folder that its files are in."""
    folders = {path.parent for path in paths}
    if len(paths) > 1 and all(folder.name for folder in folders):
        common = Path(os.path.commonpath([folder.absolute() for folder in folders]))
        if common.name:
            return common.name
    return paths[0].name.split(".")[0] if paths else "import"


def _free(folder: Path, stem: str, suffixes: tuple[str, ...]) -> str:
    """A name that no file has with any of these suffixes."""
    name, number = stem, 1
    while any((folder / (name + suffix)).exists() for suffix in suffixes):
        number += 1
        name = f"{stem}-{number}"
    return name


def _write(texts: dict[Path, Iterable[str]]) -> dict[Path, Path]:
    """Writes files under hidden names; these, each with the name that it is to get."""
    new: dict[Path, Path] = {}
    try:
        for path, parts in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Hidden until it is whole: the data folder is read by its visible files.
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            new[temporary] = path
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(parts)
    except OSError as error:
        for temporary in new:
            temporary.unlink(missing_ok=True)
        raise ProjectError(f"the import cannot be written ({error}); nothing was") from error
    return new


def _place(hidden: dict[Path, Path], plan: Plan, settings: Settings) -> None:
    """Gives new files their names and takes the decisions in; none of it stays where that fails."""
    try:
        note(settings, hidden, plan.decisions)
        for temporary, path in hidden.items():
            try:
                temporary.rename(path)
            except OSError as error:
                raise ProjectError(f"the import cannot be written ({error}); nothing was") from error
        if plan.decisions:
            write_decisions(settings.decisions_file, plan.decisions)
    except BaseException:
        for file in (*hidden, *hidden.values()):
            file.unlink(missing_ok=True)
        raise
    finally:
        forget(settings)


def _heading(plan: Plan) -> str:
    names = sorted({path.rpartition("/")[2] for path in plan.read})
    files = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")
    return f"# Imported from {files}.\n# These records are yours now: correct them here as you like.\n\n"


def _claims(plan: Plan) -> Iterator[Record]:
    """The changes of a plan as records: each value a Claim that rests on its file."""
    for change in plan.changes:
        yield {
            "id": f"{change.id}/claim/{change.key.lower()}", "type": "Claim", "subject": change.id,
            "predicate": change.key, "object": change.value, "basis": "stated", "evidence": change.source,
        }  # fmt: skip


def ntriples(drafts: Iterable[Record], *, base: str) -> Iterator[str]:
    """Records as lines of N-Triples, expanded as a reader of YAML would expand them."""
    place = Place("import")
    written = (cast("records.Mapping", _node(record, place)) for record in drafts)
    for item in statements(expand_records(written, read_ontology(), base=base)):
        if isinstance(item, Finding):
            raise ProjectError(f"an imported record cannot be written: {item.message}; {item.fix}")
        yield f"{item[0].triple} .\n"


def _node(value: Value, place: Place) -> records.Node:
    if isinstance(value, str):
        return records.Scalar(value, place)
    if isinstance(value, list):
        return records.Sequence(tuple(_node(each, place) for each in value), place)
    return records.Mapping(
        tuple((records.Scalar(key, place), _node(each, place)) for key, each in value.items()), place
    )
