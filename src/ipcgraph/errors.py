"""The exceptions of ipcgraph: what a call raises when it cannot be carried out.

    IpcgraphError
    ├── UsageError (ValueError)        a call that cannot be meant so: unknown name, wrong parameter
    │   ├── SettingsError              a settings file that cannot be read
    │   └── QueryError                 a query that is not allowed, or not SPARQL
    ├── ProjectError (FileNotFoundError)  no project, or no built graph, where one was expected
    ├── FindingsError                  a build stopped by findings; carries the Report
    ├── MissingExtraError (ImportError)   an optional package is not installed
    └── StoreError (OSError)           a store that cannot be used
        ├── StoreUnreachableError (ConnectionError)  no answer: refused, unknown host, timeout
        ├── StoreRefusedError (PermissionError)      an answer that says no (401, 403, 429, 5xx)
        └── StoreAnswerError           an answer that is not SPARQL results, or was cut off

Bad data is never an exception: it is a Finding with its line (see findings.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcgraph.findings import Report


class IpcgraphError(Exception):
    """The base of every exception that ipcgraph raises on purpose.

    `str(error)` is one or two sentences: what is wrong, and how to go on.
    """


class UsageError(IpcgraphError, ValueError):
    """A name or a value that the call does not know."""


class SettingsError(UsageError):
    """A settings file that is not TOML, or holds an unknown key or a wrong value."""


class QueryError(UsageError):
    """A query that is not SPARQL, or asks for something that ipcgraph never does.

    `reason` is the message without its place; `line` and `column` count from 1, and are 0 where no place is known.
    """

    def __init__(self, reason: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}: {reason}" if line else reason)
        self.reason, self.line, self.column = reason, line, column


class ProjectError(IpcgraphError, FileNotFoundError):
    """No project, folder or built graph where one was expected."""


class FindingsError(IpcgraphError):
    """A build that stopped because of errors in the data; `report` has them all."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class MissingExtraError(IpcgraphError, ImportError):
    """An optional package is needed; the message has the command that installs it."""


class StoreError(IpcgraphError, OSError):
    """A store that cannot be opened, read or written."""


class StoreUnreachableError(StoreError, ConnectionError):
    """A remote store that does not answer: refused, unknown host, or past the timeout."""


class StoreRefusedError(StoreError, PermissionError):
    """A remote store that answers with a refusal; the message carries the HTTP status."""


class StoreAnswerError(StoreError):
    """A remote store whose answer is not a SPARQL result, or ends before it should."""
