"""A project and its settings: `ipcgraph.toml`, or `[tool.ipcgraph]` in `pyproject.toml`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, NoReturn

from pyoxigraph import NamedNode

from ipcgraph import __version__
from ipcgraph.errors import ProjectError, SettingsError
from ipcgraph.files import read_regular
from ipcgraph.spelling import nearest
from ipcgraph.vocabulary import DEFAULT_BASE

ENVIRONMENT_PREFIX: Final = "IPCGRAPH_"
COMPILED: Final = "settings.json"
SITE: Final = "site"
SERVER: Final = "server"
SECTIONS: Final = (SITE, SERVER)
"""The tables of the settings that only one part needs, which reads them itself."""
STORE: Final = "store"
SECRETS: Final = ("store_user", "store_password", "store_token")
"""What only the environment says, and no file."""


_SIZE: Final = r"(\d{1,12}(?:\.\d{1,6})?) ?([kKMGT]?B)"
_UNITS: Final = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
LONGEST_TIMEOUT: Final = 86_400.0
"""Seconds of a day: who waits longer for an answer has other troubles."""


class Secret(str):
    """A text that is not shown where its owner is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'" if self else "''"


# A NamedTuple, as are the other values that a query from the command line needs: dataclasses take 15 ms to make.
class Settings(NamedTuple):
    """What a project says about itself; every path is below `root`."""

    root: Path
    name: str = ""
    """The name of the center."""
    data: str = "data"
    """The folder of records, read with all folders in it."""
    base: str = DEFAULT_BASE
    """The start of every IRI that the project mints; ends with `/`."""
    evidence: Literal["optional", "required"] = "optional"
    """Whether a record without evidence is a warning or an error."""
    queries: str = "queries"
    """The project's own saved queries, added to the shipped ones; the folder may be absent."""
    shapes: str = "shapes"
    """The project's own shapes (`*.ttl`), added to the shipped ones; the folder may be absent."""
    bulk: str = "100 MB"
    """Where the files of N-Triples and N-Quads are larger together, they are read by parts and not kept in memory."""
    store: str = ""
    """The address at which a SPARQL server answers queries; empty where the graph is kept in the project."""
    store_update: str = ""
    """Its address for updates; without it nothing is written there."""
    store_graph_store: str = ""
    """Its address for the graph store protocol, which is faster; it may have none."""
    store_graph: str = ""
    """The IRI of the graph that is the project's; the server's default graph where it is empty."""
    store_timeout: str = "60"
    """Seconds that one answer may take."""
    store_authentication: str = "basic"
    """How user and password are told: `basic` or `digest`."""
    store_user: str = ""
    store_password: str = Secret()
    store_token: str = Secret()
    file: Path | None = None
    """The file that the settings were read from, or None."""

    @property
    def data_folder(self) -> Path:
        return self.root / self.data

    @property
    def bulk_bytes(self) -> int:
        """The setting `bulk` in bytes."""
        match = re.fullmatch(_SIZE, self.bulk.strip())
        return int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0

    @property
    def stored(self) -> str:
        """Where the graph is kept in a store of one's own, in words."""
        graph = f"the graph {self.store_graph}" if self.store_graph else "the default graph"
        return f"{graph} of {self.store}"

    @property
    def decisions_file(self) -> Path:
        """Who is who, as people decided it; the file may be absent."""
        return self.root / "decisions.yaml"

    @property
    def build_folder(self) -> Path:
        """Where the built graph stands: a product, ignored by git, always rebuildable."""
        return self.root / ".ipcgraph"


