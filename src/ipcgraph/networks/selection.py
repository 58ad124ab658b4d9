"""The works and the persons that options choose for a network, and what is said of the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ipcgraph.columns import NOTHING, UNKNOWN_DAY
from ipcgraph.errors import UsageError
from ipcgraph.networks.pairs import UNKNOWN_YEAR, Years
from ipcgraph.networks.remarks import counts, named
from ipcgraph.networks.standing import EXCLUDED, roles_on
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from ipcgraph.columns import Columns, IntArray
    from ipcgraph.networks.options import Options

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What was chosen: one truth value a thing, the rules in words, and sentences on what they leave out."""

    chosen: Mask
    rules: tuple[str, ...]
    left_out: tuple[str, ...]


def select_works(columns: Columns, options: Options) -> Selection:
    """The works that the options choose: by year of issue, then by type, then by initiative.

    A work is in a window of years if both bounds of its date are; what is not dated is left out of any window.
    """
    works = columns.works.work
    kept = np.ones(len(works), np.bool_)
    rules: list[str] = []
    left_out: list[str] = []
    if options.since is not None or options.until is not None:
        years = years_of(options)
        rules.append(f"works issued {years}")
        kept, sentences = _in_window(columns, options, years)
        left_out += sentences
    if options.work_types:
        of_type, names = _of_types(columns, options.work_types)
        rules.append(f"works of the type {names}")
        left_out += counts(_other(kept & ~of_type, f"of another type than {names}"))
        kept = kept & of_type
    if options.initiative:
        part, name = part_of(columns, options.initiative)
        rules.append(f"works that are part of {name}, or of an initiative that is part of it")
        left_out += counts(_other(kept & ~part[works], f"not part of {name}"))
        kept = kept & part[works]
    chosen = np.zeros(len(columns.things), np.bool_)
    chosen[works[kept]] = True
    return Selection(chosen, tuple(rules), tuple(left_out))


def select_members(columns: Columns, options: Options) -> Selection:
    """The persons with a role at the center that the options name, on their day where they name one; else all persons.

    Whom it leaves out is for the network to say: only those who would have been in it.
    """
    persons = columns.instances("Person")
    if not options.members_of:
        return Selection(persons, (), ())
    place = _find(
        columns, options.members_of, "center", "Center", "Organization", "Partner", "Commission", "Initiative"
    )
    roles = columns.roles
    there = roles.context == place
    rule = f"persons with a role at {columns.label(place)}"
    if options.as_of is not None:
        there &= roles_on(columns, options.as_of) != EXCLUDED
        rule += f" that certainly or possibly holds on {options.as_of}"
    members = np.zeros(len(columns.things), np.bool_)
    members[roles.holder[there & (roles.holder != NOTHING)]] = True
    return Selection(persons & members, (rule,), ())


def without_a_role(columns: Columns, options: Options, persons: IntArray) -> tuple[str, ...]:
    """The sentence that names these persons, who would be in the network had they a role at the center."""
    center = columns.label(columns.find(options.members_of))
    on = f" on {options.as_of}" if options.as_of is not None else ""
    rule = f"without a role at {center}{on}"
    return named(columns, persons, f"person {rule}", f"persons {rule}")


def work_years(columns: Columns) -> Years:
    """The first and the last year in which each work can have been issued; unknown where it is not dated."""
    works = columns.works
    dated = (works.not_before != UNKNOWN_DAY) & (works.not_after != UNKNOWN_DAY)
    bounds = []
    for days in (works.not_before, works.not_after):
        years = np.full(len(columns.things), UNKNOWN_YEAR, np.int32)
        since_1970 = days[dated].astype(np.int64) - dt.date(1970, 1, 1).toordinal()
        years[works.work[dated]] = since_1970.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        bounds.append(years)
    return Years(*bounds)


def years_of(options: Options) -> str:
    """The window in words: `from 2020 to 2022`, `from 2020`, `until 2022`, `in 2020`."""
    if options.since == options.until:
        return f"in {options.since}"
    if options.since is None:
        return f"until {options.until}"
    return f"from {options.since}" + (f" to {options.until}" if options.until is not None else "")


def part_of(columns: Columns, initiative: str) -> tuple[Mask, str]:
    """Which things are this initiative or, directly or by others, part of it; and its label."""
    place = _find(columns, initiative, "initiative", "Initiative")
    links, initiatives = columns.links["partOf"], columns.instances("Initiative")
    part = np.zeros(len(columns.things), np.bool_)
    part[place] = True
    # Only initiatives have parts, so there are as many rounds as they are deep.
    while True:
        found = links.subject[(part & initiatives)[links.object]]
        if part[found].all():
            return part, columns.label(place)
        part[found] = True


def _in_window(columns: Columns, options: Options, years: str) -> tuple[Mask, tuple[str, ...]]:
    table = columns.works
    first = dt.date(options.since or 1, 1, 1).toordinal()
    last = dt.date(options.until or 9999, 12, 31).toordinal()
    dated = (table.not_before != UNKNOWN_DAY) & (table.not_after != UNKNOWN_DAY)
    inside = dated & (table.not_before >= first) & (table.not_after <= last)
    outside = dated & ((table.not_after < first) | (table.not_before > last))
    undated = named(columns, table.work[~dated], "work without a date", "works without a date", quoted=True)
    return inside, undated + counts(
        _other(outside, f"not issued {years}"), _other(dated & ~inside & ~outside, f"perhaps not issued {years}")
    )


def _of_types(columns: Columns, work_types: tuple[str, ...]) -> tuple[Mask, str]:
    """Which works are of one of these types, and the names of these."""
    kinds = columns.works.kind
    known = {columns.things[kind]: kind for kind in np.unique(kinds[kinds != NOTHING]).tolist()}
    slugs = {iri.rpartition("/")[2]: kind for iri, kind in known.items()}
    wanted: list[int] = []
    for name in work_types:
        found = known.get(name, slugs.get(name))
        if found is None:
            near = nearest(name, slugs)
            remedy = f"did you mean {near!r}?" if near else f"there are {', '.join(sorted(slugs)) or 'no types'}"
            raise UsageError(f"no work is of the type {name!r}; {remedy}")
        wanted.append(found)
    return np.isin(kinds, wanted), " or ".join(columns.label(kind) for kind in dict.fromkeys(wanted))


def _find(columns: Columns, iri: str, noun: str, *classes: str) -> int:
    """The id of the thing with this IRI; UsageError, with the nearest one, where none of these classes has it."""
    place, suited = columns.find(iri), columns.instances(*classes)
    if place != NOTHING and suited[place]:
        return place
    known = {_short(columns.things[thing]): thing for thing in np.flatnonzero(suited).tolist()}
    near = nearest(_short(iri), known)
    remedy = f"did you mean {near}?" if near else "write its id, such as " + next(iter(known), f"{noun}/…")
    raise UsageError(f"there is no {noun} {_short(iri)}; {remedy}")


def _short(iri: str) -> str:
    """The kind and the slug of an IRI: its last two parts."""
    return "/".join(iri.split("/")[-2:])


def _other(mask: Mask, rule: str) -> tuple[int, str, str]:
    return int(mask.sum()), f"work {rule}", f"works {rule}"
