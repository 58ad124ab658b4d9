"""Things under the probe: each kind of IRI by each Accept header and method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from ipcgraph.publish.doctor.bodies import HTML, PROGRAM, Unreadable, rdf_format, statements
from ipcgraph.publish.doctor.diagnosis import Ask, Cell, Fault
from ipcgraph.publish.doctor.fetching import is_inside, redirect_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ipcgraph.publish.doctor.fetching import Answer, Fetcher

UNKNOWN: Final = "unknown"
NEVER: Final = "application/pdf"
"""A type that nobody has data in."""


class Column(NamedTuple):
    """An Accept header, and the types that answer it; none where it must be refused."""

    name: str
    accept: str
    types: tuple[str, ...]


COLUMNS: Final = (
    Column("html", "text/html", ("text/html", "application/xhtml+xml")),
    Column("turtle", "text/turtle", ("text/turtle",)),
    Column("json-ld", "application/ld+json", ("application/ld+json",)),
    Column("n-triples", "application/n-triples", ("application/n-triples",)),
    Column("rdf/xml", "application/rdf+xml", ("application/rdf+xml",)),
    Column("pdf", NEVER, ()),
    Column("q=0", "text/turtle;q=0", ()),
    Column("list", f"{NEVER}, text/turtle;q=0.2, text/html;q=0.9", ("text/html", "application/xhtml+xml")),
)
_OPTIONAL: Final = frozenset({"rdf/xml"})
"""A site need not have these: 406 is right, too."""


class Probe:
    """Asks for things and takes down what is wrong."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.cells: list[Cell] = []
        self.faults: list[Fault] = []
        self._fetcher = fetcher

    def thing(self, kind: str, iri: str, url: str) -> None:
        """Asks for a thing that there is; `url` is where its IRI is asked for."""
        answers: dict[str, Answer] = {}
        for column in COLUMNS:
            answer = self._fetcher.follow(Ask(url, column.accept))
            answers[column.name] = answer
            faults = list(_judged(column, answer))
            self._take(kind, iri, column.name, answer, faults)
            head = self._fetcher.follow(Ask(url, column.accept, "HEAD"))
            self._take(kind, iri, column.name, head, list(_judged_head(answer, head)))
        self.faults += _judged_together(answers)

    def unknown(self, iri: str) -> None:
        """Asks for a thing that there is not."""
        for column in COLUMNS:
            answer = self._fetcher.follow(Ask(iri, column.accept))
            faults = list(_everywhere(answer))
            if not faults and answer.status not in {404, 410} and not (answer.status == 406 and not column.types):
                message = f"an IRI of nothing is answered {answer.status}"
                faults.append(Fault("unknown-found", iri, message, Ask(iri, column.accept).curl(follow=True)))
            self._take(UNKNOWN, iri, column.name, answer, faults)
            head = self._fetcher.follow(Ask(iri, column.accept, "HEAD"))
            self._take(UNKNOWN, iri, column.name, head, list(_judged_head(answer, head)))

    def _take(self, kind: str, iri: str, asked: str, answer: Answer, faults: list[Fault]) -> None:
        method = answer.ask.method
        self.cells.append(Cell(kind, iri, method, asked, answer.statuses, answer.type, right=not faults))
        self.faults += faults


def _judged(column: Column, answer: Answer) -> Iterator[Fault]:
    """What is wrong with an answer to GET for a thing that there is."""
    ask = _asked(answer)
    fault = _faults_of(ask)
    yield from _everywhere(answer)
    if answer.status >= 500 or not answer.status or redirect_target(answer):
        return
    yield from _redirects(answer)
    if answer.status == 410:
        return
    if answer.status == 406:
        if column.types and column.name not in _OPTIONAL:
            yield fault("no-page" if column.name == "html" else "wrong-type", f"{column.accept} is refused with 406")
        return
    if answer.status != 200:
        kind = "no-page" if column.name == "html" else "not-found"
        yield fault(kind, f"it is answered {answer.status} for {column.accept}")
    elif not column.types:
        zero = column.name == "q=0"
        if zero and answer.type == "text/turtle":
            yield fault("weight-ignored", "text/turtle is given though its weight is q=0")
        elif not zero or answer.type not in HTML:
            yield fault("not-406", f"{answer.type or 'something'} is given for {column.accept}")
    else:
        yield from judged_type(answer, column.types, fault, wanted=column.accept)


