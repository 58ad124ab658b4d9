"""The invented center served for the tests of queries, networks and pages: with queries of its own, good and bad."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlencode

from tests.center_project import make_center
from tests.server.running import serving

from ipcgraph.project import build

OWN = {
    "everything": (
        "SELECT",
        "",
        "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    ),
    "large": ("SELECT", "", "SELECT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"),
    "now": ("SELECT", "", "SELECT (NOW() AS ?now) {}"),
    "is-there": ("ASK", "#+   person: {kind: Person, about: who}\n", "ASK { $person ?p ?o }"),
    "told-of": (
        "CONSTRUCT",
        "#+   person: {kind: Person, about: who}\n",
        "CONSTRUCT { $person ?p ?o } { $person ?p ?o }",
    ),
    "echo": ("SELECT", "#+   text: {kind: string, about: any text}\n", "SELECT ($text AS ?said) {}"),
    "sums": (
        "SELECT",
        (
            "#+   one: {kind: integer, about: a number}\n#+   day: {kind: date, about: a day}\n"
            "#+   year: {kind: year, default: 2000, about: a year}\n"
        ),
        "SELECT ($one + $year AS ?sum) ($day AS ?on) {}",
    ),
    "formulas": (
        "SELECT",
        "",
        'SELECT ?text { VALUES ?text { "=1+1" "+1" "-1" "@x" "\\tx" "\\rx" "x" -1 <mailto:a@example.org> } }',
    ),
}
"""Queries of the project: name to form, lines of parameters, text."""


def write_queries(folder: Path):
    folder.mkdir()
    for name, (_, parameters, text) in OWN.items():
        head = f"#+ title: {name.capitalize()}\n#+ about: A query of the tests.\n"
        head += f"#+ parameters:\n{parameters}" if parameters else ""
        (folder / f"{name}.rq").write_text(f"{head}{text}\n", encoding="utf-8")


@contextmanager
def served_center(*options, settings="", environment=None, whole=False):
    """The center, built and served; gives the running server and its settings."""
    folder = Path(mkdtemp(prefix="ipcgraph-api-"))
    write_queries(folder / "queries")
    project = make_center(folder, settings=f'name = "Harbour Institute"\n{settings}')
    build(project)
    with serving(project, *options, environment=environment, whole=whole) as running:
        yield running, project


def address(path, **values):
    """A path with values in it."""
    return f"{path}?{urlencode(values, doseq=True)}" if values else path


@cache
def examples(project_folder):
    """Values with which each saved query answers something on the center, as far as it needs any."""
    del project_folder
    person, center, source = "person/aoife-obrien", "center/harbour", "source/brochure"
    return {
        "person": person, "other": "person/jose-munoz", "center": center, "context": center, "organization": center,
        "thing": center, "subject": center, "source": source, "initiative": "initiative/tide-futures",
        "network": "initiative/tide-futures", "commission": "organization/commission-on-sea-level",
        "partner": "organization/kelp-foundation", "country": "place/pt", "topic": "topic/ports-and-money",
        "work": "work/2018-reading-the-tide-gauges", "text": "tide", "year": "2018", "date": "2018-05-01",
        "day": "2018-05-01", "since": "2000-01-01", "until": "2024-12-31", "first": "1", "last": "20", "one": "1",
        "kind": "research-partner", "type": "director",
    }  # fmt: skip


def values_for(query):
    """Values for each parameter that a query must have."""
    known = {**examples(""), **dict(query.example)}
    return {each.name: known[each.name] for each in query.parameters if each.default is None}
