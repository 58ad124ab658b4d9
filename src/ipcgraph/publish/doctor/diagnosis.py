"""A diagnosis: what was asked of a site, how it answered, and what is wrong with that."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from ipcgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from ipcgraph.findings import Severity

DiagnosisFormat: TypeAlias = Literal["text", "json"]

KINDS: Final[Mapping[str, tuple[Severity, str]]] = {
    # Things and documents.
    "no-answer": ("error", "see whether the server runs, and whether it answers in time"),
    "server-error": ("error", "the log of the server says more"),
    "not-found": ("error", "give every IRI of the data a document, parts such as roles and authorships too"),
    "no-page": ("error", "give a readable page where text/html is asked for"),
    "unknown-found": ("error", "answer 404, or 410 for what was removed"),
    "html-for-rdf": ("error", "give the type that is asked for, or answer 406"),
    "wrong-type": ("error", "give the type that is asked for, or answer 406"),
    "private-type": ("error", "use the registered media type"),
    "no-type": ("error", "send a Content-Type"),
    "not-406": ("error", "answer 406 where there is no type that the request wants"),
    "weight-ignored": ("error", "never give a type whose weight is q=0"),
    "body-not-its-type": ("error", "send what the Content-Type says"),
    "program-text": ("error", "a program has printed its own insides; mend what renders the page"),
    "head-refused": ("error", "answer HEAD as GET, without the body"),
    "head-differs": ("error", "answer HEAD with the status and the type of GET"),
    "wrong-redirect": ("error", "answer 200 with the document, or 303 to it"),
    "redirect-loop": ("error", "end the redirects at a document"),
    "redirect-inside": ("error", "let the server know by which name and port it is reached from outside"),
    "broken-link": ("error", "mend the link, or give a file there"),
    "foreign-assets": ("error", "bring scripts, styles and pictures with the site"),
    "no-licence": ("error", "name the licence of the data by dcterms:license in VoID or DCAT"),
    "stale-count": ("error", "write the description anew when the data changes"),
    "wrong-sum": ("error", "write the sums anew when the dumps change"),
    "no-description": ("warning", "describe the dataset by VoID at /.well-known/void"),
    "no-cors": ("warning", "send Access-Control-Allow-Origin: * so that pages of others can read the data"),
    "no-vary": ("warning", "send Vary: Accept, else caches give one type for another"),
    "no-charset": ("warning", "send charset=utf-8 with the type"),
    # The SPARQL endpoint.
    "query-refused": ("error", "answer queries as the SPARQL 1.1 protocol has it"),
    "error-not-told": ("error", "answer 400 to a query that is no SPARQL"),
    "error-misplaced": ("error", "count lines and columns of the query as it was sent"),
    "error-unplaced": ("warning", "say at which line and column of the query the error is"),
    "graph-ignored": ("error", "take default-graph-uri for the dataset, or refuse it"),
    "form-lost": ("error", "take a form whose Content-Type has a charset"),
    "decoded-twice": ("error", "decode the query once"),
}
"""What can be wrong: how bad it is, and what to do about it."""


class Ask(NamedTuple):
    """A request: what is needed to make it again."""

    url: str
    accept: str | None = None
    method: str = "GET"
    body: str = ""
    content_type: str = ""

    def curl(self, *, follow: bool = False) -> str:
        """The line for a shell that makes this request and shows the answer with its headers.

        >>> Ask("https://example.org/person/ada", "text/turtle").curl()
        "curl -sSi -H 'Accept: text/turtle' https://example.org/person/ada"
        """
        words = ["curl", "-sSI" if self.method == "HEAD" else "-sSi", *(["-L"] if follow else [])]
        if self.accept is not None:
            words += ["-H", f"Accept: {self.accept}"]
        if self.method == "POST":
            words += ["-H", f"Content-Type: {self.content_type}", "--data-binary", self.body]
        return shlex.join([*words, self.url])


class Cell(NamedTuple):
    """One cell of the matrix: how a thing answers one Accept header by one method."""

    kind: str
    """Of which kind the thing is: its class, `unknown`, or the form of a query."""
    subject: str
    """The IRI that was asked, or the endpoint."""
    method: str
    asked: str
    """A short name of the Accept header."""
    answer: str
    """The statuses on the way to the last answer, such as `303 200`."""
    media_type: str
    right: bool


class Fault(NamedTuple):
    """One thing that is wrong."""

    kind: str
    """A key of KINDS."""
    subject: str
    """The address or the path that it is about."""
    message: str
    """A plain sentence without a full stop."""
    curl: str = ""
    """The line that shows it; empty where no request does."""

    @property
    def severity(self) -> Severity:
        return KINDS[self.kind][0]

    @property
    def fix(self) -> str:
        return KINDS[self.kind][1]


class Diagnosis(NamedTuple):
    """What a site was found to be like."""

    target: str
    cells: tuple[Cell, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    """What was looked at, and what was left out."""
    requests: int = 0

    @property
    def healthy(self) -> bool:
        """Whether nothing is an error."""
        return all(fault.severity != "error" for fault in self.faults)

    def summary(self) -> str:
        """How much is wrong, in a few words."""
        if not self.faults:
            return "nothing is wrong"
        errors = sum(fault.severity == "error" for fault in self.faults)
        return f"errors: {errors:,}, warnings: {len(self.faults) - errors:,}"

    def kinds(self) -> set[str]:
        """The kinds of faults that there are."""
        return {fault.kind for fault in self.faults}


def write_diagnosis(diagnosis: Diagnosis, file: TextIO, *, format: DiagnosisFormat = "text") -> None:  # noqa: A002
    """Writes the matrix, the faults each with its curl line, and the notes; UsageError for another format."""
    if format == "text":
        file.write("".join(f"{_plain(line)}\n" for line in _lines(diagnosis)))
    elif format == "json":
        file.write(diagnosis_json(diagnosis))
    else:
        raise UsageError(f"there is no diagnosis as {format!r}; write text or json")


def diagnosis_json(diagnosis: Diagnosis) -> str:
    """An object with `healthy`, `requests`, the `matrix`, the `faults` and the `notes`."""
    faults = [{**fault._asdict(), "severity": fault.severity, "fix": fault.fix} for fault in diagnosis.faults]
    document = {
        "target": diagnosis.target,
        "healthy": diagnosis.healthy,
        "requests": diagnosis.requests,
        "matrix": [cell._asdict() for cell in diagnosis.cells],
        "faults": faults,
        "notes": list(diagnosis.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield from _matrix([cell for cell in diagnosis.cells if not cell.kind.startswith("SPARQL")])
    yield from _matrix([cell for cell in diagnosis.cells if cell.kind.startswith("SPARQL")])
    for fault in diagnosis.faults:
        yield f"{fault.subject}: {fault.severity}: {fault.message} ({fault.kind}); {fault.fix}"
        if fault.curl:
            yield f"    {fault.curl}"
    yield from diagnosis.notes


def _matrix(cells: list[Cell]) -> Iterator[str]:
    """A table with a row for each thing and method and a column for each Accept header; `!` marks what is wrong."""
    if not cells:
        return
    columns = list(dict.fromkeys(cell.asked for cell in cells))
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for cell in cells:
        shown = cell.answer.replace(" ", ">") + ("" if cell.right else "!")
        rows.setdefault((cell.kind, cell.subject, cell.method), {})[cell.asked] = shown
    table = [["", "", *columns]]
    table += [[kind, method, *(row.get(each, "") for each in columns)] for (kind, _, method), row in rows.items()]
    subjects = ["", *(subject for _, subject, _ in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row, subject in zip(table, subjects, strict=True):
        yield "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=True)), subject]).rstrip()
    yield ""


def _plain(text: str) -> str:
    """The text without control characters: nothing that a site sends may steer the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
