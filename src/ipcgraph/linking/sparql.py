"""A SPARQL endpoint as a register: things found by identifiers, names and works, and what is said of each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import StoreAnswerError
from ipcgraph.identifiers import normalise
from ipcgraph.linking.candidates import Candidate, first_year, identifier_in
from ipcgraph.linking.names import name_variants
from ipcgraph.linking.vocabularies import LANGUAGES, MEANING, PROPERTIES, forms, kind_of
from ipcgraph.statements import term_text
from ipcgraph.store.opening import one_line
from ipcgraph.tables import Table
from ipcgraph.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ipcgraph.linking.subjects import Subject
    from ipcgraph.store import Store

Term = NamedNode | Literal
AT_ONCE: Final = 400
"""So many terms go into one request."""
ROWS: Final = 5_000
"""So many rows are taken of one answer: an answer that has as many is asked for again in halves."""
NAMESAKES: Final = 25
"""Of more things of one name none is taken by its name alone."""
_SCHEMES: Final = ("orcid", "ror", "isni", "wikidata", "openalex")
_FACTS: Final = tuple(key for key in PROPERTIES if key not in {"doi", "creator", "code"})
QUESTIONS: Final[Mapping[str, str]] = {
    "having": """
SELECT DISTINCT ?start ?property ?end WHERE {
  VALUES ?end { $known }
  ?start ?property ?end .
  FILTER(?property IN ($properties))
} ORDER BY ?start ?property ?end LIMIT $rows
""",
    "writing": """
SELECT DISTINCT ?start ?property ?end WHERE {
  VALUES ?end { $known }
  ?work ?by ?end .
  FILTER(?by IN ($by))
  ?work ?property ?start .
  FILTER(?property IN ($properties))
} ORDER BY ?start ?property ?end LIMIT $rows
""",
    "said": """
SELECT DISTINCT ?start ?property ?end WHERE {
  VALUES ?start { $known }
  ?start ?property ?end .
  FILTER(?property IN ($properties))
  FILTER(ISIRI(?end) || LANG(?end) IN ("", "en", "mul"))
} ORDER BY ?start ?property ?end LIMIT $rows
""",
}
"""`having`: things with a value; `writing`: the authors of works with a value; `said`: the values of things.

