"""The columns of a graph: small tables by integer id, written when it is built, from which networks are made."""

from __future__ import annotations

import json
import mmap
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast, overload

import numpy as np
import numpy.typing as npt

from ipcgraph.errors import ProjectError
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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


_TURN: Final = 8


class Texts(Sequence[str]):
    """Many texts in one file, each decoded when it is asked for: a million of them take no time to open.

    `data` holds them one behind the other in UTF-8; the text `i` begins at `starts[i]` and ends at `starts[i + 1]`.
    """

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes | mmap.mmap, starts: npt.NDArray[np.int64]) -> None:
        self._data, self._starts = data, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._data[self._starts[place] : self._starts[place + 1]].decode()

    def take(self, places: Iterable[int]) -> list[str]:
        """The texts at these places, in their order; quicker than one by one."""
        data, starts = self._data, self._starts
        at = places if isinstance(places, np.ndarray) else np.fromiter(places, np.int64)
        ends = starts[at + 1].tolist()
        return [data[begin:end].decode() for begin, end in zip(starts[at].tolist(), ends, strict=True)]

    def sizes(self, places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
        """The number of bytes of each of the texts at these places."""
        return np.asarray(self._starts[places + 1] - self._starts[places], np.int64)

    def ranks(self, places: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
        """For each of the texts at these places, how many of them come before it by code point; equal ones have one.

        All are compared at once, eight bytes a turn, and in each turn only those that are still alike: a million names
        take half a second.
        """
        data = np.frombuffer(self._data, np.uint8)
        begin, size = self._starts[places], self.sizes(places)
        rank = np.zeros(len(begin), np.int64)
        alike = np.flatnonzero(size)
        rank[alike] = len(begin) - len(alike)
        for depth in range(0, int(size.max(initial=0)), _TURN):
            left = np.minimum(size[alike] - depth, _TURN + 1)
            at = np.minimum(begin[alike, None] + (depth + np.arange(_TURN)), len(data) - 1)
            read = np.where(np.arange(_TURN) < left[:, None], data[at], np.uint8(0))
            word = read.view(">u8").ravel().astype(np.uint64)
            # What ends here comes before what goes on, be it with a zero byte.
            order = np.lexsort((left, word, rank[alike]))
            alike, left, word = alike[order], left[order], word[order]
            old = rank[alike]
            new = np.ones(len(alike), np.bool_)
            new[1:] = (old[1:] != old[:-1]) | (word[1:] != word[:-1]) | (left[1:] != left[:-1])
            group = np.cumsum(new) - 1
            first = np.flatnonzero(new)
            # Within what was alike so far, each group comes after those before it.
            start = np.searchsorted(old, old, side="left")
            rank[alike] = old + first[group] - start
            again = (np.bincount(group)[group] > 1) & (left > _TURN)
            alike = alike[again]
            if not len(alike):
                break
        return rank

    @classmethod
    def open(cls, folder: Path, name: str) -> Texts:
        """The texts that `write_texts` wrote there under this name."""
        starts = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))
        if starts.dtype != np.int64 or starts.ndim != 1 or not len(starts):
            raise ValueError(f"{name}.npy has no places of texts")
        with (folder / f"{name}.txt").open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if starts[-1] else b""
        if len(data) != starts[-1]:
            raise ValueError(f"{name}.txt is not whole")
        return cls(data, starts)


def write_texts(texts: Iterable[str], folder: Path, name: str) -> None:
    """Writes texts for `Texts.open`, in their order."""
    with (folder / f"{name}.txt").open("wb") as file:
        lengths = [file.write(text.encode()) for text in texts]
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    np.save(folder / f"{name}.npy", starts, allow_pickle=False)


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

    things: Sequence[str]
    labels: Sequence[str]
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
        found = np.zeros(len(self.class_of), np.bool_)
        for name in names:
            if IPCG + name in self.classes:
                found |= self.class_of == self.classes.index(IPCG + name)
        return found

    def find(self, iri: str) -> int:
        """The id of the thing with this IRI, or NOTHING."""
        place = bisect_left(self.things, iri)
        return place if place < len(self.things) and self.things[place] == iri else NOTHING

    def label(self, thing: int) -> str:
        """The label of a thing, else the last part of its IRI."""
        return self.labels[thing] or self.things[thing].rstrip("/").rpartition("/")[2]


_REST: Final = "columns.json"
_TABLES: Final = {
    "works": Works,
    "authorships": Authorships,
    "affiliations": Affiliations,
    "roles": Roles,
    "partnerships": Partnerships,
}


def write_columns(columns: Columns, folder: Path) -> None:
    """Writes the columns into a folder, which is made: texts, a `.npy` file for each array, the rest as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    write_texts(columns.things, folder, "things")
    write_texts(columns.labels, folder, "labels")
    text = {
        "classes": columns.classes,
        "selections": [[thing, note] for thing, note in columns.selections.items()],
    }
    (folder / _REST).write_text(json.dumps(text, ensure_ascii=False, indent=0), encoding="utf-8", newline="\n")
    for name, values in _arrays(columns).items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def read_columns(folder: Path) -> Columns:
    """The columns that `write_columns` wrote there. Raises ProjectError where they are missing or cannot be read.

    Texts and arrays stay in their files and come into memory where they are looked at; the arrays cannot be written.
    """
    try:
        text = json.loads((folder / _REST).read_text(encoding="utf-8"))
        tables = {name: _read_table(folder, name, table) for name, table in _TABLES.items()}
        links = {key: cast("Links", _read_table(folder, key, Links)) for key in LINKS}
        return Columns(
            things=Texts.open(folder, "things"),
            labels=Texts.open(folder, "labels"),
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
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False), np.int32)
