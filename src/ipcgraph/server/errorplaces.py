"""Where a query stops to be SPARQL: the token that cannot stand where it does, whatever place the engine tells.

Oxigraph's parser tells the farthest character that it looked at, and it looks up to a dozen characters ahead for
keywords: of `SELECT * { ?s ?p }` it tells the place after the brace. Set wide apart, the tokens tell which one it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import QueryError
from ipcgraph.tokens import Token, refusal, syntax_error, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_APART: Final = " " * 40
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


def placed_error(text: str, message: str, parse: Callable[[str], object]) -> QueryError:
    """The error of a query of which the engine said this; `parse` is asked again, and raises SyntaxError as it did."""
    pieces = _pieces(tokenize(text))
    try:
        parse("".join(_APART + piece.text for piece in pieces) + _APART)
    except SyntaxError as error:
        found = _PLACE.match(str(error))
    else:
        found = None
    if not found or found[1] != "1" or not pieces:
        return syntax_error(text, message)
    index = int(found[2]) - 1
    start, place = 0, pieces[-1].start + len(pieces[-1].text)
    for piece in pieces:
        end = start + len(_APART) + len(piece.text)
        if index < end + len(_APART) and (piece is not pieces[-1] or index < end + len(_APART) - 1):
            place = piece.start
            break
        start = end
    at = refusal(text, place, "")
    return syntax_error(text, _PLACE.sub(f"error at {at.line}:{at.column}", message, count=1))


def _pieces(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each with those that have to stay beside it: a text and its language, a function and its bracket."""
    pieces: list[Token] = []
    last = Token("", "", -1)
    for token in tokens:
        # A line end in a long text is as many characters as a blank is.
        shown = token.text.replace("\n", " ").replace("\r", " ")
        beside = token.start == last.start + len(last.text) and (
            token.kind == "language"
            or "^^" in {token.text, last.text}
            or (last.text in {"+", "-"} and token.kind == "number")
            or (last.kind == "word" and token.text == "(")
        )
        if beside and pieces:
            before = pieces.pop()
            pieces.append(before._replace(text=before.text + shown))
        else:
            pieces.append(token._replace(text=shown))
        last = token
    return pieces
