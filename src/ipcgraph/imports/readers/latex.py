"""LaTeX in fields of BibTeX as plain text: accents, commands and mathematics, only where there are some."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ipcgraph.imports.extra import needing
from ipcgraph.imports.personalnames import without_braces

LONGEST: Final = 20_000
"""A field that is longer is not decoded: it is an abstract at most, which is not kept."""
_DEEPEST: Final = 20

_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
}  # fmt: skip
_ACCENTED: Final = re.compile(
    r"""\\(?:([`'^~=."])\s*|([uvHcdbkr])(?:\s+|(?=\{)))(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z])(?![A-Za-z]*\{))"""
)
_LETTER: Final = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|dh|DH|th|TH|dj|DJ|[oOlLij])(?![A-Za-z])(?:\{\}|\s+)?")
_ESCAPED: Final = re.compile(r"\\([_%&#$ ])")
_PLAIN_COMMAND: Final = re.compile(r"\\(?:texttt|path|url|nolinkurl|mbox|text|href\{[^{}]*\})\s*(?=\{)")
_COMMENT: Final = re.compile(r"(?<!\\)%")


def plain_latex(text: str) -> str:
    r"""The text that LaTeX would print, without braces; a tie (`~`) is a space.

    >>> plain_latex(r"{\'E}mile Zola and K{\"o}nig\&Co")
    'Émile Zola and König&Co'
    """
    if "\\" in text:
        text = _ACCENTED.sub(_accented, text)
        text = _LETTER.sub(lambda match: _LETTERS[match[1]], text)
        text = _ESCAPED.sub(r"\1", text) if "$" not in text else text
    if ("\\" in text or "$" in text) and len(text) <= LONGEST:
        text = _by_library(text)
    if "~" in text:
        text = text.replace("~", " ")
    if "--" in text:
        text = text.replace("---", "—").replace("--", "–")
    return " ".join(without_braces(text).split())


def unescaped(text: str) -> str:
    r"""An address or an identifier without its braces and escapes; never decoded, since `%` and `~` mean themselves.

    >>> unescaped(r"10.1000/a\_b%c")
    '10.1000/a_b%c'
    """
    return re.sub(
        r"\\([_%&#$~])", r"\1", re.sub(r"\\url\s*(?=\{)", "", without_braces(text).replace("\\url", ""))
    ).strip()


def _accented(match: re.Match[str]) -> str:
    letter = match[3] or match[4]
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1] or match[2]])


def _by_library(text: str) -> str:
    r"""What pylatexenc makes of a text, guarded against what it would lose: comments, `\texttt`; and against depth."""
    if _depth(text) > _DEEPEST:
        return text
    with needing("pylatexenc"):
        from pylatexenc.latex2text import LatexNodes2Text
        from pylatexenc.latexwalker import LatexWalkerError

    text = _COMMENT.sub(r"\\%", _PLAIN_COMMAND.sub("", text))
    try:
        decoded: str = LatexNodes2Text(math_mode="text", keep_comments=False).latex_to_text(text)
    except (LatexWalkerError, RecursionError, ValueError, IndexError):
        return text
    return decoded


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "{[") - (letter in "}]")
        deepest = max(deepest, depth)
    return deepest