The properties stand in filters: of two VALUES blocks Oxigraph makes a table first, and then reads all of the store.
"""


class SparqlRegister:
    """A register behind a SPARQL 1.1 endpoint."""

    batch = 50

    def __init__(self, store: Store) -> None:
        self._store = store
        self.remarks: list[str] = []

    def find(self, subjects: Sequence[Subject], scheme: str) -> Mapping[str, Sequence[Candidate]]:
        """See Register."""
        del scheme  # whatever is found is told with all of its identifiers
        found: dict[str, dict[str, set[str]]] = {subject.id: {} for subject in subjects}
        self._by_identifiers(subjects, found)
        self._by_works(subjects, found)
        self._by_names(subjects, found)
        items = sorted({item for things in found.values() for item in things})
        described = self._described(items)
        return {
            subject: [
                described[item]._replace(dois=tuple(sorted(dois)))
                for item, dois in sorted(things.items())
                if described[item].names
            ]
            for subject, things in found.items()
        }

    def _by_identifiers(self, subjects: Sequence[Subject], found: dict[str, dict[str, set[str]]]) -> None:
        owners: dict[tuple[str, str], str] = {
            identifier: subject.id for subject in subjects for identifier in subject.identifiers
        }
        terms = {term: owner for owner in owners for term in _terms(*owner)}
        properties = [iri for key in (*_SCHEMES, "same") for iri in PROPERTIES[key]]
        for item, _, value in self._ask("having", terms, properties):
            found[owners[terms[value]]].setdefault(item.value, set())
        for identifier, owner in owners.items():  # its IRI may be the thing there
            for term in _terms(*identifier):
                if isinstance(term, NamedNode):
                    found[owner].setdefault(term.value, set())

    def _by_works(self, subjects: Sequence[Subject], found: dict[str, dict[str, set[str]]]) -> None:
        writers: defaultdict[str, list[str]] = defaultdict(list)
        for subject in subjects:
            for work in subject.works:
                if work.doi:
                    writers[work.doi].append(subject.id)
        terms = {term: doi for doi in writers for term in _terms("doi", doi)}
        for item, _, value in self._ask("writing", terms, PROPERTIES["creator"], by=PROPERTIES["doi"]):
            for subject_id in writers[terms[value]]:
                found[subject_id].setdefault(item.value, set()).add(terms[value])

    def _by_names(self, subjects: Sequence[Subject], found: dict[str, dict[str, set[str]]]) -> None:
        called: defaultdict[str, list[Subject]] = defaultdict(list)
        for subject in subjects:
            for name in name_variants(subject):
                called[name].append(subject)
        terms: dict[Term, str] = {_literal(name, language): name for name in called for language in LANGUAGES}
        items: defaultdict[str, set[str]] = defaultdict(set)
        for item, _, value in self._ask("having", terms, PROPERTIES["name"]):
            items[terms[value]].add(item.value)
        for name, subjects_called in called.items():
            if len(items[name]) > NAMESAKES:
                self.remarks.append(f"{len(items[name]):,} things are called {name!r} there: none is taken by its name")
                continue
            for subject in subjects_called:
                for each in items[name]:
                    found[subject.id].setdefault(each, set())

    def _described(self, items: Sequence[str]) -> Mapping[str, Candidate]:
        """What the endpoint says of things, by IRI."""
        properties = [iri for key in _FACTS for iri in PROPERTIES[key]]
        said: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for item, property_, value in self._ask("said", _nodes(items), properties):
            said[item.value][MEANING[property_.value]].append(value)
        others = sorted({
            value.value for about in said.values() for key in ("country", "affiliation") for value in about[key]
            if isinstance(value, NamedNode)
        })  # fmt: skip
        named: defaultdict[str, list[str]] = defaultdict(list)
        naming = [iri for key in ("name", "code") for iri in PROPERTIES[key]]
        for item, _, value in self._ask("said", _nodes(others), naming):
            named[item.value].append(term_text(value))
        return {item: _candidate(item, said[item], named) for item in items}

    def _ask(
        self, asked: str, known: Iterable[Term], properties: Iterable[str], *, by: Iterable[str] = ()
    ) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        """The answers to one of the QUESTIONS, so many requests as its terms need."""
        terms = sorted(set(known), key=str)
        for at in range(0, len(terms), AT_ONCE):
            yield from self._answers(asked, terms[at : at + AT_ONCE], sorted(properties), sorted(by))

    def _answers(
        self, asked: str, known: Sequence[Term], properties: Sequence[str], by: Sequence[str]
    ) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        table = self._store.query(question(asked, known, properties, by))
        if not isinstance(table, Table) or any(len(row) != 3 for row in table.rows):
            raise StoreAnswerError("the endpoint answered another question than it was asked")
        if len(table.rows) >= ROWS and len(known) > 1:
            half = len(known) // 2
            yield from self._answers(asked, known[:half], properties, by)
            yield from self._answers(asked, known[half:], properties, by)
            return
        if len(table.rows) >= ROWS:
            self.remarks.append(f"there are more than {ROWS:,} answers about {known[0]}: the first are taken")
        for start, property_, end in table.rows:
            if (
                isinstance(start, NamedNode)
                and isinstance(property_, NamedNode)
                and isinstance(end, NamedNode | Literal)
            ):
                yield start, property_, end


def question(asked: str, known: Iterable[Term], properties: Iterable[str], by: Iterable[str] = ()) -> str:
    """The SPARQL of one of the QUESTIONS: terms in the places of the names with a dollar, token by token."""
    text = QUESTIONS[asked]
    places = {
        "$known": " ".join(map(str, known)),
        "$by": ", ".join(map(str, _nodes(by))),
        "$properties": ", ".join(map(str, _nodes(properties))),
        "$rows": str(ROWS),
    }
    parts, end = [], 0
    for token in tokenize(text):
        if token.text in places:
            parts += [text[end : token.start], places[token.text]]
            end = token.start + len(token.text)
    return "".join([*parts, text[end:]])


def _terms(scheme: str, value: str) -> Iterator[Term]:
    for text, is_iri in forms(scheme, value):
        if not is_iri:
            yield Literal(text)
            continue
        try:
            yield NamedNode(text)
        except ValueError:  # an old DOI with signs that no IRI has
            continue


def _literal(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)


def _nodes(iris: Iterable[str]) -> Iterator[NamedNode]:
    return (NamedNode(iri) for iri in iris)


def _candidate(item: str, said: Mapping[str, Sequence[Term]], named: Mapping[str, Sequence[str]]) -> Candidate:
    def texts(key: str) -> list[str]:
        return [term_text(value) for value in said.get(key, ())]

    def names_of(key: str) -> tuple[str, ...]:
        values = said.get(key, ())
        found = (named.get(each.value, ()) if isinstance(each, NamedNode) else [each.value] for each in values)
        return tuple(dict.fromkeys(one_line(name) for names in found for name in names))

    identifiers = {(key, value) for key in _SCHEMES for text in texts(key) if (value := normalise(key, text))}
    addresses = (item, *(text for key in ("same", *_SCHEMES) for text in texts(key)))
    identifiers |= {found for text in addresses if (found := identifier_in(text))}
    classes = frozenset(texts("kind"))
    return Candidate(
        item, tuple(dict.fromkeys(map(one_line, texts("name")))), tuple(sorted(identifiers)),
        kind_of(classes, frozenset(key for key, values in said.items() if values)),
        affiliations=names_of("affiliation"), countries=names_of("country"),
        founded=first_year(texts("founded")), born=first_year(texts("born")), died=first_year(texts("died")),
    )  # fmt: skip
