"""Records in OpenAlex's shape as values: by msgspec where it is installed, else by the standard library, alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.sources.jsonlines import UnreadableRecordError, objects, parse, required, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
"""Values that say nothing: a key that has one is not counted as left out."""

_WORK_KEYS: Final = frozenset({
    "id", "doi", "title", "display_name", "publication_year", "publication_date", "type", "authorships",
})  # fmt: skip
_AUTHORSHIP_KEYS: Final = frozenset({"author_position", "author", "raw_author_name", "institutions"})


class Described(NamedTuple):
    """An author or an institution as one record describes it; `identifier` is an ORCID or ROR, not yet checked."""

    source_id: str
    name: str
    identifier: str


class Listed(NamedTuple):
    """One authorship of a record, `name` as listed; `left_out` are the keys that are not read."""

    author: Described
    name: str
    institutions: tuple[Described, ...]
    left_out: Sequence[str]


class Record(NamedTuple):
    """One work; `date`, `year` and `type` are as they stand there, whatever they are."""

    source_id: str
    title: str
    date: object
    year: object
    type: object
    doi: str
    authorships: Sequence[Listed]
    left_out: Sequence[str]
    is_cleaned: bool = False
    """Whether characters were taken out that no format of ours can carry."""


def record_reader() -> Callable[[bytes], Record]:
    """What reads one line: four times as fast where the extra `import` is installed.

    Both give the same; what msgspec does not take the other one reads, and says what is wrong with it. Raises
    UnreadableRecordError for a record that is to be left out, JSONDecodeError for a line that is not JSON.
    """
    try:
        from ipcgraph.sources.openalexstructs import read_fast
    except ModuleNotFoundError:
        return read_record

    def read(line: bytes) -> Record:
        return read_fast(line) or read_record(line)

    return read


def read_record(line: bytes) -> Record:
    """The record on a line, read by the standard library."""
    said, is_cleaned = parse(line)
    source_id = required(said, "id")
    title = text_of(said, "title") or required(said, "display_name")
    return Record(
        source_id,
        title,
        said.get("publication_date"),
        said.get("publication_year"),
        said.get("type"),
        text_of(said, "doi"),
        [_listed(each, source_id) for each in objects(said, "authorships")],
        [key for key in said if key not in _WORK_KEYS and said[key] not in EMPTY],
        is_cleaned,
    )


def _listed(authorship: Mapping[str, object], work_id: str) -> Listed:
    author = authorship.get("author")
    if not isinstance(author, dict):
        raise UnreadableRecordError("an authorship has no author", "give each authorship an author with an id")
    name = text_of(authorship, "raw_author_name")
    if author.get("id") is None and (own := text_of(author, "display_name") or name):
        author = author | {"id": nameless_id(work_id, own)}
    institutions = authorship.get("institutions")
    others = authorship.keys() - _AUTHORSHIP_KEYS
    return Listed(
        _described(author, "orcid", name),
        name,
        tuple(_described(each, "ror", "") for each in objects(authorship, "institutions")) if institutions else (),
        [f"authorships.{key}" for key in others if authorship[key] not in EMPTY] if others else (),
    )


def nameless_id(work_id: str, name: str) -> str:
    """The id of an author who has none: no address, so that it is never taken for one, and of this work alone."""
    return f"{work_id} {name}"


def _described(thing: Mapping[str, object], identifier: str, name: str) -> Described:
    source_id = thing.get("id")
    if not isinstance(source_id, str) or not source_id:
        raise UnreadableRecordError("an author or institution has no id", "give it an id")
    return Described(source_id, text_of(thing, "display_name") or name or source_id, text_of(thing, identifier))
