"""The names of records: which ids are good, and what a nested record is called after its parent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ipcgraph.identifiers import slug
from ipcgraph.records import Node, Scalar, Sequence
from ipcgraph.sources.ids import is_id
from ipcgraph.sources.values import KIND_OF, Fault
from ipcgraph.vocabulary import KINDS

NESTED_SEGMENT: Final[Mapping[str, str]] = {
    "Authorship": "authorship",
    "Partnership": "partnership",
    "Count": "count",
    "Claim": "claim",
}
DERIVED_FROM: Final[Mapping[str, str]] = {"creator": "authors", "sameAs": "doi, orcid or ror"}
LONGEST_SLUG: Final = 60


def fault_of_id(text: str, type_name: str) -> Fault | None:
    """What is wrong with the id of a record of this class, and what to write; None where nothing is."""
    kind, _, rest = text.partition("/")
    parts = rest.split("/") if rest else []
    wanted = KIND_OF.get(type_name)
    if kind not in KINDS or not parts:
        example = f"{wanted or 'person'}/{slug(parts[-1] if parts else text)}"
        return Fault(f'"{text}" is not an id: it does not begin with a kind of thing', f"write {example}, for instance")
    if not is_id(text) or (type_name != "Passage" and text != text.lower()):
        return Fault(
            f'"{text}" is not an id: it holds something else than lower-case letters, digits and single -',
            f"write {'/'.join([kind, *(slug(part) for part in parts)])}",
        )
    if wanted and kind != wanted:
        return Fault(f"the id of a {type_name} begins with {wanted}/, not with {kind}/", f"write {wanted}/{rest}")
    segment = NESTED_SEGMENT.get(type_name)
    if segment and segment not in {kind, *parts[:-1]}:
        return Fault(
            f'the id of a {type_name} has /{segment}/ in it, "{text}" has not',
            f"write {text}/{segment}/ and a short name",
        )
    if not segment and type_name != "Role" and any(len(part) > LONGEST_SLUG for part in parts):
        return Fault(
            f"this id is longer than {LONGEST_SLUG} characters",
            f"write {kind}/{slug(rest, limit=LONGEST_SLUG)}, for instance",
        )
    return None


def fault_of_scheme(text: str, scheme: str) -> Fault | None:
    """What is wrong with the id of a Concept that is in this scheme, and what to write; None where nothing is."""
    parts = text.split("/")
    if len(parts) == 3 and parts[1] == scheme:
        return None
    return Fault(f'the id "{text}" is not that of a concept in {scheme}', f"write concept/{scheme}/{parts[-1]}")


def nested_name(parent: str, type_name: str, keys: Mapping[str, Node]) -> str | Fault:
    """The id of a nested record, made from its parent and what it says; a Fault where that does not single one out."""
    if type_name == "Authorship":
        return f"{parent}/authorship/{_last(keys.get('author')) or 'unnamed'}"
    if type_name == "Role":
        context = _last(keys.get("heldAt")) or "unstated"
        parts = [parent.partition("/")[2], _last(keys.get("roleType")) or "unnamed", context, _start(keys)]
        return "role/" + "--".join(part for part in parts if part)
    if type_name == "Count":
        return f"{parent}/count/{slug(text_of(keys.get('countOf')) or 'unnamed')}"
    named = _items(keys.get("partner")) or _items(keys.get("partnerCountry"))
    if len(named) > 1:
        return Fault(
            "this partnership has several partners or countries and no name of its own",
            f"write id: {parent}/partnership/ and a short name",
        )
    parts = [_last(keys.get("partnershipKind")) or "unnamed", _last(named[0]) if named else "unnamed", _start(keys)]
    return f"{parent}/partnership/" + "--".join(part for part in parts if part)


def claim_name(subject: str, key: str, value: str) -> str:
    """The id of a Claim about a property; with `value` where the property has several.

    >>> claim_name("center/tides", "founded", "")
    'center/tides/claim/founded'
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", key.rpartition(":")[2])
    return f"{subject}/claim/{slug(words)}" + (f"--{slug(value.rpartition('/')[2])}" if value else "")


def _items(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def text_of(node: Node | None) -> str:
    """The text of a value, also of one with evidence of its own."""
    if isinstance(node, Scalar):
        return node.text
    if node is None or isinstance(node, Sequence):
        return ""
    return node.text("value") or ""


def _last(node: Node | None) -> str:
    text = text_of(node).rpartition("/")[2]
    return slug(text) if text else ""


def _start(keys: Mapping[str, Node]) -> str:
    text = text_of(keys.get("start"))
    return slug(text) if text else ""
