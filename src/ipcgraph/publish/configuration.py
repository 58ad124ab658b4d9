"""What a project says about its site: the table `[site]` of `ipcgraph.toml`, or `[tool.ipcgraph.site]`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ipcgraph.settings import SITE, read_section
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.settings import Settings

LICENCES: Final = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""The licences of data that can be named shortly, by their SPDX identifiers."""
LOGOS: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")
PUBLISHED: Final = ("schema", "vivo", "skg-if", "foaf", "bibo")
"""The profiles that a site can have besides our own vocabulary, which it always has."""
LARGEST_LOGO: Final = 1 << 20


_LISTS: Final = ("colours", "profiles")


class Configuration(NamedTuple):
    """What a project says about its site, checked; empty where it says nothing."""

    title: str = ""
    """What the site is called; the name of the project where it is empty."""
    address: str = ""
    """The web address of the site's root, ending with `/`."""
    about: str = ""
    """A sentence or two for the front page."""
    licence: str = ""
    """The IRI of the licence of the data; in the file one of LICENCES will do."""
    publisher: str = ""
    """The id of a thing of the graph, an IRI, or a name."""
    language: str = "en"
    """The language of the pages."""
    logo: str = ""
    """A picture below the project."""
    colours: tuple[str, ...] = ()
    """The main colour, and perhaps the one beside it, as `#1a2b3c`."""
    released: str = ""
    """The date of the release."""
    version: str = ""
    """The version of the release."""
    previous: str = ""
    """A folder with the dumps of the last release; without it they are taken from the site that is replaced."""
    templates: str = "templates"
    """The folder of the project's own templates; it may be absent."""
    profiles: tuple[str, ...] | None = None
    """The profiles that are published besides our own vocabulary; by the size of the site where it is None."""
    endpoint: str = ""
    """The address of a SPARQL endpoint with the same data."""
    query_limit: int = 500_000
    """So many statements are loaded into a browser for queries, at most; it takes 3 seconds and half a gigabyte."""


def read_configuration(
    settings: Settings, *, environment: Mapping[str, str] | None = None, address: str | None = None
) -> Configuration:
    """What a project says about its site.

    `address` comes before `IPCGRAPH_SITE_ADDRESS`, `IPCGRAPH_SITE_VERSION` … in `environment`, and these before the
    file. Raises SettingsError, with the line, for an unknown key or a wrong value.
    """
    section = read_section(settings, SITE, environment=environment, keys=Configuration._fields)
    values = {
        key: str(value).split() if key in _LISTS and section.sources.get(key) else value
        for key, value in section.values.items()
    }
    if address is not None:
        values["address"] = address
        section = section._replace(sources={**section.sources, "address": "--address"})
    for key, value in values.items():
        if key not in Configuration._fields:
            known = "known keys: " + ", ".join(sorted(Configuration._fields))
            section.wrong(key, f'there is no setting "{key}"; {suggestion(key, Configuration._fields, known)}')

        def wrong(remedy: str, key: str = key, value: object = value) -> NoReturn:
            section.wrong(key, f"{key} is {_shown(value)}; {remedy}")

        values[key] = _CHECKS.get(key, _text)(value, wrong, settings)
    return Configuration(**values)  # type: ignore[arg-type]  # each has been looked at


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _text(value: object, wrong: Callable[[str], NoReturn], _settings: Settings) -> str:
    if not isinstance(value, str):
        wrong("it is a text; write it in quotation marks")
    if any(unicodedata.category(character) == "Cc" for character in value if character not in "\n\t"):
        wrong("write it without control characters")
    return value.strip()


def _web(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _text(value, wrong, settings)
    try:
        parts = urlsplit(NamedNode(text).value) if text else None
        good = parts is None or (parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username)
    except ValueError:
        good = False
    if not good:
        wrong("write a web address that begins with https://")
    return text


def _address(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _web(value, wrong, settings)
    if text and (
        not text.isascii() or set("?#\\%&'") & set(text) or "/../" in f"{text}/" or "//" in text.partition("//")[2]
    ):
        wrong("write the web address of a folder, such as https://example.org/graph/")
    return text if not text or text.endswith("/") else text + "/"


def _licence(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _text(value, wrong, settings)
    if not text or text in LICENCES:
        return LICENCES.get(text, "")
    if "://" not in text:
        wrong(suggestion(text, LICENCES, f"write its web address, or one of {', '.join(LICENCES)}"))
    return _web(text, wrong, settings)


def _language(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _text(value, wrong, settings)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        wrong('write a language tag such as "en" or "pt-BR"')
    return text


def _colours(value: object, wrong: Callable[[str], NoReturn], _settings: Settings) -> tuple[str, ...]:
    colours = [value] if isinstance(value, str) else value if isinstance(value, list) else [None]
    if len(colours) > 2 or not all(isinstance(each, str) and re.fullmatch("#[0-9A-Fa-f]{6}", each) for each in colours):
        wrong('write one colour or two, such as ["#7a1f2b", "#1f4e5a"]')
    return tuple(colours)


def _date(value: object, wrong: Callable[[str], NoReturn], _settings: Settings) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else value
    if not isinstance(text, str) or not (not text or _is_date(text)):
        wrong('write a date such as "2024-05-31"')
    return text


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _folder(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _text(value, wrong, settings)
    if text and not _below(settings, text):
        wrong("write a folder below the project")
    return text


def _logo(value: object, wrong: Callable[[str], NoReturn], settings: Settings) -> str:
    text = _text(value, wrong, settings)
    if not text:
        return ""
    if not _below(settings, text) or not (settings.root / text).is_file():
        wrong("there is no such file below the project")
    if not text.lower().endswith(LOGOS):
        wrong(f"write a picture with one of the suffixes {', '.join(LOGOS)}")
    if (settings.root / text).stat().st_size > LARGEST_LOGO:
        wrong("it is larger than 1 MiB; make it smaller, since every page shows it")
    return text


def _count(value: object, wrong: Callable[[str], NoReturn], _settings: Settings) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,12}", text):
        wrong("write a whole number, such as 500000")
    return int(text)


def _below(settings: Settings, text: str) -> bool:
    try:
        return (settings.root / text).resolve().is_relative_to(settings.root.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, a link to itself
        return False


def _profiles(value: object, wrong: Callable[[str], NoReturn], _settings: Settings) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else [None]
    for name in names:
        if name not in PUBLISHED:
            remedy = f"write some of {', '.join(PUBLISHED)}, or [] for none"
            wrong(suggestion(name, PUBLISHED, remedy) if isinstance(name, str) else remedy)
    return tuple(names)


_CHECKS: Final[Mapping[str, Callable[[object, Callable[[str], NoReturn], Settings], object]]] = {
    "address": _address,
    "endpoint": _web,
    "licence": _licence,
    "language": _language,
    "colours": _colours,
    "released": _date,
    "logo": _logo,
    "previous": _folder,
    "profiles": _profiles,
    "query_limit": _count,
    "templates": _folder,
}
