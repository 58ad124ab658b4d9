"""XML text and attributes, escaped so that every reader gives back the same characters."""

from __future__ import annotations

from typing import Final

_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE: Final = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
})  # fmt: skip


def text(value: str) -> str:
    """The value as the text of an element.

    >>> text("R&D <i>")
    'R&amp;D &lt;i&gt;'
    """
    return value.translate(_TEXT)


def attribute(value: str) -> str:
    """The value as an attribute, with its quotes; line breaks survive.

    >>> attribute('a "b"')
    '"a &quot;b&quot;"'
    """
    return f'"{value.translate(_ATTRIBUTE)}"'
