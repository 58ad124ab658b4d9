"""Decisions: who is who, as people and evidence have settled it; records in a file of their own."""

from __future__ import annotations

import os
import re
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, cast, get_args

from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import SCHEMES, normalise
from ipcgraph.records import Mapping, Scalar, Sequence
from ipcgraph.sources.text import fault, read_text
from ipcgraph.sources.writing import yaml_text
from ipcgraph.sources.yaml import parse_yaml
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Verdict: TypeAlias = Literal["same", "different", "open"]

HEADING: Final = """\
# Who is who. `same`: both ids mean one thing, which keeps the first id; `different`: they are two; `open`: not decided.
# With `works`, and `different`: these works of the first person are the other's. `ipcgraph people --decide` asks.

"""
CHECK: Final = "decision"
_KEYS: Final = ("one", "other", "verdict", "works", "by", "date", "score", "source", "why")
_KINDS: Final = ("person", "work", "organization")
IDENTIFIED: Final[dict[str, tuple[str, ...]]] = {
    "person": ("orcid", "wikidata", "openalex", "isni"),
    "organization": ("ror", "wikidata", "openalex", "isni"),
    "center": ("ror", "wikidata", "openalex", "isni"),
}
"""The identifiers that a decision can be about, by the kind of thing: `other: wikidata:Q42`."""
_NOWHERE: Final = Place("")


class Decision(NamedTuple):
    """That two ids mean the same, or do not, or that nobody knows yet."""

    one: str
    """The id of a person, a work or an organization: `person/ada-lovelace`. What is the same keeps this id."""
    other: str
    """Another such id, or an identifier with its scheme that may be that of the thing: `wikidata:Q42`."""
    verdict: Verdict
    works: tuple[str, ...] = ()
    """With `different`: the works that name the one and are the other's."""
    by: str = ""
    """Who decided: a person's name, or `ipcgraph` where evidence alone did."""
    date: str = ""
    """The day: `2026-05-31`."""
    score: str = ""
    """How likely the evidence makes it that they are the same, 0 to 1; empty where nothing was weighed."""
    why: tuple[str, ...] = ()
    """The evidence, a sentence each."""
    place: Place = Place("decisions.yaml")
    source: str = ""
    """The web address of the service that proposes an identifier."""

    @property
    def identifier(self) -> tuple[str, str] | None:
        """The scheme and the value, where the decision is about an identifier; None where it is about two ids.

        >>> Decision("person/ada", "wikidata:Q7259", "open").identifier
        ('wikidata', 'Q7259')
        """
        scheme, colon, value = self.other.partition(":")
        return (scheme, value) if colon and scheme in SCHEMES else None


def read_decisions(path: Path, name: str = "decisions.yaml") -> tuple[tuple[Decision, ...], tuple[Finding, ...]]:
    """The decisions of a file in the order written, and what is wrong in it; nothing where there is no file."""
    if not path.exists():
        return (), ()
    text = read_text(path, name)
    if isinstance(text, Finding):
        return (), (text,)
    decisions: list[Decision] = []
    findings: list[Finding] = []
    for item in parse_yaml(text, name):
        found = item if isinstance(item, Finding) else _decision(item)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            decisions.append(found)
    return tuple(decisions), tuple(findings)


def _decision(record: Mapping) -> Decision | Finding:
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for key, node in record.entries:
        if key.text not in _KEYS:
            remedy = suggestion(key.text, _KEYS, "known keys: " + ", ".join(_KEYS))
            return fault(f'a decision has no key "{key.text}"', key.place, remedy, check=CHECK)
        if isinstance(node, Scalar):
            texts[key.text] = node.text
            lists[key.text] = (node.text,)
        elif isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
            lists[key.text] = tuple(cast("Scalar", item).text for item in node.items)
        else:
            return fault(f'"{key.text}" is a text, or a list of texts', key.place, "write it as one", check=CHECK)
    decision = Decision(
        texts.get("one", ""), texts.get("other", ""), cast("Verdict", texts.get("verdict", "")),
        lists.get("works", ()), texts.get("by", ""), texts.get("date", ""), texts.get("score", ""),
        lists.get("why", ()), record.place, texts.get("source", ""),
    )  # fmt: skip
    wrong = mistake(decision)
    return fault(wrong[0], record.place, wrong[1], check=CHECK) if wrong else decision


