"""What an import would do, told line by line: added, changed, there already, to be decided, left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.imports.drafts import Draft
    from ipcgraph.imports.plan import Plan

TOLD: Final = 20
"""So many lines of one kind are shown unless all are asked for."""
FILES: Final = 8
"""So many files are named; every record is shown with its own."""
_WIDE: Final = 52


def diff_lines(plan: Plan, *, every: bool = False) -> Iterator[str]:
    """The plan for people to read; of long lists the first lines and how many more there are."""
    yield f"read {_files(plan)}"
    yield ""
    yield from _some("+", [_added(draft) for draft in plan.drafts if draft.record["type"] != "Source"], every=every)
    yield from _some(
        "~", [f"{each.id:{_WIDE}} {each.key}: {each.value}  ({each.place})" for each in plan.changes], every=every
    )
    yield from _some("=", [f"{each.id:{_WIDE}} {each.how}  ({each.place})" for each in plan.matches], every=every)
    linked = [each for each in plan.decisions if each.verdict == "same"]
    asked = [each for each in plan.decisions if each.verdict == "open"]
    yield from _some("&", [f"{each.other} is {each.one}: {'; '.join(each.why)}" for each in linked], every=every)
    yield from _some("?", [f"is {each.other} {each.one}? {'; '.join(each.why)}" for each in asked], every=every)
    if plan.lost:
        lost = ", ".join(f"{field} ({count:,})" for field, (count, _) in plan.lost.items())
        yield f"not kept, since the graph has no place for it: {lost}"
        yield ""
    yield _sum(plan)


def _files(plan: Plan) -> str:
    files = [f"{count:,} from {path}" for path, count in plan.read.items()]
    more = f" and {len(files) - FILES:,} more files" if len(files) > FILES else ""
    return f"{sum(plan.read.values()):,} records: {', '.join(files[:FILES])}{more}" if files else "nothing"


def _some(mark: str, lines: Iterable[str], *, every: bool) -> Iterator[str]:
    told = list(lines)
    shown = told if every else told[:TOLD]
    yield from (f"{mark} {line}" for line in shown)
    if len(told) > len(shown):
        yield f"{mark} … and {len(told) - len(shown):,} more (--all shows them)"
    if told:
        yield ""


def _added(draft: Draft) -> str:
    record = draft.record
    what = str(record.get("title") or record.get("name") or record.get("prefLabel"))
    year = f" ({str(record['issued'])[:4]})" if "issued" in record else ""
    authors = record.get("authors")
    by = f", {len(authors):,} author{'s' * (len(authors) != 1)}" if isinstance(authors, list) else ""
    return f"{draft.id:{_WIDE}} {what[:80]}{year}{by}  ({draft.place})"


def _sum(plan: Plan) -> str:
    kinds = Counter(str(draft.record["type"]) for draft in plan.drafts)
    added = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    linked = sum(each.verdict == "same" for each in plan.decisions)
    parts = [
        f"{len(plan.drafts):,} to add" + (f" ({added})" if added else ""),
        f"{len(plan.changes):,} to change",
        f"{len(plan.matches):,} there already",
        f"{linked:,} linked by evidence",
        f"{len(plan.decisions) - linked:,} to decide",
    ]
    return "; ".join(parts)
