"""What a text asks of the index: every word of it as it is, as a beginning, or with a letter or two wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tantivy import Occur, Query

from ipcgraph.folding import is_unspaced, words
from ipcgraph.server.search.index import EDGES, LONGEST, identifiers_in
from ipcgraph.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tantivy import Schema

MOST_WORDS: Final = 16
"""Words of a text that are looked for; a title has fewer that tell it from others."""


class Asked(NamedTuple):
    """What is looked for."""

    text: str
    kinds: tuple[str, ...] = ()
    """Things of these kinds only; of any, where there is none."""
    year: int = 0
    within: str = ""
    """What belongs to the center or initiative with this IRI only."""


# How well a whole text fits. A thing gets the sum, so each is more than all of the words below it can be.
_IDENTIFIED: Final = 4000.0
_NAMED: Final = 2000.0
_BEGUN: Final = 600.0
_TOGETHER: Final = 200.0
# How well one word fits.
_WHOLE: Final = 6.0
_BEGINNING: Final = 4.0
_WRITTEN: Final = 2.0
"""Of an author of the work."""
_NEAR: Final = 1.0


def looked_up(schema: Schema, asked: Asked, *, base: str, address: str = "") -> Query | None:
    """The query for the things that a text is an identifier of; None where it cannot be one."""
    forms = identifiers_in(asked.text, base=base, address=address)
    if not forms:
        return None
    found = Query.const_score_query(Query.term_set_query(schema, "identifier", list(forms)), _IDENTIFIED)
    return kept(schema, found, asked)


def closely(schema: Schema, asked: Asked) -> Query | None:
    """The query for things with every word of a text, or with words that begin so; None for no words.

    Things that are called just so come first, then those whose name begins so, then those with the words together.
    """
    found = _words(asked.text)
    if not found:
        return None
    parts = [(Occur.Must, _word(schema, word)) for word in found]
    return kept(schema, Query.boolean_query([*parts, *_whole(schema, asked.text, found)]), asked)


def nearly(schema: Schema, asked: Asked) -> Query | None:
    """As `closely`, and also where a letter or two of a word are wrong."""
    found = _words(asked.text)
    if not found:
        return None
    parts = [(Occur.Must, _near(schema, word)) for word in found]
    return kept(schema, Query.boolean_query([*parts, *_whole(schema, asked.text, found)]), asked)


def partly(schema: Schema, asked: Asked) -> Query | None:
    """As `nearly`, where half of the words are enough, of those with four letters and more."""
    found = _words(asked.text)
    long = [word for word in found if len(word) > 3 or is_unspaced(word[0])]
    if len(long) < 2:
        return None
    query = Query.boolean_query(
        [(Occur.Should, _near(schema, word)) for word in long], minimum_number_should_match=(len(long) + 1) // 2
    )
    return kept(schema, query, asked)


def kept(schema: Schema, query: Query, asked: Asked) -> Query:
    """The query, for things of the kinds, the year and the place that are asked for."""
    conditions = []
    if asked.kinds:
        conditions.append(Query.term_set_query(schema, "kind", list(asked.kinds)))
    if asked.year:
        conditions.append(Query.term_query(schema, "year", asked.year))
    if asked.within:
        conditions.append(Query.term_query(schema, "within", asked.within))
    if not conditions:
        return query
    return Query.boolean_query(
        [
            (Occur.Must, query),
            *((Occur.Must, Query.const_score_query(condition, 0.0)) for condition in conditions),
        ]
    )


def everything(schema: Schema, asked: Asked) -> Query:
    """The query for all that there is of the kinds, the year and the place that are asked for."""
    return kept(schema, Query.const_score_query(Query.all_query(), 1.0), asked)


def candidates(schema: Schema, text: str, kinds: Sequence[str]) -> Query | None:
    """The query for all that a name or title could mean, however it is written; None where it has no words.

    Some word must agree but for a letter or two, or begin alike; initials raise what has words that begin so.
    """
    found = _words(text)
    long = [word for word in found if len(word) > 1 or is_unspaced(word)]
    if not long:
        return None
    parts = [_likely(schema, word) for word in long]
    least = 1 if len(long) < 4 else len(long) // 2
    every = Query.boolean_query([(Occur.Should, part) for part in parts], minimum_number_should_match=least)
    whole = _exactly(schema, "name", title_key(text)[: 4 * LONGEST], 100.0)
    initials = [(Occur.Should, _exactly(schema, "edges", word, 1.0)) for word in found if word not in long]
    query = Query.boolean_query([(Occur.Must, every), (Occur.Should, whole), *initials])
    return kept(schema, query, Asked(text, tuple(kinds)))


def having(schema: Schema, iris: Sequence[str], field: str, key: str) -> Query:
    """The query for those of some things that have a piece of evidence, also where two letters of it are wrong."""
    same = _exactly(schema, field, key, 2.0)
    found = same if len(key) < 8 else Query.disjunction_max_query([same, _fuzzily(schema, field, key, 2, 1.0)])
    among = Query.const_score_query(Query.term_set_query(schema, "iri", list(iris)), 0.0)
    return Query.boolean_query([(Occur.Must, among), (Occur.Must, found)])


def identified(schema: Schema, forms: Sequence[str], kinds: Sequence[str]) -> Query:
    """The query for the things with one of these identifiers."""
    query = Query.const_score_query(Query.term_set_query(schema, "identifier", list(forms)), _IDENTIFIED)
    return kept(schema, query, Asked("", tuple(kinds)))


def note_on(text: str) -> str:
    """What is to be said of a text that has more words than are looked for; empty for others."""
    number = len(dict.fromkeys(words(text)))
    return f"Only the first {MOST_WORDS} of its {number} words are looked for." if number > MOST_WORDS else ""


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word[:LONGEST] for word in words(text)))[:MOST_WORDS]


def _word(schema: Schema, word: str) -> Query:
    """Words that are this one, or begin so; of a work also those of its authors' names."""
    found = [_exactly(schema, "words", word, _WHOLE), _exactly(schema, "authors", word, _WRITTEN)]
    if len(word) <= EDGES:
        found.append(_exactly(schema, "edges", word, _BEGINNING))
    else:
        begun = Query.fuzzy_term_query(schema, "words", word, distance=0, prefix=True)
        found.append(Query.const_score_query(begun, _BEGINNING))
    return Query.disjunction_max_query(found)