def mistake(decision: Decision) -> tuple[str, str] | None:
    """What is wrong with a decision by itself, and the remedy; None where nothing is."""
    kind = decision.one.partition("/")[0]
    if decision.identifier is not None:
        wrong = _mistaken_identifier(kind, *decision.identifier)
        if wrong:
            return wrong
    elif kind not in _KINDS or decision.other.partition("/")[0] != kind or decision.one == decision.other:
        return (
            "a decision is about two persons, two works or two organizations",
            "write one: person/… and other: person/…, with two different ids of one kind, or other: wikidata:Q…",
        )
    if decision.verdict not in get_args(Verdict):
        return f'"{decision.verdict}" is no verdict', "write same, different or open"
    if decision.works and (decision.verdict != "different" or kind != "person"):
        return "works are parted between two persons that are different", "write verdict: different, or leave works out"
    if decision.verdict != "open" and not (decision.by.strip() and _is_day(decision.date)):
        return "a decision says who took it and when", "write by: and date:, a name and a day such as 2026-05-31"
    if decision.score and not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", decision.score):
        return f'"{decision.score}" is no score', "write a number from 0 to 1, or leave score out"
    return None


def _mistaken_identifier(kind: str, scheme: str, value: str) -> tuple[str, str] | None:
    schemes = IDENTIFIED.get(kind, ())
    if scheme not in schemes:
        known = ", ".join(schemes) or "that of a person or an organization"
        return f"a decision is not about the {scheme} of a {kind}", f"write an identifier of these: {known}"
    if normalise(scheme, value) != value:
        if good := normalise(scheme, value):
            return f'"{value}" is not how a {scheme} is written here', f"write {scheme}:{good}"
        return f'"{value}" is no {scheme}', f"write one, such as {scheme}:{SCHEMES[scheme].example}"
    if scheme == "openalex" and (value[0] == "W" or (value[0] == "A") != (kind == "person")):
        return f"{value} is no {kind} of OpenAlex", "write the id of an author (A…) or an institution (I…)"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def decision_text(decision: Decision) -> str:
    """A decision as it stands in the file, with a blank line after it.

    >>> print(decision_text(Decision("person/ada", "person/a-lovelace", "open", why=("one work in common",))), end="")
    - one: person/ada
      other: person/a-lovelace
      verdict: open
      why:
        - one work in common
    <BLANKLINE>
    """
    texts = {key: getattr(decision, key) for key in _KEYS}
    return yaml_text([{key: value for key, value in texts.items() if value}]) + "\n"


def write_decisions(path: Path, changed: Iterable[Decision], *, without: Iterable[Decision] = ()) -> None:
    """Takes decisions into a file in one step: one about the same two ids is replaced where it stands, others follow.

    Those in `without` are taken out. What a person wrote between the decisions, and how lines end, stays as it is.
    Raises UsageError where the file holds mistakes or cannot be changed in parts, ProjectError where it cannot be
    written.
    """
    decisions, findings = read_decisions(path, path.name)
    if findings:
        raise UsageError(f"{findings[0]}; correct it first: nothing was written")
    before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    lines = before.replace("\r\n", "\n").splitlines(keepends=True)
    new = {_pair(decision): decision for decision in changed}
    gone = {_pair(decision) for decision in without} - new.keys()
    wanted = [new.get(_pair(each), each) for each in decisions if _pair(each) not in gone]
    parts = ["".join(lines) if not decisions else "".join(lines[: decisions[0].place.line - 1])]
    for at, decision in enumerate(decisions):
        following = decisions[at + 1].place.line - 1 if at + 1 < len(decisions) else len(lines)
        block, after = own_lines(lines[decision.place.line - 1 : following])
        pair = _pair(decision)
        if pair in gone:
            parts.append(after if after.strip() else "")
        else:
            parts.append((decision_text(new.pop(pair)).rstrip("\n") + "\n" if pair in new else block) + after)
    text = "".join(parts) or HEADING
    if new and text.strip() and not text.endswith("\n\n"):
        text = text.rstrip("\n") + "\n\n"
    text += "".join(decision_text(decision) for decision in new.values())
    if _unplaced(text) != [each._replace(place=_NOWHERE) for each in (*wanted, *new.values())]:
        # Two decisions on one line, say: what is written would not be what is meant.
        remedy = "write each decision on lines of its own, the first beginning with - one:"
        raise UsageError(f"{path} cannot be changed in parts; {remedy}: nothing was written")
    ending = "\r\n" if "\r\n" in before else "\n"
    _replace(path, text.replace("\n", ending) if text.strip() != HEADING.strip() else "")


def own_lines(lines: list[str]) -> tuple[str, str]:
    """Of the lines from one record of a list to the next: its own, and the blank ones and comments that follow."""
    end = len(lines)
    while end > 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _unplaced(text: str) -> list[Decision | None]:
    """The decisions of a text without their places, and None for what is no decision."""
    read = (item if isinstance(item, Finding) else _decision(item) for item in parse_yaml(text, ""))
    return [None if isinstance(each, Finding) else each._replace(place=_NOWHERE) for each in read]


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if not text:
            path.unlink(missing_ok=True)
            return
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ProjectError(f"{path} cannot be written: {error.strerror}") from error


def _pair(decision: Decision) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset((decision.one, decision.other)), decision.works
