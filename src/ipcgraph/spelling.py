"""Did you mean: the known word that a misspelt one most likely stands for."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a misspelt one most likely means, or an empty text where none is near.

    >>> nearest("tilte", ["title", "topic"])
    'title'
    """
    import difflib

    candidates = sorted(set(known))
    folded = {candidate.lower(): candidate for candidate in reversed(candidates)}
    near = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """What to write instead of an unknown word: the known one that is near, or `otherwise` where none is.

    >>> suggestion("tilte", ["title", "topic"], "write a key")
    'did you mean "title"?'
    >>> suggestion("zebra", ["title", "topic"], "write a key")
    'write a key'
    """
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else otherwise
