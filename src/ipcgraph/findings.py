"""What a check has to say: a Finding with its Place, and the Report of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: a file as the user names it (relative to the project), line and column from 1.

    What comes from a store stands in no line: its place is the address of the store, with 0 for both.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or doubtful, in the data.

    `message` is a plain sentence without a full stop; `fix` says what to write instead. `focus` is the IRI of the
    thing, or a literal as N-Triples writes it, `path` the IRI of the property, `shape` the IRI of the SHACL shape or of
    our own check (`ipcg:check-…`), `component` the IRI of the kind of demand of a shape.
    """

    severity: Severity
    message: str
    place: Place
    fix: str = ""
    focus: str = ""
    path: str = ""
    shape: str = ""
    component: str = ""

    def __str__(self) -> str:
        remedy = f"; {self.fix}" if self.fix else ""
        return f"{self.place}: {self.severity}: {self.message}{remedy}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a check, sorted by place; `conforms` is true where none is an error."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """The report of these findings: sorted by place, each once."""
        return cls(tuple(sorted(set(findings), key=lambda f: (f.place, f.severity, f.message, f.focus, f.path))))

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def conforms(self) -> bool:
        return not self.errors

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)
