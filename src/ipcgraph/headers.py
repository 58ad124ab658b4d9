"""The files of saved queries: YAML in the lines that begin with `#+`, then SPARQL; each mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.answers import NAMES as ANSWERED
from ipcgraph.errors import FindingsError, QueryError, UsageError
from ipcgraph.files import files_in, read_regular
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.parameters import CLASSES, SCHEMES, Parameter, is_kind, join, split, term_for
from ipcgraph.queries import Query
from ipcgraph.shipped import shipped_folder
from ipcgraph.spelling import nearest
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tokens import Token, check_nesting, check_words, query_form, refusal, tokenize
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from yaml.nodes import Node

_OWN_OPTIONS: Final = frozenset(
    ("help", "format", "endpoint", "show", "project", "output", "timeout", "base", "name", "notice")
)
"""What `ipcgraph query` takes for itself, or may: no parameter is named so."""
_KEYS: Final = ("title", "about", "parameters", "example", "columns")
_QUOTES: Final = "put quotes around a text that holds a comma, a colon or a #"
_SAMPLES: Final = {"year": "2000", "integer": "1", "date": "2000-01-01", "string": "a"}


def read_query(path: Path, *, root: Path | None = None) -> Query:
    """The saved query in a file; FindingsError, with a line for each, where something in it is wrong."""
    return _read({path.stem: path}, root)[path.stem]


def read_queries(folders: Iterable[Path], *, root: Path | None = None) -> dict[str, Query]:
    """The saved queries in the folders by name, sorted; one in a later folder takes the place of one in an earlier.

    A folder that is not there has none. Places are relative to `root`, else to the folder above the file's. Raises
    FindingsError with all that is wrong in any file.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        try:
            files |= {path.stem: path for path in files_in(folder, ".rq")}
        except OSError as error:
            place = Place(folder.name)
            fault = Finding("error", f"this folder cannot be read: {error.strerror}", place, "correct its rights")
            raise FindingsError("the saved queries cannot be read", Report.of([fault])) from error
    return _read(files, root)


def _read(files: Mapping[str, Path], root: Path | None) -> dict[str, Query]:
    queries, findings = {}, []
    for name, path in sorted(files.items()):
        above = root if root and path.is_relative_to(root) else path.parent.parent
        reader = _Reader(path.relative_to(above).as_posix(), shipped=path.is_relative_to(shipped_folder("queries")))
        query = reader.read(name, path)
        findings += reader.findings
        if query:
            queries[name] = query
    if findings:
        wrong = len({finding.place.path for finding in findings})
        raise FindingsError(
            f"{wrong} saved quer{'y is' if wrong == 1 else 'ies are'} not in order", Report.of(findings)
        )
    return queries


