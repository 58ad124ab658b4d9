"""What a query from outside is checked for before it runs, and the graphs that it names itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from ipcgraph.tokens import UPDATES, check_nesting, check_words, query_form, refusal, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.tokens import Token

_DEEPER: Final = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
_CHANGING: Final = frozenset(("NOW", "RAND", "UUID", "STRUUID"))


class Checked(NamedTuple):
    """What the words of a query say."""

    form: str
    """SELECT, ASK, CONSTRUCT or DESCRIBE; an update has the word that makes it one."""
    graphs: tuple[str, ...]
    """The IRIs in its FROM clauses."""
    steady: bool
    """Whether the same graph gives the same answer each time."""

    @property
    def is_update(self) -> bool:
        return self.form in UPDATES


def check(text: str, *, nesting: int) -> Checked:
    """What the words of a query say; QueryError, with line and column, for what is not run for a stranger.

    That is what is no word of SPARQL, a call of another server, and what is nested deeper or longer than the engine's
    parser can bear. A FROM is fine: whether its graph is in the dataset, the store knows.
    """
    tokens = tokenize(text)
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    first = next((word for word in words if word not in _PROLOGUE), "")
    if first in UPDATES:
        return Checked(first, (), steady=False)
    check_words(text, (token for token in tokens if token.text.upper() != "FROM"))
    for token in tokens:
        if token.kind == "word" and token.text.upper().startswith("FROM") and token.text.upper() != "FROM":
            # The engine reads FROMNAMED as two words.
            raise refusal(text, token.start, "put a blank after FROM")
    form = query_form(text, tokens)
    check_nesting(text)
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += _DEEPER.get(token.text, 0)
            if depth > nesting:
                raise refusal(text, token.start, f"more than {nesting} brackets in each other")
    return Checked(form, tuple(_graphs(tokens)), steady=_CHANGING.isdisjoint(words))


_PROLOGUE: Final = ("PREFIX", "BASE", "VERSION")


def _graphs(tokens: Sequence[Token]) -> Iterator[str]:
    """The IRIs after FROM and FROM NAMED, whole; what is no IRI is left to the engine."""
    base, prefixes = "", {}
    for index, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        following = [*tokens[index + 1 : index + 3], token, token]
        if word == "BASE" and following[0].kind == "iri":
            base = urljoin(base, following[0].text[1:-1])
        elif word == "PREFIX" and following[0].kind == "name" and following[1].kind == "iri":
            prefixes[following[0].text] = urljoin(base, following[1].text[1:-1])
        elif word == "FROM":
            named = following[0].kind == "word" and following[0].text.upper() == "NAMED"
            graph = following[1 if named else 0]
            if graph.kind == "iri":
                yield urljoin(base, graph.text[1:-1])
            elif graph.kind == "name":
                prefix, colon, local = graph.text.partition(":")
                yield prefixes.get(prefix + colon, "") + local.replace("\\", "")
