"""The columns of a graph: small tables by integer id, written when it is built, from which networks are made."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from ipcgraph.errors import ProjectError
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

IntArray: TypeAlias = npt.NDArray[np.int32]

NOTHING: Final = -1
"""The id that stands where a row has no value."""

UNKNOWN_DAY: Final = 0
"""The day that stands where a date is not known; a known one is `datetime.date.toordinal()`, from 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Works:
    """One row a work: the bounds of its date and its type."""

    work: IntArray
    not_before: IntArray
    not_after: IntArray
    kind: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Authorships:
    """One row an author of a work, sorted by work, then author, no pair twice; `position` is 0 where none is stated."""

    work: IntArray
    author: IntArray
    position: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Affiliations:
    """One row an organization that an author of a work names as affiliation there, sorted, no row twice."""

    work: IntArray
    author: IntArray
    organization: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Roles:
    """One row a role: who held what where, and the bounds of its start and end."""

    role: IntArray
    holder: IntArray
    kind: IntArray
    context: IntArray
    start_not_before: IntArray
    start_not_after: IntArray
    end_not_before: IntArray
    end_not_after: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Partnerships:
    """One row a partnership: its kind, and the bounds of its start and end; who takes part is in the links."""

    partnership: IntArray
    kind: IntArray
    start_not_before: IntArray
    start_not_after: IntArray
    end_not_before: IntArray
    end_not_after: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """The pairs that one property joins, sorted, each once."""

    subject: IntArray
    object: IntArray


LINKS: Final = ("partnerOf", "partner", "partnerCountry", "listedIn", "partOf", "topic", "evidence", "source")
"""The properties whose pairs are kept as Links."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The integer tables of one graph. An id is the place of an IRI in `things`, which is sorted.

    `labels[i]` is the name, title or preferred label of thing i, else ""; `class_of[i]` is the place of its class in
    `classes`, or NOTHING; `begun[i]` is the first day on which it can have existed (of an organization
    foundedNotBefore, of an initiative startNotBefore), or UNKNOWN_DAY. `links` has one entry for each of LINKS.
    `selections` gives, by the id of a source, its title and what it leaves out.
    """

    things: tuple[str, ...]
    labels: tuple[str, ...]
    classes: tuple[str, ...]
    class_of: IntArray
    begun: IntArray
    works: Works
    authorships: Authorships
    affiliations: Affiliations
    roles: Roles
    partnerships: Partnerships
    links: Mapping[str, Links]
    selections: Mapping[int, str]

    def instances(self, *names: str) -> npt.NDArray[np.bool_]:
        """One truth value a thing: whether its class is one of these, named as `Person`."""
        codes = [self.classes.index(IPCG + name) for name in names if IPCG + name in self.classes]
        return np.isin(self.class_of, codes)

    def find(self, iri: str) -> int:
        """The id of the thing with this IRI, or NOTHING."""
        place = bisect_left(self.things, iri)
        return place if place < len(self.things) and self.things[place] == iri else NOTHING

    def label(self, thing: int) -> str:
        """The label of a thing, else the last part of its IRI."""
        return self.labels[thing] or self.things[thing].rstrip("/").rpartition("/")[2]


_TABLES: Final = {
    "works": Works,
    "authorships": Authorships,
    "affiliations": Affiliations,
    "roles": Roles,
    "partnerships": Partnerships,
}


def write_columns(columns: Columns, folder: Path) -> None:
    """Writes the columns into a folder, which is made: `things.json` for all text, a `.npy` file for each array."""
    folder.mkdir(parents=True, exist_ok=True)
    text = {
        "things": columns.things,
        "labels": columns.labels,
        "classes": columns.classes,
        "selections": [[thing, note] for thing, note in columns.selections.items()],
    }
    (folder / "things.json").write_text(json.dumps(text, ensure_ascii=False, indent=0), encoding="utf-8", newline="\n")
    for name, values in _arrays(columns).items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def read_columns(folder: Path) -> Columns:
    """The columns that `write_columns` wrote there. Raises ProjectError where they are missing or cannot be read."""
    try:
        text = json.loads((folder / "things.json").read_text(encoding="utf-8"))
        tables = {name: _read_table(folder, name, table) for name, table in _TABLES.items()}
        links = {key: cast("Links", _read_table(folder, key, Links)) for key in LINKS}
        return Columns(
            things=tuple(text["things"]),
            labels=tuple(text["labels"]),
            classes=tuple(text["classes"]),
            class_of=_read_array(folder, "class_of"),
            begun=_read_array(folder, "begun"),
            works=cast("Works", tables["works"]),
            authorships=cast("Authorships", tables["authorships"]),
            affiliations=cast("Affiliations", tables["affiliations"]),
            roles=cast("Roles", tables["roles"]),
            partnerships=cast("Partnerships", tables["partnerships"]),
            links=MappingProxyType(links),
            selections=MappingProxyType({int(thing): str(note) for thing, note in text["selections"]}),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        message = f"the columns of the graph in {folder} cannot be read ({error}); run `ipcgraph build` again"
        raise ProjectError(message) from error


def _arrays(columns: Columns) -> dict[str, IntArray]:
    arrays = {"class_of": columns.class_of, "begun": columns.begun}
    for name, table in [*((name, getattr(columns, name)) for name in _TABLES), *columns.links.items()]:
        for field in fields(table):
            arrays[f"{name}-{field.name}"] = getattr(table, field.name)
    return arrays


def _read_table(
    folder: Path, name: str, table: type[Works | Authorships | Affiliations | Roles | Partnerships | Links]
) -> object:
    return table(**{field.name: _read_array(folder, f"{name}-{field.name}") for field in fields(table)})


def _read_array(folder: Path, name: str) -> IntArray:
    return cast("IntArray", np.load(folder / f"{name}.npy", allow_pickle=False))
