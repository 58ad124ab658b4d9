"""Records in OpenAlex's shape read by msgspec: what is wanted of them; of the rest, whether it says anything."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ipcgraph.sources.openalexrecords import Described, Listed, Record, nameless_id

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTROL: Final = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_NO_CHARACTER: Final = re.compile(rb"\xef\xbf[\xbe\xbf]")
_ESCAPED: Final = re.compile(rb"\\u(?:[dD][89a-fA-F]|00[01789]|[fF]{3}[eEfF])")
_NONE: Final = msgspec.Raw()
_NOTHING: Final = frozenset((b"null", b"[]", b"{}", b'""'))

_OTHER_WORK_KEYS: Final = (
    "abstract_inverted_index", "abstract_inverted_index_v3", "apc_list", "apc_paid", "authors_count", "awards",
    "best_oa_location", "biblio", "citation_normalized_percentile", "cited_by_api_url", "cited_by_count",
    "cited_by_percentile_year", "concepts", "concepts_count", "content_urls", "corresponding_author_ids",
    "corresponding_institution_ids", "corresponding_institutions", "countries_distinct_count", "counts_by_year",
    "created_date", "datasets", "doi_registration_agency", "fulltext", "fulltext_origin", "funders", "fwci", "grants",
    "has_abstract", "has_content", "has_fulltext", "has_oa_accepted_or_published_version", "has_oa_submitted_version",
    "host_venue", "ids", "is_authors_truncated", "indexed_in", "institution_assertions", "institutions",
    "institutions_distinct_count", "is_oa", "is_paratext", "is_retracted", "is_xpac", "keywords", "language",
    "locations", "locations_count", "mesh", "ngrams_url", "open_access", "primary_location", "primary_topic",
    "referenced_works", "referenced_works_count", "related_works", "relevance_score", "sustainable_development_goals",
    "topics", "topics_count", "type_crossref", "type_id", "updated", "updated_date", "versions",
)  # fmt: skip
_OTHER_AUTHORSHIP_KEYS: Final = (
    "affiliations", "countries", "is_corresponding", "raw_affiliation_string", "raw_affiliation_strings", "raw_orcid",
)  # fmt: skip


class _Author(msgspec.Struct, gc=False):
    id: str | None = None
    display_name: str | None = None
    orcid: str | None = None


class _Institution(msgspec.Struct, gc=False):
    id: str | None = None
    display_name: str | None = None
    ror: str | None = None


_Authorship = msgspec.defstruct(
    "_Authorship",
    [
        ("author", _Author | None, None),
        ("raw_author_name", str | None, None),
        ("institutions", list[_Institution] | None, None),
        ("author_position", msgspec.Raw, _NONE),
        *((key, msgspec.Raw, _NONE) for key in _OTHER_AUTHORSHIP_KEYS),
    ],
    forbid_unknown_fields=True,
    gc=False,
)
_Work = msgspec.defstruct(
    "_Work",
    [
        ("id", str),
        ("title", str | None, None),
        ("display_name", str | None, None),
        ("doi", str | None, None),
        ("publication_date", str | None, None),
        ("publication_year", int | None, None),
        ("type", str | None, None),
        ("authorships", list[_Authorship] | None, None),  # type: ignore[valid-type]  # made above
        *((key, msgspec.Raw, _NONE) for key in _OTHER_WORK_KEYS),
    ],
    forbid_unknown_fields=True,
    gc=False,
)
_decode: Final[Callable[[bytes], Any]] = msgspec.json.Decoder(_Work).decode
_other_of_work: Final = attrgetter(*_OTHER_WORK_KEYS)
_other_of_authorship: Final = attrgetter(*_OTHER_AUTHORSHIP_KEYS)
_NAMES_OF_AUTHORSHIP: Final = tuple(f"authorships.{key}" for key in _OTHER_AUTHORSHIP_KEYS)


def read_fast(line: bytes) -> Record | None:
    """The record on a line; None where it is of an uncommon form, in which it may be good or not."""
    if _is_uncommon(line):
        return None
    try:
        said = _decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    title = said.title or said.display_name
    if not said.id or not title:
        return None
    authorships = []
    left_out = _saying(_OTHER_WORK_KEYS, _other_of_work(said))
    for each in said.authorships or ():
        listed = _listed(each, said.id)
        if listed is None:
            return None
        authorships.append(listed)
    return Record(
        said.id,
        title,
        said.publication_date,
        said.publication_year,
        said.type,
        said.doi or "",
        authorships,
        left_out,
    )


def _is_uncommon(line: bytes) -> bool:
    """Whether a line may hold control characters or halves of characters, in UTF-8 or escaped: to be cleaned.

    One byte after the other: a pattern of all of them takes longer than reading the record.
    """
    if b"\x7f" in line or (b"\\u" in line and _ESCAPED.search(line)):
        return True
    if line.isascii():
        return False
    return (b"\xc2" in line and bool(_CONTROL.search(line))) or (b"\xef" in line and bool(_NO_CHARACTER.search(line)))


def _listed(said: Any, work_id: str) -> Listed | None:  # noqa: ANN401  # of a class made above
    author = said.author
    if author is None:
        return None
    name = said.raw_author_name or ""
    own = author.display_name or name
    source_id = author.id or (nameless_id(work_id, own) if author.id is None and own else "")
    if not source_id:
        return None
    institutions = []
    for each in said.institutions or ():
        if not each.id:
            return None
        institutions.append(Described(each.id, each.display_name or each.id, each.ror or ""))
    left_out = _saying(_NAMES_OF_AUTHORSHIP, _other_of_authorship(said))
    return Listed(Described(source_id, own or source_id, author.orcid or ""), name, tuple(institutions), left_out)


def _saying(keys: tuple[str, ...], values: tuple[msgspec.Raw, ...]) -> list[str]:
    """The keys whose values say something; what has more bytes than `null` does."""
    found = []
    for key, raw in zip(keys, values, strict=True):
        if raw is not _NONE and (memoryview(raw).nbytes > 4 or bytes(raw) not in _NOTHING):
            found.append(key)
    return found
