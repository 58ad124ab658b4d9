"""The pages that lead to files: all data, tables, profiles, networks; and that in place of what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from ipcgraph.publish.description.void import is_change
from ipcgraph.publish.networkviews import FOLDER as NETWORKS
from ipcgraph.publish.networkviews import TITLES
from ipcgraph.publish.pages.assembly import head_title
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.publish.profiles.documents import FOLDER as PROFILES
from ipcgraph.publish.profiles.documents import LABELS, whole_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ipcgraph.publish.facts import Dump, SiteFacts
    from ipcgraph.publish.networkviews import View
    from ipcgraph.publish.pages.press import Press
    from ipcgraph.publish.profiles.losses import LossReport
    from ipcgraph.publish.tables.files import WrittenSheet

DATA: Final = "data.html"
TABLES_PAGE: Final = "tables/index.html"
PROFILES_PAGE: Final = f"{PROFILES}/index.html"
NETWORKS_PAGE: Final = f"{NETWORKS}/index.html"

_DUMPS: Final = {
    "application/n-quads": "N-Quads",
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/n-triples": "N-Triples",
}


class Part(NamedTuple):
    """A table of files under a heading: what stands in its head, and the cells of each row, the name first."""

    anchor: str
    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Link, ...], ...]


def data_page(press: Press, described: Mapping[str, str]) -> tuple[str, str]:
    """The page of all data of the site: path and text; `described` are files by what they are called."""
    site = press.library.site
    whole = [dump for dump in site.dumps if not is_change(dump)]
    changed = [dump for dump in site.dumps if is_change(dump)]
    parts = [
        Part(
            "whole",
            "The whole graph",
            f"{site.statements:,} statements, packed with gzip. The sums are in dumps/SHA256SUMS.",
            ("Format", "Bytes", "SHA-256"),
            tuple(_dump(dump, _DUMPS.get(dump.media_type, dump.media_type)) for dump in whole),
        )
    ]
    if changed:
        parts.append(
            Part(
                "changed",
                "What changed since the last release",
                "Statements as N-Triples.",
                ("", "Bytes", "SHA-256"),
                tuple(_dump(dump, "Added" if "/added." in dump.path else "Removed") for dump in changed),
            )
        )
    parts.append(Part("others", "In other forms", "", ("", ""), tuple(_forms(site))))
    parts.append(
        Part(
            "described",
            "The description",
            "For harvesters and other programs.",
            ("", "File"),
            tuple((Link(label), Link(path, path)) for label, path in described.items()),
        )
    )
    intro = (
        "Each page has its data beside it: the links are under “Data” on the page, and the same address ends in "
        ".ttl, .jsonld, .nt or .rdf instead of .html."
    )
    return _page(press, DATA, "Data", intro, parts)


def tables_page(press: Press, sheets: Sequence[WrittenSheet], files: Mapping[str, str]) -> tuple[str, str]:
    """The page of the tables, of which each is in files with these suffixes, by what they are called."""
    rows = tuple(
        (
            Link(written.sheet.name),
            Link(f"{written.rows:,}"),
            *(Link(label, f"{written.sheet.name}{suffix}") for label, suffix in files.items()),
            Link(written.sheet.about),
        )
        for written in sheets
    )
    described = Part(
        "described",
        "What the columns are",
        "",
        ("", "File"),
        (
            (Link("The data dictionary, for people"), Link("dictionary.md", "dictionary.md")),
            (Link("CSV on the Web, for programs"), Link("csv-metadata.json", "csv-metadata.json")),
        ),
    )
    heads = ("Table", "Rows", *(("",) * len(files)), "What it has")
    whole = Part("tables", "Tables", "UTF-8, with a head; the ids of all tables are those of things.", heads, rows)
    return _page(press, TABLES_PAGE, "Tables", "The whole graph as tables for spreadsheets.", (whole, described))


def profiles_page(press: Press, names: Sequence[str], reports: Sequence[LossReport]) -> tuple[str, str]:
    """The page of the profiles: the files of each, and what survives in it."""
    rows = []
    for whole, report in zip(whole_profiles(names), reports, strict=True):
        plain, kept = report.facts - report.provenance, report.kept - report.provenance_kept
        rows.append((
            Link(whole.profile.title),
            Link(whole.path.rpartition("/")[2], whole.path.rpartition("/")[2]),
            Link(f"{kept:,} of {plain:,}"),
            Link(f"{report.provenance_kept:,} of {report.provenance:,}"),
            Link("What is lost", whole.losses.rpartition("/")[2]),
        ))  # fmt: skip
    intro = (
        "The graph in other people’s vocabularies. The figures are counted: each file is read back and compared "
        "with the graph, fact by fact."
    )
    heads = ("Vocabulary", "File", "Facts that survive", "Of those on where facts are from", "")
    part = Part("profiles", "Profiles", "", heads, tuple(rows))
    return _page(press, PROFILES_PAGE, "Other vocabularies", intro, (part,))


def networks_page(press: Press, views: Sequence[View]) -> tuple[str, str]:
    """The page of the networks: the picture of each, and where to move about in it."""
    sheet = Sheet(press.library, NETWORKS_PAGE)
    shown = [
        {
            "name": view.name,
            "title": TITLES[view.name][0],
            "note": TITLES[view.name][1],
            "nodes": view.nodes,
            "links": view.links,
            "page": sheet.up + view.page if view.page else "",
            "picture": sheet.up + view.picture if view.picture else "",
            "data": tuple(Link(label, sheet.up + path) for label, path in view.data),
        }
        for view in views
    ]
    about = "Networks of people and partners."
    return _document(press, sheet, "networks.html", "Networks", description=about, values={"views": shown})


def missing_pages(press: Press) -> Iterator[tuple[str, str]]:
    """The page that a web server shows in place of one that is not there: path and text.

    It is shown at any address, so that its links begin at the root of the host, with the path of the site's address.
    Where that is not known there is none.
    """
    if not press.library.site.address:
        return
    sheet = Sheet(press.library, "404.html")
    sheet.up = urlsplit(press.library.site.address).path
    sentence = "The address may have been mistyped. Nothing is known by it."
    values = {"sentence": sentence, "canonical": "", "graph": ""}
    yield _document(press, sheet, "missing.html", "There is no such page", description=sentence, values=values)


def _forms(site: SiteFacts) -> list[tuple[Link, ...]]:
    rows: list[tuple[Link, ...]] = [(Link("Tables", TABLES_PAGE), Link("The whole graph as CSV, for spreadsheets"))]
    if site.profiles:
        names = ", ".join(LABELS[name] for name in site.profiles)
        rows.append((Link("Other vocabularies", PROFILES_PAGE), Link(f"The graph as {names}, with what is lost")))
    if site.networks:
        rows.append((Link("Networks", NETWORKS_PAGE), Link("As pages, pictures, GEXF, GraphML and CSV")))
    return rows


def _dump(dump: Dump, label: str) -> tuple[Link, ...]:
    return Link(label, dump.path), Link(f"{dump.size:,}"), Link(dump.sha256)


def _page(press: Press, path: str, name: str, intro: str, parts: Sequence[Part]) -> tuple[str, str]:
    values = {"intro": intro, "parts": tuple(part for part in parts if part.rows)}
    return _document(press, Sheet(press.library, path), "files.html", name, description=intro, values=values)


def _document(
    press: Press, sheet: Sheet, template: str, name: str, *, description: str, values: Mapping[str, object]
) -> tuple[str, str]:
    site = press.library.site
    crumbs = (Link("Home", sheet.up + "index.html"),)
    title = head_title(name, site.title)
    given = {"name": name, **values}
    return sheet.path, press.document(
        template, sheet, title=title, description=description, crumbs=crumbs, values=given
    )
