"""The words of a SPARQL query: one token pass that knows texts, IRIs and comments, and what it refuses.

Everything that looks into a query goes through here; nothing looks for a substring. The pass is meant to read a query
as Oxigraph does, whose parser has no word boundaries (`SERVICESILENT` is two words to it): where the two could differ,
the query is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, NoReturn

from ipcgraph.errors import QueryError

MAX_LENGTH: Final = 64 * 1024
"""Characters of a query from outside."""
MAX_NESTING: Final = 100
"""Brackets in brackets: Oxigraph's parser overflows the stack, which ends the process, at about 2,000."""
MAX_TOKENS: Final = 6_000
"""Words and signs: lists and chains of 8,000 overflow the stack too."""
MAX_STEPS: Final = 500
"""Operators, groups and clauses together: chains of them overflow the stack at 3,000 and more."""


class Token(NamedTuple):
    """One word: `kind` is iri, text, language, variable, label, name, number, word or mark."""

    kind: str
    text: str
    start: int


_NAME_CHARACTER = r"[\w:·̀-ͯ‿⁀-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_ESCAPE = r"""\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"""
_TOKEN: Final = rf"""
    (?P<blank> [ \t\r\n]+ | \#[^\r\n]*+ )
  | (?P<iri> <[^\x00-\x20<>"{{}}|^`\\]*+> )
  | (?P<text> \"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+'''
            | "(?:[^"\\\n\r]|{_ESCAPE})*+" | '(?:[^'\\\n\r]|{_ESCAPE})*+' )
  | (?P<language> @[A-Za-z]+(?:-+[A-Za-z0-9]+)* )
  | (?P<variable> [?$][\w·̀-ͯ‿⁀]+ )
  | (?P<label> _:\w(?:[\w·̀-ͯ‿⁀.-]{{0,200}}[\w·̀-ͯ‿⁀-])? )
  | (?P<name> (?:[^\W\d_](?:[\w·̀-ͯ‿⁀.-]{{0,200}}[\w·̀-ͯ‿⁀-])?)?:
              (?:(?![·̀-ͯ‿⁀-])(?:{_NAME_CHARACTER})(?:{_NAME_CHARACTER}|\.+(?={_NAME_CHARACTER}))*+)? )
  | (?P<number> (?:[0-9]++\.?[0-9]*+|\.[0-9]++)[eE][+-]?[0-9]++ | [0-9]*+\.[0-9]++ | [0-9]++ )
  | (?P<word> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<mark> \^\^ | && | \|\| | != | <= | >= | [{{}}()\[\].,;|/^*+?!=<>~-] )
    """

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
"""The words that change a graph."""
_OPERATORS: Final = frozenset(
    ("||", "&&", "+", "-", "*", "/", "|", "^", "!", "=", "<", ">", "!=", "<=", ">=", "{", "[")
)
_CLAUSES: Final = frozenset(
    ("UNION", "OPTIONAL", "MINUS", "BIND", "AS", "FILTER", "EXISTS", "GRAPH", "LATERAL", "VALUES")
)
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_OPERANDS: Final = frozenset(("iri", "text", "language", "variable", "label", "name", "number", "word"))


def tokenize(text: str) -> list[Token]:
    r"""The tokens of a query, without blanks and comments.

    Raises QueryError, with line and column, on what is no token of SPARQL; on `\u` escapes outside of texts, which
    some engines undo before they read; and on a `<` that can be read as less-than and as the start of an IRI.

    >>> [token.text for token in tokenize('ASK { ?a <p:q> "SERVICE" } # end')]
    ['ASK', '{', '?a', '<p:q>', '"SERVICE"', '}']
    """
    pattern = re.compile(_TOKEN, re.VERBOSE)  # here, not at import: it takes 5 ms, and re remembers it
    tokens: list[Token] = []
    surroundings: list[str] = []  # the open brackets; those of a VALUES block as "values"
    values = False
    position = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            _refuse_character(text, position)
        token = Token(match.lastgroup or "", match[0], position)
        position = match.end()
        if token.kind == "blank":
            continue
        if token.kind == "iri" and tokens and surroundings[-1:] == ["("] and _ends_operand(tokens[-1]):
            raise refusal(
                text, token.start, "this < may begin an IRI or compare; put a blank after it, or a comma before"
            )
        if token.text in _CLOSING:
            inner = values or surroundings[-1:] == ["values"]
            surroundings.append("values" if inner and token.text != "[" else token.text)
            # `VALUES (?x ?y) {`: the variables' bracket belongs to the block, too.
            values = values and token.text != "{"
        elif token.text in {"}", ")", "]"} and surroundings:
            surroundings.pop()
        elif token.kind == "word":
            values = token.text.upper() == "VALUES"
        tokens.append(token)
    return tokens


def check_nesting(text: str) -> None:
    """Refuse, with a QueryError, a query so deep or long that the engine's parser would end the process."""
    # Characters are more than tokens: where even they are few, the token pass is spared.
    capitals = text.upper()
    if (
        len(text) <= MAX_TOKENS
        and sum(map(text.count, _CLOSING)) <= MAX_NESTING
        and (sum(map(text.count, "|&+-*/^!=<>{[")) + sum(map(capitals.count, _CLAUSES)) <= MAX_STEPS)
    ):
        return
    depth = steps = 0
    for number, token in enumerate(tokenize(text), start=1):
        if number > MAX_TOKENS:
            raise refusal(text, token.start, f"more than {MAX_TOKENS:,} words and signs; split the query")
        if token.kind == "mark":
            depth += (token.text in _CLOSING) - (token.text in {"}", ")", "]"})
            steps += token.text in _OPERATORS
        elif token.kind == "word":
            steps += token.text.upper() in _CLAUSES
        if depth > MAX_NESTING:
            raise refusal(text, token.start, f"more than {MAX_NESTING} brackets in each other")
        if steps > MAX_STEPS:
            raise refusal(text, token.start, f"more than {MAX_STEPS} operators and groups; split the query")


def check_words(text: str, tokens: Iterable[Token]) -> None:
    """Refuse, with a QueryError, every word that would reach out of the graph or change it."""
    for token in tokens:
        word = token.text.upper() if token.kind == "word" else ""
        if "SERVICE" in word:
            raise refusal(text, token.start, "SERVICE calls another server; ipcgraph asks one store only")
        if word in UPDATES:
            raise refusal(text, token.start, f"{word} changes a graph; the files are changed instead, then built anew")
        if word == "FROM":
            raise refusal(
                text, token.start, "FROM names another dataset; write GRAPH <…> { … } for a graph of this one"
            )


def query_form(text: str, tokens: Iterable[Token]) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE: the first word after the prologue; QueryError where there is none."""
    words = (token for token in tokens if token.kind == "word")
    for token in words:
        word = token.text.upper()
        if word in FORMS:
            return word
        if word not in {"PREFIX", "BASE", "VERSION"}:
            raise refusal(text, token.start, f"{token.text} does not begin a query; {', '.join(FORMS)} do")
    raise QueryError("there is no query here; it begins with SELECT, ASK, CONSTRUCT or DESCRIBE")


def refusal(text: str, position: int, reason: str) -> QueryError:
    """The QueryError for a position in a query, counted from 0."""
    line_start = text.rfind("\n", 0, position) + 1
    return QueryError(reason, line=text.count("\n", 0, position) + 1, column=position - line_start + 1)


_ENGINE_ERROR: Final = r"error at (\d+):(\d+): "
_SENTENCE: Final = r"(?:expected one of|expected(?! one of)|,) ([A-Za-z]+(?: [A-Za-z*]+){2,})(?=,|$)"


def syntax_error(text: str, message: str) -> QueryError:
    """The QueryError for Oxigraph's words about a query.

    Oxigraph lists all that it could have read at the farthest point it came to, which helps nobody. What helps is the
    sentence that is sometimes among it, and what stands before that point.
    """
    found = re.match(_ENGINE_ERROR, message)
    if not found:
        return QueryError(f"not SPARQL: {message}")
    line, column = int(found[1]), int(found[2])
    lines = text.split("\n")[:line]
    before = [" ".join(part.split()) for part in (*lines[:-1], lines[-1][: column - 1])]
    last = next(filter(None, reversed(before)), "")[-40:]
    sentence = re.search(_SENTENCE, message)
    reason = sentence[1] if sentence else "not SPARQL"
    return QueryError(f"{reason}; read as far as {last!r}" if last else reason, line=line, column=column)


def _ends_operand(token: Token) -> bool:
    """Whether `<` after this token could compare: it ends a value, and is not a word that takes one."""
    if token.kind == "word":
        return token.text.upper() not in {"DISTINCT", "IN", "AS", "A", "GRAPH", "UNDEF"}
    return token.kind in _OPERANDS or token.text in {")", "]"}


def _refuse_character(text: str, position: int) -> NoReturn:
    character = text[position]
    if character in "\"'":
        message = "this text is not closed, or holds an escape that SPARQL does not know"
    elif character == "\\":
        message = "a \\ stands only in texts and after the colon of a prefixed name"
    else:
        message = f"{character!r} is not part of SPARQL"
    raise refusal(text, position, message)
