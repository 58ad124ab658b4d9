"""A SPARQL endpoint under the probe: the forms of queries, ways to send them, types of results, errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ipcgraph.publish.doctor.bodies import PROGRAM, Unreadable, check_results
from ipcgraph.publish.doctor.diagnosis import Ask, Cell, Fault
from ipcgraph.publish.doctor.things import NEVER, judged_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ipcgraph.publish.doctor.fetching import Answer, Fetcher

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
FORM: Final = "application/x-www-form-urlencoded"

SELECT: Final = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
ASK: Final = "ASK { ?s ?p ?o }"
CONSTRUCT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"
WRONG: Final = "SELECT ?s WHERE { ?s ?p }"
"""A query that is no SPARQL; it has one line."""
PERCENT: Final = 'SELECT ("50%25" AS ?s) WHERE { }'
NOWHERE: Final = "urn:x-ipcgraph-doctor:no-such-graph"

Fail = tuple[str, str]


class EndpointProbe:
    """Asks an endpoint and takes down what is wrong."""

    def __init__(self, fetcher: Fetcher, endpoint: str) -> None:
        self.cells: list[Cell] = []
        self.faults: list[Fault] = []
        self._fetcher, self._endpoint = fetcher, endpoint

    def examine(self) -> None:
        for form, query, types in (("SELECT", SELECT, (JSON, XML, CSV, TSV)), ("ASK", ASK, (JSON, XML)),
                                   ("CONSTRUCT", CONSTRUCT, ("text/turtle", "application/n-triples"))):  # fmt: skip
            for media_type in types:
                self._probe(form, media_type, self._get(query, media_type), _of_type(media_type))
        self._probe("SELECT", NEVER, self._get(SELECT, NEVER), _refused)
        self._probe("SELECT", f"{JSON};q=0", self._get(SELECT, f"{JSON};q=0"), _never_json)
        self._probe("syntax error", JSON, self._get(WRONG, JSON), _told)
        self._probe("SELECT %25", JSON, self._get(PERCENT, JSON), _decoded_once)
        self._probe("POST query", JSON, Ask(self._endpoint, JSON, "POST", ASK, "application/sparql-query"), _answered)
        form = "query=" + quote(ASK, safe="")
        self._probe("POST form", JSON, Ask(self._endpoint, JSON, "POST", form, FORM), _answered)
        with_charset = Ask(self._endpoint, JSON, "POST", form, FORM + "; charset=UTF-8")
        self._probe("POST form, charset", JSON, with_charset, _form_kept)
        self._default_graph()
        self._head()

    def _get(self, query: str, accept: str) -> Ask:
        join = "&" if "?" in self._endpoint else "?"
        return Ask(f"{self._endpoint}{join}query={quote(query, safe='')}", accept)

    def _probe(self, form: str, asked: str, ask: Ask, judge: Callable[[Answer], Iterator[Fail]]) -> Answer:
        answer = self._fetcher.follow(ask)
        told = list(_always(answer)) or list(judge(answer))
        self._take(form, asked, answer, told)
        return answer

    def _take(self, form: str, asked: str, answer: Answer, told: list[Fail]) -> None:
        ask = answer.hops[0].ask if answer.hops else answer.ask
        method = ask.method
        self.faults += [Fault(kind, self._endpoint, f"{form}: {message}", ask.curl()) for kind, message in told]
        name = asked.replace("application/", "").replace("sparql-results+", "").replace("tab-separated-values", "tsv")
        self.cells.append(
            Cell(f"SPARQL {form}", self._endpoint, method, name, answer.statuses, answer.type, right=not told)
        )

    def _default_graph(self) -> None:
        """Asks whether a dataset that is named in the request is the one that is asked."""
        if not _says(self._fetcher.follow(self._get(ASK, JSON))):
            return
        ask = self._get(ASK, JSON)
        named = ask._replace(url=f"{ask.url}&default-graph-uri={quote(NOWHERE, safe='')}")
        self._probe("default-graph-uri", JSON, named, _of_no_graph)

    def _head(self) -> None:
        got = self._fetcher.follow(self._get(SELECT, JSON))
        head = self._fetcher.follow(self._get(SELECT, JSON)._replace(method="HEAD"))
        told: list[Fail] = []
        if head.status in {405, 501} and got.status not in {405, 501}:
            told.append(("head-refused", f"HEAD is answered {head.status}"))
        elif head.statuses != got.statuses or head.type != got.type:
            told.append(
                ("head-differs", f"HEAD is answered {head.statuses} {head.type}, GET {got.statuses} {got.type}")
            )
        self._take("SELECT", JSON, head, told)


def _always(answer: Answer) -> Iterator[Fail]:
    if not answer.status:
        yield "no-answer", f"there is no answer: {answer.failure}"
    elif answer.status >= 500:
        yield "server-error", f"it is answered {answer.status}"
    if PROGRAM.search(answer.body[:100_000]):
        yield "program-text", "the body shows the insides of a program"


def _of_type(media_type: str) -> Callable[[Answer], Iterator[Fail]]:
    def judge(answer: Answer) -> Iterator[Fail]:
        if answer.status != 200:
            yield "query-refused", f"it is answered {answer.status} for {media_type}"
            return

        def fail(kind: str, message: str) -> Fault:
            return Fault(kind, "", message)

        for fault in judged_type(answer, (media_type,), fail, wanted=media_type):
            yield fault.kind, fault.message
        if answer.type == media_type:
            try:
                check_results(answer.body, media_type)
            except Unreadable as error:
                yield "body-not-its-type", f"the body is not {media_type}: {error}"

    return judge


def _refused(answer: Answer) -> Iterator[Fail]:
    if answer.status != 406:
        yield "not-406", f"{answer.status} with {answer.type or 'no type'} is given for {NEVER}"


def _never_json(answer: Answer) -> Iterator[Fail]:
    if answer.status == 200 and answer.type in {JSON, "application/json"}:
        yield "weight-ignored", f"{answer.type} is given though its weight is q=0"


def _answered(answer: Answer) -> Iterator[Fail]:
    if answer.status != 200:
        yield "query-refused", f"it is answered {answer.status}"
    elif answer.type not in {JSON, "application/json"}:
        yield ("html-for-rdf" if answer.type == "text/html" else "wrong-type"), f"{answer.type} is given for {JSON}"


def _form_kept(answer: Answer) -> Iterator[Fail]:
    if answer.hops or answer.status != 200 or answer.type not in {JSON, "application/json"}:
        yield "form-lost", f"a form with a charset is answered {answer.statuses} {answer.type}"


def _told(answer: Answer) -> Iterator[Fail]:
    if answer.status != 400:
        yield "error-not-told", f"a query that is no SPARQL is answered {answer.status}"
    text = answer.body[:20_000].decode("utf-8", "replace")
    lines = [int(number) for number in _LINE.findall(text)]
    if not lines:
        yield "error-unplaced", "the error has no line"
    elif all(line != 1 for line in lines):
        yield "error-misplaced", f"the error is said to be in line {lines[0]} of a query that has one line"


# `line 1`, `"line": 1`, `1:24`; a time of day, 12:00:01, is none.
_LINE: Final = re.compile(r"(?i:\bline\W{1,4}|(?<![\d:.])(?=\d+:\d+(?!\d|:\d)))(\d+)")


def _decoded_once(answer: Answer) -> Iterator[Fail]:
    if answer.status != 200:
        return
    try:
        said = check_results(answer.body, answer.type)
    except Unreadable:
        return
    if isinstance(said, list) and said and said[0] != "50%25":
        yield "decoded-twice", f'"50%25" in a query arrives as "{said[0]}"'


def _of_no_graph(answer: Answer) -> Iterator[Fail]:
    if _says(answer):
        yield "graph-ignored", "there is data in a default graph that does not exist"


def _says(answer: Answer) -> bool:
    """Whether the answer to ASK is yes."""
    try:
        return answer.status == 200 and check_results(answer.body, answer.type) is True
    except Unreadable:
        return False
