"""A project and its settings: `ipcgraph.toml`, or `[tool.ipcgraph]` in `pyproject.toml`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    file: Path | None = None
    """The file that the settings were read from, or None."""

    @property
    def data_folder(self) -> Path:
        return self.root / self.data

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
        return _check(_from_environment(Settings(start), environment), "the environment")
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
    return _check(_from_environment(settings, environment), str(file))


def _compiled(file: Path) -> dict[str, str] | None:
    """The settings that a build kept, where they are of this very file."""
    try:
        kept = json.loads(read_regular(file.parent / ".ipcgraph" / COMPILED))
        values: dict[str, str] = kept["values"]
        known = set(Settings._fields) - {"root", "file"}
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
    known = set(Settings._fields) - {"root", "file"}
    # What only the site or the server needs is read there (read_section): no query waits for it.
    values = {key: value for key, value in values.items() if key not in SECTIONS or not isinstance(value, dict)}
    for key, value in values.items():
        if key in SECTIONS:
            raise SettingsError(f'{file}:{_line_of(file, key)}: "{key}" is a table; write [{".".join([*tables, key])}]')
        if key not in known:
            near = nearest(key, known)
            remedy = f'did you mean "{near}"?' if near else "known keys: " + ", ".join(sorted(known))
            raise SettingsError(f'{file}:{_line_of(file, key)}: there is no setting "{key}"; {remedy}')
        if not isinstance(value, str):
            raise SettingsError(f'{file}:{_line_of(file, key)}: "{key}" is a text; write {key} = "…"')
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
    return settings._replace(**given)  # type: ignore[arg-type]  # _check looks at each value


def _check(settings: Settings, source: str) -> Settings:
    def wrong(key: str, remedy: str) -> SettingsError:
        line = f":{_line_of(settings.file, key)}" if settings.file else ""
        return SettingsError(f'{source}{line}: {key} is "{getattr(settings, key)}"; {remedy}')

    if settings.evidence not in {"optional", "required"}:
        raise wrong("evidence", 'write "optional" or "required"')
    if not settings.base.startswith(("http://", "https://")) or not settings.base.endswith("/"):
        raise wrong("base", "write a web address that ends with /")
    try:
        NamedNode(settings.base)
    except ValueError as error:
        raise wrong("base", "write a web address without spaces, quotes and brackets") from error
    for key in ("data", "queries", "shapes"):
        folder = getattr(settings, key)
        try:
            below = (settings.root / folder).resolve().is_relative_to(settings.root)
        except (OSError, ValueError, RuntimeError) as error:  # too long, with a NUL, a link to itself
            raise wrong(key, f"it cannot be a folder ({error})") from error
        if not folder or not below:
            raise wrong(key, "write a folder below the project")
    return settings
