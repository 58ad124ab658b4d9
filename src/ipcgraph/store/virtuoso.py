"""Virtuoso 7's own SPARQL: queries put as it answers them rightly, and its answers read as those of other servers.

Seen with 7.2.5, and put right here: a path such as `a/rdfs:subClassOf* ipcg:Work` loses rows once it is joined with two
or three other patterns and sorted, so such paths are asked alone first, and the query names what they lead to; ORDER BY
over several patterns loses rows even so, so what is sorted is made apart, as DISTINCT; YEAR of what is not bound ends
the query; a comparison with what is not bound holds, inside of COALESCE; `STR("…")` of a text that is not ASCII is
another text; ASK gives a row; durations come as months or seconds, and truth values as 1 and 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.tokens import FORMS, Token, tokenize
from ipcgraph.vocabulary import XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyoxigraph import QuerySolutions

    from ipcgraph.tables import Cell

SERVER: Final = "Virtuoso/"
"""How the header Server of its answers begins."""
NOBODY: Final = "<urn:ipcgraph:nobody>"
"""Stands where a path leads nowhere: a list without values is not understood."""
_TERMS: Final = frozenset(("iri", "name", "variable"))
_STEPS: Final = frozenset(("iri", "name"))
_DATES: Final = {"YEAR": (1, 4), "MONTH": (6, 2), "DAY": (9, 2)}
"""Where these parts begin in a date, and how long they are."""
_COMPARED: Final = frozenset(("variable", "text", "iri", "name", "number"))
_COMPARING: Final = frozenset(("<", "<=", ">", ">=", "=", "!=", "^^", "&&"))
_AGGREGATES: Final = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
_PECULIAR: Final = r"(?i)[*+]|\b(?:year|month|day|str|coalesce|order)\b"
"""What may stand for something that is put otherwise."""
_DURATION: Final = XSD + "duration"
_BOOLEAN: Final = NamedNode(XSD + "boolean")


class _Path(NamedTuple):
    """A path `step* object` in a query, by the numbers of its tokens."""

    step: int
    group: int
    """The bracket `{` around it."""
    subject: int
    """Its subject; -1 where the path is only the end of a longer one."""


def put_for_virtuoso(text: str, led_to: Callable[[str], Sequence[str]]) -> str:
    """The query with what each path `step*` or `step+` to a named thing leads to, in the place of the path.

    `led_to` gives, as IRIs in angle brackets, what a query selects; it is asked once for each path. The answers are the
    same, row by row.
    """
    if not re.search(_PECULIAR, text):  # it spares most queries the rest
        return text
    tokens = tokenize(text)
    begin = next((token.start for token in tokens if token.kind == "word" and token.text.upper() in FORMS), 0)
    known: dict[str, Sequence[str]] = {}
    edits: list[tuple[int, int, str]] = []
    for number, path in enumerate(_paths(tokens)):
        start, end = tokens[path.step].start, _end(tokens[path.step + 2])
        step, thing = text[start : tokens[path.step + 2].start], tokens[path.step + 2]
        ends = [thing.text] if thing.kind in _STEPS else _values(tokens, path.group, thing.text)
        if not ends:
            continue
        for each in ends:
            if step + each not in known:
                ask = f"{text[:begin]}SELECT DISTINCT ?thing WHERE {{ ?thing {step}{each} }}"
                known[step + each] = led_to(ask)
        way = f"?way_{number}" if path.subject < 0 else tokens[path.subject].text
        if thing.kind in _STEPS:
            put = f" VALUES {way} {{ {' '.join(known[step + thing.text]) or NOBODY} }} "
        else:
            pairs = [f"({start} {each})" for each in ends for start in known[step + each]]
            put = f" VALUES ({way} {thing.text}) {{ {' '.join(pairs) or f'({NOBODY} {NOBODY})'} }} "
        group = _end(tokens[path.group])
        edits.append((group, group, put))
        edits.append((tokens[path.step - 1].start, end, f" {way}") if path.subject < 0 else (*_cut(tokens, path), " "))
    edits += _bound(text, tokens)
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return _sorted_apart(text)


def yes_or_no(answer: QuerySolutions) -> bool:
    """What an ASK means, whose answer is a table with one cell, 1 for yes."""
    return any(isinstance(cell, Literal) and cell.value in {"1", "true"} for solution in answer for cell in solution)


def as_others_write(cell: Cell) -> Cell:
    """A value as other servers write it: a duration of 96 months as P8Y, and 1 as true where it is a truth value."""
    if not isinstance(cell, Literal) or not cell.datatype.value.startswith(XSD):
        return cell
    if cell.datatype.value == _DURATION and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell.value):
        return Literal(_duration(cell.value), datatype=cell.datatype)
    if cell.datatype == _BOOLEAN and cell.value in {"0", "1"}:
        return Literal(cell.value == "1")
    return cell


def _paths(tokens: Sequence[Token]) -> Iterator[_Path]:
    """Each path that ends in a step any number of times, and in a thing that is named."""
    groups: list[int] = []
    subject = -1
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else None
        if token.text == "{":
            groups.append(number)
        elif token.text == "}" and groups:
            groups.pop()
        elif before and before.text in {"{", "}", ".", ")"} and token.kind in _TERMS:
            subject = number
        if token.text not in {"*", "+"} or not groups or not 1 < number < len(tokens) - 2:
            continue
        path, thing, after = tokens[number - 2], tokens[number + 1], tokens[number + 2]
        if before is None or before.kind not in _STEPS or thing.kind not in _TERMS or after.text == ",":
            continue
        if path.text == "/":
            yield _Path(number - 1, groups[-1], -1)
        elif (path.text == ";" or number - 2 == subject) and tokens[subject].kind == "variable":
            yield _Path(number - 1, groups[-1], subject)


def _sorted_apart(text: str) -> str:
    """The query with what it sorts in a query of its own, which keeps no solution twice: a pattern gives none twice.

    Queries that group, or keep no row twice, lose nothing and stay as they are.
    """
    tokens = tokenize(text)
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    begin = words.index("SELECT") if "SELECT" in words else len(tokens)
    depth, group = 0, len(tokens)
    for number in range(begin, len(tokens)):
        depth += (tokens[number].text == "(") - (tokens[number].text == ")")
        if tokens[number].text == "{" and not depth:
            group = number
            break
    close = _close(tokens, group)
    head, rest = words[begin:group], words[close + 1 :]
    if "ORDER" not in rest or "GROUP" in rest or {"DISTINCT", "REDUCED", *_AGGREGATES}.intersection(head):
        return text
    start, end = tokens[group].start, _end(tokens[close])
    return f"{text[:start]}{{ {{ SELECT DISTINCT * WHERE {text[start:end]} }} }}{text[end:]}"


def _close(tokens: Sequence[Token], group: int) -> int:
    """The number of the token that ends a group."""
    depth = 0
    for number in range(group, len(tokens)):
        depth += (tokens[number].text == "{") - (tokens[number].text == "}")
        if not depth:
            return number
    return len(tokens)


def _values(tokens: Sequence[Token], group: int, variable: str) -> list[str]:
    """The named things that a VALUES block right in a group gives to a variable; none where it has no such block."""
    depth = 0
    for number in range(group + 1, len(tokens) - 2):
        token = tokens[number]
        depth += (token.text == "{") - (token.text == "}")
        if depth < 0:
            break
        starts = token.text.upper() == "VALUES" and tokens[number + 1].text == variable
        if starts and not depth and tokens[number + 2].text == "{":
            rest = tokens[number + 3 :]
            close = next((at for at, each in enumerate(rest) if each.text == "}"), 0)
            named = all(each.kind in _STEPS for each in rest[:close])
            return [each.text for each in rest[:close]] if named else []
    return []


def _cut(tokens: Sequence[Token], path: _Path) -> tuple[int, int]:
    """From where to where a statement is taken out, so that the rest can still be read."""
    last, after = tokens[path.step + 2], tokens[path.step + 3]
    if tokens[path.step - 1].text == ";":
        return tokens[path.step - 1].start, _end(last)
    if after.text == ";":
        return tokens[path.step].start, _end(after)
    return tokens[path.subject].start, _end(after if after.text == "." else last)


def _end(token: Token) -> int:
    return token.start + len(token.text)


def _bound(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """The edits after which nothing is computed from what is not bound, and no text is made from a text."""
    for number, token in enumerate(tokens[:-3]):
        word = token.text.upper() if token.kind == "word" else ""
        argument, close = tokens[number + 2], tokens[number + 3]
        if word in _DATES and argument.kind == "variable" and close.text == ")":
            start, length = _DATES[word]
            yield token.start, _end(close), f"<{XSD}integer>(SUBSTR(STR({argument.text}), {start}, {length}))"
        elif word == "STR" and argument.kind == "text" and close.text == ")":
            yield token.start, _end(close), argument.text
        elif word == "COALESCE" and tokens[number + 1].text == "(":
            end = next((at for at in range(number + 2, len(tokens)) if tokens[at].text in {"(", ")", ","}), number)
            compared = tokens[number + 2 : end]
            simple = all(each.kind in _COMPARED or each.text in _COMPARING for each in compared)
            names = dict.fromkeys(each.text for each in compared if each.kind == "variable")
            rest = [each.text.lower() for each in tokens[end : end + 3]]
            if simple and names and len(compared) > 2 and rest == [",", "false", ")"]:
                known = " && ".join(f"BOUND({name})" for name in names)
                yield token.start, _end(tokens[end + 2]), f"({known} && {text[compared[0].start : tokens[end].start]})"


def _duration(text: str) -> str:
    """The lexical form of months, which are whole, or of seconds, which have a point."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "." not in digits:
        years, months = divmod(int(digits), 12)
        return f"{sign}P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    whole, _, part = digits.partition(".")
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    fraction = part.rstrip("0")
    last = f"{seconds}.{fraction}S" if fraction else f"{seconds}S" if seconds else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + last
    return (
        f"{sign}P"
        + (f"{days}D" if days else "")
        + (f"T{time}" if time or not days else "")
        + ("" if time or days else "0S")
    )
