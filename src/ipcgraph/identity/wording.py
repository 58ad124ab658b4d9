"""Evidence in words: why two authors are, or may be, one person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ipcgraph.identity.names import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.identity.evidence import Weighed
    from ipcgraph.identity.frequencies import Frequencies
    from ipcgraph.identity.mentions import Mentions

TOLD: Final = 3
"""So many of the facts of one kind are told by name."""


def likelihood(score: float) -> float:
    """How likely it is that two of a score are one, from 0 to 1: the logistic of the score.

    >>> likelihood(0.0), round(likelihood(3.5), 2)
    (0.5, 0.97)
    """
    return 1 / (1 + math.exp(-max(-30.0, min(score, 30.0))))


def sentences(evidence: Weighed, mentions: Mentions, known: Frequencies) -> Iterator[str]:
    """The evidence, a sentence a fact, the names first."""
    if evidence.agreement is Agreement.GIVEN:
        yield f"family name and first given name agree in full; {_others(evidence.others)} expected to have such a name"
    else:
        yield f"the names agree as far as initials go; {_others(evidence.others)} expected to have such a name"
    if evidence.coauthors:
        yield _counted("co-author", [known.key_name(key) for key in evidence.coauthors])
    if evidence.affiliations:
        yield _counted("affiliation", [mentions.affiliation(each) for each in evidence.affiliations])
    if evidence.words:
        yield _counted("word of titles", [mentions.word(each) for each in evidence.words], several="words of titles")
    if not evidence.coauthors and not evidence.affiliations:
        yield "no co-author and no affiliation in common"


def _others(number: float) -> str:
    if number < 0.01:
        return "hardly any other person is"
    return f"about {number:.2g} other persons are" if number >= 2 else f"about {number:.2g} other person is"


def _counted(noun: str, names: Sequence[str], *, several: str = "") -> str:
    told = ", ".join(names[:TOLD])
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return f"{noun if len(names) == 1 else several or noun + 's'} in common: {told}{more}"