def judged_type(
    answer: Answer, types: tuple[str, ...], fault: Callable[[str, str], Fault], *, wanted: str
) -> Iterator[Fault]:
    """What is wrong with type and body of an answer that should be of one of these types."""
    got = answer.type
    if not got:
        yield fault("no-type", f"there is no Content-Type in the answer for {wanted}")
        return
    if got not in types:
        if got in HTML:
            kind = "html-for-rdf"
        elif "text/html" in types:
            kind = "no-page"
        elif _is_private(got):
            kind = "private-type"
        else:
            kind = "wrong-type"
        yield fault(kind, f"{got} is given for {wanted}")
        if _is_private(got) and kind != "private-type":
            yield fault("private-type", f"{got} is no registered media type")
        return
    rdf = rdf_format(got)
    if rdf:
        try:
            statements(answer.body, rdf, base=answer.ask.url)
        except Unreadable as error:
            yield fault("body-not-its-type", f"the body is not {got}: {error}")
    elif got in HTML and b"<" not in answer.body:
        yield fault("body-not-its-type", "the page has no element")
    if got == "text/turtle" and "charset" not in answer.headers.get("content-type", "").lower():
        yield fault("no-charset", f"{got} is given without charset=utf-8")
    if rdf and answer.headers.get("access-control-allow-origin", "") != "*":
        yield fault("no-cors", "pages of other sites cannot read the data")


def _judged_head(got: Answer, head: Answer) -> Iterator[Fault]:
    """What is wrong with an answer to HEAD, given that to GET."""
    fault = _faults_of(_asked(head))
    if head.status in {405, 501} and got.status != head.status:
        yield fault("head-refused", f"HEAD is answered {head.status}, GET {got.status}")
    elif head.statuses != got.statuses:
        yield fault("head-differs", f"HEAD is answered {head.statuses}, GET {got.statuses}")
    elif head.type != got.type and got.status == 200:
        yield fault("head-differs", f"HEAD says {head.type or 'no type'}, GET {got.type or 'no type'}")


def _judged_together(answers: dict[str, Answer]) -> Iterator[Fault]:
    """What only several answers show: whether caches are told that the answer depends on Accept."""
    first = [answer.hops[0] if answer.hops else answer for answer in answers.values()]
    outcomes = {(each.status, each.headers.get("location", ""), each.type) for each in first if each.status < 400}
    for each in first:
        if len(outcomes) > 1 and 0 < each.status < 400 and "accept" not in each.headers.get("vary", "").lower():
            message = "the answer depends on Accept, and does not say so"
            yield Fault("no-vary", each.ask.url, message, each.ask.curl())
            return


def _everywhere(answer: Answer) -> Iterator[Fault]:
    """What is wrong wherever it is met."""
    ask = _asked(answer)
    fault = _faults_of(ask)
    if not answer.status:
        yield fault("no-answer", f"there is no answer: {answer.failure}")
    elif answer.status >= 500:
        yield fault("server-error", f"it is answered {answer.status}")
    if PROGRAM.search(answer.body[:100_000]):
        yield fault("program-text", "the body shows the insides of a program")
    target = redirect_target(answer)
    if target:
        if is_inside(target) and not is_inside(ask.url):
            yield fault("redirect-inside", f"it leads to {target}, which nobody can reach from outside")
        elif urlsplit(target).netloc == urlsplit(ask.url).netloc:
            yield fault("redirect-loop", f"it leads on and on, at last to {target}")


def _redirects(answer: Answer) -> Iterator[Fault]:
    """A redirect other than 303, unless it only leads to the same path by https or on another host."""
    for hop in answer.hops:
        target = redirect_target(hop)
        same = urlsplit(target)[2:4] == urlsplit(hop.ask.url)[2:4]
        if hop.status != 303 and not same:
            fault = _faults_of(_asked(answer))
            yield fault("wrong-redirect", f"the IRI of a thing leads on with {hop.status} to {target}")


# What is told as data by its registered name; any other name of a kind of data is of somebody's own making.
_REGISTERED: Final = frozenset(
    [
        "text/plain",
        "text/csv",
        "text/n3",
        "text/xml",
        "text/tab-separated-values",
        "text/markdown",
        "application/json",
        "application/xml",
        "application/octet-stream",
        "application/pdf",
        "application/problem+json",
        "application/problem+xml",
        "application/gzip",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "application/n-quads",
        "application/trig",
    ]
)


def _is_private(media_type: str) -> bool:
    return not (
        rdf_format(media_type) or media_type in HTML | _REGISTERED or re.match("image/|audio/|video/", media_type)
    )


def _asked(answer: Answer) -> Ask:
    return answer.hops[0].ask if answer.hops else answer.ask


def _faults_of(ask: Ask) -> Callable[[str, str], Fault]:
    def fault(kind: str, message: str) -> Fault:
        return Fault(kind, ask.url, message, ask.curl(follow=True))

    return fault