def _near(schema: Schema, word: str) -> Query:
    """Words that are this one, begin so, or differ in a letter or two; of a longer one the beginning may do so."""
    found = _word(schema, word)
    if len(word) < 4 or is_unspaced(word[0]):
        return found
    distance = 2 if len(word) > 7 else 1
    near = [found, _fuzzily(schema, "words", word, distance, _NEAR)]
    if len(word) > 4:
        prefix = Query.fuzzy_term_query(schema, "words", word, distance=1, prefix=True)
        near.append(Query.const_score_query(prefix, _NEAR / 2))
    return Query.disjunction_max_query(near)


def _likely(schema: Schema, word: str) -> Query:
    """Words that can be meant by this one in a list of names."""
    found = [_exactly(schema, "words", word, 6.0)]
    if len(word) > 2 and not is_unspaced(word[0]):
        found.append(_fuzzily(schema, "words", word, 1, 3.0))
        if len(word) > 4:
            found.append(_fuzzily(schema, "words", word, 2, 1.5))
        found.append(
            Query.const_score_query(Query.fuzzy_term_query(schema, "words", word, distance=0, prefix=True), 2.0)
        )
    elif len(word) == EDGES:
        found.append(_exactly(schema, "edges", word, 1.0))
    return Query.disjunction_max_query(found)


def _whole(schema: Schema, text: str, found: Sequence[str]) -> list[tuple[Occur, Query]]:
    """What makes a thing come before others with the same words."""
    key = title_key(text)[: 4 * LONGEST]
    parts = [_exactly(schema, "name", key, _NAMED)]
    if len(key) > EDGES:
        begun = Query.fuzzy_term_query(schema, "name", key, distance=0, prefix=True)
        parts.append(Query.const_score_query(begun, _BEGUN))
    if len(found) > 1:
        together: list[str | tuple[int, str]] = list(found)
        parts.append(Query.const_score_query(Query.phrase_query(schema, "words", together), _TOGETHER))
    return [(Occur.Should, part) for part in parts]


def _exactly(schema: Schema, field: str, text: str, score: float) -> Query:
    return Query.const_score_query(Query.term_query(schema, field, text), score)


def _fuzzily(schema: Schema, field: str, text: str, distance: int, score: float) -> Query:
    return Query.const_score_query(Query.fuzzy_term_query(schema, field, text, distance=distance), score)
