"""The options of a network as one list: the command line, the server and its description all read them here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from ipcgraph.errors import UsageError
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NETWORKS: Final = {
    "coauthorship": "persons who are author of a work; a link is a joint work",
    "collaboration": "organizations that an author names as affiliation; a link is a work with both",
    "partnership": "who has partners, and the partners; a link is a partnership",
    "partners": "partners; a link is something that both are partners of",
    "subjects": "who has partners, such as initiatives; a link is a partner that both have",
    "topics": "topics of works and initiatives; a link is a work or an initiative with both",
    "people-initiatives": "persons and initiatives; a link is a role there, or a work that is part of it",
}
"""By name of a network, its nodes and links; the names here too, since `ipcgraph.networks` takes long to import."""

OF_WORKS: Final = ("coauthorship", "collaboration", "topics")
OF_PARTNERSHIPS: Final = ("partnership", "partners", "subjects")
PROJECTED: Final = (*OF_WORKS, "partners", "subjects")

Sort: TypeAlias = Literal["choice", "whole", "number", "day", "id", "word", "yes"]
"""What an option takes: one of its choices, a whole number, a number, a day, an id, a word, or nothing but yes."""
OptionValue: TypeAlias = str | int | float | bool | dt.date


class NetworkOption(NamedTuple):
    """One option: `name` as Python calls it, `word` as it is written after two hyphens and in a web address."""

    name: str
    sort: Sort
    about: str
    group: str = ""
    word: str = ""
    placeholder: str = ""
    choices: tuple[str, ...] = ()
    default: str | int | None = None
    several: bool = False
    """Whether it may be given several times."""
    networks: tuple[str, ...] = tuple(NETWORKS)
    """The networks that take it."""

    @property
    def written(self) -> str:
        """How it is written: `minimum-weight`."""
        return self.word or self.name.replace("_", "-")

    def read(self, text: str) -> OptionValue:
        """The value that a text stands for; UsageError with what is wrong and what to write."""
        if self.sort == "choice" and text not in self.choices:
            near = nearest(text, self.choices)
            raise UsageError(
                f"{text!r} is none of {', '.join(self.choices)}" + (f"; did you mean {near}?" if near else "")
            )
        if self.sort == "yes" and text.lower() not in _YES | _NO:
            raise UsageError(f"{text!r} is neither true nor false; write one of these")
        if self.sort in {"id", "word"} and not text.strip():
            raise UsageError("nothing is named; write a name, or leave the option out")
        if self.sort in {"whole", "number", "day"}:
            return self._measured(text)
        return text.lower() in _YES if self.sort == "yes" else text

    def _measured(self, text: str) -> OptionValue:
        try:
            if self.sort == "day":
                return dt.date.fromisoformat(text)
            if self.sort == "whole":
                return int(text) if len(text) <= _DIGITS else int("too long")
            return float(text)
        except ValueError as error:
            wanted = {"day": "day; write one such as 2021-05-01", "whole": "whole number; write one such as 2020"}
            raise UsageError(f"{text} is no {wanted.get(self.sort, 'number; write one such as 2')}") from error


_YES: Final = frozenset(("true", "yes", "1", "on", ""))
"""Nothing is yes, too: `?figures` asks for them as `--figures` does."""
_NO: Final = frozenset(("false", "no", "0", "off"))
_DIGITS: Final = 18

_WORKS: Final = "which works, for coauthorship, collaboration and topics"
_PEOPLE: Final = "which people, and which day"
_LINKS: Final = "which links"
MEASURED: Final = "what is measured (explained below)"

OPTIONS: Final = (
    NetworkOption(
        "counting",
        "choice",
        "what a work of k adds to a link: 1 (full), 1/(k-1) (fractional), 1/k (vosviewer)",
        choices=("full", "fractional", "vosviewer"),
        default="full",
        networks=PROJECTED,
    ),
    NetworkOption(
        "pair_limit",
        "whole",
        "a work of more than N authors (or topics, partners …) makes no links, and is named (1000)",
        placeholder="N",
        default=1_000,
        networks=PROJECTED,
    ),
    NetworkOption(
        "since",
        "whole",
        "only works issued in this year or later",
        _WORKS,
        word="from",
        placeholder="YEAR",
        networks=OF_WORKS,
    ),
    NetworkOption(
        "until", "whole", "only works issued in this year or earlier", _WORKS, placeholder="YEAR", networks=OF_WORKS
    ),
    NetworkOption(
        "work_types",
        "word",
        "only works of this type, such as article; may be given several times",
        _WORKS,
        word="type",
        placeholder="TYPE",
        several=True,
        networks=OF_WORKS,
    ),
    NetworkOption(
        "initiative",
        "id",
        "only works of this initiative and of its parts",
        _WORKS,
        placeholder="ID",
        networks=OF_WORKS,
    ),
    NetworkOption(
        "members_of",
        "id",
        "only persons with a role at this center, organization or initiative",
        _PEOPLE,
        placeholder="ID",
        networks=("coauthorship", "people-initiatives"),
    ),
    NetworkOption(
        "as_of",
        "day",
        "only roles and partnerships that certainly or possibly hold on this day, such as 2021-05-01",
        _PEOPLE,
        placeholder="DATE",
        networks=(*OF_PARTNERSHIPS, "people-initiatives"),
    ),
    NetworkOption(
        "normalise",
        "choice",
        "give links a further attribute: their weight, set against what their ends have",
        _LINKS,
        choices=("association", "jaccard", "salton"),
        networks=PROJECTED,
    ),
    NetworkOption("minimum_weight", "number", "only links of this weight or more", _LINKS, placeholder="WEIGHT"),
    NetworkOption("largest_component", "yes", "only the largest component", _LINKS),
)
"""What a network is made of; `ipcgraph.networks.Options` has the same by name."""

MEASURING: Final = (
    NetworkOption(
        "measures", "word", "these measures of nodes, with commas between them, or all", MEASURED, placeholder="LIST"
    ),
    NetworkOption(
        "communities",
        "choice",
        "how communities are found (louvain); leiden needs the extra: pip install 'ipcgraph[fast]'",
        MEASURED,
        choices=("louvain", "leiden"),
        default="louvain",
    ),
    NetworkOption("figures", "yes", "also the figures of the whole network", MEASURED),
)
"""What is measured of it."""

GROWING: Final = (
    NetworkOption("per_year", "yes", "instead of the nodes, how a network of works grows by year", MEASURED),
    NetworkOption(
        "window", "whole", "the same by windows of so many years, one after the other", MEASURED, placeholder="YEARS"
    ),
)
"""How it is told by year."""


def read_options(given: Sequence[tuple[str, str]], options: Sequence[NetworkOption]) -> Mapping[str, object]:
    """The values by name of these options, from words and texts, in whatever order; what is not given is left out.

    A word may be that of the command line or of Python: `from` or `since`. Raises UsageError, with the nearest, for an
    unknown word, and for one that is given twice or has a value that it cannot have.
    """
    known = {word: option for option in options for word in (option.name, option.written)}
    found: dict[str, object] = {}
    for word, text in given:
        option = known.get(word)
        if option is None:
            near = nearest(word, known)
            remedy = f"did you mean {near}?" if near else "there are " + ", ".join(each.written for each in options)
            raise UsageError(f"{word} is no option here; {remedy}")
        try:
            value = option.read(text)
        except UsageError as error:
            raise UsageError(f"{word}: {error}") from error
        if option.several:
            found[option.name] = (*found.get(option.name, ()), value)  # type: ignore[misc]  # a tuple of our own
        elif option.name in found:
            raise UsageError(f"{word} is given twice; give it once")
        else:
            found[option.name] = value
    return found


def command_words(kind: str, given: Sequence[tuple[str, str]]) -> str:
    """The command that writes the bundle of this network, for a shell, with the folder as FOLDER.

    >>> command_words("topics", [("since", "2020"), ("figures", "true")])
    'ipcgraph network topics --from 2020 --figures --bundle FOLDER'
    """
    import shlex

    known = {word: option for option in _ALL for word in (option.name, option.written)}
    words = ["ipcgraph", "network", kind]
    for word, text in given:
        option = known[word]
        if option.sort != "yes":
            words += [f"--{option.written}", text]
        elif option.read(text):
            words.append(f"--{option.written}")
    return shlex.join([*words, "--bundle", "FOLDER"])


_ALL: Final = (*OPTIONS, *MEASURING, *GROWING)