class _Reader:
    """Reads one file and gathers what is wrong in it."""

    def __init__(self, shown: str, *, shipped: bool) -> None:
        self.shown = shown
        self.shipped = shipped
        self.findings: list[Finding] = []

    def wrong(self, message: str, fix: str = "", *, line: int = 1, column: int = 1) -> None:
        self.findings.append(
            Finding("error", message, Place(self.shown, line, column), fix, shape=IPCG + "check-query")
        )

    def read(self, name: str, path: Path) -> Query | None:
        """The query, or None where something is wrong."""
        try:
            lines = read_regular(path).decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            self.wrong(f"this file cannot be read ({error})", "save it as UTF-8")
            return None
        if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
            self.wrong(
                f'"{name}" is no name of a query', "use lower-case letters, digits and hyphens, as in person-works.rq"
            )
        height = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
        for number, line in enumerate(lines[height:], start=height + 1):
            if line.startswith("#+"):
                self.wrong("this line comes too late", "put all lines with #+ on top", line=number)
        header = self.header(lines[:height])
        parameters = tuple(self.parameters(header.get("parameters")))
        # The lines of the header stay as empty ones until the checks are done: so lines keep their numbers.
        text = "\n".join([""] * height + lines[height:])
        form = self.text(text, {parameter.name: parameter for parameter in parameters})
        title, about = (self.scalar(header.get(key), key) for key in ("title", "about"))
        example = tuple(self.example(header.get("example"), parameters))
        columns = self.columns(header.get("columns"))
        if self.findings:
            return None
        text = text.lstrip("\n")
        return Query(name, title, about, form, parameters, text, example, split(text), columns)

    def header(self, lines: Sequence[str]) -> dict[str, tuple[int, Node]]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        # Two blanks for the mark `#+`, so that columns stay; the cap keeps the parser's recursion shallow.
        text = "\n".join("  " + line[2:] for line in lines)
        if len(text) > 8192:
            self.wrong("the lines that begin with #+ are longer than 8 KiB")
            return {}
        try:
            node = yaml.compose(text, Loader=loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = " ".join(str(getattr(error, "problem", error)).split())
            self.wrong(
                f"the lines that begin with #+ are not YAML: {problem}", _QUOTES, line=mark.line + 1 if mark else 1
            )
            return {}
        return self.entries(node, _KEYS, line=1) if node else {}

    def entries(self, node: Node, known: Sequence[str], *, line: int) -> dict[str, tuple[int, Node]]:
        """The values of a YAML mapping by key, each with its line; any key fits where none is known."""
        from yaml import MappingNode

        if not isinstance(node, MappingNode):
            self.wrong("here stand keys with values", "write key: value", line=line)
            return {}
        entries: dict[str, tuple[int, Node]] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if known and name not in known:
                near = nearest(name, known)
                self.wrong(f'"{name}" is not known here', f'write "{near}"' if near else _QUOTES, line=line)
            elif name in entries:
                self.wrong(f'"{name}" stands twice', "keep one of the two", line=line)
            entries[name] = line, value
        return entries

    def scalar(self, entry: tuple[int, Node] | None, key: str, *, line: int = 1) -> str:
        if entry is None:
            self.wrong(f'"{key}" is missing', f"add {key}: …", line=line)
        elif not isinstance(entry[1].value, str) or not entry[1].value.strip():
            self.wrong(f'"{key}" is not a text', f"write {key}: …", line=entry[0])
        else:
            return " ".join(entry[1].value.split())
        return ""

    def columns(self, entry: tuple[int, Node] | None) -> str:
        """The name of the answer that columns give in place of the SPARQL."""
        if entry is None:
            return ""
        name = self.scalar(entry, "columns")
        if not self.shipped:
            # It would be answered as the shipped query is, whatever its own SPARQL says.
            self.wrong("columns answer only queries that come with ipcgraph", "leave this line out", line=entry[0])
        elif name and name not in ANSWERED:
            near = nearest(name, ANSWERED)
            self.wrong(f'columns give no answer "{name}"', f'write "{near}"' if near else "", line=entry[0])
        return name

    def parameters(self, entry: tuple[int, Node] | None) -> Iterator[Parameter]:
        if entry is None:
            return
        for name, (line, node) in self.entries(entry[1], (), line=entry[0]).items():
            given = self.entries(node, ("kind", "default", "about"), line=line)
            kind, about = (self.scalar(given.get(key), key, line=line) for key in ("kind", "about"))
            default = self.scalar(given["default"], "default") if "default" in given else None
            if not re.fullmatch("[a-z][a-z0-9_]*", name) or name in _OWN_OPTIONS:
                self.wrong(f'"{name}" cannot name a parameter', "use another word in lower-case letters", line=line)
            if kind and not is_kind(kind):
                near = nearest(kind, [*CLASSES, *_SAMPLES, *("concept:" + scheme for scheme in SCHEMES)])
                self.wrong(f'"{kind}" is no kind of parameter', f'write "{near}"' if near else "", line=line)
            elif kind:
                parameter = Parameter(name, kind, default, about)
                self.value(parameter, default, line)
                yield parameter

    def value(self, parameter: Parameter, text: str | None, line: int) -> None:
        try:
            if text is not None:
                term_for(parameter, text)
        except UsageError as error:
            self.wrong(str(error), line=line)

    def example(self, entry: tuple[int, Node] | None, parameters: Sequence[Parameter]) -> Iterator[tuple[str, str]]:
        if entry is None:
            return
        known = {parameter.name: parameter for parameter in parameters}
        for name, (line, node) in self.entries(entry[1], tuple(known) or ("",), line=entry[0]).items():
            value = self.scalar((line, node), name)
            if value and name in known:
                self.value(known[name], value, line)
                yield name, value

    def text(self, text: str, known: Mapping[str, Parameter]) -> str:
        """The form of the query; its tokens, its parameters and its grammar are checked."""
        try:
            tokens = tokenize(text)
            check_words(text, tokens)
            check_nesting(text)
            form = query_form(text, tokens)
            for problem in _misused(text, tokens, known):
                self.wrong(problem.reason, line=problem.line or 1, column=problem.column or 1)
            if not self.findings:
                # With terms in their places the engine reads it: what it refuses now it would refuse always.
                samples = {name: term_for(p, _SAMPLES.get(p.kind, "urn:x:sample")) for name, p in known.items()}
                with EmbeddedStore.memory() as store:
                    store.query(join(split(text), samples))
        except QueryError as error:
            self.wrong(error.reason, line=error.line or 1, column=error.column or 1)
            return ""
        return form


def _misused(text: str, tokens: Iterable[Token], known: Mapping[str, Parameter]) -> Iterator[QueryError]:
    """What is wrong with the parameters of a query: undeclared, unused, or where only a variable can stand."""
    unused, naming, depth, previous = set(known), "", 0, ""
    for token in tokens:
        word = token.text.upper() if token.kind == "word" else ""
        if word in {"SELECT", "VALUES"}:
            naming, depth = word, 0
        elif token.text == "{" or word in {"WHERE", "FROM"}:
            naming = ""
        depth += (token.text == "(") - (token.text == ")")
        name = token.text[1:] if token.kind == "variable" else ""
        if name and token.text[0] == "$" and name not in known:
            yield refusal(text, token.start, f"${name} is not among the parameters; declare it, or write ?{name}")
        elif name in known and token.text[0] == "?":
            yield refusal(text, token.start, f"?{name} and ${name} are one to SPARQL; give the variable another name")
        elif name in known:
            unused.discard(name)
            if previous == "AS" or naming == "VALUES" or (naming == "SELECT" and depth == 0):
                yield refusal(text, token.start, f"${name} stands for a value; here only a variable can stand")
        previous = word
    for name in sorted(unused):
        yield QueryError(f"the parameter {name} is not used; write ${name} where its value belongs")