def find_project(start: Path | str = ".", *, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the project that a folder belongs to.

    The root is the nearest folder upward with `ipcgraph.toml` or, else, with `[tool.ipcgraph]` in `pyproject.toml`;
    where there is none, a folder that holds `data/` is a project with default settings. `IPCGRAPH_BASE`,
    `IPCGRAPH_DATA` … in `environment` come before the file. Raises ProjectError where there is none, SettingsError
    for a file that cannot be read.
    """
    try:
        start = Path(start).resolve()
        found = start.is_dir()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, a link to itself
        found = False
    if not found:
        raise ProjectError(f"there is no folder {start}")
    start = Path(start)
    for folder in (start, *start.parents):
        if (folder / "ipcgraph.toml").is_file():
            return _read(folder / "ipcgraph.toml", (), environment)
        file = folder / "pyproject.toml"
        if file.is_file() and _mentions(file, b"[tool.ipcgraph]"):
            return _read(file, ("tool", "ipcgraph"), environment)
    if (start / "data").is_dir():
        return _check(_from_environment(Settings(start), environment), environment)
    raise ProjectError(
        f"{start} belongs to no project; make a file ipcgraph.toml (it may be empty) beside the folder data/"
    )


def _mentions(file: Path, word: bytes) -> bool:
    try:
        return word in read_regular(file)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error


def compile_settings(settings: Settings) -> None:
    """Keeps the settings' file as JSON in the build folder, so that a query need not wait for a parser of TOML."""
    if settings.file is None:
        return
    compiled = settings.build_folder / COMPILED
    new = compiled.with_suffix(".new")
    tables = ("tool", "ipcgraph") if settings.file.name == "pyproject.toml" else ()
    signature = _signature(settings.file)  # before the file is read: a change in between is then seen
    new.write_text(json.dumps({"file": signature, "values": _parse(settings.file, tables)}), encoding="utf-8")
    new.replace(compiled)


class Section(NamedTuple):
    """One of the SECTIONS of a project's settings, as written: its values are not looked at yet."""

    path: Path | None
    """The file that it was read from, or None."""
    table: str
    """Its whole name in that file, as `tool.ipcgraph.site`."""
    values: Mapping[str, object]
    sources: Mapping[str, str]
    """The name of the variable of the environment that each value comes from; empty where that is the file."""

    def wrong(self, key: str, message: str) -> NoReturn:
        """Raises SettingsError for a key, with its line in the file, or with the variable that it comes from."""
        raise SettingsError(f"{self.sources.get(key) or f'{self.path}:{self._line(key)}'}: {message}")

    def _line(self, key: str) -> int:
        """The line of a key of the table, or of the table where the key is not found."""
        lines = self.path.read_text(encoding="utf-8-sig").splitlines() if self.path else []
        start = next((number for number, line in enumerate(lines) if line.strip() == f"[{self.table}]"), 0)
        for number, line in enumerate(lines[start:], start):
            if line.partition("=")[0].strip().strip('"') == key:
                return number + 1
        return start + 1


def read_section(
    settings: Settings, name: str, *, environment: Mapping[str, str] | None = None, keys: Iterable[str] = ()
) -> Section:
    """One of the SECTIONS of a project's settings; `IPCGRAPH_SITE_ADDRESS` … in `environment` come before the file."""
    values: dict[str, object] = {}
    table = name
    if settings.file is not None:
        tables = ("tool", "ipcgraph", name) if settings.file.name == "pyproject.toml" else (name,)
        table = ".".join(tables)
        values = _table(settings.file, tables)
    sources = {}
    for key in keys:
        variable = f"{ENVIRONMENT_PREFIX}{name.upper()}_{key.upper()}"
        if environment and variable in environment:
            values[key], sources[key] = environment[variable], variable
    return Section(settings.file, table, values, sources)


def _table(file: Path, tables: tuple[str, ...]) -> dict[str, object]:
    import tomllib

    try:
        values: object = tomllib.loads(read_regular(file).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from error
    for key in tables:
        values = values.get(key, {}) if isinstance(values, dict) else {}
    return values if isinstance(values, dict) else {}


def _read(file: Path, tables: tuple[str, ...], environment: Mapping[str, str] | None) -> Settings:
    values = _compiled(file)
    if values is None:
        values = _parse(file, tables)
    settings = Settings(file.parent, file=file)._replace(**values)  # type: ignore[arg-type]  # _check looks at each
    return _check(_from_environment(settings, environment), environment)


def _compiled(file: Path) -> dict[str, str] | None:
    """The settings that a build kept, where they are of this very file."""
    try:
        kept = json.loads(read_regular(file.parent / ".ipcgraph" / COMPILED))
        values: dict[str, str] = kept["values"]
        known = _keys_of_files()
        good = values.keys() <= known and all(isinstance(value, str) for value in values.values())
        return values if good and kept["file"] == _signature(file) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _signature(file: Path) -> list[str | int]:
    status = file.stat()
    return [__version__, str(file), status.st_size, status.st_mtime_ns]


def _parse(file: Path, tables: tuple[str, ...]) -> dict[str, str]:
    import tomllib

    try:
        values: object = tomllib.loads(read_regular(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: not TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    for key in tables:
        values = values.get(key, {}) if isinstance(values, dict) else values
    if not isinstance(values, dict):
        raise SettingsError(f"{file}: [{'.'.join(tables)}] is not a table")
    # What only the site or the server needs is read there (read_section): no query waits for it.
    values = {key: value for key, value in values.items() if key not in SECTIONS or not isinstance(value, dict)}
    values = _with_store(values, file)
    for key, value in values.items():
        _check_key(key, value, file, tables)
    return {key: str(value) for key, value in values.items()}


def _check_key(key: str, value: object, file: Path, tables: tuple[str, ...]) -> None:
    known = _keys_of_files()
    if key in SECTIONS:
        raise SettingsError(f'{file}:{_line_of(file, key)}: "{key}" is a table; write [{".".join([*tables, key])}]')
    if key not in known:
        near = nearest(key, known)
        remedy = f'did you mean "{near}"?' if near else "known keys: " + ", ".join(sorted(known))
        raise SettingsError(f'{file}:{_line_of(file, key)}: there is no setting "{key}"; {remedy}')
    if not isinstance(value, str):
        raise SettingsError(f'{file}:{_line_of(file, key)}: "{key}" is a text; write {key} = "…"')


def _keys_of_files() -> set[str]:
    """The settings that a file can have; those of the store as it is read, by one name each."""
    return set(Settings._fields) - {"root", "file", *SECRETS}


def _with_store(values: dict[str, object], file: Path) -> dict[str, object]:
    """The settings, with those of the table `[store]` by one name each: its `query` is the `store`."""
    table = values.get(STORE)
    if not isinstance(table, dict):
        return values
    values = {key: value for key, value in values.items() if key != STORE}
    names = {
        "query": STORE,
        **{key.removeprefix("store_").replace("_", "-"): key for key in _keys_of_files() if key.startswith("store_")},
    }
    for key, value in table.items():
        line = f"{file}:{_line_of(file, key)}"
        if key in {"user", "password", "token"}:
            variable = f"{ENVIRONMENT_PREFIX}STORE_{key.upper()}"
            raise SettingsError(f"{line}: a {key} is not written into a file; set {variable} in the environment")
        if key not in names:
            near = nearest(key, names)
            remedy = f'did you mean "{near}"?' if near else "known keys: " + ", ".join(sorted(names))
            raise SettingsError(f'{line}: [{STORE}] has no setting "{key}"; {remedy}')
        number = key == "timeout" and isinstance(value, int | float) and not isinstance(value, bool)
        values[names[key]] = str(value) if number else value
    if STORE not in values:
        raise SettingsError(f'{file}: [{STORE}] says nothing of where it is asked; write query = "https://…"')
    return values


def _line_of(file: Path, key: str) -> int:
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    keys = [line.partition("=")[0].strip().strip('"') for line in lines]
    return keys.index(key) + 1 if key in keys else 1


def _from_environment(settings: Settings, environment: Mapping[str, str] | None) -> Settings:
    if not environment:
        return settings
    names = {key: ENVIRONMENT_PREFIX + key.upper() for key in Settings._fields if key not in {"root", "file"}}
    given = {key: environment[name] for key, name in names.items() if name in environment}
    given |= {key: Secret(given[key]) for key in ("store_password", "store_token") if key in given}
    return settings._replace(**given)  # type: ignore[arg-type]  # _check looks at each value


def _check(settings: Settings, environment: Mapping[str, str] | None) -> Settings:
    def wrong(key: str, remedy: str) -> SettingsError:
        name, place = _written(key, settings.file, environment or {})
        return SettingsError(f'{place}: {name} is "{getattr(settings, key)}"; {remedy}')

    if re.fullmatch(_SIZE, settings.bulk.strip()) is None:
        raise wrong("bulk", 'write a size, such as "100 MB" or "2 GB"')
    if settings.evidence not in {"optional", "required"}:
        raise wrong("evidence", 'write "optional" or "required"')
    if not settings.base.startswith(("http://", "https://")) or not settings.base.endswith("/"):
        raise wrong("base", "write a web address that ends with /")
    try:
        NamedNode(settings.base)
    except ValueError as error:
        raise wrong("base", "write a web address without spaces, quotes and brackets") from error
    if settings.store or any(getattr(settings, key) for key in _STORE_KEYS):
        _check_store(settings, wrong)
    for key in ("data", "queries", "shapes"):
        folder = getattr(settings, key)
        try:
            below = (settings.root / folder).resolve().is_relative_to(settings.root)
        except (OSError, ValueError, RuntimeError) as error:  # too long, with a NUL, a link to itself
            raise wrong(key, f"it cannot be a folder ({error})") from error
        if not folder or not below:
            raise wrong(key, "write a folder below the project")
    return settings


def _written(key: str, file: Path | None, environment: Mapping[str, str]) -> tuple[str, str]:
    """How a setting is called where it is written, and the place: a variable of the environment, or a line."""
    variable = ENVIRONMENT_PREFIX + key.upper()
    if variable in environment:
        return variable, "the environment"
    if file is None:
        return key, "the settings"
    if key.startswith(STORE):
        # These stand in a table of their own, where their names are shorter: query, timeout …
        short = "query" if key == STORE else key.removeprefix(f"{STORE}_").replace("_", "-")
        if (line := _line_of(file, short)) > 1:  # never the first: the name of the table comes before it
            return f"{short} in [{STORE}]", f"{file}:{line}"
    return key, f"{file}:{_line_of(file, key)}"


_STORE_KEYS: Final = ("store_update", "store_graph_store", "store_graph")


def _check_store(settings: Settings, wrong: Callable[[str, str], SettingsError]) -> None:
    for key in (STORE, *_STORE_KEYS[:2]):
        address = getattr(settings, key)
        if (key == STORE or address) and not address.startswith(("http://", "https://")):
            raise wrong(key, "write a web address, as https://host/sparql")
        if "@" in address.partition("://")[2].partition("/")[0]:
            # The message does not repeat what it should not have been told.
            raise SettingsError(
                f"the address of the {key.replace('_', ' ')} holds a user or a password; set {ENVIRONMENT_PREFIX}"
                f"STORE_USER and {ENVIRONMENT_PREFIX}STORE_PASSWORD in the environment instead"
            )
    if settings.store_authentication not in {"basic", "digest"}:
        raise wrong("store_authentication", 'write "basic" or "digest"')
    try:
        NamedNode(settings.store_graph or settings.base)
    except ValueError as error:
        raise wrong("store_graph", "write a whole IRI") from error
    try:
        fine = 0 < float(settings.store_timeout) <= LONGEST_TIMEOUT
    except ValueError:
        fine = False
    if not fine:
        raise wrong("store_timeout", "write seconds, more than 0")
